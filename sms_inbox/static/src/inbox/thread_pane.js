import {deserializeDateTime, serializeDateTime} from "@web/core/l10n/dates";
import {_t} from "@web/core/l10n/translation";
import {useDropdownState} from "@web/core/dropdown/dropdown_hooks";
import {user} from "@web/core/user";
import {useService} from "@web/core/utils/hooks";

import {formatNumber} from "../fields/number_field/format_number";
import {TextabilityMark} from "../textability/textability_mark";
import {Thread} from "../thread/thread";
import {useThreadData} from "../thread/thread_data";
import {tellDone} from "../told/done";
import {useOnScreen} from "../told/on_screen";
import {ThreadAlerts} from "./alerts";
import {AlsoHere} from "./also_here";
import {Avatar} from "./avatar";
import {Details} from "./details";
import {OurNumber} from "./our_number";
import {OtherThreads} from "./other_threads";
import {usePresence} from "./presence";
import {ThreadActions} from "./thread_actions";
import {Timeline} from "./timeline";
import {momentInWords} from "./times";

import {
    Component,
    onMounted,
    onWillUnmount,
    useEffect,
    useRef,
    useState,
} from "@odoo/owl";

/** The open conversation: who it is with, its texts, the reply box, and the details. */
export class ThreadPane extends Component {
    static template = "sms_inbox.ThreadPane";
    static components = {
        AlsoHere,
        Avatar,
        Details,
        OtherThreads,
        OurNumber,
        TextabilityMark,
        Thread,
        ThreadActions,
        ThreadAlerts,
        Timeline,
    };
    static props = {
        id: Number,
        detailsOpen: Boolean,
        /** Whether it was opened to write in it. */
        writing: Boolean,
        onToggleDetails: Function,
        onOpenThread: Function,
        /** Open a thread to write in it. */
        onReplyIn: Function,
        onBack: Function,
        /** The conversation left what is shown. */
        onDone: Function,
        /** Gets what the keys do here, and null at the end. */
        offer: Function,
    };

    setup() {
        this.notification = useService("notification");
        this.root = useRef("root");
        this.thread = useThreadData(this.props.id);
        this.presence = usePresence(this.props.id);
        useOnScreen(() => this.props.id);
        this.snoozeState = useDropdownState();
        this.state = useState({timeline: false, writing: this.props.writing});
        this.act = {
            assign: (whom) => this.assign(whom),
            snooze: (at) => this.snooze(at),
            close: () => this.close(),
            reopen: () => this.thread.write({stage: "needs_reply"}),
            flag: () => this.thread.write({flagged: !this.data.flagged}),
            openSnooze: () => this.snoozeState.open(),
            toggleClosed: () =>
                this.data.stage === "closed" ? this.act.reopen() : this.close(),
            reply: () => this.reply(),
            toggleTimeline: () => this.toggleTimeline(),
        };
        onMounted(() => this.props.offer(this.act));
        onWillUnmount(() => this.props.offer(null));
        useEffect(
            (detailsOpen) => this.onDetails(detailsOpen),
            () => [this.props.detailsOpen]
        );
    }

    get data() {
        return this.thread.state.data;
    }

    get number() {
        return formatNumber(this.data.contact_number);
    }

    get snoozed() {
        const {stage, snoozed_until: until} = this.data;
        return stage === "snoozed" && until
            ? _t("Snoozed until %s", momentInWords(deserializeDateTime(until)))
            : "";
    }

    assign(whom) {
        return this.thread.write({user_id: whom === true ? user.userId : whom});
    }

    async snooze(at) {
        const {name} = this.data;
        await this.thread.write({
            stage: "snoozed",
            snoozed_until: serializeDateTime(at),
        });
        const until = momentInWords(at);
        this.done(_t("Snoozed until %(until)s: %(name)s", {name, until}));
    }

    async close() {
        const {name} = this.data;
        await this.thread.write({stage: "closed"});
        this.done(_t("Closed: %s", name));
    }

    reply() {
        if (this.state.timeline) {
            Object.assign(this.state, {timeline: false, writing: true});
        } else {
            this.root.el.querySelector("textarea")?.focus();
        }
    }

    /** Between the thread and all texts with the person. */
    toggleTimeline() {
        this.showTimeline(!this.state.timeline);
    }

    showTimeline(shown = true) {
        const {detailsOpen, onToggleDetails} = this.props;
        const timeline = shown && this.data.others.length > 0;
        Object.assign(this.state, {timeline, writing: false});
        if (detailsOpen && this.env.isSmall) {
            onToggleDetails();
        }
    }

    replyIn(id) {
        return id === this.data.id ? this.reply() : this.props.onReplyIn(id);
    }

    /** The focus follows the details as they open and fold, not from thread to thread. */
    onDetails(detailsOpen) {
        const {root, detailsWere: were} = this;
        const pane = root.el.parentElement.querySelector(".o_sms_inbox_details");
        this.detailsWere = detailsOpen;
        if (were === false && detailsOpen) {
            pane?.focus();
        } else if (were && document.activeElement === document.body) {
            root.el.querySelector(".o_sms_inbox_toggle_details").focus();
        }
    }

    /** The threads on their phone, from wherever they are asked for. */
    showThreads() {
        if (!this.props.detailsOpen) {
            this.props.onToggleDetails();
        }
    }

    done(words) {
        tellDone(this.notification, words);
        this.props.onDone();
    }
}
