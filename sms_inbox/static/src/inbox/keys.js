import {_t} from "@web/core/l10n/translation";
import {useService} from "@web/core/utils/hooks";

import {useExternalListener} from "@odoo/owl";

/** What each key of the inbox does, as its help lists it. */
export const KEYS = [
    {keys: ["j", "↓"], label: _t("Next conversation")},
    {keys: ["k", "↑"], label: _t("Previous conversation")},
    {keys: ["Shift ↓"], label: _t("Next row, without opening it")},
    {keys: ["r", "Enter"], label: _t("Write a reply")},
    {keys: ["c"], label: _t("Close, or open again")},
    {keys: ["s"], label: _t("Snooze")},
    {keys: ["a"], label: _t("Assign to me")},
    {keys: ["f"], label: _t("Flag")},
    {keys: ["i"], label: _t("Contact and more")},
    {keys: ["t"], label: _t("All texts with this person, or the thread again")},
    {keys: ["n"], label: _t("New text")},
    {keys: ["/"], label: _t("Search")},
    {keys: ["Esc"], label: _t("Leave the box or the search")},
    {keys: ["?"], label: _t("These keys")},
];

const TYPING = "input, textarea, select, [contenteditable=true]";
const MENU = ".o-dropdown--menu";
// a focused button or link takes these itself
const OF_BUTTONS = ["Enter"];

/**
 * Keys that work while nobody types and no dialog or menu is open.
 *
 * @param {Object<string, Function>} actions by `KeyboardEvent.key`
 * @param {Function} [areWords] whether what is typed now is meant for a box to come
 */
export function useKeys(actions, areWords = () => false) {
    const ui = useService("ui");
    useExternalListener(window, "keydown", (ev) => {
        const busy = ui.activeElement !== document || ui.isBlocked || areWords();
        if (actions[ev.key] && !busy && isFree(ev)) {
            ev.preventDefault();
            actions[ev.key]();
        }
    });
}

/** Whether nothing else on the screen wants this key. */
function isFree(ev) {
    const modified = ev.ctrlKey || ev.altKey || ev.metaKey || ev.isComposing;
    return !(
        modified ||
        ev.target.closest?.(TYPING) ||
        document.querySelector(MENU) ||
        (OF_BUTTONS.includes(ev.key) && ev.target.closest?.("button, a"))
    );
}
