import {_t} from "@web/core/l10n/translation";

/**
 * The views of the inbox as models/sms_inbox_conversation_inbox.py has them. `falling`:
 * the latest is first; `empty` is said where there is no row; `help`: what is counted.
 */
export const VIEWS = [
    {
        name: "mine",
        label: _t("Mine"),
        icon: "fa-user",
        falling: true,
        empty: _t(
            "Nothing is assigned to you. Look into “Unassigned” and press a to take a conversation."
        ),
    },
    {
        name: "waiting",
        label: _t("Waiting on us"),
        icon: "fa-clock-o",
        help: _t(
            "They wrote last, or our answer did not arrive. Who probably only thanked, wrote STOP, or is the wrong person, is not counted."
        ),
        falling: false,
        empty: _t("Nobody waits for an answer. Who waits longest comes first here."),
    },
    {
        name: "unassigned",
        label: _t("Unassigned"),
        icon: "fa-user-o",
        falling: true,
        empty: _t("Every open conversation has somebody who answers it."),
    },
    {
        name: "unread",
        label: _t("Unread"),
        icon: "fa-envelope",
        falling: true,
        empty: _t(
            "You have read everything. Opening a conversation marks it as read, never as answered."
        ),
    },
    {
        name: "team",
        label: _t("Team"),
        icon: "fa-users",
        falling: true,
        empty: _t(
            "No open conversations. Press n to text somebody; whoever texts one of your numbers appears here too."
        ),
    },
    {
        name: "flagged",
        label: _t("Flagged"),
        icon: "fa-star",
        falling: true,
        empty: _t("Press f in a conversation to find it here again."),
    },
    {
        name: "snoozed",
        label: _t("Snoozed"),
        icon: "fa-bell-slash-o",
        falling: false,
        empty: _t(
            "Press s in a conversation to have it come back later: at its time, or when they write."
        ),
    },
    {
        name: "closed",
        label: _t("Closed"),
        icon: "fa-archive",
        falling: true,
        empty: _t("What you close is here. It opens again when they write."),
    },
];

/** @param {string} name */
export function viewOf(name) {
    return VIEWS.find((view) => view.name === name) || VIEWS[0];
}

const MOST = 100; // the server counts as far as this

/** @param {number} [count] */
export function countInWords(count = 0) {
    return count >= MOST ? `${MOST - 1}+` : String(count || "");
}
