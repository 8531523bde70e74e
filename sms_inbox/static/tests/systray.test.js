import {startBusService} from "@bus/../tests/bus_test_helpers";
import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {beforeEach, describe, expect, test} from "@odoo/hoot";
import {press, queryAllTexts, queryOne, waitFor, waitForNone} from "@odoo/hoot-dom";
import {advanceTime, animationFrame, Deferred} from "@odoo/hoot-mock";
import {
    contains,
    getService,
    MockServer,
    mockService,
    mountWithCleanup,
    onRpc,
    patchWithCleanup,
    serverState,
} from "@web/../tests/web_test_helpers";
import {registry} from "@web/core/registry";
import {session} from "@web/session";

import {TextsMenu} from "@sms_inbox/systray/texts_menu";
import {tellDone} from "@sms_inbox/told/done";
import {useOnScreen} from "@sms_inbox/told/on_screen";

import {Component, xml} from "@odoo/owl";

defineMailModels();

const row = (id, extra = {}) => ({
    id,
    name: `Ada ${id}`,
    contact_number: "+12025550143",
    partner_id: false,
    number: {id: 1, name: "Sales", color: 2},
    user: false,
    preview: "Is my bike ready?",
    last_is_ours: false,
    last_failed: false,
    last_text_at: "2026-03-10 09:00:00",
    stage: "needs_reply",
    waiting_since: "2026-03-10 09:00:00",
    snoozed_until: false,
    probably_done: false,
    flagged: false,
    unread: 1,
    key: ["2026-03-10T09:00:00.000000", id],
    ...extra,
});

let tally;
let rows;

beforeEach(() => {
    patchWithCleanup(session, {sms_inbox_user: true});
    tally = () => ({unread: 3, waiting: 2, bus_id: 0});
    rows = [row(1), row(2, {unread: 0})];
    mockService("action", {
        doAction(name, {props, additionalContext}) {
            const what = additionalContext.sms_inbox_new_text
                ? "new text"
                : props.resId;
            expect.step(`${name}: ${what}`);
        },
    });
    onRpc("sms.inbox.conversation", "inbox_tally", () => {
        expect.step("tally");
        return tally();
    });
    onRpc("sms.inbox.conversation", "inbox_glance", () => rows);
    onRpc("sms.inbox.conversation", "inbox_rows", ({args: [ids]}) => {
        expect.step(`rows ${ids}`);
        return rows.filter(({id}) => ids.includes(id));
    });
});

const INBOX = "sms_inbox.sms_inbox_inbox_action";
const CHANNEL = "sms_inbox.told";
const BUTTON = "button.o_sms_inbox_systray";

/** Have the server tell of conversations, and wait until that is here. */
async function tell(type, ids) {
    const bus = getService("bus_service");
    const here = new Deferred();
    const onHere = () => here.resolve();
    bus.subscribe(type, onHere);
    MockServer.env["bus.bus"]._sendone(serverState.partnerId, type, {ids});
    await here;
    bus.unsubscribe(type, onHere);
}

const label = () => queryOne(BUTTON).querySelector(".visually-hidden").textContent;

