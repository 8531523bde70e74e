import {deserializeDateTime} from "@web/core/l10n/dates";
import {_t} from "@web/core/l10n/translation";

import {formatNumber} from "../fields/number_field/format_number";
import {OurNumber} from "./our_number";
import {shortTime} from "./row";

import {Component} from "@odoo/owl";

/**
 * The threads of some person as the phones of theirs show them, latest first.
 *
 * @param {Object[]} threads rows
 * @param {string} here their number in the open thread, which comes first
 * @returns {{number: string, threads: Object[]}[]} one for each number of theirs
 */
export function byPhone(threads, here) {
    const latest = [...threads].sort((a, b) =>
        (a.last_text_at || "") < (b.last_text_at || "") ? 1 : -1
    );
    const phones = new Map([[here, []]]);
    for (const thread of latest) {
        const {contact_number: number} = thread;
        phones.set(number, [...(phones.get(number) || []), thread]);
    }
    return [...phones].map(([number, ofPhone]) => ({number, threads: ofPhone}));
}

/** The threads that their phone shows: one for each number of ours. */
export class DetailsThreads extends Component {
    static template = "sms_inbox.DetailsThreads";
    static components = {OurNumber};
    static props = {
        data: Object,
        /** How many more their phone shows, with numbers that are not the user's. */
        unseen: Number,
        onOpenThread: Function,
        onShowTimeline: Function,
    };

    get phones() {
        const {data} = this.props;
        const here = {...data, isHere: true};
        return byPhone([here, ...data.others], data.contact_number).map((phone) => ({
            ...phone,
            title:
                phone.number === data.contact_number
                    ? _t("Threads on their phone")
                    : _t("On %s", formatNumber(phone.number)),
            threads: phone.threads.map((row) => ({
                ...row,
                time: row.last_text_at
                    ? shortTime(deserializeDateTime(row.last_text_at))
                    : "",
            })),
        }));
    }

    get unseenWords() {
        const {unseen} = this.props;
        return unseen === 1
            ? _t("And 1 more, with a number that is not yours to answer.")
            : _t("And %s more, with numbers that are not yours to answer.", unseen);
    }
}
