import {useService} from "@web/core/utils/hooks";

import {Component} from "@odoo/owl";

const COUNTED = 100; // the server counts no further

/** What is open with the person in Odoo's other apps. */
export class DetailsDocuments extends Component {
    static template = "sms_inbox.DetailsDocuments";
    static props = {
        conversationId: Number,
        /** @type {{model: string, label: string, count: number, rows: Object[]}[]} */
        kinds: Array,
    };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
    }

    addressOf(model, id) {
        return `/odoo/${model}/${id}`;
    }

    open(model, id) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: model,
            res_id: id,
            views: [[false, "form"]],
        });
    }

    countOf({count}) {
        return count < COUNTED ? count : `${COUNTED - 1}+`;
    }

    async openAll(model) {
        const action = await this.orm.call(
            "sms.inbox.conversation",
            "action_open_documents",
            [[this.props.conversationId], model]
        );
        return this.action.doAction(action);
    }
}
