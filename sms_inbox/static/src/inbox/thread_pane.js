import {formatDateTime, serializeDateTime} from "@web/core/l10n/dates";
import {_t} from "@web/core/l10n/translation";
import {useDropdownState} from "@web/core/dropdown/dropdown_hooks";
import {user} from "@web/core/user";
import {useService} from "@web/core/utils/hooks";

import {formatNumber} from "../fields/number_field/format_number";
import {TextabilityMark} from "../textability/textability_mark";
import {Thread} from "../thread/thread";
import {ThreadAlerts} from "./alerts";
import {AlsoHere} from "./also_here";
import {Avatar} from "./avatar";
import {Details} from "./details";
import {OurNumber} from "./our_number";
import {usePresence} from "./presence";
import {InboxReply} from "./reply";
import {ThreadActions} from "./thread_actions";
import {useThreadData} from "./thread_data";

import {Component, onMounted, onWillUnmount, useRef} from "@odoo/owl";

/** The open conversation: who it is with, its texts, the reply box, and the details. */
export class ThreadPane extends Component {
    static template = "sms_inbox.ThreadPane";
    static components = {
        AlsoHere,
        Avatar,
        Details,
        InboxReply,
        OurNumber,
        TextabilityMark,
        Thread,
        ThreadActions,
        ThreadAlerts,
    };
    static props = {
        id: Number,
        detailsOpen: Boolean,
        /** Whether it was opened to write in it. */
        writing: Boolean,
        onToggleDetails: Function,
        onOpenThread: Function,
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
        this.snoozeState = useDropdownState();
        this.act = {
            assign: (whom) => this.assign(whom),
            snooze: (at) => this.snooze(at),
            close: () => this.close(),
            reopen: () => this.thread.write({stage: "needs_reply"}),
            flag: () => this.thread.write({flagged: !this.data.flagged}),
            openSnooze: () => this.snoozeState.open(),
            toggleClosed: () =>
                this.data.stage === "closed" ? this.act.reopen() : this.close(),
            reply: () => this.root.el.querySelector("textarea")?.focus(),
        };
        onMounted(() => this.props.offer(this.act));
        onWillUnmount(() => this.props.offer(null));
    }

    get data() {
        return this.thread.state.data;
    }

    /** As the thread wants it. */
    get conversation() {
        const {data} = this;
        return {
            id: data.id,
            contactName: data.partner_id ? data.name : "",
            contactNumber: data.contact_number,
            ourName: data.our_name,
            noTextReason: data.no_text_reason,
            mostMedia: data.most_media,
            noMediaReason: data.no_media_reason,
            tollFree: data.toll_free,
            prices: data.prices,
        };
    }

    get number() {
        return formatNumber(this.data.contact_number);
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
        this.done(_t("%(name)s comes back %(at)s.", {name, at: formatDateTime(at)}));
    }

    async close() {
        const {name} = this.data;
        await this.thread.write({stage: "closed"});
        this.done(_t("Closed: %s", name));
    }

    done(words) {
        this.notification.add(words, {type: "success"});
        this.props.onDone();
    }

    /** Out of the box, so that the keys work again. */
    onKeydown(ev) {
        if (ev.key === "Escape" && ev.target.matches("textarea")) {
            ev.target.blur();
        }
    }

    typed() {
        this.presence.typed();
    }
}
