import {browser} from "@web/core/browser/browser";
import {useBus, useService} from "@web/core/utils/hooks";

import {onMounted, onWillUnmount, useExternalListener} from "@odoo/owl";

const EVENT = "sms_inbox.conversation";
const GATHER_MS = 200; // texts come in bursts: one call for all

/**
 * Learn which conversations changed, many at a time and not while nobody looks.
 *
 * @param {Object} options
 * @param {(ids: number[]) => any} options.onChange
 * @param {() => any} options.onGap events may have been missed
 */
export function useLiveIds({onChange, onGap}) {
    const bus = useService("bus_service");
    const gathered = new Set();
    let timer = null;

    const plan = () => {
        if (gathered.size && !timer && !document.hidden) {
            timer = browser.setTimeout(hand, GATHER_MS);
        }
    };
    const hand = () => {
        timer = null;
        const ids = [...gathered];
        gathered.clear();
        onChange(ids);
    };
    const gather = ({ids}) => {
        ids.forEach((id) => gathered.add(id));
        plan();
    };

    useBus(bus, "BUS:RECONNECT", () => onGap());
    useExternalListener(document, "visibilitychange", plan);
    onMounted(() => {
        bus.subscribe(EVENT, gather);
        bus.start();
    });
    onWillUnmount(() => {
        browser.clearTimeout(timer);
        bus.unsubscribe(EVENT, gather);
    });
}
