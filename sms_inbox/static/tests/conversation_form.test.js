import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {beforeEach, describe, expect, test} from "@odoo/hoot";
import {press, queryOne, waitFor, waitForNone} from "@odoo/hoot-dom";
import {animationFrame} from "@odoo/hoot-mock";
import {
    contains,
    defineModels,
    fields,
    MockServer,
    mockService,
    models,
    mountView,
    onRpc,
    serverState,
} from "@web/../tests/web_test_helpers";

import {answerTheInbox, THREAD} from "./an_inbox";

describe.current.tags("desktop");
defineMailModels();

// its fields are Odoo's to show: the thread knows nothing but its id
class Conversation extends models.Model {
    name = fields.Char();

    _records = [
        {id: 1, name: "Ada Chen"},
        {id: 2, name: "André"},
    ];
}

defineModels([Conversation]);
answerTheInbox();

const ARCH = `
    <form js_class="sms_inbox_form">
        <field name="name"/>
        <widget name="sms_inbox_thread"/>
    </form>`;
const FORM = ".o_form_view";
const BOX = `${FORM} .o_sms_inbox_composer textarea`;

let more, texts;

beforeEach(() => {
    more = {};
    texts = [];
    onRpc("sms.inbox.conversation", "inbox_open", ({args: [[id]]}) => ({
        thread: {...THREAD, id, ...more},
        texts,
        complete: true,
        notes: [],
    }));
});

async function openForm(resId = 1) {
    await mountView({
        type: "form",
        resModel: "conversation",
        resIds: [1, 2],
        resId,
        arch: ARCH,
    });
    await animationFrame();
}

const write = (words) => contains(BOX).edit(words, {confirm: false});

test("who opens the form can write at once, and Escape leaves the box", async () => {
    await openForm();
    expect(BOX).toBeFocused();
    await press("Escape");
    expect(BOX).not.toBeFocused();
});

/** A text of somebody's that leaves tomorrow. */
const planned = (authorId, priority = "reply") => ({
    ...{id: 7, place: 7, direction: "out", body: "Come at 5", media: [], priority},
    ...{state: "queued", waits_for: "schedule", date: "2026-06-03 09:00:00"},
    author_id: [authorId, "Somebody"],
});

test("a reply of one's own that is canceled is in the box again, above what was begun", async () => {
    onRpc("sms.inbox.message", "action_cancel", ({args: [ids]}) => {
        expect.step(["canceled", ...ids]);
        return true;
    });
    texts = [planned(serverState.userId)];
    await openForm();
    await write("And bring the key");
    await contains(".o_sms_inbox_cancel").click();
    await animationFrame();
    expect.verifySteps([["canceled", 7]]);
    expect(BOX).toHaveValue("Come at 5\nAnd bring the key");
});

test("a colleague's text, or a bulk one, that is canceled leaves the box as it is", async () => {
    onRpc("sms.inbox.message", "action_cancel", ({args: [[id]]}) => {
        expect.step(id);
        return true;
    });
    const bulk = {...planned(serverState.userId, "bulk"), id: 8, place: 8};
    texts = [planned(99), bulk];
    await openForm();
    await contains(".o_sms_inbox_cancel:first").click();
    await contains(".o_sms_inbox_cancel:last").click();
    expect.verifySteps([7, 8]);
    expect(BOX).toHaveValue("");
});

test("a text from the form can be taken back for as long as its author chose", async () => {
    onRpc("sms.inbox.conversation", "send_text", () => expect.step("sent at once"));
    onRpc("sms.inbox.conversation", "inbox_send", ({args: [ids, body]}) => {
        expect.step([ids, body]);
        return {id: 7, undo: 10};
    });
    onRpc("sms.inbox.message", "action_cancel", ({args: [ids]}) => {
        expect.step(["taken back", ...ids]);
        return true;
    });
    await openForm();
    await write("Come at 5");
    await press("Enter");
    await animationFrame();
    expect(BOX).toHaveValue("");
    expect(".o_sms_inbox_undo").toHaveText(/Your text leaves in 10 s/);
    await contains(".o_sms_inbox_undo button").click();
    await animationFrame();
    expect(".o_sms_inbox_undo").toHaveCount(0);
    expect(BOX).toHaveValue("Come at 5");
    expect.verifySteps([
        [[1], "Come at 5"],
        ["taken back", 7],
    ]);
});

