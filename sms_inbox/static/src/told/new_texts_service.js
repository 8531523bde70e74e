import {browser} from "@web/core/browser/browser";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {session} from "@web/session";

import {isOnScreen} from "./on_screen";
import {openInbox} from "./open_inbox";

const MODEL = "sms.inbox.conversation";
const EVENT = "sms_inbox.new_texts";
const CHANNEL = "sms_inbox.told";
const GATHER_MS = 400; // texts come in bursts; and other tabs have to say their word
const SHOWN_MS = 5_000; // it lies over buttons, and stays while one points at it
const START = 100; // letters of a text that are told
const MOST = 3; // each in a toast of its own; more are one

/** The start of a text, or what is said of a picture without words. */
function startOf({preview, last_is_ours: isOurs}) {
    if (isOurs) {
        return _t("A new text"); // which was answered by itself already
    }
    const words = preview || _t("A picture or a file");
    return words.length > START ? `${words.slice(0, START).trimEnd()}…` : words;
}

/**
 * Tells of new texts with a toast, in the tab that the user looks at. What is on the
 * screen in any tab of this browser needs none, and what one tab told the others do not.
 */
export const newTextsService = {
    dependencies: ["action", "bus_service", "notification", "orm"],

    start(_env, {action, bus_service: bus, notification, orm}) {
        if (!session.sms_inbox_user) {
            return;
        }
        const gathered = new Set();
        const toasts = new Map(); // id of a conversation: what closes its toast
        const otherTabs = new browser.BroadcastChannel(CHANNEL);
        let timer = null;

        function plan() {
            if (gathered.size && !timer && !document.hidden) {
                timer = browser.setTimeout(tell, GATHER_MS);
            }
        }

        async function tell() {
            timer = null;
            if (document.hidden) {
                return;
            }
            const ids = [...gathered].filter((id) => !isOnScreen(id));
            gathered.clear();
            if (ids.length) {
                otherTabs.postMessage(ids);
                // an extra: Odoo goes on without it
                const rows = await orm.silent
                    .call(MODEL, "inbox_rows", [ids])
                    .catch(() => []);
                show(rows.filter((row) => row.unread && !isOnScreen(row.id)));
            }
        }

        function show(rows) {
            if (rows.length > MOST) {
                toast(0, _t("%s conversations have new texts.", rows.length), {
                    buttons: [opens(0, _t("Open inbox"))],
                });
                return;
            }
            for (const row of rows) {
                toast(row.id, startOf(row), {
                    title: `${row.name} (${row.number.name})`,
                    buttons: [opens(row.id, _t("Open"))],
                });
            }
        }

        /** One for each conversation: what came before is in the thread. */
        function toast(id, words, options) {
            toasts.get(id)?.();
            const close = notification.add(words, {
                type: "info",
                className: "o_sms_inbox_told",
                autocloseDelay: SHOWN_MS,
                onClose: () => toasts.get(id) === close && toasts.delete(id),
                ...options,
            });
            toasts.set(id, close);
        }

        function opens(id, name) {
            const onClick = () => {
                toasts.get(id)?.();
                openInbox(action, {id: id || false});
            };
            return {name, primary: true, onClick};
        }

        bus.subscribe(EVENT, ({ids}) => {
            const seen = ids.filter((id) => isOnScreen(id));
            if (seen.length) {
                otherTabs.postMessage(seen);
            }
            ids.forEach((id) => seen.includes(id) || gathered.add(id));
            plan();
        });
        otherTabs.addEventListener("message", ({data}) => {
            data.forEach((id) => gathered.delete(id));
        });
        document.addEventListener("visibilitychange", plan);
        bus.start();
    },
};

registry.category("services").add("sms_inbox.new_texts", newTextsService);
