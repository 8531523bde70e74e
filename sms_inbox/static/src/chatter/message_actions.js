import {registerMessageAction} from "@mail/core/common/message_actions";
import {_t} from "@web/core/l10n/translation";
import {session} from "@web/session";

// What people write; the rest is written by Odoo.
const WRITTEN = ["comment", "email"];

registerMessageAction("sms-inbox-unsubscribe", {
    condition: ({message, thread}) =>
        session.sms_inbox_user &&
        WRITTEN.includes(message.message_type) &&
        thread &&
        !["discuss.channel", "mail.box"].includes(thread.model),
    icon: "fa fa-ban",
    name: _t("Wants no more texts"),
    onSelected: async ({message, owner}) => {
        const {action, orm} = owner.env.services;
        const open = "action_sms_inbox_unsubscribe";
        action.doAction(await orm.call("mail.message", open, [[message.id]]));
    },
    sequence: 75,
});
