import {deserializeDateTime, formatDateTime} from "@web/core/l10n/dates";
import {_t} from "@web/core/l10n/translation";

import {formatTime} from "../fields/format_time";
import {formatSince} from "../fields/since_field/format_since";
import {Avatar} from "./avatar";
import {marksOf} from "./marks";
import {OurNumber} from "./our_number";

import {Component} from "@odoo/owl";

const {DateTime} = luxon;

/**
 * A moment in few letters: a time today, yesterday, a day of the week around, else a date.
 *
 * @param {luxon.DateTime} at
 * @param {luxon.DateTime} [now]
 * @returns {string}
 */
export function shortTime(at, now = DateTime.now()) {
    if (at.hasSame(now, "day")) {
        return formatTime(at);
    }
    if (at.hasSame(now.minus({days: 1}), "day")) {
        return _t("Yesterday");
    }
    const week = {days: 6};
    if (at > now.minus(week).startOf("day") && at < now.plus(week).endOf("day")) {
        return at.toLocaleString({weekday: "short"});
    }
    const year = at.hasSame(now, "year") ? {} : {year: "2-digit"};
    return at.toLocaleString({day: "numeric", month: "short", ...year});
}

/** A conversation in the list, in two lines. */
export class InboxRow extends Component {
    static template = "sms_inbox.InboxRow";
    static components = {Avatar, OurNumber};
    static props = {
        row: Object,
        selected: Boolean,
        /** It left the view, and is still looked at. */
        gone: Boolean,
        /** Whether to say which of our numbers it is with. */
        manyNumbers: Boolean,
        /** Whether the Tab key comes to it; by default it does. */
        tabbable: {type: Boolean, optional: true},
        onOpen: Function,
    };

    get marks() {
        return marksOf(this.props.row);
    }

    get time() {
        const {last_text_at: at} = this.props.row;
        return at ? shortTime(deserializeDateTime(at)) : "";
    }

    /** Since when they wait on us, or until when it is snoozed. */
    get since() {
        const {row} = this.props;
        if (row.stage === "snoozed" && row.snoozed_until) {
            const until = shortTime(deserializeDateTime(row.snoozed_until));
            return {icon: "fa-bell-slash-o", words: _t("until %s", until), title: ""};
        }
        if (row.stage !== "needs_reply" || !row.waiting_since || row.probably_done) {
            return null;
        }
        const waiting = deserializeDateTime(row.waiting_since);
        return {
            icon: "fa-clock-o",
            words: formatSince(waiting),
            title: _t("Waiting on us since %s", formatDateTime(waiting)),
        };
    }

    get unread() {
        const {unread} = this.props.row;
        return unread === 1 ? _t("1 new text") : _t("%s new texts", unread);
    }
}
