import {useService} from "@web/core/utils/hooks";

import {useLiveReload} from "../live_views/live_reload";
import {PAGE} from "./texts";
import {FIELDS} from "./thread_texts";

import {onMounted, onWillStart, useState} from "@odoo/owl";

const MODEL = "sms.inbox.conversation";

/**
 * What is known of a conversation besides its texts, kept up to date, and what can be
 * done to it.
 *
 * @param {number} id
 */
export function useThreadData(id) {
    const orm = useService("orm");
    const action = useService("action");
    const state = useState({data: null});

    let first = null;

    const call = (method, ...args) => orm.silent.call(MODEL, method, [[id], ...args]);

    /** One call for all that is seen at once; what is around it comes a moment later. */
    async function open() {
        const {thread, ...texts} = await call("inbox_open", FIELDS, PAGE);
        first = texts;
        state.data = {others: [], people: [], ...thread};
        const {data} = state;
        call("inbox_around").then((around) => Object.assign(data, around));
    }

    async function load() {
        const [thread, around] = await Promise.all([
            call("inbox_thread"),
            call("inbox_around"),
        ]);
        state.data = {...thread, ...around};
    }

    /** The texts and notes that came with it; once all is shown they are out of date. */
    const firstTexts = () => first;

    /** @param {Object} values as people may write them */
    async function write(values) {
        await orm.write(MODEL, [id], values);
        await load();
    }

    /** @param {string} method an action of the conversation */
    async function run(method) {
        const result = await orm.call(MODEL, method, [[id]]);
        if (result && typeof result === "object") {
            await action.doAction(result, {onClose: load});
        } else {
            await load();
        }
    }

    onWillStart(open);
    onMounted(() => {
        first = null;
    });
    useLiveReload({concerns: (ids) => ids.includes(id), reload: load});
    return {state, firstTexts, load, write, run};
}