describe("the systray", () => {
    async function mounted() {
        await mountWithCleanup(TextsMenu);
        await startBusService();
        await animationFrame();
        expect.verifySteps(["tally"]);
    }

    test("counts once, and says both counts in words", async () => {
        await mounted();
        expect(label()).toBe("Texts: 3 unread, 2 waiting on us");
        expect(".o_sms_inbox_tally_unread").toHaveText("3");
        expect(".o_sms_inbox_tally_waiting").toHaveText("2");
    });

    test("counts again when something changed, once for many changes", async () => {
        await mounted();
        tally = () => ({unread: 4, waiting: 0, bus_id: 0});
        await tell("sms_inbox.conversation", [1]);
        await tell("sms_inbox.conversation", [2]);
        await advanceTime(2000);
        expect(label()).toBe("Texts: 4 unread, 0 waiting on us");
        expect(".o_sms_inbox_tally_waiting").toHaveCount(0);
        expect.verifySteps(["tally"]);
    });

    test("drops a count that is older than what the bus told of", async () => {
        const late = new Deferred();
        tally = () => late;
        await mounted();
        tally = () => ({unread: 5, waiting: 5, bus_id: 1000});
        await tell("sms_inbox.conversation", [1]);
        await advanceTime(500);
        expect(label()).toBe("Texts: 5 unread, 5 waiting on us");
        late.resolve({unread: 1, waiting: 1, bus_id: 0.5});
        await animationFrame();
        expect(label()).toBe("Texts: 5 unread, 5 waiting on us");
        expect.verifySteps(["tally"]);
    });

    test("counts again when the connection came back", async () => {
        await mounted();
        tally = () => ({unread: 7, waiting: 2, bus_id: 0});
        getService("bus_service").trigger("BUS:RECONNECT");
        await advanceTime(2000);
        expect(label()).toBe("Texts: 7 unread, 2 waiting on us");
        expect.verifySteps(["tally"]);
    });

    test("a server that does not answer leaves Odoo as it was", async () => {
        tally = () => {
            throw new Error("Out of order");
        };
        await mounted();
        expect(label()).toBe("Texts: 0 unread, 0 waiting on us");
        expect(".o_error_dialog").toHaveCount(0);
    });

    test("shows who, which number, what and since when; a click opens it", async () => {
        await mounted();
        await contains(BUTTON).click();
        expect(queryAllTexts(".o_sms_inbox_name")).toEqual(["Ada 1", "Ada 2"]);
        expect(".o_sms_inbox_row:first .o_sms_inbox_our_number").toHaveText("Sales");
        expect(".o_sms_inbox_row:first").toHaveText(/Is my bike ready\?/);
        expect(".o_sms_inbox_row .o_sms_inbox_since").toHaveCount(2);
        await contains(".o_sms_inbox_row:last").click();
        expect(".o_sms_inbox_row").toHaveCount(0);
        expect.verifySteps([`${INBOX}: 2`]);
    });

    test("is gone through with the arrow keys", async () => {
        await mounted();
        await contains(BUTTON).click();
        await press("ArrowDown");
        await press("ArrowDown");
        await press("Enter");
        await animationFrame();
        expect.verifySteps([`${INBOX}: 2`]);
    });

    test("opens the inbox, and begins a text", async () => {
        await mounted();
        await contains(BUTTON).click();
        await contains(".o_sms_inbox_open_inbox").click();
        await contains(BUTTON).click();
        await contains(".o_sms_inbox_new_text").click();
        expect.verifySteps([`${INBOX}: false`, `${INBOX}: new text`]);
    });

    test("says so when nothing is to be done", async () => {
        tally = () => ({unread: 0, waiting: 0, bus_id: 0});
        rows = [];
        await mounted();
        expect(`${BUTTON} .badge`).toHaveCount(0);
        await contains(BUTTON).click();
        expect(".o_sms_inbox_all_read").toHaveCount(1);
    });
});

