import {beforeEach, describe, expect, test} from "@odoo/hoot";
import {allowTranslations} from "@web/../tests/web_test_helpers";

import {due} from "@sms_inbox/fields/due_field/due";

describe.current.tags("headless");
beforeEach(() => allowTranslations());

const now = luxon.DateTime.fromISO("2026-11-24T12:00:00");
const dueIn = (minutes, soonIn) =>
    due(now.plus({minutes}), now.plus({minutes: soonIn}), now);

test("an answer that has time says how much", () => {
    expect(dueIn(45, 30)).toEqual({state: "within", words: "due in 45 min"});
    expect(dueIn(14 * 60, 13 * 60)).toEqual({state: "within", words: "due in 14 h"});
});

test("an answer that is due soon says so in words, not by its colour alone", () => {
    expect(dueIn(15, 0)).toEqual({state: "soon", words: "due soon, in 15 min"});
    expect(dueIn(0.5, -14)).toEqual({state: "soon", words: "due now"});
});

test("an answer that is overdue says by how much", () => {
    expect(dueIn(0, -15)).toEqual({state: "over", words: "overdue"});
    expect(dueIn(-125, -140)).toEqual({state: "over", words: "overdue by 2 h 05"});
});
