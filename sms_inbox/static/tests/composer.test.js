import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {expect, test} from "@odoo/hoot";
import {edit, keyDown, press, queryOne} from "@odoo/hoot-dom";
import {animationFrame, Deferred} from "@odoo/hoot-mock";
import {contains, mountWithCleanup} from "@web/../tests/web_test_helpers";

import {Composer} from "@sms_inbox/composer/composer";
import {readDraft} from "@sms_inbox/composer/drafts";

defineMailModels();

async function write(body, onSend, props = {}) {
    await mountWithCleanup(Composer, {
        props: {draftOf: `test ${body}`, label: "From us to them", onSend, ...props},
    });
    await contains("textarea").click();
    await edit(body);
    await animationFrame();
}

test("Enter sends once, however often it is pressed", async () => {
    const sent = new Deferred();
    await write("Hello", (body) => {
        expect.step(body);
        return sent;
    });
    await press("Enter");
    await press("Enter");
    await animationFrame();
    expect("button").not.toBeEnabled();
    sent.resolve();
    await animationFrame();
    expect.verifySteps(["Hello"]);
    expect("textarea").toHaveValue("");
});

test("Shift and Enter, and Enter in the middle of a character, do not send", async () => {
    await write("Hello", () => expect.step("sent"));
    await press("Shift+Enter");
    await keyDown("Enter", {isComposing: true});
    await animationFrame();
    expect.verifySteps([]);
});

test("what was written stays when it could not be sent", async () => {
    expect.errors(1);
    await write("Hello", () => Promise.reject(new Error("They want no texts")));
    await press("Enter");
    await animationFrame();
    expect("textarea").toHaveValue("Hello");
    expect("button").toBeEnabled();
    expect.verifyErrors(["They want no texts"]);
});

/** Write with a file that is on its way until `arrives` ends, and press Enter. */
async function writeWithFile(onSend) {
    const arrives = new Deferred();
    const attaching = {most: 1, reason: "", keep: () => arrives, drop: () => {}};
    await write("Look", onSend, {attaching});
    const chosen = new DataTransfer();
    chosen.items.add(new File(["x"], "bike.png", {type: "image/png"}));
    const picker = queryOne("input[type=file]");
    picker.files = chosen.files;
    picker.dispatchEvent(new Event("change"));
    await animationFrame();
    await press("Enter");
    await animationFrame();
    return {arrives};
}

test("Enter while a file is on its way sends both once it has arrived", async () => {
    const {arrives} = await writeWithFile((body, _uuid, [file]) =>
        expect.step([body, file.id])
    );
    expect.verifySteps([]);
    arrives.resolve({id: 9});
    await animationFrame();
    expect.verifySteps([["Look", 9]]);
    expect("textarea").toHaveValue("");
});

test("what was to go with a file that did not arrive is not sent without it", async () => {
    const {arrives} = await writeWithFile(() => expect.step("sent"));
    arrives.reject(new Error("It is too big."));
    await animationFrame();
    expect.verifySteps([]);
    expect("textarea").toHaveValue("Look");
    expect(".o_sms_inbox_composer").toHaveText(/could not be attached: It is too big/);
});

test("who leaves while a file is on its way finds the words again", async () => {
    await writeWithFile(() => expect.step("sent"));
    expect(readDraft("test Look").body).toBe("Look");
    expect.verifySteps([]);
});

test("nothing but space is not sent, and an emoji is one character", async () => {
    await write("  ", () => expect.step("sent"));
    await press("Enter");
    expect("button").not.toBeEnabled();
    const textarea = queryOne("textarea");
    textarea.value = "👍";
    textarea.dispatchEvent(new InputEvent("input"));
    await animationFrame();
    expect(queryOne(".o_sms_inbox_composer").textContent).toInclude("1 character");
    expect.verifySteps([]);
});

test("who writes sees what it costs, where the price is known", async () => {
    const prices = {text: 0.0079, media: 0.02, currency: 1};
    await write("a".repeat(161), () => true, {prices});
    expect(".o_sms_inbox_composer").toHaveText(
        /161 characters, 2 texts, about \$\s?0\.0158/
    );
});

test("no cost is shown where no price is known", async () => {
    await write("Hi", () => true, {prices: {text: 0, media: 0, currency: 1}});
    expect(".o_sms_inbox_composer").not.toHaveText(/about/);
});
