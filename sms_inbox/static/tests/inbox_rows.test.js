import {beforeEach, describe, expect, test} from "@odoo/hoot";
import {allowTranslations, patchWithCleanup} from "@web/../tests/web_test_helpers";
import {localization} from "@web/core/l10n/localization";

import {marksOf} from "@sms_inbox/inbox/marks";
import {shortTime} from "@sms_inbox/inbox/row";
import {compareKeys, RowList} from "@sms_inbox/inbox/row_list";
import {laterTimes, momentInWords} from "@sms_inbox/inbox/times";
import {countInWords} from "@sms_inbox/inbox/views";
import {withDays} from "@sms_inbox/thread/texts";

describe.current.tags("headless");
beforeEach(() => {
    allowTranslations();
    patchWithCleanup(localization, {timeFormat: "HH:mm:ss"});
});

const row = (id, at = id, extra = {}) => ({
    id,
    key: [`2026-03-10T12:00:${String(at).padStart(2, "0")}.000000`, id],
    ...extra,
});

function listOf(...ids) {
    const list = new RowList();
    list.addPage(
        ids.map((id) => row(id)),
        true
    );
    return list;
}

describe("the order of rows", () => {
    test("goes by the moment, then by the id, up or down", () => {
        const keys = [
            ["b", 1],
            ["a", 2],
            ["b", 10],
        ];
        const sorted = (falling) =>
            [...keys].sort((a, b) => compareKeys(a, b, falling)).map(String);
        expect(sorted(true)).toEqual(["b,10", "b,1", "a,2"]);
        expect(sorted(false)).toEqual(["a,2", "b,1", "b,10"]);
    });

    test("stays as it is until it is settled, while rows change at once", () => {
        const list = listOf(5, 4, 3);
        list.update([3], [row(3, 9, {preview: "new"})]);
        expect(list.order).toEqual([5, 4, 3]);
        expect(list.rows[2].preview).toBe("new");
        list.settle();
        expect(list.order).toEqual([3, 5, 4]);
    });
});

describe("what comes and goes", () => {
    test("waits to be shown, and is counted", () => {
        const list = listOf(5, 4);
        list.update([6], [row(6)]);
        expect([list.order, list.waiting]).toEqual([[5, 4], 1]);
        list.settle();
        expect([list.order, list.waiting]).toEqual([[6, 5, 4], 0]);
    });

    test("is taken away when it is settled, but not under who looks at it", () => {
        const list = listOf(5, 4, 3);
        list.update([5, 4], []);
        expect(list.order).toEqual([5, 4, 3]);
        list.settle(4);
        expect(list.order).toEqual([4, 3]);
        list.settle();
        expect(list.order).toEqual([3]);
    });

    test("stays when it came back meanwhile", () => {
        const list = listOf(5, 4);
        list.update([4], []);
        list.update([4], [row(4)]);
        list.settle();
        expect(list.order).toEqual([5, 4]);
    });

    test("is left to its page where no page reached it yet", () => {
        const list = new RowList();
        list.addPage([row(9), row(8)], false);
        list.update([3, 10], [row(3), row(10)]);
        list.settle();
        expect(list.order).toEqual([10, 9, 8]);
    });

    test("does not move the place where the next page begins", () => {
        const list = new RowList();
        list.addPage([row(9), row(8)], false);
        list.update([8], [row(8, 20)]);
        list.settle();
        expect(list.order).toEqual([8, 9]);
        expect(list.edge).toEqual(row(8).key);
        list.addPage([row(7)], true);
        expect(list.order).toEqual([8, 9, 7]);
    });
});

test("the keyboard goes from row to row and ends at the ends", () => {
    const list = listOf(5, 4, 3);
    expect(list.neighbour(false, 1)).toBe(5);
    expect(list.neighbour(4, 1)).toBe(3);
    expect(list.neighbour(4, -1)).toBe(5);
    expect(list.neighbour(3, 1)).toBe(undefined);
});

test("only what is out of the ordinary is marked, in words", () => {
    const names = (extra) =>
        marksOf(extra).map(({name, label}) => [name, String(label)]);
    expect(names({textability: "likely"})).toEqual([]);
    expect(names({opted_out: true, textability: "not_textable"})).toEqual([
        ["opted_out", "Wants no texts"],
        ["unlikely", "Probably cannot be texted"],
    ]);
});

test("counts end where the server's do", () => {
    expect([undefined, 0, 7, 100].map((count) => countInWords(count))).toEqual([
        "",
        "",
        "7",
        "99+",
    ]);
});

test("the time in a row is a time, a day or a date", () => {
    const now = luxon.DateTime.local(2026, 3, 10, 12);
    const times = [
        [2026, 3, 10, 9],
        [2026, 3, 9, 23],
        [2026, 3, 8, 9],
        [2026, 1, 31, 9],
        [2025, 1, 31, 9],
    ].map((parts) => shortTime(luxon.DateTime.local(...parts), now));
    expect(times).toEqual(["09:00", "Yesterday", "Sun", "Jan 31", "Jan 31, 25"]);
});

test("a snooze of a month does not end on a day of this week", () => {
    const now = luxon.DateTime.local(2026, 3, 10, 12);
    const until = (...parts) => shortTime(luxon.DateTime.local(...parts), now);
    expect([until(2026, 3, 13, 9), until(2026, 4, 10, 9)]).toEqual(["Fri", "Apr 10"]);
});

test("a moment to come is told as the menu tells it, and by its date beyond a week", () => {
    const now = luxon.DateTime.local(2026, 3, 10, 12);
    for (const {at, words} of laterTimes(now)) {
        expect(momentInWords(at, now)).toBe(words);
    }
    const far = [
        [2026, 3, 18, 8],
        [2027, 1, 2, 8],
    ].map((parts) => momentInWords(luxon.DateTime.local(...parts), now));
    expect(far).toEqual(["Mar 18 08:00", "Jan 2, 2027 08:00"]);
});

test("times are written as the user's language has them", () => {
    const now = luxon.DateTime.local(2026, 3, 10, 12);
    const said = () => [
        shortTime(now, now),
        withDays([{}], () => now, now)[0].at,
        ...laterTimes(now).map(({words}) => words),
    ];
    expect(said()).toEqual(["12:00", "12:00", "15:00", "Wed 08:00", "Mon 08:00"]);
    patchWithCleanup(localization, {timeFormat: "hh:mm:ss a"});
    expect(said()).toEqual([
        "12:00 PM",
        "12:00 PM",
        "3:00 PM",
        "Wed 8:00 AM",
        "Mon 8:00 AM",
    ]);
});

test("next week is left out where it begins tomorrow", () => {
    const names = laterTimes(luxon.DateTime.local(2026, 3, 15, 9)).map(
        ({name}) => name
    );
    expect(names).toEqual(["today", "tomorrow"]);
});

test("later today is left out where today is over", () => {
    const names = (...parts) =>
        laterTimes(luxon.DateTime.local(...parts)).map(({name, at}) => [
            name,
            at.toFormat("yyyy-MM-dd HH:mm"),
        ]);
    expect(names(2026, 3, 10, 9, 20)).toEqual([
        ["today", "2026-03-10 12:00"],
        ["tomorrow", "2026-03-11 08:00"],
        ["week", "2026-03-16 08:00"],
    ]);
    expect(names(2026, 3, 10, 22)).toEqual([
        ["tomorrow", "2026-03-11 08:00"],
        ["week", "2026-03-16 08:00"],
    ]);
});
