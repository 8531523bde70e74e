import {_t} from "@web/core/l10n/translation";
import {user} from "@web/core/user";
import {useService} from "@web/core/utils/hooks";

import {Component} from "@odoo/owl";

const MODEL = "sms.inbox.conversation";

/** Who learns of the team's notes: Odoo's followers of the conversation. */
export class DetailsFollowers extends Component {
    static template = "sms_inbox.DetailsFollowers";
    static props = {
        conversationId: Number,
        /** @type {{people: Object[], follows: boolean, can_add: boolean}} */
        followers: Object,
        reload: Function,
    };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
    }

    get people() {
        return this.props.followers.people.map((person) => ({
            ...person,
            label: _t("Take %s off", person.name),
        }));
    }

    toggle() {
        const method = this.props.followers.follows
            ? "message_unsubscribe"
            : "message_subscribe";
        return this.change(method, user.partnerId);
    }

    remove(partnerId) {
        return this.change("message_unsubscribe", partnerId);
    }

    async change(method, partnerId) {
        const {conversationId, reload} = this.props;
        await this.orm.call(MODEL, method, [[conversationId], [partnerId]]);
        await reload();
    }

    /** In Odoo's own window. */
    add() {
        const {conversationId, reload} = this.props;
        return this.action.doAction(
            {
                type: "ir.actions.act_window",
                name: _t("Add followers"),
                res_model: "mail.followers.edit",
                views: [[false, "form"]],
                target: "new",
                context: {
                    default_res_model: MODEL,
                    default_res_ids: [conversationId],
                    dialog_size: "medium",
                    form_view_ref: "mail.mail_followers_list_edit_form",
                },
            },
            {onClose: () => reload()}
        );
    }
}
