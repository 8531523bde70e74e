import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {beforeEach, describe, expect, test} from "@odoo/hoot";
import {animationFrame} from "@odoo/hoot-mock";
import {contains, mountWithCleanup, onRpc} from "@web/../tests/web_test_helpers";

import {Inbox} from "@sms_inbox/inbox/inbox";

describe.current.tags("mobile");
defineMailModels();

const ROW = {
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
const THREAD = {
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
const LIST = ".o_sms_inbox_list";
const PANE = ".o_sms_inbox_pane:visible";

beforeEach(() => {
    onRpc(({model, method}) =>
        model.startsWith("sms.inbox") ? (ANSWERS[method] ?? false) : undefined
    );
});

async function openInbox(resId) {
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

/** Of the panes, those that are on the screen. */
const panes = () =>
    [LIST, PANE, ".o_sms_inbox_details", ".o_sms_inbox_new"].filter((pane) =>
        document.querySelector(pane.replace(":visible", ":not(.d-none)"))
    );

test("the list has the screen, then the conversation, and back", async () => {
    const addresses = await openInbox();
    expect(panes()).toEqual([LIST]);
    await contains(".o_sms_inbox_row").click();
    expect(panes()).toEqual([PANE]);
    await contains(`${PANE} .o_sms_inbox_back`).click();
    expect(panes()).toEqual([LIST]);
    expect(addresses).toEqual([1, false]);
});

test("a link to a conversation opens it alone, and back is the list", async () => {
    await openInbox(1);
    expect(panes()).toEqual([PANE]);
    await contains(`${PANE} .o_sms_inbox_back`).click();
    expect(panes()).toEqual([LIST]);
});

test("who it is takes the conversation's place until it is folded", async () => {
    await openInbox(1);
    await contains(".o_sms_inbox_toggle_details").click();
    expect(panes()).toEqual([".o_sms_inbox_details"]);
    await contains(".o_sms_inbox_details [title=Fold]").click();
    expect(panes()).toEqual([PANE]);
});

test("a new text has the screen until it is left", async () => {
    await openInbox();
    await contains(".o_sms_inbox_start_new").click();
    expect(panes()).toEqual([".o_sms_inbox_new"]);
    await contains(".o_sms_inbox_back").click();
    expect(panes()).toEqual([LIST]);
});
