import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {beforeEach, expect, test} from "@odoo/hoot";
import {edit, press, queryAllTexts, queryOne} from "@odoo/hoot-dom";
import {advanceTime, animationFrame} from "@odoo/hoot-mock";
import {
    allowTranslations,
    contains,
    mountWithCleanup,
    mockService,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import {MainComponentsContainer} from "@web/core/main_components_container";
import {session} from "@web/session";

import {whomToText} from "@sms_inbox/palette/palette";

defineMailModels();

const ADA = {
    partner_id: 7,
    name: "Ada Chen",
    number: "+12025550143",
    state: "opted_out",
    known: "Wants no texts",
};
const NOBODY = {
    partner_id: false,
    name: "",
    number: "+12025550199",
    state: "unknown",
    known: "Not known",
};
const ROWS = ".o_command";

let people;

beforeEach(() => {
    people = [ADA, NOBODY];
    patchWithCleanup(session, {sms_inbox_user: true});
    onRpc("sms.inbox.conversation", "palette_people", ({args: [typed]}) => {
        expect.step(`look for ${typed}`);
        return people;
    });
});

async function openPalette() {
    await mountWithCleanup(MainComponentsContainer);
    await press(["control", "k"]);
    await animationFrame();
}

async function type(words) {
    await contains(".o_command_palette input").click();
    await edit(words);
    await advanceTime(300);
    await animationFrame();
}

test("only what begins with the word is about texting", () => {
    allowTranslations();
    expect(whomToText("text ann")).toBe("ann");
    expect(whomToText(" Text +1 202 ")).toBe("+1 202");
    expect(whomToText("text ")).toBe("");
    expect(whomToText("text")).toBe(null);
    expect(whomToText("texture")).toBe(null);
    expect(whomToText("ann")).toBe(null);
});

test("'text' and a name finds people, and says what is known of them", async () => {
    await openPalette();
    await type("text ada");
    expect.verifySteps(["look for ada"]);
    expect(queryAllTexts(ROWS)).toEqual([
        "Text Ada Chen\n+1 202 555 0143 · Wants no texts",
        "Text +1 202 555 0199\nNot known",
    ]);
});

test("while somebody types, is asked once", async () => {
    await openPalette();
    await contains(".o_command_palette input").click();
    for (const words of ["text ad", "text ada", "text ada c"]) {
        await edit(words);
        await advanceTime(100);
    }
    await advanceTime(300);
    expect.verifySteps(["look for ada c"]);
});

test("nothing is asked while other commands are looked for", async () => {
    await openPalette();
    await type("texture");
    await type("text a");
    expect.verifySteps([]);
});

test("the command asks whom to text", async () => {
    await openPalette();
    await type("text");
    expect(queryAllTexts(ROWS)).toInclude("Text somebody");
    await press("Enter");
    await animationFrame();
    expect(queryOne(".o_command_palette input").placeholder).toBe(
        "A name, or a number with its country code"
    );
    await type("ada");
    expect.verifySteps(["look for ada"]);
    expect(ROWS).toHaveCount(2);
});

test("whom one chooses is texted in the inbox, or asked about in a window", async () => {
    const conversation = {res_model: "sms.inbox.conversation", res_id: 3};
    const dialog = {res_model: "sms.inbox.start", target: "new"};
    let answer = conversation;
    mockService("action", {
        doAction(action, options) {
            expect.step([action, options?.props.resId]);
        },
    });
    onRpc("sms.inbox.start", "text_number", ({args}) => {
        expect.step(args);
        return answer;
    });
    await openPalette();
    await type("text ada");
    await press("Enter");
    await animationFrame();
    await animationFrame();
    expect(ROWS).toHaveCount(0);
    expect.verifySteps([
        "look for ada",
        ["+12025550143", 7],
        ["sms_inbox.sms_inbox_inbox_action", 3],
    ]);
    answer = dialog;
    await press(["control", "k"]);
    await animationFrame();
    await type("text 0199");
    await press("ArrowDown");
    await press("Enter");
    await animationFrame();
    await animationFrame();
    expect.verifySteps(["look for 0199", ["+12025550199", false], [dialog, undefined]]);
});

test("who does not text has no such command", async () => {
    patchWithCleanup(session, {sms_inbox_user: false});
    await openPalette();
    await type("text ada");
    expect(ROWS).toHaveCount(0);
    expect.verifySteps([]);
});
