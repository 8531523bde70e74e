import {describe, expect, test} from "@odoo/hoot";
import {allowTranslations} from "@web/../tests/web_test_helpers";

import {formatNumber} from "@sms_inbox/fields/number_field/format_number";
import {formatSince} from "@sms_inbox/fields/since_field/format_since";

describe.current.tags("headless");

describe("a number", () => {
    test("of North America has its three parts", () => {
        expect(formatNumber("+14155552671")).toBe("+1 415 555 2671");
        expect(formatNumber("+12025550143")).toBe("+1 202 555 0143");
    });

    test("of elsewhere has its country code apart", () => {
        expect(formatNumber("+351912345678")).toBe("+351 912345678");
        expect(formatNumber("+4915112345678")).toBe("+49 15112345678");
        expect(formatNumber("+79161234567")).toBe("+7 9161234567");
    });

    test("that is no number stays as it is", () => {
        expect(formatNumber("72345")).toBe("72345");
        expect(formatNumber("ACME")).toBe("ACME");
        expect(formatNumber("+1415")).toBe("+1415");
        expect(formatNumber("<b>")).toBe("<b>");
        expect(formatNumber(false)).toBe("");
    });
});

test("a while is told in few letters", () => {
    allowTranslations();
    const now = luxon.DateTime.fromISO("2026-03-10T12:00:00Z");
    const since = (duration) => String(formatSince(now.minus(duration), now));
    expect(since({seconds: 59})).toBe("now");
    expect(since({seconds: -5})).toBe("now");
    expect(since({minutes: 5})).toBe("5 min");
    expect(since({minutes: 59, seconds: 59})).toBe("59 min");
    expect(since({hours: 1, minutes: 5})).toBe("1 h 05");
    expect(since({hours: 1, minutes: 59, seconds: 59})).toBe("1 h 59");
    expect(since({hours: 3})).toBe("3 h");
    expect(since({hours: 3, minutes: 30})).toBe("3 h 30");
    expect(since({hours: 4, minutes: 30})).toBe("4 h");
    expect(since({hours: 23, minutes: 59})).toBe("23 h");
    expect(since({hours: 24})).toBe("1 day");
    expect(since({hours: 49})).toBe("2 days");
});
