import {KeepLast} from "@web/core/utils/concurrency";
import {useService} from "@web/core/utils/hooks";

import {onWillStart, onWillUpdateProps, useState} from "@odoo/owl";

/**
 * What the pane beside a thread shows, read once the pane is there, and again whenever
 * the thread was.
 *
 * @param {() => Object} thread gives what is known of the thread
 */
export function useDetails(thread) {
    const orm = useService("orm");
    const keepLast = new KeepLast();
    const state = useState({data: null});

    async function load() {
        state.data = await keepLast.add(
            orm.silent.call("sms.inbox.conversation", "inbox_details", [[thread().id]])
        );
    }

    onWillStart(() => {
        load(); // not waited for: who it is, is known already
    });
    onWillUpdateProps(({data}) => {
        if (data !== thread()) {
            load();
        }
    });
    return {state, load};
}
