import {beforeEach, describe, expect, test} from "@odoo/hoot";
import {allowTranslations, patchWithCleanup} from "@web/../tests/web_test_helpers";
import {localization} from "@web/core/l10n/localization";

import {deliveryOf} from "@sms_inbox/thread/delivery";
import {textRow} from "@sms_inbox/thread/text_row";
import {
    mergeTexts,
    PAGE,
    whatMayHaveChanged,
    withDays,
    withPage,
} from "@sms_inbox/thread/texts";

describe.current.tags("headless");
beforeEach(() => {
    allowTranslations();
    patchWithCleanup(localization, {timeFormat: "HH:mm:ss"});
});

describe("two readings of a thread", () => {
    test("become one, oldest first", () => {
        const at = (place, id = place) => ({id, place, state: "sent"});
        const ids = mergeTexts([at(3), at(5)], [at(4), at(1), at(6, 2)]).map(
            ({id}) => id
        );
        expect(ids).toEqual([1, 3, 4, 5, 2]);
    });

    test("have what waits below all that is on their phone", () => {
        const ids = mergeTexts(
            [{id: 1, place: 1, state: "queued"}],
            [{id: 2, place: 2, state: "received"}]
        ).map(({id}) => id);
        expect(ids).toEqual([2, 1]);
    });

    test("agree on the later state, and on one text for each id", () => {
        const merged = mergeTexts(
            [{id: 1, place: 1, state: "queued"}],
            [{id: 1, place: 2, state: "delivered"}]
        );
        expect(merged).toEqual([{id: 1, place: 2, state: "delivered"}]);
    });
});

test("what waits for its time looks like what is not on their phone", () => {
    const looks = (text) => textRow({direction: "out", ...text}, "Ada").notThere;
    expect(looks({state: "queued", waits_for: "schedule"})).toBe(true);
    expect(looks({state: "queued", waits_for: false})).toBe(false);
    expect(looks({state: "sent", waits_for: "schedule"})).toBe(false);
    expect(looks({state: "canceled", waits_for: false})).toBe(true);
});

test("older texts are those before what does not wait", () => {
    const texts = [
        {id: 1, place: 1, state: "queued"},
        {id: 3, place: 3, state: "received"},
        {id: 4, place: 4, state: "sent"},
    ];
    expect(withPage([], {texts, complete: false}).from).toBe(3);
    expect(withPage([], {texts, complete: true}).from).toBe(0);
});

describe("what is read again", () => {
    test("is everything in an empty thread", () => {
        expect(whatMayHaveChanged([]).domain).toEqual([
            "|",
            "|",
            ["place", ">=", 0],
            ["state", "in", ["queued", "held"]],
            ["id", "in", []],
        ]);
    });

    test("are the newest texts, and older ones whose state may change", () => {
        const texts = Array.from({length: PAGE + 3}, (_, index) => ({
            id: 10 + index,
            place: 20 + index,
            state: index === 1 ? "sent" : "delivered",
        }));
        expect(whatMayHaveChanged(texts)).toEqual({
            domain: [
                "|",
                "|",
                ["place", ">=", 23],
                ["state", "in", ["queued", "held"]],
                ["id", "in", [11]],
            ],
            limit: 2 * PAGE + 1,
        });
    });
});

test("the day is named where it changes", () => {
    const now = luxon.DateTime.local(2026, 3, 10, 12);
    const texts = [
        {at: luxon.DateTime.local(2025, 12, 31, 9)},
        {at: luxon.DateTime.local(2026, 3, 2, 9)},
        {at: luxon.DateTime.local(2026, 3, 9, 9)},
        {at: luxon.DateTime.local(2026, 3, 9, 10)},
        {at: luxon.DateTime.local(2026, 3, 10, 9)},
    ];
    const days = withDays(texts, ({at}) => at, now).map(({day}) => String(day));
    expect(days).toEqual([
        "Wednesday, December 31, 2025",
        "Monday, March 2",
        "Yesterday",
        "",
        "Today",
    ]);
});

describe("what became of a text", () => {
    const labelOf = (state, reason = false) =>
        String(deliveryOf({state, error_text: reason}).label);

    test("is said in words, with the reason", () => {
        expect(labelOf("queued")).toBe("Waiting to leave");
        expect(labelOf("delivered")).toBe("Delivered");
        expect(labelOf("failed", "No such number.")).toBe("Failed: No such number.");
        expect(labelOf("canceled", "Canceled by Ada.")).toBe("Canceled by Ada.");
    });

    test("decides what can be done", () => {
        const can = (state) => {
            const {cancel, retry} = deliveryOf({state, error_text: false});
            return [cancel, retry].map(Boolean);
        };
        for (const state of ["queued", "held"]) {
            expect(can(state)).toEqual([true, false]);
        }
        for (const state of ["failed", "undelivered", "expired", "unknown"]) {
            expect(can(state)).toEqual([false, true]);
        }
        for (const state of ["sending", "sent", "delivered", "canceled"]) {
            expect(can(state)).toEqual([false, false]);
        }
    });
});
