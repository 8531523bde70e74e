import {localization} from "@web/core/l10n/localization";

/**
 * How the user's language writes a time of day, in hours and minutes; before "PM" without
 * a leading zero, as Odoo's own short times have it.
 *
 * @returns {string} a format of luxon
 */
export function timeFormat() {
    return localization.timeFormat.replace(/\W?s+/, "").replace("hh", "h");
}

/** @param {luxon.DateTime} at */
export function formatTime(at) {
    return at.toFormat(timeFormat());
}
