import {browser} from "@web/core/browser/browser";
import {useBus, useService} from "@web/core/utils/hooks";

import {onMounted, onWillUnmount, useExternalListener} from "@odoo/owl";

const EVENT = "sms_inbox.conversation";
const GATHER_MS = 200; // texts come in bursts: one reload for all
const BUSY_MS = 1000; // look again when the user may have finished

/**
 * Read again what is on the screen when conversations change, or when the connection
 * came back and events may have been missed. Never while the user is at work in it,
 * never twice at once, and not while nobody sees the window.
 *
 * @param {Object} options
 * @param {() => Promise} options.reload
 * @param {() => boolean|Promise<boolean>} [options.isBusy] whether to wait
 * @param {(ids: number[]) => boolean} [options.concerns] whether these conversations
 *  are on the screen; all are by default
 */
export function useLiveReload({reload, isBusy = () => false, concerns = () => true}) {
    const bus = useService("bus_service");
    let timer = null;
    let wanted = false;
    let running = false;
    let gone = false;

    const plan = (delay) => {
        if (wanted && !timer && !running && !gone && !document.hidden) {
            timer = browser.setTimeout(run, delay);
        }
    };
    const want = () => {
        wanted = true;
        plan(GATHER_MS);
    };
    const run = async () => {
        timer = null;
        running = true;
        let delay = GATHER_MS;
        try {
            if (await isBusy()) {
                delay = BUSY_MS;
            } else if (!gone) {
                wanted = false;
                await reload();
            }
        } finally {
            running = false;
            plan(delay);
        }
    };
    const onEvent = ({ids}) => concerns(ids) && want();

    useBus(bus, "BUS:RECONNECT", want);
    useExternalListener(document, "visibilitychange", () => plan(0));
    onMounted(() => {
        bus.subscribe(EVENT, onEvent);
        bus.start();
    });
    onWillUnmount(() => {
        gone = true;
        browser.clearTimeout(timer);
        bus.unsubscribe(EVENT, onEvent);
    });
}
