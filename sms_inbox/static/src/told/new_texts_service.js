import {browser} from "@web/core/browser/browser";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {session} from "@web/session";

import {isOnScreen} from "./on_screen";
import {openInbox} from "./open_inbox";

const MODEL = "sms.inbox.conversation";
const EVENT = "sms_inbox.new_texts";
const NOT_ARRIVED = "sms_inbox.not_arrived";
const CHANNEL = "sms_inbox.told";
const GATHER_MS = 400; // texts come in bursts; and other tabs have to say their word
const SHOWN_MS = 5_000; // it lies over buttons, and stays while one points at it
const START = 100; // letters of a text that are told
const MOST = 3; // each in a toast of its own; more are one

const NOT_ARRIVED_WORDS = _t(
    "They wait again: your text did not arrive, or it is not known whether it did."
);

/** The start of a text, or what is said of a picture without words. */
function startOf({preview, last_is_ours: isOurs}) {
    if (isOurs) {
        return _t("A new text"); // which was answered by itself already
    }
    const words = preview || _t("A picture or a file");
    return words.length > START ? `${words.slice(0, START).trimEnd()}…` : words;
}

/**
 * Tells of new texts, and of answers of the user's own that did not arrive, with a
 * toast, in the tab that the user looks at. What is on the screen in any tab of this
 * browser needs none, and what one tab told the others do not.
 */
export const newTextsService = {
    dependencies: ["action", "bus_service", "notification", "orm"],

    start(_env, {action, bus_service: bus, notification, orm}) {
        if (!session.sms_inbox_user) {
            return;
        }
        const gathered = new Map(); // id: whether an answer did not arrive
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
            const failed = new Map(gathered);
            const ids = [...gathered.keys()].filter((id) => !isOnScreen(id));
            gathered.clear();
            if (ids.length) {
                otherTabs.postMessage(ids);
                // an extra: Odoo goes on without it
                const rows = await orm.silent
                    .call(MODEL, "inbox_rows", [ids])
                    .catch(() => []);
                const told = rows.map((row) => ({...row, failed: failed.get(row.id)}));
                show(told.filter((row) => isNews(row) && !isOnScreen(row.id)));
            }
        }

        /** Nobody read it yet, or dealt with it. */
        function isNews({unread, failed, stage}) {
            return unread || (failed && stage === "needs_reply");
        }

        function show(rows) {
            if (rows.length > MOST) {
                const words = rows.some(({failed}) => failed)
                    ? _t("%s conversations wait on you.", rows.length)
                    : _t("%s conversations have new texts.", rows.length);
                toast(0, words, {buttons: [opens(0, _t("Open inbox"))]});
                return;
            }
            for (const row of rows) {
                toast(row.id, row.failed ? NOT_ARRIVED_WORDS : startOf(row), {
                    type: row.failed ? "warning" : "info",
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

        function gather(ids, failed) {
            const seen = ids.filter((id) => isOnScreen(id));
            if (seen.length) {
                otherTabs.postMessage(seen);
            }
            const unseen = ids.filter((id) => !seen.includes(id));
            unseen.forEach((id) => gathered.set(id, failed || gathered.get(id)));
            plan();
        }

        bus.subscribe(EVENT, ({ids}) => gather(ids, false));
        bus.subscribe(NOT_ARRIVED, ({ids}) => gather(ids, true));
        otherTabs.addEventListener("message", ({data}) => {
            data.forEach((id) => gathered.delete(id));
        });
        document.addEventListener("visibilitychange", plan);
        bus.start();
    },
};

registry.category("services").add("sms_inbox.new_texts", newTextsService);
