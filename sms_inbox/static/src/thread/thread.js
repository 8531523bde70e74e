import {deserializeDateTime} from "@web/core/l10n/dates";
import {useService} from "@web/core/utils/hooks";

import {Bubble} from "../bubble/bubble";
import {formatNumber} from "../fields/number_field/format_number";
import {useLiveReload} from "../live_views/live_reload";
import {useOnScreen} from "../told/on_screen";
import {ReplyBox} from "./reply_box";
import {TeamNote} from "./team_note";
import {textRow} from "./text_row";
import {withDays, withNotes} from "./texts";
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
    static components = {Bubble, ReplyBox, TeamNote};
    static props = {
        /**
         * @type {{id: number|false, contactName: string, contactNumber: string,
         *     ourName: string, noTextReason: string, mostMedia: number,
         *     noMediaReason: string, tollFree: boolean}}
         */
        conversation: Object,
        /** Whether the team's notes stand between the texts. */
        notes: {type: Boolean, optional: true},
        /** Gives its texts and notes, where they came with the conversation. */
        firstTexts: {type: Function, optional: true},
        /** `reply`, instead of the reply box; it gets `afterSend` and `lastTextId`. */
        slots: {type: Object, optional: true},
    };

    setup() {
        this.orm = useService("orm");
        this.list = useRef("list");
        this.thread = useThreadTexts({notes: this.props.notes});
        this.state = useState({below: false, busy: false});
        this.unseen = true;

        onWillStart(() =>
            this.open(this.props.conversation, this.props.firstTexts?.())
        );
        onWillUpdateProps(
            ({conversation}) =>
                conversation.id !== this.wanted && this.open(conversation)
        );
        useLiveReload({
            concerns: (ids) => ids.includes(this.conversationId),
            reload: () => this.thread.refresh(),
        });
        useOnScreen(() => this.conversationId);
        useExternalListener(document, "visibilitychange", () => this.markRead());
        useEffect(
            (conversationId) => this.onNewest(conversationId),
            () => [this.conversationId, this.lastTextId, this.lastNoteId]
        );
    }

    get conversationId() {
        return this.thread.state.conversationId;
    }

    get lastTextId() {
        return Math.max(0, ...this.thread.state.texts.map((text) => text.id));
    }

    get lastNoteId() {
        return this.thread.state.notes.at(-1)?.id || 0;
    }

    get lastTheirId() {
        const isTheirs = ({direction}) => direction === "in";
        return this.thread.state.texts.findLast(isTheirs)?.id || 0;
    }

    /** Whether the texts shown are those of the record shown around them. */
    get isOfRecord() {
        return (
            this.conversationId && this.conversationId === this.props.conversation.id
        );
    }

    get rows() {
        const {texts, notes, complete} = this.thread.state;
        const momentOf = ({date}) => deserializeDateTime(date);
        return withDays(withNotes(texts, notes, complete), momentOf).map((row) =>
            row.isNote ? row : textRow(row, this.contactName)
        );
    }

    get contactName() {
        const {contactName, contactNumber} = this.props.conversation;
        return contactName || formatNumber(contactNumber);
    }

    open({id}, first) {
        // at once: until the texts are there, another record may be wanted again
        this.wanted = id;
        this.unseen = true;
        return this.thread.open(id, first);
    }

    /** Another thread was opened, or this one has a new text at its end. */
    onNewest(conversationId) {
        if (conversationId !== this.shown) {
            this.shown = conversationId;
            this.state.below = false;
        } else if (this.lastTheirId !== this.theirs) {
            this.unseen = true;
            this.state.below = this.list.el.scrollTop < -NEAR;
        }
        this.theirs = this.lastTheirId;
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
                this.lastTextId,
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

    /** Something was sent or noted, or crossed: show the end of the thread. */
    afterSend() {
        this.state.below = false;
        return this.thread.refresh();
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
