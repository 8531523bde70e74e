import {browser} from "@web/core/browser/browser";
import {registry} from "@web/core/registry";
import {kanbanView} from "@web/views/kanban/kanban_view";

import {isAtWork, reloadInPlace} from "../live_views/in_place";

import {onMounted, onWillUnmount, useExternalListener} from "@odoo/owl";

const FRESH_MS = 20000; // figures of "this minute" are stale soon

// The board's own shortcuts would take these keys from the buttons on its cards.
function leaveToButtons(ev) {
    const isPress = ev.key === "Enter" || ev.key === " ";
    if (isPress && ev.target.closest?.(".o_kanban_record :is(a, button)")) {
        ev.stopImmediatePropagation();
    }
}

/** The board of numbers, which reads its figures again while somebody looks. */
class NumberBoardController extends kanbanView.Controller {
    setup() {
        super.setup();
        let timer;
        onMounted(() => {
            timer = browser.setInterval(() => this.refresh(), FRESH_MS);
        });
        onWillUnmount(() => browser.clearInterval(timer));
        useExternalListener(window, "keydown", leaveToButtons, {capture: true});
    }

    async refresh() {
        const root = this.rootRef.el;
        if (!document.hidden && !this.model.root.selection.length && !isAtWork(root)) {
            await reloadInPlace(this.model, root);
        }
    }
}

registry.category("views").add("sms_inbox_number_board", {
    ...kanbanView,
    Controller: NumberBoardController,
});
