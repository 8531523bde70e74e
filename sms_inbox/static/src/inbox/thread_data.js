import {useService} from "@web/core/utils/hooks";

import {useLiveReload} from "../live_views/live_reload";

import {onWillStart, useState} from "@odoo/owl";

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

    async function load() {
        state.data = await orm.silent.call(MODEL, "inbox_thread", [[id]]);
    }

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

    onWillStart(load);
    useLiveReload({concerns: (ids) => ids.includes(id), reload: load});
    return {state, load, write, run};
}
