import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {Deferred, describe, expect, test} from "@odoo/hoot";
import {press, queryFirst, waitFor, waitForNone} from "@odoo/hoot-dom";
import {animationFrame} from "@odoo/hoot-mock";
import {contains, onRpc} from "@web/../tests/web_test_helpers";

import {ROW, THREAD, answerTheInbox, openInbox} from "./an_inbox";

describe.current.tags("desktop");
defineMailModels();
answerTheInbox();

const ANDRE = {...ROW, id: 2, key: ["2026-03-10T08:00:00.000000", 2], name: "André"};
const PANE = ".o_sms_inbox_pane";

/** An inbox with Ada open, in which the next thread comes when it is told to. */
async function openAda() {
    const line = new Deferred();
    onRpc("sms.inbox.conversation", "inbox_page", () => [ROW, ANDRE]);
    onRpc("sms.inbox.conversation", "inbox_open", async ({args: [[id]]}) => {
        await (id === ANDRE.id && line);
        const thread = id === ANDRE.id ? {...THREAD, ...ANDRE} : THREAD;
        return {thread, texts: [], complete: true, notes: []};
    });
    await openInbox(ROW.id);
    await animationFrame();
    expect(`${PANE} h2`).toHaveText("Ada Chen");
    return () => line.resolve();
}

const openAndre = () => contains(".o_sms_inbox_row:eq(1)").click();

test("nobody writes in the thread before while the next one opens", async () => {
    const comes = await openAda();
    await openAndre();
    expect(".o_sms_inbox_row:eq(1)").toHaveClass("o_sms_inbox_selected");
    expect(PANE).toHaveCount(0);
    expect("textarea").toHaveCount(0);
    comes();
    await animationFrame();
    expect(`${PANE} h2`).toHaveText("André");
});

test("who wants to write while a thread opens gets its box, and no key acts", async () => {
    const comes = await openAda();
    await openAndre();
    await press("r");
    await press("n");
    await press("j");
    comes();
    await animationFrame();
    await animationFrame();
    expect(".o_sms_inbox_new").toHaveCount(0);
    expect(`${PANE} h2`).toHaveText("André");
    expect(`${PANE} textarea`).toBeFocused();
});

test("what was typed last is in the draft of its thread", async () => {
    const comes = await openAda();
    await contains(`${PANE} textarea`).click();
    const box = queryFirst(`${PANE} textarea`);
    box.value = "For Ada";
    box.dispatchEvent(new InputEvent("input", {bubbles: true}));
    await openAndre(); // before the box is drawn anew
    comes();
    await animationFrame();
    expect(`${PANE} textarea`).toHaveValue("");
    await contains(".o_sms_inbox_row:eq(0)").click();
    await animationFrame();
    expect(`${PANE} textarea`).toHaveValue("For Ada");
});

test("what is taken back is in the box again, with its picture, to go on writing", async () => {
    onRpc("sms.inbox.conversation", "inbox_send", () => ({id: 7, undo: 10}));
    onRpc(
        "sms.inbox.message",
        "action_cancel",
        () => expect.step("taken back") || true
    );
    onRpc("sms.inbox.message", "read", () => [
        {id: 7, media: [{name: "bike.png", kind: "picture", attachment: 9}]},
    ]);
    await openAda();
    await contains(`${PANE} textarea`).click();
    await contains(`${PANE} textarea`).edit("Look", {confirm: false});
    await press("Enter");
    await animationFrame();
    queryFirst(".o_sms_inbox_undo button").click();
    await animationFrame();
    await animationFrame();
    expect.verifySteps(["taken back"]);
    expect(`${PANE} textarea`).toHaveValue("Look");
    expect(`${PANE} textarea`).toBeFocused();
});

test("from a note back to texts, the box has the keys", async () => {
    await openAda();
    await contains(".o_sms_inbox_to_note").click();
    await contains(".o_sms_inbox_to_text").click();
    await animationFrame();
    expect(`${PANE} textarea`).toBeFocused();
});

test("a second Enter does not send what crossed a colleague's answer", async () => {
    onRpc("sms.inbox.conversation", "inbox_send", ({args}) => {
        expect.step(args[5] === false ? "sent" : "asked");
        return {crossed: ["Ben"]};
    });
    await openAda();
    await contains(`${PANE} textarea`).click();
    await contains(`${PANE} textarea`).edit("Look", {confirm: false});
    await press("Enter");
    await waitFor(".modal", {timeout: 5000});
    await press("Enter");
    await waitForNone(".modal", {timeout: 5000});
    expect.verifySteps(["asked"]);
    expect(`${PANE} textarea`).toHaveValue("Look");
});
