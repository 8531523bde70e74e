import {Mutex} from "@web/core/utils/concurrency";
import {useService} from "@web/core/utils/hooks";

import {mergeTexts, whatMayHaveChanged, withPage} from "./texts";

import {useState} from "@odoo/owl";

/** What bubbles show of a text. */
export const FIELDS = [
    "direction",
    "body",
    "media",
    "incomplete",
    "state",
    "waits_for",
    "error_text",
    "waiting_words",
    "date",
    "place",
    "author_id",
    "priority",
    "taken_back",
];

/** An empty list reaches us as false. */
function asShown(texts) {
    return texts.map((text) => ({...text, media: text.media || []}));
}

/**
 * The texts of one conversation, read page by page and kept up to date, and the team's
 * notes.
 */
export function useThreadTexts() {
    const orm = useService("orm");
    const mutex = new Mutex(); // a late answer must not undo a newer one
    const state = useState({
        texts: [],
        notes: [],
        complete: true,
        from: 0,
        conversationId: false,
    });

    const call = (method, ...args) =>
        orm.call("sms.inbox.conversation", method, [[state.conversationId], ...args]);

    const readPage = (before = false) => call("inbox_texts", FIELDS, before);

    const readNotes = () => call("inbox_notes");

    async function readAtFirst() {
        const [page, notes] = await Promise.all([readPage(), readNotes()]);
        return {...page, notes};
    }

    /**
     * @param {number} conversationId
     * @param {{texts: Object[], complete: boolean, notes: Object[]}} [first] if they are
     *     known already
     */
    async function open(conversationId, first) {
        Object.assign(state, {conversationId, texts: [], notes: [], complete: true});
        const {notes, ...page} = first || (await readAtFirst());
        state.notes = notes;
        show(page);
    }

    async function loadOlder() {
        if (!state.complete) {
            show(await readPage(state.from));
        }
    }

    function show({texts, complete}) {
        const page = {texts: asShown(texts), complete};
        Object.assign(state, withPage(state.texts, page));
    }

    async function refresh() {
        const {domain, limit} = whatMayHaveChanged(state.texts);
        const [texts, notes] = await Promise.all([
            orm.searchRead(
                "sms.inbox.message",
                [["conversation_id", "=", state.conversationId], ...domain],
                FIELDS,
                {order: "place desc", limit}
            ),
            readNotes(),
        ]);
        state.notes = notes;
        if (texts.length < limit) {
            state.texts = mergeTexts(state.texts, asShown(texts), state.from);
        } else {
            // so much is new that there may be a gap: begin again at the end
            await open(state.conversationId);
        }
    }

    return {
        state,
        open: (conversationId, first) => mutex.exec(() => open(conversationId, first)),
        loadOlder: () => mutex.exec(loadOlder),
        refresh: () => mutex.exec(refresh),
    };
}
