import {_t} from "@web/core/l10n/translation";

const MINUTE = 60 * 1000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * How long ago something was, in few letters: "now", "5 min", "3 h", "2 days".
 *
 * @param {luxon.DateTime} then
 * @param {luxon.DateTime} [now]
 * @returns {string}
 */
export function formatSince(then, now = luxon.DateTime.now()) {
    const passed = now.toMillis() - then.toMillis();
    if (passed < MINUTE) {
        return _t("now");
    }
    if (passed < HOUR) {
        return _t("%s min", Math.floor(passed / MINUTE));
    }
    if (passed < DAY) {
        return _t("%s h", Math.floor(passed / HOUR));
    }
    const days = Math.floor(passed / DAY);
    return days === 1 ? _t("1 day") : _t("%s days", days);
}
