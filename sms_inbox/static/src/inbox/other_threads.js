import {_t} from "@web/core/l10n/translation";

import {formatNumber} from "../fields/number_field/format_number";
import {OurNumber} from "./our_number";

import {Component} from "@odoo/owl";

const SHOWN = 3;

/** The same person's other threads, one click away. */
export class OtherThreads extends Component {
    static template = "sms_inbox.OtherThreads";
    static components = {OurNumber};
    static props = {
        /** What is known of the open thread. */
        data: Object,
        timelineShown: Boolean,
        onOpenThread: Function,
        onShowAll: Function,
        onToggleTimeline: Function,
    };

    get shown() {
        const {others, contact_number: number} = this.props.data;
        return others.slice(0, SHOWN).map((row) => {
            const theirs = formatNumber(row.contact_number);
            return {
                ...row,
                // with another number of theirs, ours alone would not tell it apart
                theirs: row.contact_number === number ? "" : theirs,
                label: _t("Open their thread with %(our_number)s, %(their_number)s", {
                    our_number: row.number.name,
                    their_number: theirs,
                }),
            };
        });
    }

    get more() {
        return Math.max(0, this.props.data.others.length - SHOWN);
    }
}
