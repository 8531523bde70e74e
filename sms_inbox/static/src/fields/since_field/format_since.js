import {_t} from "@web/core/l10n/translation";

const MINUTE = 60 * 1000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const FEW_HOURS = 4 * HOUR; // below them the minutes matter too

/**
 * How long ago something was, in few letters: "now", "5 min", "1 h 30", "5 h", "2 days".
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
        return hours(passed);
    }
    const days = Math.floor(passed / DAY);
    return days === 1 ? _t("1 day") : _t("%s days", days);
}

function hours(passed) {
    const whole = Math.floor(passed / HOUR);
    const minutes = Math.floor((passed % HOUR) / MINUTE);
    if (passed >= FEW_HOURS || !minutes) {
        return _t("%s h", whole);
    }
    return _t("%(hours)s h %(minutes)s", {
        hours: whole,
        minutes: String(minutes).padStart(2, "0"),
    });
}
