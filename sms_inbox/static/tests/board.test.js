import {describe, expect, test} from "@odoo/hoot";
import {queryAllAttributes, queryAllTexts} from "@odoo/hoot-dom";
import {mockDate} from "@odoo/hoot-mock";
import {
    contains,
    defineModels,
    fields,
    mockService,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";
import {defineMailModels} from "@mail/../tests/mail_test_helpers";

describe.current.tags("desktop");

class Thread extends models.Model {
    _name = "thread";

    stage = fields.Selection({
        selection: [
            ["needs_reply", "Needs reply"],
            ["waiting", "Waiting"],
            ["snoozed", "Snoozed"],
            ["closed", "Closed"],
        ],
    });
    response = fields.Selection({selection: [["over", "Overdue"]]});
    snoozed_until = fields.Datetime();
    until = fields.Datetime();
    overdue_at = fields.Datetime();
    soon_at = fields.Datetime();
    last_failed = fields.Boolean();
    probably_done = fields.Boolean();

    _records = [
        {id: 1, stage: "needs_reply", response: "over"},
        {id: 2, stage: "waiting"},
        {id: 3, stage: "closed"},
    ];
}

defineMailModels();
defineModels([Thread]);

test("the board says where its counts end, open or folded", async () => {
    onRpc("thread", "web_read_group", ({parent}) => {
        const answer = parent();
        for (const group of answer.groups) {
            group.__count = {needs_reply: 1001, waiting: 2345, closed: 1001}[
                group.stage
            ];
            if (group.stage === "closed") {
                delete group.__records;
            }
        }
        return answer;
    });
    onRpc("thread", "read_progress_bar", () => ({needs_reply: {over: 1001}}));
    await mountView({
        type: "kanban",
        resModel: "thread",
        groupBy: ["stage"],
        arch: `<kanban js_class="sms_inbox_kanban">
            <progressbar field="response" colors='{"over": "danger"}'/>
            <templates><t t-name="card"><field name="stage"/></t></templates>
        </kanban>`,
    });
    expect(queryAllTexts(".o_animated_number")).toEqual(["1,000+", "2,345"]);
    expect(queryAllAttributes("[role=progressbar]", "aria-label")).toEqual([
        "1,000+ Overdue",
        "2,345 Other",
    ]);
    expect(".o_column_folded").toHaveText("Closed\n(1,000+)");
    expect(".o_column_title[title*='probably done']").toHaveText("Needs reply");
});

const TIMES = ["Later today", "Tomorrow morning", "Next week"];
const SHOWN = "[data-time] > span:first-child";

test("the menu of a card snoozes in the words of the inbox", async () => {
    mockDate("2026-03-10 12:20:00", 0);
    onRpc("thread", "write", ({args}) => expect.step(args));
    await mountView({
        type: "kanban",
        resModel: "thread",
        arch: `<kanban js_class="sms_inbox_kanban">
            <field name="snoozed_until"/>
            <templates>
                <t t-name="menu"><widget name="sms_inbox_snooze_items"/></t>
                <t t-name="card"><field name="stage"/></t>
            </templates>
        </kanban>`,
    });
    await contains(".o_dropdown_kanban:first button", {visible: false}).click();
    expect(queryAllTexts(SHOWN)).toEqual(TIMES);
    expect(".dropdown-item:last").toHaveText("Date and time…");
    await contains(".dropdown-item[data-time=tomorrow]").click();
    expect.verifySteps([
        [[1], {stage: "snoozed", snoozed_until: "2026-03-11 08:00:00"}],
    ]);
    expect(".dropdown-item").toHaveCount(0);
});

test("so does the window for several of them", async () => {
    mockDate("2026-03-10 12:20:00", 0);
    onRpc("thread", "web_save", ({args}) => expect.step(args[1]));
    onRpc("thread", "action_snooze", ({args}) => {
        expect.step(args[0]);
        return false;
    });
    await mountView({
        type: "form",
        resModel: "thread",
        resId: 1,
        arch: `<form>
            <widget name="sms_inbox_snooze_buttons"/><field name="until"/>
        </form>`,
    });
    expect(queryAllTexts(SHOWN)).toEqual(TIMES);
    await contains("[data-time=week]").click();
    expect.verifySteps([{until: "2026-03-16 08:00:00"}, [1]]);
});

const cardsOf = (column) => `.o_kanban_group:contains(${column}) .o_kanban_record`;

/** A board with a card in *Needs reply*, where a window that opens is closed at once. */
async function aBoardWithACard() {
    Thread._records = [
        {id: 1, stage: "needs_reply"},
        {id: 2, stage: "waiting"},
        {id: 3, stage: "snoozed"},
    ];
    mockService("action", {
        doAction(name, {additionalContext, onClose}) {
            expect.step([name, additionalContext.active_ids]);
            return onClose();
        },
    });
    onRpc("thread", "web_save", ({args}) => expect.step(args));
    await mountView({
        type: "kanban",
        resModel: "thread",
        groupBy: ["stage"],
        arch: `<kanban js_class="sms_inbox_kanban">
            <templates><t t-name="card"><field name="stage"/></t></templates>
        </kanban>`,
    });
}

const drop = (column) =>
    contains(cardsOf("Needs reply")).dragAndDrop(`.o_kanban_group:contains(${column})`);

test("a card dropped on Snoozed stays until it is said until when", async () => {
    await aBoardWithACard();
    await drop("Snoozed");
    expect.verifySteps([["sms_inbox.sms_inbox_snooze_action", [1]]]);
    expect(cardsOf("Needs reply")).toHaveCount(1);
    expect(cardsOf("Snoozed")).toHaveCount(1);
    expect(".o_kanban_hover").toHaveCount(0);
});

test("a card dropped on another column is moved and nothing is asked", async () => {
    await aBoardWithACard();
    await drop("Waiting");
    expect.verifySteps([[[1], {stage: "waiting"}]]);
    expect(cardsOf("Waiting")).toHaveCount(2);
});

test("the list marks what needs no answer, and what did not arrive", async () => {
    mockDate("2026-03-10 12:20:00", 0);
    Thread._records = [
        {id: 1, overdue_at: "2026-03-10 12:05:00"},
        {id: 2, probably_done: true},
        {id: 3, last_failed: true},
    ];
    await mountView({
        type: "list",
        resModel: "thread",
        arch: `<list>
            <field name="last_failed" widget="sms_inbox_failed"/>
            <field name="overdue_at" widget="sms_inbox_due"/>
        </list>`,
    });
    expect(queryAllTexts("td[name=overdue_at]")).toEqual([
        "overdue by 15 min",
        "probably done",
        "",
    ]);
    expect("td[name=last_failed] [role=img]").toHaveCount(1);
    expect(".o_data_row:last [role=img]").toHaveAttribute(
        "aria-label",
        "No sign that our last text arrived"
    );
});
