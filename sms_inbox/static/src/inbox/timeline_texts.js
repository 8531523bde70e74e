import {Mutex} from "@web/core/utils/concurrency";
import {useService} from "@web/core/utils/hooks";

import {useLiveReload} from "../live_views/live_reload";
import {mergeTexts, withoutWaiting, withPage} from "../thread/texts";
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
    const state = useState({threads: [], texts: [], complete: true, from: 0});

    function read(before = false) {
        return orm.silent.call("sms.inbox.conversation", "inbox_timeline", [
            [id],
            FIELDS,
            before,
        ]);
    }

    async function refresh() {
        const {threads, ...page} = await read();
        const ended = await readEnded(page.texts);
        const known = withoutWaiting(state.texts);
        const newest = withPage([], page);
        state.threads = threads;
        if (newest.from <= known.at(-1)?.place) {
            state.texts = mergeTexts(known, [...ended, ...page.texts], state.from);
        } else {
            // so much is new that there may be a gap: begin again at the end
            Object.assign(state, newest);
        }
    }

    /** What waited and is not on the newest page may have ended above it. */
    async function readEnded(newest) {
        const there = [...newest, ...withoutWaiting(state.texts)];
        const ids = new Set(there.map((text) => text.id));
        const waited = state.texts.filter((text) => !ids.has(text.id));
        if (!waited.length) {
            return [];
        }
        const ended = await orm.silent.searchRead(
            "sms.inbox.message",
            [["id", "in", waited.map((text) => text.id)]],
            [...FIELDS, "conversation_id"]
        );
        return ended.map((text) => ({
            ...text,
            conversation_id: text.conversation_id[0],
        }));
    }

    async function loadOlder() {
        if (!state.complete) {
            Object.assign(state, withPage(state.texts, await read(state.from)));
        }
    }

    onWillStart(refresh);
    useLiveReload({
        concerns: (ids) => state.threads.some((thread) => ids.includes(thread.id)),
        reload: () => mutex.exec(refresh),
    });
    return {state, loadOlder: () => mutex.exec(loadOlder)};
}
