import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {beforeEach, describe, expect, test} from "@odoo/hoot";
import {edit, press, queryAllTexts} from "@odoo/hoot-dom";
import {animationFrame, runAllTimers} from "@odoo/hoot-mock";
import {contains, mountWithCleanup, onRpc} from "@web/../tests/web_test_helpers";

import {NewText} from "@sms_inbox/inbox/new_text";

const MODEL = "sms.inbox.conversation";
const ADA = {partner_id: 1, name: "Ada", number: "+12025550143"};
const BEN = {partner_id: 2, name: "Ben", number: "+12025550144"};

describe.current.tags("desktop");
defineMailModels();

let found = null;

beforeEach(() => {
    found = {people: [ADA, BEN], sure: false, problem: ""};
    onRpc(MODEL, "inbox_whom", ({args: [words]}) => found[words] || found);
    onRpc(MODEL, "inbox_senders", ({args: [number]}) => {
        expect.step(number);
        return [];
    });
});

async function typed(words) {
    await mountWithCleanup(NewText, {props: {onStarted: () => {}, onBack: () => {}}});
    await contains("#o_sms_inbox_who").click();
    await edit(words, {confirm: false});
}

async function looked() {
    await runAllTimers();
    await animationFrame();
}

test("Enter opens nobody whose number merely contains what was typed", async () => {
    await typed("2555");
    await looked();
    expect("li.o_sms_inbox_selected").toHaveCount(0);
    await press("Enter");
    await animationFrame();
    expect.verifySteps([]);
    expect("[role=status]").toHaveText(/Choose one of them/);
    await press("ArrowDown");
    await press("ArrowDown");
    await animationFrame();
    expect(queryAllTexts("li.o_sms_inbox_selected .d-block")).toEqual(["Ben"]);
    await press("Enter");
    await animationFrame();
    expect.verifySteps([BEN.number]);
});

test("Enter opens whom the server is sure of", async () => {
    found.sure = true;
    await typed("ada");
    await looked();
    await press("Enter");
    await animationFrame();
    expect.verifySteps([ADA.number]);
});

test("a quick Enter opens whom was typed last, not who was listed before", async () => {
    found = {a: {people: [ADA], sure: true}, b: {people: [BEN], sure: true}};
    await typed("a");
    await looked();
    await edit("b", {confirm: false});
    await press("Enter");
    await animationFrame();
    expect.verifySteps([BEN.number]);
});

test("what is wrong with a number is said", async () => {
    found = {people: [], sure: false, problem: "Leave the extension out."};
    await typed("+14155552671 ext 5");
    await looked();
    expect("[role=status]").toHaveText("Leave the extension out.");
});
