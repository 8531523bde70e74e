import {Mutex} from "@web/core/utils/concurrency";
import {useService} from "@web/core/utils/hooks";

import {useLiveReload} from "../live_views/live_reload";
import {FIELDS} from "../thread/thread_texts";

import {onWillStart, useState} from "@odoo/owl";

/**
 * Two readings of a person's texts as one, in their time; where both have a text, the
 * later reading is right.
 *
 * @param {{id: number, date: string}[]} known
 * @param {{id: number, date: string}[]} fresh
 * @returns {{id: number, date: string}[]} oldest first
 */
export function inTime(known, fresh) {
    const byId = new Map([...known, ...fresh].map((text) => [text.id, text]));
    return [...byId.values()].sort((a, b) =>
        a.date === b.date ? a.id - b.id : a.date < b.date ? -1 : 1
    );
}

/**
 * Texts that follow each other in one thread, as blocks.
 *
 * @param {{id: number, conversation_id: number, day: string}[]} texts oldest first
 * @returns {{threadId: number, day: string, texts: Object[]}[]} `day` stands above
 */
export function blocksOf(texts) {
    const blocks = [];
    for (const text of texts) {
        const last = blocks.at(-1);
        if (last?.threadId === text.conversation_id) {
            last.texts.push(text);
        } else {
            blocks.push({
                threadId: text.conversation_id,
                day: text.day,
                texts: [{...text, day: ""}],
            });
        }
    }
    return blocks;
}

/**
 * All texts with the person of a thread, read page by page and kept up to date.
 *
 * @param {number} id of the thread
 */
export function useTimelineTexts(id) {
    const orm = useService("orm");
    const mutex = new Mutex(); // a late answer must not undo a newer one
    const state = useState({threads: [], texts: [], complete: true});

    function read(before = false) {
        return orm.silent.call("sms.inbox.conversation", "inbox_timeline", [
            [id],
            FIELDS,
            before,
        ]);
    }

    async function refresh() {
        const {threads, texts, complete} = await read();
        const known = new Set(state.texts.map((text) => text.id));
        // so much may be new that there is a gap: then begin again at the end
        const joins = texts.some((text) => known.has(text.id));
        state.threads = threads;
        state.complete = joins ? state.complete : complete;
        state.texts = inTime(joins ? state.texts : [], texts);
    }

    async function loadOlder() {
        if (!state.complete) {
            const {texts, complete} = await read(state.texts[0].id);
            state.texts = inTime(state.texts, texts);
            state.complete = complete;
        }
    }

    onWillStart(refresh);
    useLiveReload({
        concerns: (ids) => state.threads.some((thread) => ids.includes(thread.id)),
        reload: () => mutex.exec(refresh),
    });
    return {state, loadOlder: () => mutex.exec(loadOlder)};
}