test("a text from the form crosses no colleague's answer unasked", async () => {
    onRpc("sms.inbox.conversation", "inbox_send", ({args: [, , , , , seen]}) => {
        expect.step(seen === false ? "sent" : "asked");
        return seen === false ? {id: 7, undo: 0} : {crossed: ["Ben"]};
    });
    await openForm();
    await write("Come at 5");
    await press("Enter");
    await waitFor(".modal:contains('Ben answered while you were writing')", {
        timeout: 5000,
    });
    await press("Enter"); // Read it
    await waitForNone(".modal", {timeout: 5000});
    expect(BOX).toHaveValue("Come at 5");
    await contains(BOX).click();
    await press("Enter");
    await contains(".modal button:contains('Send mine too')").click();
    await waitForNone(".modal", {timeout: 5000});
    expect(BOX).toHaveValue("");
    expect.verifySteps(["asked", "asked", "sent"]);
});

test("the thread follows the form to the next record, and drafts stay with theirs", async () => {
    await openForm();
    await write("For Ada");
    await contains(".o_pager_next").click();
    await animationFrame();
    expect(".o_field_widget[name=name] input").toHaveValue("André");
    expect(BOX).toHaveValue("");
    await write("For André");
    await contains(".o_pager_previous").click();
    await animationFrame();
    expect(BOX).toHaveValue("For Ada");
    await contains(".o_pager_next").click();
    await animationFrame();
    expect(BOX).toHaveValue("For André");
});

test("what is begun stays when the form reads its record again", async () => {
    onRpc("conversation", "web_read", () => expect.step("read"));
    await openForm();
    await write("Come at");
    const box = queryOne(BOX);
    MockServer.env["bus.bus"]._sendone(
        serverState.partnerId,
        "sms_inbox.conversation",
        {ids: [1]}
    );
    await expect.waitForSteps(["read", "read"]);
    await animationFrame();
    expect(BOX).toHaveValue("Come at");
    expect(queryOne(BOX)).toBe(box); // with its caret
});

test("a record that is not saved has no thread yet", async () => {
    onRpc("sms.inbox.conversation", "inbox_open", () => expect.step("opened"));
    await openForm(false);
    expect(".o_field_widget[name=name]").toHaveCount(1);
    expect(".o_sms_inbox_thread").toHaveCount(0);
    expect.verifySteps([]);
});

test("what the form asks about the person, its thread does not ask again", async () => {
    more = {undecided: true, doubtful_words: "Enough", textability: "unlikely"};
    await openForm();
    expect(".o_sms_inbox_thread").toHaveCount(1);
    expect(`${FORM} .alert`).toHaveCount(0);
});

test("it is said that a thread will be a new one on their phone", async () => {
    more = {known_as: "+14155550101"};
    await openForm();
    expect(".o_sms_inbox_new_thread").toHaveText(/they know you as \+1 415 555 0101/);
});

test("who else has the form open is seen", async () => {
    await openForm();
    MockServer.env["bus.bus"]._sendone(serverState.partnerId, "sms_inbox.presence", {
        conversation_id: 1,
        user_id: 77,
        name: "Ben",
        doing: "here",
        asks: false,
    });
    await waitFor(".o_sms_inbox_also_here i", {timeout: 5000});
    expect(".o_sms_inbox_also_here").toHaveText("Ben is also here");
});

test("a note for the team is written in the form", async () => {
    onRpc("sms.inbox.conversation", "inbox_note", ({args}) => {
        expect.step(args);
        return true;
    });
    await openForm();
    await contains(".o_sms_inbox_to_note").click();
    await contains(`${FORM} textarea[placeholder='Write a note']`).edit("Call her", {
        confirm: false,
    });
    await press("Enter");
    await animationFrame();
    expect.verifySteps([[[1], "Call her"]]);
});

test("the form leads to the conversation in the inbox", async () => {
    mockService("action", {
        doAction: (action, {props}) => expect.step([action, props.resId]),
    });
    await openForm(2);
    await contains(".o_sms_inbox_open").click();
    expect.verifySteps([["sms_inbox.sms_inbox_inbox_action", 2]]);
});
