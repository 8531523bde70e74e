import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {beforeEach, expect, test} from "@odoo/hoot";
import {edit, hover, leave, press, queryAll, queryOne, waitFor} from "@odoo/hoot-dom";
import {advanceTime, animationFrame, runAllTimers} from "@odoo/hoot-mock";
import {
    contains,
    defineModels,
    fields,
    MockServer,
    models,
    mountView,
    mountWithCleanup,
    onRpc,
    patchWithCleanup,
    serverState,
} from "@web/../tests/web_test_helpers";
import {session} from "@web/session";

import {RecipientsPreview} from "@sms_inbox/textability/recipients_preview";
import {TextabilityMark} from "@sms_inbox/textability/textability_mark";

import {Component, xml} from "@odoo/owl";

class Person extends models.Model {
    name = fields.Char();
    phone = fields.Char();
    mobile = fields.Char();
    country_id = fields.Many2one({relation: "country"});

    _records = [
        {id: 1, name: "Ada", phone: "+1 202 555 0143", mobile: "+1 202 555 0199"},
        {id: 2, name: "Ben", phone: "+1 202 555 0143"},
        {id: 3, name: "Cem", phone: "340 123 4567", country_id: 39},
        {id: 4, name: "Dora", phone: false},
    ];
}

class Country extends models.Model {
    name = fields.Char();
    _records = [{id: 39, name: "Italy"}];
}

defineMailModels();
defineModels([Person, Country]);

const LIKELY = {
    number: "+12025550143",
    state: "likely",
    label: "Probably can be texted",
    reason: "It looks like a mobile number.",
    since: false,
    contacts: 1,
};
const FORM = `<form><field name="name"/><field name="phone" widget="phone"/></form>`;
const LIST = `
    <list>
        <field name="phone" widget="sms_inbox_number" options="{'mark': True}"/>
        <field name="country_id"/>
    </list>`;

let answer; // what the server knows of a number, as it was asked

beforeEach(() => {
    patchWithCleanup(session, {sms_inbox_user: true});
    answer = () => LIKELY;
    onRpc("sms.inbox.subscriber", "marks", ({args: [asked]}) => {
        expect.step(asked);
        return asked.map((each) => answer(each));
    });
});

async function marksAreRead() {
    await runAllTimers();
    await animationFrame();
}

async function mountMark(mark, text = "+1 202 555 0143") {
    answer = () => ({...LIKELY, ...mark});
    await mountWithCleanup(TextabilityMark, {props: {text}});
    await marksAreRead();
    expect.verifySteps([[{text}]]);
}

const tellOfNews = (number) =>
    MockServer.env["bus.bus"]._sendone(serverState.partnerId, "sms_inbox/subscriber", {
        company_id: 1,
        number,
        textability: "textable",
    });

test("all numbers of a page are asked for in one call, equal ones once", async () => {
    await mountView({type: "list", resModel: "person", arch: LIST});
    await marksAreRead();
    expect.verifySteps([
        [{text: "+1 202 555 0143"}, {text: "340 123 4567", country: 39}],
    ]);
    expect(".o_sms_inbox_mark").toHaveCount(3);
});

test("a number without country is asked for with its record", async () => {
    await mountView({
        type: "list",
        resModel: "person",
        arch: LIST.replace(`<field name="country_id"/>`, ""),
        domain: [["id", "=", 3]],
    });
    await marksAreRead();
    expect.verifySteps([[{text: "340 123 4567", model: "person", id: 3}]]);
});

test("several phone fields of a form have a mark each", async () => {
    answer = ({text}) =>
        text.endsWith("0199") ? {...LIKELY, state: "not_textable"} : LIKELY;
    await mountView({
        type: "form",
        resModel: "person",
        resId: 1,
        arch: FORM.replace("</form>", `<field name="mobile" widget="phone"/></form>`),
    });
    await marksAreRead();
    expect("[name=phone] .o_sms_inbox_mark").toHaveAttribute("data-state", "likely");
    expect("[name=mobile] .o_sms_inbox_mark").toHaveAttribute(
        "data-state",
        "not_textable"
    );
    expect.verifySteps([[{text: "+1 202 555 0143"}, {text: "+1 202 555 0199"}]]);
});

test("who does not text sees phone fields as Odoo draws them", async () => {
    patchWithCleanup(session, {sms_inbox_user: false});
    await mountView({type: "form", resModel: "person", resId: 1, arch: FORM});
    await marksAreRead();
    expect(".o_sms_inbox_mark").toHaveCount(0);
    expect("[name=phone] input").toHaveValue("+1 202 555 0143");
    expect.verifySteps([]);
});

test("each state has a shape of its own", async () => {
    const states = "textable likely unlikely not_textable unknown opted_out".split(" ");
    answer = ({text}) => ({...LIKELY, state: text});
    class All extends Component {
        static components = {TextabilityMark};
        static props = {};
        static template = xml`
            <TextabilityMark t-foreach="states" t-as="text" t-key="text" text="text"/>`;
        states = states;
    }
    await mountWithCleanup(All);
    await marksAreRead();
    const shapes = queryAll(".o_sms_inbox_mark svg").map((svg) => svg.innerHTML);
    expect(new Set(shapes).size).toBe(states.length);
    expect.verifySteps([states.map((text) => ({text}))]);
});

