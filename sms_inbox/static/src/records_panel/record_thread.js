import {useService} from "@web/core/utils/hooks";

import {formatNumber} from "../fields/number_field/format_number";
import {ThreadAlerts} from "../inbox/alerts";
import {AlsoHere} from "../inbox/also_here";
import {OurNumber} from "../inbox/our_number";
import {usePresence} from "../inbox/presence";
import {InboxReply} from "../inbox/reply";
import {conversationOf, useThreadData} from "../inbox/thread_data";
import {TextabilityMark} from "../textability/textability_mark";
import {Thread} from "../thread/thread";
import {openInbox} from "../told/open_inbox";

import {Component} from "@odoo/owl";

/** One conversation beside a record: with which number, its texts, and a reply box. */
export class RecordThread extends Component {
    static template = "sms_inbox.RecordThread";
    static components = {
        AlsoHere,
        InboxReply,
        OurNumber,
        TextabilityMark,
        Thread,
        ThreadAlerts,
    };
    static props = {id: Number};

    setup() {
        this.action = useService("action");
        this.thread = useThreadData(this.props.id);
        this.presence = usePresence(this.props.id);
    }

    get data() {
        return this.thread.state.data;
    }

    get conversation() {
        return conversationOf(this.data);
    }

    get number() {
        return formatNumber(this.data.contact_number);
    }

    typed() {
        this.presence.typed();
    }

    openInInbox() {
        return openInbox(this.action, {id: this.props.id});
    }
}
