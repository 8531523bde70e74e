import {describe, expect, test} from "@odoo/hoot";

import {shortcutBefore} from "@sms_inbox/composer/canned_responses";
import {withNotes} from "@sms_inbox/thread/texts";

describe.current.tags("headless");

test("a shortcut is what stands between two colons and the caret", () => {
    expect(shortcutBefore("::he", 4)).toBe("he");
    expect(shortcutBefore("Hi ::", 5)).toBe("");
    expect(shortcutBefore("Hi ::hello you", 10)).toBe("hello");
    expect(shortcutBefore("12::30", 6)).toBe(null);
    expect(shortcutBefore("::he llo", 8)).toBe(null);
});

test("notes stand between the texts, by their moment", () => {
    const texts = [
        {id: 1, date: "2026-03-10 09:00:00"},
        {id: 2, date: "2026-03-10 11:00:00"},
    ];
    const notes = [
        {id: 1, date: "2026-03-10 08:00:00"},
        {id: 2, date: "2026-03-10 10:00:00"},
        {id: 3, date: "2026-03-10 12:00:00"},
    ];
    const keys = (complete) => withNotes(texts, notes, complete).map(({key}) => key);
    expect(keys(false)).toEqual(["text 1", "note 2", "text 2", "note 3"]);
    expect(keys(true)).toEqual(["note 1", "text 1", "note 2", "text 2", "note 3"]);
    texts.push({id: 3, date: "2026-03-10 08:00:00", state: "queued"});
    expect(keys(true).slice(-2)).toEqual(["note 3", "text 3"]);
});
