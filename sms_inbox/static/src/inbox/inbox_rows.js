import {browser} from "@web/core/browser/browser";
import {useService} from "@web/core/utils/hooks";

import {useLiveIds} from "./live_ids";
import {RowList} from "./row_list";
import {viewOf} from "./views";

import {useState} from "@odoo/owl";

const PAGE = 40;
const MOST = 200; // rows that the server gives at once
const COUNT_EVERY_MS = 1000; // at most, however many texts come
const MODEL = "sms.inbox.conversation";

const pause = (ms) => new Promise((resolve) => browser.setTimeout(resolve, ms));

/**
 * The rows of the inbox's list and the counts of its views, kept up to date.
 *
 * @param {Object} options
 * @param {() => boolean} options.isHeld whether the order has to stay as it is
 * @param {() => number|false} options.kept the row that stays in any case
 */
export function useInboxRows({isHeld, kept}) {
    const orm = useService("orm");
    const state = useState({
        view: "mine",
        search: "",
        list: new RowList(),
        loading: true,
        counts: {},
    });
    let asking = 0; // a late answer to an earlier question is not shown

    async function show(view, search = "") {
        Object.assign(state, {view, search, loading: true});
        state.list = new RowList(search ? true : viewOf(view).falling);
        const mine = ++asking;
        try {
            const rows = await (search
                ? orm.silent.call(MODEL, "inbox_search", [search])
                : readPage(null, PAGE));
            if (mine === asking) {
                state.list.addPage(rows, Boolean(search) || rows.length < PAGE);
            }
        } finally {
            if (mine === asking) {
                state.loading = false;
            }
        }
    }

    function readPage(after, limit) {
        return orm.silent.call(MODEL, "inbox_page", [state.view, after, limit]);
    }

    async function more() {
        const {list} = state;
        if (list.complete || state.loading) {
            return;
        }
        state.loading = true;
        const mine = asking;
        try {
            const rows = await readPage(list.edge, PAGE);
            if (mine === asking) {
                list.addPage(rows, rows.length < PAGE);
            }
        } finally {
            if (mine === asking) {
                state.loading = false;
            }
        }
    }

    async function refresh(ids) {
        countAgain();
        if (ids.length > MOST) {
            return again();
        }
        const mine = asking;
        const asked = state.search ? ids.filter((id) => id in state.list.known) : ids;
        const view = state.search ? null : state.view;
        const rows = asked.length
            ? await orm.silent.call(MODEL, "inbox_rows", [asked, view])
            : [];
        if (mine === asking) {
            state.list.update(asked, rows);
            settle();
        }
    }

    /** So much may have changed that the list is read anew, as long as it is. */
    async function again() {
        countAgain();
        if (state.search) {
            return show(state.view, state.search);
        }
        const limit = Math.min(Math.max(state.list.order.length, PAGE), MOST);
        const mine = ++asking;
        const rows = await readPage(null, limit);
        if (mine === asking) {
            state.list = new RowList(viewOf(state.view).falling);
            state.list.addPage(rows, rows.length < limit);
            state.loading = false;
        }
    }

    function settle() {
        if (!isHeld()) {
            state.list.settle(kept());
        }
    }

    let counting = false;
    let countWanted = false;

    /** Never twice at once. */
    async function countAgain() {
        countWanted = true;
        if (counting) {
            return;
        }
        counting = true;
        try {
            while (countWanted) {
                countWanted = false;
                state.counts = await orm.silent.call(MODEL, "inbox_counts", []);
                await pause(COUNT_EVERY_MS);
            }
        } finally {
            counting = false;
        }
    }

    useLiveIds({onChange: refresh, onGap: again});
    return {
        state,
        show,
        more,
        refresh,
        settle,
        countAgain,
        showWaiting: () => state.list.settle(kept()),
    };
}
