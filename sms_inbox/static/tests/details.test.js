import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {describe, expect, test} from "@odoo/hoot";
import {queryAllTexts, queryOne} from "@odoo/hoot-dom";
import {animationFrame} from "@odoo/hoot-mock";
import {Component, useState, xml} from "@odoo/owl";
import {contains, mountWithCleanup, onRpc} from "@web/../tests/web_test_helpers";

import {Details} from "@sms_inbox/inbox/details";
import {byPhone} from "@sms_inbox/inbox/details_threads";
import {Timeline} from "@sms_inbox/inbox/timeline";
import {blocksOf} from "@sms_inbox/inbox/timeline_texts";

defineMailModels();

const SALES = {id: 1, name: "Sales", color: 1};
const SERVICE = {id: 2, name: "Service", color: 2};
const ADA = "+12025550143";

const thread = (id, number, more = {}) => ({
    id,
    name: "Ada",
    number,
    contact_number: ADA,
    partner_id: false,
    last_text_at: `2026-03-0${id} 10:00:00`,
    preview: `Text ${id}`,
    ...more,
});

const text = (id, threadId, more = {}) => ({
    id,
    conversation_id: threadId,
    direction: "in",
    state: "received",
    body: `Text ${id}`,
    media: false,
    incomplete: false,
    error_text: false,
    waiting_words: false,
    author_id: false,
    date: `2026-03-05 10:0${id}:00`,
    place: id,
    ...more,
});

describe("all texts", () => {
    test("stand as in their threads: what waits below all that is there", async () => {
        onRpc("sms.inbox.conversation", "inbox_timeline", () => ({
            threads: [thread(1, SALES), thread(2, SERVICE)],
            texts: [text(3, 2), text(1, 1, {state: "queued"}), text(2, 1, {place: 4})],
            complete: true,
        }));
        const props = {id: 1, name: "Ada", onBack: () => {}, onReplyIn: () => {}};
        await mountWithCleanup(Timeline, {props});
        expect(queryAllTexts(".o_sms_inbox_body")).toEqual([
            "Text 3",
            "Text 2",
            "Text 1",
        ]);
    });

    test("are blocks of one thread each, with the day above", () => {
        const day = {day: "Today"};
        const blocks = blocksOf([text(1, 1, day), text(2, 1), text(3, 2), text(4, 1)]);
        expect(blocks.map((block) => block.texts.map(({id}) => id))).toEqual([
            [1, 2],
            [3],
            [4],
        ]);
        expect([blocks[0].day, blocks[0].texts[0].day]).toEqual(["Today", ""]);
    });

    test("say of each which number of ours it is with, and lead to its thread", async () => {
        onRpc("sms.inbox.conversation", "inbox_timeline", ({args}) => {
            expect.step(`before ${args[2]}`);
            return args[2]
                ? {threads: [], texts: [text(1, 1)], complete: true}
                : {
                      threads: [thread(1, SALES), thread(2, SERVICE)],
                      texts: [text(2, 1), text(3, 2)],
                      complete: false,
                  };
        });
        await mountWithCleanup(Timeline, {
            props: {
                id: 1,
                name: "Ada",
                onBack: () => expect.step("back"),
                onReplyIn: (id) => expect.step(`reply in ${id}`),
            },
        });
        expect(queryAllTexts(".o_sms_inbox_our_number")).toEqual(["Sales", "Service"]);
        expect("textarea").toHaveCount(0);
        await contains(".o_sms_inbox_older button").click();
        await animationFrame();
        expect(queryAllTexts(".o_sms_inbox_body")).toEqual([
            "Text 1",
            "Text 2",
            "Text 3",
        ]);
        expect(".o_sms_inbox_older").toHaveCount(0);
        await contains("[data-thread='2'] .o_sms_inbox_reply_in").click();
        await contains(".o_sms_inbox_timeline_back").click();
        expect.verifySteps(["before false", "before 2", "reply in 2", "back"]);
    });

    test("name the person's numbers only where there are several", async () => {
        let theirs = ADA;
        onRpc("sms.inbox.conversation", "inbox_timeline", () => ({
            threads: [thread(1, SALES), thread(2, SALES, {contact_number: theirs})],
            texts: [text(1, 1), text(2, 2)],
            complete: true,
        }));
        const props = {id: 1, name: "Ada", onBack: () => {}, onReplyIn: () => {}};
        await mountWithCleanup(Timeline, {props});
        expect(".o_sms_inbox_meta bdi").toHaveCount(0);
        theirs = "+12025550144";
        await mountWithCleanup(Timeline, {props});
        expect(queryAllTexts(".o_sms_inbox_meta bdi")).toEqual([
            "+1 202 555 0143",
            "+1 202 555 0144",
        ]);
    });
});

