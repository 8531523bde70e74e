import {_t} from "@web/core/l10n/translation";

const STATES = {
    queued: {icon: "fa-clock-o", label: _t("Waiting to leave"), cancel: true},
    sending: {icon: "fa-paper-plane-o", label: _t("On its way")},
    sent: {icon: "fa-check", label: _t("Sent")},
    delivered: {icon: "fa-check-circle", label: _t("Delivered")},
    undelivered: problem(_t("Not delivered")),
    failed: problem(_t("Failed")),
    expired: problem(_t("Too late")),
    unknown: problem(_t("Not known whether sent")),
    canceled: {icon: "fa-ban", label: _t("Canceled")},
    held: {icon: "fa-pause-circle", label: _t("Held"), cancel: true, release: true},
};

function problem(label) {
    return {icon: "fa-exclamation-circle", label, retry: true};
}

/**
 * What became of a text of ours, in words, and what can be done about it.
 *
 * @param {{state: string, error_text: string|false, waiting_words?: string|false}} text
 * @returns {{icon: string, label: string, cancel?: boolean, release?: boolean,
 *     retry?: boolean}}
 */
export function deliveryOf({state, error_text: reason, waiting_words: waiting}) {
    const known = STATES[state] || {icon: "fa-question-circle", label: state};
    return {...known, label: waiting || inWords(state, String(known.label), reason)};
}

function inWords(state, label, reason) {
    if (!reason) {
        return label;
    }
    // "Canceled by Ada." says it all
    return state === "canceled"
        ? reason
        : _t("%(state)s: %(reason)s", {state: label, reason});
}
