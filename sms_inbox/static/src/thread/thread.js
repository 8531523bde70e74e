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
    useEffect,
    useExternalListener,
    useRef,
    useState,
} from "@odoo/owl";

const NEAR = 80; // pixels from an end of the list

/**
 * The texts of a conversation as the recipient's phone shows them, the team's notes
 * between them, and a reply box. Another conversation is another thread: give its id as
 * the key.
 */
export class Thread extends Component {
    static template = "sms_inbox.Thread";
    static components = {Bubble, ReplyBox, TeamNote};
    static props = {
        /** The conversation as `useThreadData` has it. */
        data: Object,
        /** Gives its texts and notes, where they came with the conversation. */
        firstTexts: Function,
        // the reply box's
        onType: Function,
        autofocus: Boolean,
        onShowThreads: Function,
    };

    setup() {
        this.orm = useService("orm");
        this.list = useRef("list");
        this.thread = useThreadTexts();
        this.state = useState({below: false, busy: false});
        this.unseen = true;

        onWillStart(async () => {
            await this.thread.open(this.id, this.props.firstTexts());
            this.theirs = this.lastTheirId;
        });
        useLiveReload({
            concerns: (ids) => ids.includes(this.id),
            reload: () => this.thread.refresh(),
        });
        useOnScreen(() => this.id);
        useExternalListener(document, "visibilitychange", () => this.markRead());
        useEffect(
            () => this.onNewest(),
            () => [this.lastTextId, this.lastNoteId]
        );
    }

    get id() {
        return this.props.data.id;
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

    get rows() {
        const {texts, notes, complete} = this.thread.state;
        const momentOf = ({date}) => deserializeDateTime(date);
        return withDays(withNotes(texts, notes, complete), momentOf).map((row) =>
            row.isNote ? row : textRow(row, this.contactName)
        );
    }

    get contactName() {
        const {partner_id: partnerId, name, contact_number: number} = this.props.data;
        return partnerId ? name : formatNumber(number);
    }

    /** The thread was opened, or has a new text at its end. */
    onNewest() {
        if (this.lastTheirId !== this.theirs) {
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
        if (this.unseen && !document.hidden) {
            this.unseen = false;
            this.orm.silent.call("sms.inbox.conversation", "mark_read", [
                [this.id],
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

    takeGiveBack(giveBack) {
        this.giveBack = giveBack;
    }

    /** Have a text not leave; the words of a reply of one's own are in the box again. */
    cancel({id, body, media, isOwnReply}) {
        return this.whileBusy(async () => {
            await this.orm.call("sms.inbox.message", "action_cancel", [[id]]);
            if (isOwnReply) {
                await this.giveBack({id, body, hadFiles: media.length > 0});
            }
            await this.thread.refresh();
        });
    }

    /**
     * @param {number} id of a text
     * @param {"action_release"|"action_retry"} method
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
