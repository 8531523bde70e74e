import {
    defineMailModels,
    onRpcBefore,
    openFormView,
    start,
    startServer,
} from "@mail/../tests/mail_test_helpers";
import {beforeEach, expect, test} from "@odoo/hoot";
import {queryAllTexts, queryOne} from "@odoo/hoot-dom";
import {advanceTime, animationFrame} from "@odoo/hoot-mock";
import {
    contains,
    defineModels,
    fields,
    getService,
    MockServer,
    mockService,
    models,
    mountView,
    mountWithCleanup,
    onRpc,
    patchWithCleanup,
    serverState,
} from "@web/../tests/web_test_helpers";
import {session} from "@web/session";

import {RecordTexts} from "@sms_inbox/records_panel/record_texts";

class Person extends models.Model {
    name = fields.Char();
    phone = fields.Char();

    _records = [{id: 1, name: "Ada", phone: "+1 202 555 0143"}];
}

defineMailModels();
defineModels([Person]);

const NUMBER = "+12025550143";
const PEOPLE = [{number: NUMBER, partner_id: 7}];

const row = (id, name) => ({
    id,
    name: "Ada Chen",
    contact_number: NUMBER,
    partner_id: 7,
    number: {id, name, color: id},
    preview: `Latest of ${name}`,
    last_text_at: "2026-01-05 10:00:00",
    last_is_ours: false,
    stage: "waiting",
    unread: 0,
});

const threadOf = (id) => ({
    ...row(id, `Number ${id}`),
    company_id: 1,
    our_name: `Number ${id}`,
    no_text_reason: "They want no texts.",
    candidates: [],
    textability: "likely",
});
const textsOf = (id) => [
    {
        id,
        direction: "in",
        body: `Text of thread ${id}`,
        media: false,
        state: "received",
        date: "2026-01-05 10:00:00",
        place: id,
    },
];

let beside;

beforeEach(() => {
    beside = {threads: [], count: 0, people: PEOPLE, missing: ""};
    patchWithCleanup(session, {sms_inbox_user: true});
    onRpc("sms.inbox.conversation", "texts_of_record", ({args}) => {
        expect.step(args);
        return beside;
    });
    onRpc("sms.inbox.conversation", "inbox_open", ({args: [[id]]}) => ({
        thread: threadOf(id),
        texts: textsOf(id),
        complete: true,
        notes: [],
    }));
    onRpc("sms.inbox.conversation", "inbox_around", () => ({others: [], people: []}));
    onRpc("sms.inbox.conversation", "may_subscribe_again", () => true);
    onRpc("sms.inbox.conversation", "action_subscribe", ({args}) => {
        expect.step(["asked to subscribe", ...args]);
        return {type: "ir.actions.act_window_close"};
    });
    onRpc("sms.inbox.conversation", "mark_read", () => true);
    onRpc("sms.inbox.conversation", "inbox_presence", () => true);
    onRpc("sms.inbox.subscriber", "marks", ({args: [asked]}) => asked.map(() => false));
});

const open = () =>
    mountWithCleanup(RecordTexts, {
        props: {
            model: "person",
            resId: 1,
            version: 0,
            onCount: (count) => expect.step(`${count} texts`),
        },
    });

async function isRead() {
    await animationFrame();
    await animationFrame();
}

const conversationsChange = async (...ids) => {
    MockServer.env["bus.bus"]._sendone(
        serverState.partnerId,
        "sms_inbox.conversation",
        {
            ids,
        }
    );
    await isRead(); // the bus has brought it
    await advanceTime(500);
    await isRead();
};

test("without a number it is said what to fill in", async () => {
    beside = {...beside, people: [], missing: "Ada has no phone number."};
    await open();
    await isRead();
    expect(".o_sms_inbox_missing").toHaveText("Ada has no phone number.");
    expect(".o_sms_inbox_begin").toHaveCount(0);
    expect.verifySteps([["person", 1], "0 texts"]);
});

test("the latest thread is open, and another one is a click away", async () => {
    beside = {...beside, threads: [row(2, "Sales"), row(3, "Service")], count: 2};
    await open();
    await isRead();
    expect(".o_sms_inbox_row").toHaveCount(2);
    expect(".o_sms_inbox_row[aria-current=true]").toHaveAttribute("data-id", "2");
    expect(".o_sms_inbox_bubble .o_sms_inbox_body").toHaveText("Text of thread 2");
    await contains(".o_sms_inbox_row[data-id='3']").click();
    await isRead();
    expect(".o_sms_inbox_bubble .o_sms_inbox_body").toHaveText("Text of thread 3");
    expect.verifySteps([["person", 1], "2 texts"]);
});

test("one thread needs no list", async () => {
    beside = {...beside, threads: [row(2, "Sales")], count: 1};
    await open();
    await isRead();
    expect(".o_sms_inbox_row").toHaveCount(0);
    expect(".o_sms_inbox_our_number").toHaveText("Number 2");
    expect(".o_sms_inbox_blocked").toHaveText("They want no texts.");
    expect.verifySteps([["person", 1], "1 texts"]);
});

test("who wants no texts can be called, and asked to be subscribed again", async () => {
    beside = {...beside, threads: [row(2, "Sales")], count: 1};
    await open();
    await isRead();
    expect("a.o_sms_inbox_call").toHaveAttribute("href", `tel:${NUMBER}`);
    await contains("button.o_sms_inbox_subscribe").click();
    expect.verifySteps([["person", 1], "1 texts", ["asked to subscribe", [2]]]);
});

