import {Store} from "@mail/core/common/store_service";
import {patch} from "@web/core/utils/patch";

patch(Store.prototype, {
    setup() {
        super.setup(...arguments);
        /** Whether the user has SMS Inbox; the server says so. */
        this.sms_inbox_user = false;
    },
});
