import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {describe, expect, test} from "@odoo/hoot";
import {waitFor} from "@odoo/hoot-dom";
import {contains} from "@web/../tests/web_test_helpers";

import {answerTheInbox, openInbox} from "./an_inbox";

describe.current.tags("mobile");
defineMailModels();

const LIST = ".o_sms_inbox_list";
const PANE = ".o_sms_inbox_pane:visible";

answerTheInbox();

/** Of the panes, those that are on the screen. */
const panes = () =>
    [LIST, PANE, ".o_sms_inbox_details", ".o_sms_inbox_new"].filter((pane) =>
        document.querySelector(pane.replace(":visible", ":not(.d-none)"))
    );

test("the list has the screen, then the conversation, and back", async () => {
    const addresses = await openInbox();
    expect(panes()).toEqual([LIST]);
    await contains(".o_sms_inbox_row").click();
    await waitFor(PANE, {timeout: 5000});
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
