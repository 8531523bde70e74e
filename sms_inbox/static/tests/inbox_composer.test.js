import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {expect, test} from "@odoo/hoot";
import {edit, press, queryOne} from "@odoo/hoot-dom";
import {animationFrame} from "@odoo/hoot-mock";
import {Component, useState, xml} from "@odoo/owl";
import {contains, mountWithCleanup, onRpc} from "@web/../tests/web_test_helpers";
import {browser} from "@web/core/browser/browser";

import {Composer} from "@sms_inbox/composer/composer";
import {useKeys} from "@sms_inbox/inbox/keys";

defineMailModels();

const open = (draftOf, onSend, more = {}) =>
    mountWithCleanup(Composer, {
        props: {draftOf, label: "From us to them", onSend, ...more},
    });

const draftKeys = () =>
    Object.keys(browser.localStorage).filter((key) => key.includes("draft"));

async function write(body) {
    await contains("textarea").click();
    await edit(body);
    await animationFrame();
}

test("what was begun is kept for its conversation until it is sent", async () => {
    class Screen extends Component {
        static template = xml`<Composer t-key="state.id" draftOf="state.id" label="''" onSend="send"/>`;
        static components = {Composer};
        static props = {};
        setup() {
            this.state = useState({id: "one"});
            this.send = (body) => expect.step(body);
        }
    }
    const screen = await mountWithCleanup(Screen);
    await write("Hello");
    screen.state.id = "two";
    await animationFrame();
    expect("textarea").toHaveValue("");
    screen.state.id = "one";
    await animationFrame();
    expect("textarea").toHaveValue("Hello");
    await contains("textarea").click();
    await press("Enter");
    await animationFrame();
    expect.verifySteps(["Hello"]);
    expect("textarea").toHaveValue("");
    expect(draftKeys()).toEqual([]);
});

test("what was not sent stays, and is sent with the same uuid again", async () => {
    const uuids = new Set();
    await open("crossed", (_body, uuid) => {
        uuids.add(uuid);
        expect.step("asked");
        return false;
    });
    await write("Hello");
    await press("Enter");
    await animationFrame();
    expect("textarea").toHaveValue("Hello");
    await press("Enter");
    await animationFrame();
    expect.verifySteps(["asked", "asked"]);
    expect(uuids.size).toBe(1);
});

test("a canned response takes the place of its shortcut, and nothing is sent", async () => {
    onRpc("mail.canned.response", "search_read", () => [
        {id: 1, source: "bye", substitution: "Goodbye!"},
        {id: 2, source: "hello", substitution: "Hello, how may I help?"},
    ]);
    await open("canned", () => expect.step("sent"), {canned: true});
    await write("Hi ::hel");
    await animationFrame();
    expect("[role=option]").toHaveCount(1);
    await press("Enter");
    await animationFrame();
    expect("textarea").toHaveValue("Hi Hello, how may I help?");
    expect("[role=option]").toHaveCount(0);
    expect.verifySteps([]);
});

test("long texts say as how many they count", async () => {
    await open("long", () => {});
    await write("a".repeat(161));
    expect(queryOne(".o_sms_inbox_composer").textContent).toInclude(
        "161 characters, 2 texts"
    );
});

test("keys work where nobody types, and modified ones are left alone", async () => {
    class Screen extends Component {
        static template = xml`<div><input/><button>OK</button></div>`;
        static props = {};
        setup() {
            useKeys({c: () => expect.step("c"), Enter: () => expect.step("Enter")});
        }
    }
    await mountWithCleanup(Screen);
    await press("c");
    await press("Control+c");
    await contains("input").click();
    await press("c");
    queryOne("button").focus();
    await press("Enter");
    await press("c");
    expect.verifySteps(["c", "c"]);
});
