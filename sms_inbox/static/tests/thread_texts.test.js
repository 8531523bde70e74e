import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {describe, expect, test} from "@odoo/hoot";
import {advanceTime, animationFrame} from "@odoo/hoot-mock";
import {Component, xml} from "@odoo/owl";
import {getService, mountWithCleanup, onRpc} from "@web/../tests/web_test_helpers";
import {Domain} from "@web/core/domain";

import {blocksOf, useTimelineTexts} from "@sms_inbox/inbox/timeline_texts";
import {PAGE} from "@sms_inbox/thread/texts";
import {useThreadTexts} from "@sms_inbox/thread/thread_texts";

defineMailModels();

const ALL = Array.from({length: 100}, (_, index) => index + 1);
const WAITED = 5; // the id of the text that waits at first, written long ago

const waits = ({state}) => state === "queued";

/** The texts of one thread as the server has them. */
function serveTexts() {
    const texts = ALL.map((id) => ({
        id,
        place: id,
        conversation_id: 1,
        state: id === WAITED ? "queued" : "received",
    }));
    const page = ({args: [, , before]}) => {
        const there = texts
            .filter((text) => !waits(text) && (!before || text.place < before))
            .filter((text) => !text.taken_back)
            .slice(-PAGE);
        return {
            threads: before ? [] : [{id: 1}],
            texts: [...(before ? [] : texts.filter(waits)), ...there].map((text) => ({
                ...text,
            })),
            complete: there.length < PAGE,
        };
    };
    onRpc("sms.inbox.conversation", "inbox_texts", page);
    onRpc("sms.inbox.conversation", "inbox_timeline", page);
    onRpc("sms.inbox.conversation", "inbox_notes", () => []);
    onRpc("sms.inbox.message", "search_read", ({kwargs}) => {
        const domain = new Domain(kwargs.domain);
        return texts
            .filter((text) => domain.contains(text))
            .reverse()
            .slice(0, kwargs.limit)
            .map((text) => ({...text, conversation_id: [1, "Ada"]}));
    });
    return texts;
}

/** What a hook of the texts gives, on a screen. */
async function mounted(use) {
    let texts = null;
    class Screen extends Component {
        static template = xml`<div/>`;
        static props = {};
        setup() {
            texts = use();
        }
    }
    await mountWithCleanup(Screen);
    return texts;
}

async function openThread() {
    const thread = await mounted(() => useThreadTexts());
    await thread.open(1);
    return thread;
}

async function openTimeline() {
    const timeline = await mounted(() => useTimelineTexts(1));
    const refresh = async () => {
        getService("bus_service").trigger("BUS:RECONNECT");
        await advanceTime(1000);
        await animationFrame();
    };
    return {...timeline, refresh};
}

async function loadAll(texts) {
    for (let page = 0; !texts.state.complete && page < ALL.length; page++) {
        await texts.loadOlder();
    }
}

const idsOf = ({state}) => state.texts.map(({id}) => id);

for (const [what, open] of [
    ["a thread", openThread],
    ["all texts with a person", openTimeline],
]) {
    describe(`a text that waited and ends without leaving, in ${what}`, () => {
        test("hides none of those between it and the newest", async () => {
            const text = serveTexts()[WAITED - 1];
            const texts = await open();
            expect(idsOf(texts).at(-1)).toBe(WAITED);
            text.state = "canceled";
            await texts.refresh();
            expect(idsOf(texts)).toEqual(ALL.slice(-PAGE));
            await loadAll(texts);
            expect(idsOf(texts)).toEqual(ALL);
        });

        test("is gone if it was taken back", async () => {
            const text = serveTexts()[WAITED - 1];
            const texts = await open();
            await loadAll(texts);
            Object.assign(text, {state: "canceled", taken_back: true});
            await texts.refresh();
            expect(idsOf(texts)).toEqual(ALL.filter((id) => id !== WAITED));
        });

        test("stands where it was written, and says what became of it", async () => {
            const text = serveTexts()[WAITED - 1];
            const texts = await open();
            await loadAll(texts);
            expect(idsOf(texts).at(-1)).toBe(WAITED);
            text.state = "expired";
            await texts.refresh();
            expect(idsOf(texts)).toEqual(ALL);
            expect(texts.state.texts[WAITED - 1].state).toBe("expired");
        });
    });

    test(`a text that is sent again hides nothing that is new, in ${what}`, async () => {
        const all = serveTexts();
        const texts = await open();
        all.at(-1).state = "queued";
        all.push(...ALL.map((id) => ({...all[0], id: 100 + id, place: 100 + id})));
        await texts.refresh();
        await loadAll(texts);
        expect(texts.state.texts).toHaveLength(200);
    });
}

test("a text that ended stays in its thread, among all texts with a person", async () => {
    const text = serveTexts()[WAITED - 1];
    const timeline = await openTimeline();
    await loadAll(timeline);
    text.state = "expired";
    await timeline.refresh();
    expect(blocksOf(timeline.state.texts)).toHaveLength(1);
});
