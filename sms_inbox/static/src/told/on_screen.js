import {onMounted, onWillUnmount} from "@odoo/owl";

const shown = new Set();

/**
 * Say which conversation is on the screen, so that nobody is told of its texts.
 *
 * @param {() => number|false} getId
 */
export function useOnScreen(getId) {
    onMounted(() => shown.add(getId));
    onWillUnmount(() => shown.delete(getId));
}

/** @param {number} id */
export function isOnScreen(id) {
    return !document.hidden && [...shown].some((getId) => getId() === id);
}
