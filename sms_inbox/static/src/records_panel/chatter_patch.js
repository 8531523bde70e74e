import {Chatter} from "@mail/chatter/web_portal/chatter";
import "@mail/chatter/web/chatter_patch"; // its state and requests come first
import {Thread} from "@mail/core/common/thread_model";
import {_t} from "@web/core/l10n/translation";
import {patch} from "@web/core/utils/patch";
import {session} from "@web/session";

import {RecordTexts} from "./record_texts";

const TEXTS = "sms_inbox_texts"; // what the server is asked for along with the rest
const COUNTED = 100; // the server counts no further

patch(Thread.prototype, {
    setup() {
        super.setup(...arguments);
        /** How many texts belong to the record; undefined where none can. */
        this.sms_inbox_text_count = undefined;
    },
});

Object.assign(Chatter.components, {RecordTexts});

patch(Chatter.prototype, {
    setup() {
        super.setup(...arguments);
        Object.assign(this.state, {smsInboxOpen: false, smsInboxVersion: 0});
    },

    get requestList() {
        const more = session.sms_inbox_user ? [TEXTS] : [];
        return [...super.requestList, ...more];
    },

    get smsInboxHasTexts() {
        return Boolean(
            this.state.thread.id && this.state.thread.sms_inbox_text_count !== undefined
        );
    },

    get smsInboxLabel() {
        const count = this.state.thread.sms_inbox_text_count;
        if (!count) {
            return _t("Texts");
        }
        return _t("Texts (%s)", count < COUNTED ? count : `${COUNTED - 1}+`);
    },

    /** @override */
    async load(thread, requestList) {
        await super.load(...arguments);
        if (requestList.includes(TEXTS)) {
            this.state.smsInboxVersion++;
        }
    },

    /** @override */
    toggleComposer(mode = false) {
        if (mode) {
            this.state.smsInboxOpen = false;
        }
        return super.toggleComposer(...arguments);
    },

    toggleSmsInbox() {
        this.state.composerType = false;
        this.state.smsInboxOpen = !this.state.smsInboxOpen;
    },

    smsInboxCounted(count) {
        this.state.thread.sms_inbox_text_count = count;
    },
});
