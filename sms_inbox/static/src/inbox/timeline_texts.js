import {Mutex} from "@web/core/utils/concurrency";
import {useService} from "@web/core/utils/hooks";

import {useLiveReload} from "../live_views/live_reload";
import {firstPlace, mergeTexts, withoutWaiting} from "../thread/texts";
import {FIELDS} from "../thread/thread_texts";

import {onWillStart, useState} from "@odoo/owl";

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
        const known = withoutWaiting(state.texts);
        const ids = new Set(known.map((text) => text.id));
        // so much may be new that there is a gap: then begin again at the end
        const joins = texts.some((text) => ids.has(text.id));
        state.threads = threads;
        state.complete = joins ? state.complete : complete;
        state.texts = mergeTexts(joins ? known : [], texts);
    }

    async function loadOlder() {
        if (!state.complete) {
            const {texts, complete} = await read(firstPlace(state.texts));
            state.texts = mergeTexts(state.texts, texts);
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
