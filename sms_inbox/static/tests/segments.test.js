import {describe, expect, test} from "@odoo/hoot";

import {countSegments} from "@sms_inbox/composer/segments";

describe.current.tags("headless");

// [text, how often it is repeated, from a toll-free number, segments]. The tests of
// messaging/segments.py read these too: what is between the brackets is JSON.
// prettier-ignore
const VECTORS = [
    ["", 1, false, 1],
    ["a", 160, false, 1],
    ["a", 161, false, 2],
    ["a", 306, false, 2],
    ["a", 307, false, 3],
    ["a", 304, true, 2],
    ["a", 305, true, 3],
    ["é", 160, false, 1],
    ["ê", 70, false, 1],
    ["ê", 71, false, 2],
    ["ê", 134, false, 2],
    ["ê", 135, false, 3],
    ["ê", 132, true, 2],
    ["ê", 133, true, 3],
    ["€", 80, false, 1],
    ["€", 81, false, 2],
    ["€", 152, false, 2],
    ["€", 153, false, 3],
    ["a€", 102, false, 2],
    ["a€", 103, false, 3],
    ["👍", 35, false, 1],
    ["👍", 36, false, 2],
    ["👍", 66, false, 2],
    ["👍", 67, false, 3],
    ["a👍", 44, false, 2],
    ["a👍", 45, false, 3],
    ["\n\r", 80, false, 1],
    ["\f^{}[~]|\\", 8, false, 1],
    ["\f^{}[~]|\\", 9, false, 2],
    ["ç", 70, false, 1],
    ["Ç", 160, false, 1],
    ["’", 71, false, 2]
];

test("the browser counts segments as the server does", () => {
    const counted = VECTORS.map(([text, times, tollFree]) => [
        text,
        times,
        tollFree,
        countSegments(text.repeat(times), tollFree),
    ]);
    expect(counted).toEqual(VECTORS);
});
