import {_t} from "@web/core/l10n/translation";

import {formatTime, timeFormat} from "../fields/format_time";

const {DateTime} = luxon;
const MORNING = 8;

/**
 * Moments that people put something off to: later today, tomorrow, next week.
 *
 * @param {luxon.DateTime} [now]
 * @returns {{name: string, label: string, at: luxon.DateTime, words: string}[]}
 */
export function laterTimes(now = DateTime.now()) {
    const today = now.plus({hours: 3}).startOf("hour");
    const morning = (day) => day.startOf("day").set({hour: MORNING});
    const monday = now.plus({days: 8 - now.weekday});
    return (
        [
            today.hasSame(now, "day") && {
                name: "today",
                label: _t("Later today"),
                at: today,
            },
            {
                name: "tomorrow",
                label: _t("Tomorrow morning"),
                at: morning(now.plus({days: 1})),
            },
            {name: "week", label: _t("Next week"), at: morning(monday)},
        ]
            // on a Sunday, the next week begins tomorrow
            .filter((time, index, all) => time && !all[index - 1]?.at?.equals(time.at))
            .map((time) => ({...time, words: momentInWords(time.at, now)}))
    );
}

/**
 * A moment to come: a time today, with its day in the week that follows, else its date.
 *
 * @param {luxon.DateTime} at
 * @param {luxon.DateTime} [now]
 * @returns {string}
 */
export function momentInWords(at, now = DateTime.now()) {
    if (at.hasSame(now, "day")) {
        return formatTime(at);
    }
    if (at < now.plus({days: 7}).endOf("day")) {
        return at.toFormat(`ccc ${timeFormat()}`);
    }
    const year = at.hasSame(now, "year") ? {} : {year: "numeric"};
    const date = at.toLocaleString({day: "numeric", month: "short", ...year});
    return `${date} ${formatTime(at)}`;
}