test("their threads are those of their phone, latest first, then of other phones", () => {
    const other = {contact_number: "+12025550144"};
    const threads = [thread(1, SALES), thread(3, SALES, other), thread(2, SERVICE)];
    expect(
        byPhone(threads, ADA).map((phone) => phone.threads.map(({id}) => id))
    ).toEqual([[2, 1], [3]]);
});

describe("the pane", () => {
    const details = {
        consent: {state: "unknown", label: "Not asked", said_by: "", since: false},
        unseen_threads: 1,
        documents: [
            {
                model: "res.partner",
                label: "Orders",
                count: 100,
                rows: [{id: 7, name: "S007", state: "Quotation"}],
            },
        ],
        activities: [
            {
                id: 5,
                name: "Call",
                date: "2026-03-01",
                state: "overdue",
                user: "Bob",
                of_contact: true,
                can_do: true,
            },
        ],
        followers: {people: [{id: 9, name: "Bob"}], follows: false, can_add: true},
        actions: [{method: "action_more", label: "Create lead", icon: "fa-star"}],
    };

    async function open() {
        onRpc("sms.inbox.conversation", "inbox_details", () => {
            expect.step("read");
            return details;
        });
        class Screen extends Component {
            static template = xml`<Details t-props="state"/>`;
            static components = {Details};
            static props = {};
            setup() {
                this.state = useState({
                    data: {
                        ...thread(1, SALES),
                        company_id: 1,
                        email: "",
                        opted_out: false,
                        others: [thread(2, SERVICE)],
                    },
                    onRun: (method) => expect.step(method),
                    onOpenThread: (id) => expect.step(`open ${id}`),
                    onShowTimeline: () => expect.step("all texts"),
                    onClose: () => {},
                    reload: () => {},
                });
            }
        }
        const screen = await mountWithCleanup(Screen);
        await animationFrame();
        return screen;
    }

    test("is read at once, and again when the thread was read again", async () => {
        const screen = await open();
        expect.verifySteps(["read"]);
        screen.state.onClose = () => {};
        await animationFrame();
        expect.verifySteps([]);
        screen.state.data = {...screen.state.data};
        await animationFrame();
        expect.verifySteps(["read"]);
    });

    test("says what is known, in words", async () => {
        await open();
        const words = queryOne(".o_sms_inbox_details").textContent;
        for (const word of [
            "this thread",
            "And 1 more, with a number that is not yours to answer.",
            "S007",
            "Quotation",
            "99+",
            "Overdue since Mar 1",
            "with the contact",
            "Not asked",
            "Bob",
        ]) {
            expect(words).toInclude(word);
        }
        expect.verifySteps(["read"]);
    });

    test("leads to other threads, all texts, and what else can be begun", async () => {
        await open();
        await contains("button.o_sms_inbox_other:contains(Service)").click();
        await contains(".o_sms_inbox_show_timeline").click();
        await contains("button[name=action_more]").click();
        await contains(".o_sms_inbox_unsubscribe").click();
        expect.verifySteps([
            "read",
            "open 2",
            "all texts",
            "action_more",
            "action_unsubscribe",
        ]);
    });

    test("has activities done and followers come and go, and reads itself again", async () => {
        onRpc("mail.activity", "action_feedback", ({args}) => {
            expect.step(`done ${args[0]}`);
            return false;
        });
        onRpc("sms.inbox.conversation", "message_subscribe", () => {
            expect.step("follow");
            return true;
        });
        onRpc("sms.inbox.conversation", "message_unsubscribe", ({args}) => {
            expect.step(`off ${args[1]}`);
            return true;
        });
        await open();
        await contains("button[aria-label='Done: Call']").click();
        await animationFrame();
        await contains(".o_sms_inbox_follow").click();
        await animationFrame();
        await contains("button[aria-label='Take Bob off']").click();
        await animationFrame();
        expect.verifySteps([
            "read",
            "done 5",
            "read",
            "follow",
            "read",
            "off 9",
            "read",
        ]);
    });
});
