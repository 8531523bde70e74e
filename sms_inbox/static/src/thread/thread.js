import {deserializeDateTime} from "@web/core/l10n/dates";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {user} from "@web/core/user";
import {useFileUploader} from "@web/core/utils/files";
import {useService} from "@web/core/utils/hooks";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";

import {Bubble} from "../bubble/bubble";
import {Composer} from "../composer/composer";
import {formatNumber} from "../fields/number_field/format_number";
import {useLiveReload} from "../live_views/live_reload";
import {deliveryOf} from "./delivery";
import {withDays} from "./texts";
import {useThreadTexts} from "./thread_texts";

import {
    Component,
    onWillStart,
    onWillUpdateProps,
    useEffect,
    useExternalListener,
    useRef,
    useState,
} from "@odoo/owl";

const NEAR = 80; // pixels from an end of the list

/** The texts of a conversation as the recipient's phone shows them, and a reply box. */
export class Thread extends Component {
    static template = "sms_inbox.Thread";
    static components = {Bubble, Composer};
    static props = {...standardWidgetProps};

    setup() {
        this.orm = useService("orm");
        this.uploadFile = useFileUploader();
        this.list = useRef("list");
        this.thread = useThreadTexts();
        this.state = useState({below: false, busy: false});
        this.unseen = true;

        onWillStart(() => this.open(this.props.record));
        onWillUpdateProps(
            ({record}) => record.resId !== this.wanted && this.open(record)
        );
        useLiveReload({
            concerns: (ids) => ids.includes(this.conversationId),
            reload: () => this.thread.refresh(),
        });
        useExternalListener(document, "visibilitychange", () => this.markRead());
        useEffect(
            (conversationId) => this.onNewest(conversationId),
            () => [this.conversationId, this.thread.state.texts.at(-1)?.id]
        );
    }

    get conversationId() {
        return this.thread.state.conversationId;
    }

    /** Whether the texts shown are those of the record shown around them. */
    get isOfRecord() {
        return this.conversationId && this.conversationId === this.props.record.resId;
    }

    get data() {
        return this.props.record.data;
    }

    get rows() {
        const momentOf = (text) => deserializeDateTime(text.date);
        return withDays(this.thread.state.texts, momentOf).map((text) => {
            const mine = text.direction === "out";
            return {
                ...text,
                mine,
                body: text.body || "",
                who: mine ? _t("We wrote:") : _t("They wrote:"),
                from: mine ? "" : this.contactName,
                author: this.otherAuthor(text),
                delivery: mine ? deliveryOf(text) : null,
            };
        });
    }

    get label() {
        return _t("From %(our_number)s to %(their_number)s", {
            our_number: this.data.number_id?.display_name || "",
            their_number: formatNumber(this.data.contact_number),
        });
    }

    get contactName() {
        const {partner_id: partner, contact_number: number} = this.data;
        return partner?.display_name || formatNumber(number);
    }

    /** What may be attached, and how it gets to the server. */
    get attaching() {
        return {
            most: this.data.most_media || 0,
            reason: this.data.no_media_reason || "",
            keep: (file) => this.upload(file),
            drop: ({id}) => this.orm.silent.unlink("ir.attachment", [id]),
        };
    }

    otherAuthor({author_id: author}) {
        return author && author[0] !== user.userId ? author[1] : "";
    }

    open({resId}) {
        // at once: until the texts are there, another record may be wanted again
        this.wanted = resId;
        this.unseen = true;
        return this.thread.open(resId);
    }

    /** Another thread was opened, or this one has a new text at its end. */
    onNewest(conversationId) {
        if (conversationId !== this.shown) {
            this.shown = conversationId;
            this.state.below = false;
        } else if (this.thread.state.texts.at(-1)?.direction === "in") {
            this.unseen = true;
            this.state.below = this.list.el.scrollTop < -NEAR;
        }
        if (!this.state.below) {
            this.toNewest();
        }
        this.markRead();
    }

    markRead() {
        if (this.unseen && !document.hidden && this.conversationId) {
            this.unseen = false;
            this.orm.silent.call("sms.inbox.conversation", "mark_read", [
                [this.conversationId],
            ]);
        }
    }

    toNewest() {
        // the list is drawn from the bottom up, so its zero is there
        this.list.el.scrollTop = 0;
        this.state.below = false;
    }

    onScroll() {
        const {scrollTop, scrollHeight, clientHeight} = this.list.el;
        if (scrollTop > -NEAR) {
            this.state.below = false;
        }
        if (scrollHeight - clientHeight + scrollTop < NEAR) {
            this.loadOlder();
        }
    }

    loadOlder() {
        return this.whileBusy(() => this.thread.loadOlder());
    }

    /** Odoo forgets by itself what is uploaded so and never sent. */
    async upload(file) {
        const answer = await this.uploadFile("/web/binary/upload_attachment", {
            csrf_token: odoo.csrf_token,
            model: "mail.compose.message",
            id: 0,
            ufile: [file],
        });
        const kept = answer?.[0] || {error: _t("It is too large.")};
        if (kept.error) {
            throw new Error(kept.error);
        }
        return kept;
    }

    /**
     * @param {string} body
     * @param {string} uuid the same for a second try, so that one text is sent
     * @param {{id: number}[]} files
     */
    async send(body, uuid, files) {
        // not the component's own service: who leaves at once still learns of an error
        await this.env.services.orm.call("sms.inbox.conversation", "send_text", [
            [this.conversationId],
            body,
            uuid,
            files.map(({id}) => id),
        ]);
        this.state.below = false;
        this.thread.refresh();
    }

    /** What is to be said of a text before it is sent; "" for an ordinary one. */
    outlookOf(body, fileCount) {
        return this.orm.silent.call("sms.inbox.conversation", "reply_outlook", [
            [this.conversationId],
            body,
            fileCount,
        ]);
    }

    /**
     * @param {number} id of a text
     * @param {"action_cancel"|"action_release"|"action_retry"} method
     */
    onClickAction(id, method) {
        return this.whileBusy(async () => {
            await this.orm.call("sms.inbox.message", method, [[id]]);
            await this.thread.refresh();
        });
    }

    /** Try again to fetch what is attached to a text. */
    fetchMedia(id) {
        return this.whileBusy(async () => {
            await this.orm.call("sms.inbox.media", "action_fetch", [[id]]);
            await this.thread.refresh();
        });
    }

    async whileBusy(work) {
        if (!this.state.busy) {
            this.state.busy = true;
            try {
                await work();
            } finally {
                this.state.busy = false;
            }
        }
    }
}

export const thread = {
    component: Thread,
    fieldDependencies: [
        {name: "number_id", type: "many2one", relation: "sms.inbox.number"},
        {name: "contact_number", type: "char"},
        {name: "no_text_reason", type: "char"},
        {name: "partner_id", type: "many2one", relation: "res.partner"},
        {name: "most_media", type: "integer"},
        {name: "no_media_reason", type: "char"},
    ],
};

registry.category("view_widgets").add("sms_inbox_thread", thread);
