import {describe, expect, test} from "@odoo/hoot";
import {queryAllAttributes, queryAllTexts} from "@odoo/hoot-dom";
import {mockDate} from "@odoo/hoot-mock";
import {
    contains,
    defineModels,
    fields,
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
            ["closed", "Closed"],
        ],
    });
    response = fields.Selection({selection: [["over", "Overdue"]]});
    snoozed_until = fields.Datetime();
    until = fields.Datetime();

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
