import {Notification} from "@mail/core/common/notification_model";
import {_t} from "@web/core/l10n/translation";
import {patch} from "@web/core/utils/patch";

patch(Notification.prototype, {
    get autoCanceledFailureType() {
        if (this.failure_type === "sms_optout") {
            return _t("Wants no texts from you, or may want none");
        }
        return super.autoCanceledFailureType;
    },
});
