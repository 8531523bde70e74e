import {beforeEach, describe, expect, test} from "@odoo/hoot";
import {allowTranslations} from "@web/../tests/web_test_helpers";

import {whyNot} from "@sms_inbox/composer/attaching";

describe.current.tags("headless");
beforeEach(() => allowTranslations());

const reasonOf = (name, type = "", content = "x") =>
    String(whyNot(new File([content], name, {type})));

test("an empty file is refused as one, whatever it is", () => {
    expect(reasonOf("photo.jpg", "image/jpeg", "")).toBe("It is empty.");
});

test("what no phone shows is refused before it is sent", () => {
    for (const [name, type] of [
        ["a.exe", "application/x-msdownload"],
        ["page.svg", "image/svg+xml"],
        ["photo.heic", "image/heic"],
        ["unknown", ""],
    ]) {
        expect(reasonOf(name, type)).toMatch(/^Phones cannot show it\./);
    }
});

test("pictures, sounds, films, PDFs, contact cards and plain words may be attached", () => {
    for (const [name, type] of [
        ["photo.jpg", "image/jpeg"],
        ["film.mov", "video/quicktime"],
        ["song.m4a", "audio/x-m4a"],
        ["voice.amr", ""],
        ["Bill.PDF", "application/pdf"],
        ["ada.vcf", "text/vcard"],
        ["note.txt", "text/plain"],
    ]) {
        expect(reasonOf(name, type)).toBe("");
    }
});
