import {browser} from "@web/core/browser/browser";
import {useService} from "@web/core/utils/hooks";

import {useLiveReload} from "../live_views/live_reload";

import {onMounted, onWillUnmount, useState} from "@odoo/owl";

const MODEL = "sms.inbox.conversation";
const EVENT = "sms_inbox.conversation";
const COUNT_EVERY_MS = 1000; // at most, however many texts come

const pause = (ms) => new Promise((resolve) => browser.setTimeout(resolve, ms));

/**
 * How many conversations are unread, and how many wait on us, kept up to date. They are
 * read once, and again when something changed and somebody looks.
 *
 * @param {() => any} onChange something may have changed, and was counted
 */
export function useTally(onChange) {
    const orm = useService("orm");
    const bus = useService("bus_service");
    const state = useState({unread: 0, waiting: 0});
    let heard = 0; // the latest event that the bus told of

    const hear = (_payload, {id}) => {
        heard = Math.max(heard, id);
    };

    async function count() {
        // an extra: Odoo goes on without it
        const tally = await orm.silent.call(MODEL, "inbox_tally", []).catch(() => null);
        // what is older than what the bus told of is read again in a moment
        if (tally && !(tally.bus_id && tally.bus_id < heard)) {
            Object.assign(state, {unread: tally.unread, waiting: tally.waiting});
        }
    }

    async function countAgain() {
        await Promise.all([count(), onChange()]);
        await pause(COUNT_EVERY_MS);
    }

    onMounted(() => {
        bus.subscribe(EVENT, hear);
        count();
    });
    onWillUnmount(() => bus.unsubscribe(EVENT, hear));
    useLiveReload({reload: countAgain});
    return state;
}