test("a screen reader gets state, reason, age and how many have the number", async () => {
    const since = luxon.DateTime.utc().minus({days: 2}).toFormat("yyyy-MM-dd HH:mm:ss");
    await mountMark({since, contacts: 3});
    const label = queryOne(".o_sms_inbox_mark").getAttribute("aria-label");
    expect(label).toInclude("Probably can be texted. It looks like a mobile number. ");
    expect(label).toInclude("2 days ago");
    expect(label).toInclude("3 contacts have this number");
});

test("the reason is there for pointer and keyboard, and Escape takes it away", async () => {
    await mountMark({});
    await hover(".o_sms_inbox_mark");
    await animationFrame();
    expect(".o_sms_inbox_tip").toHaveText(/It looks like a mobile number/);
    await leave();
    await animationFrame();
    expect(".o_sms_inbox_tip").toHaveCount(0);
    await press("Tab");
    await animationFrame();
    expect(".o_sms_inbox_mark").toBeFocused();
    expect(".o_sms_inbox_tip").toHaveCount(1);
    await press("Escape");
    await animationFrame();
    expect(".o_sms_inbox_tip").toHaveCount(0);
});

test("a mark in a list is explained alone, without what its cell says", async () => {
    await mountView({type: "list", resModel: "person", arch: LIST});
    await marksAreRead();
    expect.verifySteps([
        [{text: "+1 202 555 0143"}, {text: "340 123 4567", country: 39}],
    ]);
    await hover(".o_data_cell:has(.o_sms_inbox_mark):first");
    await hover(".o_sms_inbox_mark:first");
    await advanceTime(2000);
    await animationFrame();
    expect(".o_sms_inbox_tip").toHaveCount(1);
    expect(".o-tooltip").toHaveCount(1);
});

test("a mark in a list is no click on the row", async () => {
    await mountView({
        type: "list",
        resModel: "person",
        arch: LIST,
        selectRecord: () => expect.step("opened"),
    });
    await marksAreRead();
    await contains(".o_sms_inbox_mark:first").click();
    expect(".o_sms_inbox_tip").toHaveCount(1);
    expect.verifySteps([
        [{text: "+1 202 555 0143"}, {text: "340 123 4567", country: 39}],
    ]);
});

test("the mark follows what is typed, before anything is saved", async () => {
    onRpc("web_save", () => expect.step("saved"));
    await mountView({type: "form", resModel: "person", resId: 4, arch: FORM});
    expect(".o_sms_inbox_mark").toHaveCount(0);
    answer = () => ({...LIKELY, state: "unlikely"});
    await contains("[name=phone] input").click();
    await edit("+44 20 7946 0958", {confirm: false});
    await marksAreRead();
    await marksAreRead();
    expect("[name=phone] .o_sms_inbox_mark").toHaveAttribute("data-state", "unlikely");
    expect.verifySteps([[{text: "+44 20 7946 0958"}]]);
});

test("what is no number yet has no mark while it is typed, and one when it is left", async () => {
    answer = () => ({...LIKELY, number: false, state: "not_textable"});
    await mountView({type: "form", resModel: "person", resId: 4, arch: FORM});
    await contains("[name=phone] input").click();
    await edit("+1 202", {confirm: false});
    await marksAreRead();
    await marksAreRead();
    expect("button.o_sms_inbox_mark").toHaveCount(0);
    await press("Tab");
    await marksAreRead();
    expect("button.o_sms_inbox_mark").toHaveCount(1);
    expect.verifySteps([[{text: "+1 202"}]]);
});

test("news of a number change its mark in place, and no other is asked for", async () => {
    await mountView({type: "form", resModel: "person", resId: 1, arch: FORM});
    await marksAreRead();
    const input = queryOne("[name=phone] input");
    answer = () => ({...LIKELY, state: "textable"});
    tellOfNews("+12025550143");
    tellOfNews("+4479111111");
    await waitFor("[name=phone] .o_sms_inbox_mark[data-state=textable]", {
        timeout: 5000,
    });
    expect(queryOne("[name=phone] input")).toBe(input);
    expect.verifySteps([[{text: "+1 202 555 0143"}], [{text: "+1 202 555 0143"}]]);
});

test("a server that does not answer leaves the phone field as it was", async () => {
    answer = () => {
        throw new Error("Out of order");
    };
    await mountView({type: "form", resModel: "person", resId: 1, arch: FORM});
    await marksAreRead();
    expect("button.o_sms_inbox_mark").toHaveCount(0);
    expect("[name=phone] input").toHaveValue("+1 202 555 0143");
    expect(".o_error_dialog").toHaveCount(0);
    expect.verifySteps([[{text: "+1 202 555 0143"}]]);
});

test("a name in a preview cannot put markup on the page", async () => {
    const row = {
        name: "<img src=x>",
        number: "+1 202 555 0143",
        body: "Hi <b>you</b>",
        sender: "Sales",
        segments: 2,
    };
    await mountWithCleanup(RecipientsPreview, {
        props: {name: "preview", record: {data: {preview: [row]}}, readonly: true},
    });
    await marksAreRead();
    expect(".o_sms_inbox_preview img, .o_sms_inbox_preview b").toHaveCount(0);
    expect(".o_sms_inbox_preview").toHaveText(/<img src=x>/);
    expect(".o_sms_inbox_preview").toHaveText(/counts as 2 texts/);
    expect(".o_sms_inbox_mark").toHaveCount(1);
    expect.verifySteps([[{text: "+1 202 555 0143"}]]);
});
