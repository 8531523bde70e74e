import {describe, expect, test} from "@odoo/hoot";
import {queryAllAttributes, queryAllTexts} from "@odoo/hoot-dom";
import {
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