test("a first text is begun in place", async () => {
    onRpc("sms.inbox.start", "text_number", ({args}) => {
        expect.step(args);
        beside = {...beside, threads: [row(4, "Sales")]};
        return {res_model: "sms.inbox.conversation", res_id: 4};
    });
    await open();
    await isRead();
    expect(queryAllTexts(".o_sms_inbox_begin")).toEqual(["Text +1 202 555 0143"]);
    await contains(".o_sms_inbox_begin").click();
    await isRead();
    expect(".o_sms_inbox_thread").toHaveCount(1);
    expect(".o_sms_inbox_begin").toHaveCount(0);
    expect.verifySteps([
        ["person", 1],
        "0 texts",
        [NUMBER, 7],
        ["person", 1],
        "0 texts",
    ]);
});

test("a new thread appears by itself; what is another record's is asked about once", async () => {
    await open();
    await isRead();
    await conversationsChange(9);
    await conversationsChange(9);
    expect(".o_sms_inbox_thread").toHaveCount(0);
    expect.verifySteps([["person", 1], "0 texts", ["person", 1], "0 texts"]);
    beside = {...beside, threads: [row(5, "Sales")], count: 1};
    await conversationsChange(5);
    expect(".o_sms_inbox_thread").toHaveCount(1);
    expect.verifySteps([["person", 1], "1 texts"]);
});

test("a thread is opened in the inbox", async () => {
    mockService("action", {
        doAction: (action, {props}) => expect.step([action, props.resId]),
    });
    beside = {...beside, threads: [row(2, "Sales")], count: 1};
    await open();
    await isRead();
    await contains(".o_sms_inbox_open").click();
    expect.verifySteps([
        ["person", 1],
        "1 texts",
        ["sms_inbox.sms_inbox_inbox_action", 2],
    ]);
});

async function openContact() {
    const server = await startServer();
    const id = server["res.partner"].create({name: "Ada Chen"});
    await start();
    await openFormView("res.partner", id, {
        arch: `<form><sheet><field name="name"/></sheet><chatter/></form>`,
    });
    await isRead();
    const {Thread} = getService("mail.store");
    const tell = (count) =>
        Thread.insert({model: "res.partner", id, sms_inbox_text_count: count});
    return {id, tell};
}

test("the chatter counts in its own request, and reads nothing until it is asked", async () => {
    onRpcBefore("/mail/data", ({fetch_params: asked}) => {
        for (const [what, params] of asked.filter(([name]) => name === "mail.thread")) {
            expect.step([what, params.request_list.includes("sms_inbox_texts")]);
        }
    });
    const {id, tell} = await openContact();
    expect(".o_sms_inbox_texts_of_record").toHaveCount(0);
    tell(100);
    await animationFrame();
    expect(".o_sms_inbox_texts_of_record").toHaveText("Texts (99+)");
    tell(0);
    await animationFrame();
    expect(".o_sms_inbox_texts_of_record").toHaveText("Texts");
    expect.verifySteps([["mail.thread", true]]);
    await contains(".o_sms_inbox_texts_of_record").click();
    await isRead();
    expect(".o_sms_inbox_record_texts").toHaveCount(1);
    expect.verifySteps([["res.partner", id]]);
});

test("what the chatter writes takes the place of the texts, and the other way round", async () => {
    const {id, tell} = await openContact();
    tell(0);
    await contains(".o_sms_inbox_texts_of_record").click();
    await contains(".o-mail-Chatter-logNote").click();
    await isRead();
    expect(".o_sms_inbox_record_texts").toHaveCount(0);
    expect(".o-mail-Composer").toHaveCount(1);
    await contains(".o_sms_inbox_texts_of_record").click();
    await isRead();
    expect(".o_sms_inbox_record_texts").toHaveCount(1);
    expect(".o-mail-Composer").toHaveCount(0);
    expect.verifySteps([
        ["res.partner", id],
        ["res.partner", id],
    ]);
});

test("who does not text sees the chatter as Odoo draws it", async () => {
    patchWithCleanup(session, {sms_inbox_user: false});
    onRpcBefore("/mail/data", ({fetch_params: asked}) =>
        asked
            .filter(([name]) => name === "mail.thread")
            .forEach(([, params]) => expect.step(params.request_list.join(" ")))
    );
    await openContact();
    expect(".o_sms_inbox_texts_of_record").toHaveCount(0);
    expect.verifySteps([
        "activities attachments contact_fields followers scheduledMessages suggestedRecipients",
    ]);
});

const FORM = `<form><field name="phone" widget="phone"/></form>`;

function expectSms(answer) {
    mockService("action", {doAction: ({res_model: model}) => expect.step(model)});
    onRpc("sms.inbox.start", "text_field", ({args}) => {
        expect.step(args);
        return answer;
    });
}

async function pressSms() {
    await mountView({type: "form", resModel: "person", resId: 1, arch: FORM});
    queryOne(".o_field_phone_sms").click();
    await isRead();
}

test("the SMS link opens the conversation", async () => {
    expectSms({res_model: "sms.inbox.conversation", res_id: 3});
    await pressSms();
    expect.verifySteps([["person", 1, "phone"], "sms.inbox.conversation"]);
});

test("who answers no number gets Odoo's own window", async () => {
    expectSms(false);
    await pressSms();
    expect.verifySteps([["person", 1, "phone"], "sms.composer"]);
});

test("who does not text gets Odoo's own window, and nothing is asked", async () => {
    patchWithCleanup(session, {sms_inbox_user: false});
    expectSms(false);
    await pressSms();
    expect.verifySteps(["sms.composer"]);
});
