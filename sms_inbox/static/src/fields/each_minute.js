import {browser} from "@web/core/browser/browser";

import {onMounted, onWillUnmount, useComponent} from "@odoo/owl";

const MINUTE = 60000;

/** Shows the component anew each minute, as what it says goes by the clock. */
export function useEachMinute() {
    const component = useComponent();
    let timer;
    onMounted(() => {
        timer = browser.setInterval(() => component.render(), MINUTE);
    });
    onWillUnmount(() => browser.clearInterval(timer));
}
