import {_t} from "@web/core/l10n/translation";

/**
 * What is out of the ordinary about a conversation, as signs with words.
 *
 * @param {Object} row
 * @returns {{name: string, icon: string, label: string, look: string}[]}
 */
export function marksOf(row) {
    const unlikely = ["unlikely", "not_textable"].includes(row.textability);
    return [
        row.last_failed && {
            name: "failed",
            icon: "fa-exclamation-circle",
            label: _t("No sign that our last text arrived"),
            look: "text-danger",
        },
        row.undecided && {
            name: "undecided",
            icon: "fa-question-circle",
            label: _t("May want no texts"),
            look: "text-warning",
        },
        row.opted_out && {
            name: "opted_out",
            icon: "fa-ban",
            label: _t("Wants no texts"),
            look: "text-muted",
        },
        row.wrong_person && {
            name: "wrong_person",
            icon: "fa-user-times",
            label: _t("Says it is the wrong person"),
            look: "text-warning",
        },
        unlikely && {
            name: "unlikely",
            icon: "fa-phone",
            label: _t("Probably cannot be texted"),
            look: "text-muted",
        },
        row.probably_done && {
            name: "probably_done",
            icon: "fa-check",
            label: _t("Probably done"),
            look: "text-muted",
        },
        row.flagged && {
            name: "flagged",
            icon: "fa-star",
            label: _t("Flagged"),
            look: "text-warning",
        },
    ].filter(Boolean);
}