describe("a toast", () => {
    class Screen extends Component {
        static props = {id: Number};
        static template = xml`<div class="screen"/>`;

        setup() {
            useOnScreen(() => this.props.id);
        }
    }

    async function mounted() {
        await mountWithCleanup(Screen, {props: {id: 99}});
        await startBusService();
    }

    async function come(...ids) {
        await tell("sms_inbox.new_texts", ids);
        await advanceTime(500);
        await animationFrame();
    }

    /** Have another tab say what it shows, and wait until that is here. */
    async function otherTabTells(ids) {
        const here = new Deferred();
        new BroadcastChannel(CHANNEL).addEventListener("message", () => here.resolve());
        new BroadcastChannel(CHANNEL).postMessage(ids);
        await here;
    }

    async function told(...ids) {
        await mounted();
        await come(...ids);
    }

    test("says who, to which number and what, and opens it", async () => {
        await told(1);
        expect(".o_sms_inbox_told").toHaveText(/Ada 1 \(Sales\).*Is my bike ready\?/s);
        await contains(".o_sms_inbox_told button:contains(Open)").click();
        await waitForNone(".o_sms_inbox_told", {timeout: 5000});
        expect.verifySteps(["rows 1", `${INBOX}: 1`]);
    });

    test("says that an answer did not arrive, though nothing is unread", async () => {
        rows = [row(1, {unread: 0})];
        await mounted();
        await tell("sms_inbox.not_arrived", [1]);
        await advanceTime(500);
        await animationFrame();
        expect(".o_sms_inbox_told").toHaveText(/Ada 1 \(Sales\).*did not arrive/s);
        expect.verifySteps(["rows 1"]);
        rows = [row(1)];
        await come(1);
        await waitFor(".o_sms_inbox_told:contains(Is my bike ready?)", {timeout: 5000});
        expect.verifySteps(["rows 1"]);
    });

    test("of an answer that did not arrive is not for who dealt with it", async () => {
        rows = [row(1, {unread: 0, stage: "closed"})];
        await mounted();
        await tell("sms_inbox.not_arrived", [1]);
        await advanceTime(500);
        await animationFrame();
        expect(".o_sms_inbox_told").toHaveCount(0);
        expect.verifySteps(["rows 1"]);
    });

    test("leaves the buttons below it after five seconds", async () => {
        await told(1);
        expect(".o_sms_inbox_told").toHaveCount(1);
        await advanceTime(5500);
        await animationFrame();
        expect(".o_sms_inbox_told").toHaveCount(0);
        expect.verifySteps(["rows 1"]);
    });

    test("of what was done is shorter still", async () => {
        await mounted();
        tellDone(getService("notification"), "Closed: Ada");
        await waitFor(".o_notification", {timeout: 5000});
        await advanceTime(2500);
        await animationFrame();
        expect(".o_notification").toHaveCount(0);
    });

    test("of what a button on the server did is as short, or as long as it takes to read", async () => {
        await mounted();
        const done = registry.category("actions").get("sms_inbox.done");
        const env = {services: {notification: getService("notification")}};
        for (const [message, left] of [
            ["Unsubscribed: +1 202 555 0143.", 0],
            ["Numbers that are being looked up in the background: 5000", 1],
        ]) {
            done(env, {params: {message}});
            await waitFor(".o_notification", {timeout: 5000});
            await advanceTime(2500);
            await animationFrame();
            expect(".o_notification").toHaveCount(left);
        }
    });

    test("cannot be made of markup", async () => {
        rows = [row(1, {name: "<b>Ada</b>", preview: "<img src=x>"})];
        await told(1);
        expect(".o_sms_inbox_told b, .o_sms_inbox_told img").toHaveCount(0);
        expect(".o_sms_inbox_told").toHaveText(/<b>Ada<\/b>.*<img src=x>/s);
        expect.verifySteps(["rows 1"]);
    });

    test("is not for what is on the screen", async () => {
        await told(99);
        expect(".o_sms_inbox_told").toHaveCount(0);
        expect.verifySteps([]);
    });

    test("is not for what is on the screen in another tab, or was told there", async () => {
        await mounted();
        await tell("sms_inbox.new_texts", [1]);
        await otherTabTells([1]);
        await advanceTime(500);
        await animationFrame();
        expect(".o_sms_inbox_told").toHaveCount(0);
        expect.verifySteps([]);
    });

    test("is not for what was read meanwhile, nor for what the user may not read", async () => {
        rows = [row(1, {unread: 0})];
        await told(1, 2);
        expect(".o_sms_inbox_told").toHaveCount(0);
        expect.verifySteps(["rows 1,2"]);
    });

    test("takes the place of an earlier one of the same conversation", async () => {
        await told(1);
        rows = [row(1, {preview: "Hello?"})];
        await come(1);
        await waitFor(".o_sms_inbox_told:contains(Hello?)", {timeout: 5000});
        expect(".o_sms_inbox_told").toHaveCount(1);
        expect.verifySteps(["rows 1", "rows 1"]);
    });

    test("of many conversations is one", async () => {
        rows = [1, 2, 3, 4].map((id) => row(id));
        await told(1, 2, 3, 4);
        expect(".o_sms_inbox_told").toHaveCount(1);
        expect(".o_sms_inbox_told").toHaveText(/4 conversations have new texts/);
        await contains(".o_sms_inbox_told button:contains(Open inbox)").click();
        expect.verifySteps(["rows 1,2,3,4", `${INBOX}: false`]);
    });
});
