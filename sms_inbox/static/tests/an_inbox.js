import {beforeEach} from "@odoo/hoot";
import {animationFrame} from "@odoo/hoot-mock";
import {mountWithCleanup, onRpc} from "@web/../tests/web_test_helpers";

import {Inbox} from "@sms_inbox/inbox/inbox";

/** A conversation as a row of the list has it. */
export const ROW = {
    id: 1,
    key: ["2026-03-10T09:00:00.000000", 1],
    name: "Ada Chen",
    contact_number: "+12025550143",
    partner_id: false,
    number: {id: 1, name: "Sales", color: 2},
    user: false,
    preview: "Is my bike ready?",
    last_text_at: "2026-03-10 09:00:00",
    stage: "needs_reply",
    waiting_since: "2026-03-10 09:00:00",
    unread: 1,
};
/** The same as its pane has it. */
export const THREAD = {
    ...ROW,
    company_id: 1,
    our_number: "+14155550100",
    our_name: "Sales (+1 415 555 0100)",
    no_text_reason: "",
    no_media_reason: "",
    most_media: 10,
    toll_free: false,
    textability_reason: "",
    doubtful_words: "",
    known_as: "",
    email: "",
    muted: false,
    candidates: [],
};
const ANSWERS = {
    inbox_page: [ROW],
    inbox_rows: [ROW],
    inbox_counts: {mine: 1},
    inbox_open: {thread: THREAD, texts: [], complete: true, notes: []},
    inbox_around: {others: [], people: []},
    inbox_thread: THREAD,
    inbox_notes: [],
    inbox_presence: true,
    mark_read: true,
    search_count: 1,
    search_read: [],
};
/** What the server says in each test of the file that calls this. */
export function answerTheInbox() {
    beforeEach(() => {
        onRpc(({model, method}) =>
            model.startsWith("sms.inbox") ? (ANSWERS[method] ?? false) : undefined
        );
    });
}

/** @returns the ids that the address gets */
export async function openInbox(resId) {
    const addresses = [];
    await mountWithCleanup(Inbox, {
        props: {
            action: {},
            resId,
            updateActionState: (state) => addresses.push(state.resId),
        },
    });
    await animationFrame();
    return addresses;
}
