import {_t} from "@web/core/l10n/translation";

import {formatSince} from "../since_field/format_since";

const MINUTE = 60 * 1000;

/**
 * Whether an answer is in time, and how it is said.
 *
 * @param {luxon.DateTime} overdueAt
 * @param {luxon.DateTime} soonAt
 * @param {luxon.DateTime} [now]
 * @returns {{state: "over"|"soon"|"within", words: string}}
 */
export function due(overdueAt, soonAt, now = luxon.DateTime.now()) {
    if (overdueAt <= now) {
        const isNow = now.toMillis() - overdueAt.toMillis() < MINUTE;
        const words = isNow
            ? _t("overdue")
            : _t("overdue by %s", formatSince(overdueAt, now));
        return {state: "over", words};
    }
    const isNow = overdueAt.toMillis() - now.toMillis() < MINUTE;
    const left = formatSince(now, overdueAt);
    if (soonAt <= now) {
        const words = isNow ? _t("due now") : _t("due soon, in %s", left);
        return {state: "soon", words};
    }
    return {state: "within", words: isNow ? _t("due now") : _t("due in %s", left)};
}
