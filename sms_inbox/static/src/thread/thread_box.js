import {useService} from "@web/core/utils/hooks";

import {formatNumber} from "../fields/number_field/format_number";
import {ThreadAlerts} from "../inbox/alerts";
import {AlsoHere} from "../inbox/also_here";
import {OurNumber} from "../inbox/our_number";
import {usePresence} from "../inbox/presence";
import {TextabilityMark} from "../textability/textability_mark";
import {openInbox} from "../told/open_inbox";
import {Thread} from "./thread";
import {useThreadData} from "./thread_data";

import {Component} from "@odoo/owl";

/** One conversation as a part of a page: with which number, its texts, and a reply box. */
export class ThreadBox extends Component {
    static template = "sms_inbox.ThreadBox";
    static components = {AlsoHere, OurNumber, TextabilityMark, Thread, ThreadAlerts};
    static props = {
        id: Number,
        /** Whether to show what is to be decided about the person. */
        alerts: Boolean,
        /** Whether to write at once. */
        autofocus: Boolean,
    };

    setup() {
        this.action = useService("action");
        this.thread = useThreadData(this.props.id);
        this.presence = usePresence(this.props.id);
    }

    get data() {
        return this.thread.state.data;
    }

    get number() {
        return formatNumber(this.data.contact_number);
    }

    openInInbox() {
        return openInbox(this.action, {id: this.props.id});
    }
}
