import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {describe, expect, press, test} from "@odoo/hoot";
import {animationFrame} from "@odoo/hoot-mock";
import {mountWithCleanup} from "@web/../tests/web_test_helpers";

import {Conversations} from "@sms_inbox/inbox/conversations";
import {RowList} from "@sms_inbox/inbox/row_list";

import {ROW} from "./an_inbox";

describe.current.tags("desktop");
defineMailModels();

const row = (id) => ({
    ...ROW,
    id,
    key: [`2026-03-10T09:00:0${id}.000000`, id],
    name: `Person ${id}`,
});

async function show(selected, onOpen = () => {}) {
    const list = new RowList();
    list.addPage([1, 2, 3].map(row), true);
    await mountWithCleanup(Conversations, {
        props: {
            list,
            selected,
            loading: false,
            empty: "",
            manyNumbers: false,
            onOpen,
            onMore: () => {},
            onShowWaiting: () => {},
            onHold: () => {},
        },
    });
}

/** The conversations that the Tab key comes to, and how many stops it makes there. */
async function stops(selected) {
    await show(selected);
    const seen = [];
    for (let turn = 0; turn < 6; turn++) {
        await press("Tab");
        await animationFrame();
        seen.push(
            document.activeElement.closest("li")?.innerText.match(/Person \d/)[0]
        );
    }
    return [...new Set(seen.filter(Boolean))];
}

test("the Tab key comes to the open conversation alone", async () => {
    expect(await stops(2)).toEqual(["Person 2"]);
    expect(".o_sms_inbox_row[tabindex='-1']").toHaveCount(2);
    expect(".o_sms_inbox_row_tools").toHaveCount(1);
});

test("and to the first one, where none is open", async () => {
    expect(await stops(false)).toEqual(["Person 1"]);
});

test("with Shift, arrows come to another row and its tools, and open nothing", async () => {
    await show(2, () => expect.step("opened"));
    await press("Tab");
    for (const [key, person] of [
        ["ArrowDown", "Person 3"],
        ["ArrowDown", "Person 3"],
        ["ArrowUp", "Person 2"],
        ["ArrowUp", "Person 1"],
    ]) {
        await press(["Shift", key]);
        await animationFrame();
        const focused = document.activeElement.closest("li");
        expect(focused).toHaveText(new RegExp(person));
        expect(focused.querySelectorAll(".o_sms_inbox_row_tools")).toHaveCount(1);
    }
    expect.verifySteps([]);
});
