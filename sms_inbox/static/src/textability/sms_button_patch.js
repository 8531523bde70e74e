import {SendSMSButton} from "@sms/components/sms_button/sms_button";
import {useService} from "@web/core/utils/hooks";
import {patch} from "@web/core/utils/patch";
import {session} from "@web/session";

// The link beside Odoo's phone fields: who answers a number texts in a conversation.
patch(SendSMSButton.prototype, {
    setup() {
        super.setup(...arguments);
        this.smsInboxOrm = useService("orm");
    },

    async onClick() {
        const {record, name} = this.props;
        if (!session.sms_inbox_user) {
            return super.onClick(...arguments);
        }
        if (!(await record.save())) {
            return undefined;
        }
        const opened = await this.smsInboxOrm.call("sms.inbox.start", "text_field", [
            record.resModel,
            record.resId,
            name,
        ]);
        return opened ? this.action.doAction(opened) : super.onClick(...arguments);
    },
});
