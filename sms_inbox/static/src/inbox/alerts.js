import {deserializeDateTime} from "@web/core/l10n/dates";
import {useService} from "@web/core/utils/hooks";

import {Component} from "@odoo/owl";

/** What is to be decided about the person, with a button for each answer. */
export class ThreadAlerts extends Component {
    static template = "sms_inbox.ThreadAlerts";
    static props = {
        data: Object,
        onRun: Function,
        reload: Function,
    };

    setup() {
        this.orm = useService("orm");
    }

    get decideBy() {
        const {decide_by: by} = this.props.data;
        return by && deserializeDateTime(by).toLocaleString({dateStyle: "medium"});
    }

    get isUnlikely() {
        return ["unlikely", "not_textable"].includes(this.props.data.textability);
    }

    async choose(partnerId) {
        const {data, reload} = this.props;
        await this.orm.write("sms.inbox.conversation", [data.id], {
            partner_id: partnerId,
        });
        await reload();
    }
}
