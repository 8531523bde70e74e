import {browser} from "@web/core/browser/browser";
import {registry} from "@web/core/registry";
import {Mutex} from "@web/core/utils/concurrency";

import {reactive} from "@odoo/owl";

const EVENT = "sms_inbox/subscriber";
const GATHER_MS = 50; // a page draws its phone numbers one by one: one call for all
const MOST = 500; // numbers in one call

/**
 * What is known of the phone numbers on the screen: read for all of them in one call,
 * and read again when the server says that it changed.
 */
export const textabilityService = {
    dependencies: ["bus_service", "orm"],

    start(env, {bus_service: bus, orm}) {
        const marks = reactive({}); // key: mark
        const shown = new Map(); // key: how often it is on the screen
        const wanted = new Set(); // keys
        const mutex = new Mutex(); // a late answer must not undo a newer one
        let timer = null;

        const want = (keys) => {
            keys.forEach((key) => wanted.add(key));
            if (wanted.size && !timer) {
                timer = browser.setTimeout(readWanted, GATHER_MS);
            }
        };
        const readWanted = () => {
            timer = null;
            const keys = [...wanted].filter((key) => shown.has(key));
            wanted.clear();
            for (let from = 0; from < keys.length; from += MOST) {
                mutex.exec(() => read(keys.slice(from, from + MOST)));
            }
        };
        const read = async (keys) => {
            const asked = keys.map((key) => JSON.parse(key));
            let found;
            try {
                found = await orm.silent.call("sms.inbox.subscriber", "marks", [asked]);
            } catch {
                return; // a mark is an extra: without it, the page is as it always was
            }
            keys.forEach((key, index) => {
                if (shown.has(key)) {
                    marks[key] = found[index];
                }
            });
        };

        const start = () => {
            bus.subscribe(EVENT, ({number}) =>
                // no number: so many changed that they are not named
                want(
                    [...shown.keys()].filter(
                        (key) => !number || marks[key]?.number === number
                    )
                )
            );
            bus.addEventListener("BUS:RECONNECT", () => want([...shown.keys()]));
            bus.start();
        };
        let started = false;

        return {
            /** By the keys that `show` gives; what is not known yet is missing. */
            marks,

            /**
             * @param {Object} asked as `sms.inbox.subscriber`'s `marks` takes it
             * @returns {string} key
             */
            show(asked) {
                if (!started) {
                    started = true;
                    start();
                }
                const key = JSON.stringify(asked);
                shown.set(key, (shown.get(key) || 0) + 1);
                if (!marks[key]) {
                    want([key]);
                }
                return key;
            },

            /** @param {string} key of what is no longer on the screen */
            hide(key) {
                const left = shown.get(key) - 1;
                if (left) {
                    shown.set(key, left);
                } else {
                    shown.delete(key);
                    delete marks[key];
                }
            },
        };
    },
};

registry.category("services").add("sms_inbox.textability", textabilityService);
