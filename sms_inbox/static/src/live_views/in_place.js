import {browser} from "@web/core/browser/browser";

// a load that another one overtook never ends, so nobody may wait for it
const OVERTAKEN_MS = 5000;
const OPEN_POPOVERS = ".o_popover, .o-dropdown--menu";
const BEING_DRAGGED = ".o_dragged";
const COLUMN = ".o_kanban_group";

/**
 * Whether the user has something in hand that a reload would take away.
 *
 * @param {HTMLElement} root
 * @returns {boolean}
 */
export function isAtWork(root) {
    return Boolean(
        root?.querySelector(BEING_DRAGGED) || document.querySelector(OPEN_POPOVERS)
    );
}

/**
 * Reload a list or a board and leave the keyboard's focus, and how far its columns
 * were scrolled, as they were: the reload makes all cards anew.
 *
 * @param {import("@web/model/relational_model/relational_model").RelationalModel} model
 * @param {HTMLElement} root
 */
export async function reloadInPlace(model, root) {
    const focused = root.contains(document.activeElement)
        ? document.activeElement.closest("[data-id]")?.dataset.id
        : undefined;
    const resId = model.root.records.find((record) => record.id === focused)?.resId;
    const scrolls = [...root.querySelectorAll(COLUMN)].map((el) => el.scrollTop);
    await Promise.race([
        model.load(),
        new Promise((resolve) => browser.setTimeout(resolve, OVERTAKEN_MS)),
    ]);
    // the cards are drawn in the next frame, and the one after is ours
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    root.querySelectorAll(COLUMN).forEach((el, index) => {
        el.scrollTop = scrolls[index] || 0;
    });
    const id = resId && model.root.records.find((record) => record.resId === resId)?.id;
    if (id && document.activeElement === document.body) {
        root.querySelector(`.o_kanban_record[data-id="${id}"]`)?.focus();
    }
}
