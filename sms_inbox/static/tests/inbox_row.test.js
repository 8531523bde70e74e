import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {describe, expect, test} from "@odoo/hoot";
import {queryOne} from "@odoo/hoot-dom";
import {mountWithCleanup} from "@web/../tests/web_test_helpers";

import {InboxRow} from "@sms_inbox/inbox/row";

describe.current.tags("desktop");
defineMailModels();

const HEBREW = "\u05e9\u05dc\u05d5\u05dd \u05dc\u05db\u05d5\u05dc\u05dd";

for (const [what, row] of [
    ["a preview", {preview: HEBREW, last_is_ours: true}],
    ["an excerpt that was searched for", {preview: "Hi", found: HEBREW}],
]) {
    test(`${what} is cut where its own writing ends`, async () => {
        await mountWithCleanup(InboxRow, {
            props: {
                row: {id: 1, name: "Ada", stage: "waiting", unread: 0, ...row},
                selected: false,
                gone: false,
                manyNumbers: false,
                onOpen: () => {},
            },
        });
        const words = queryOne(".o_sms_inbox_preview .text-truncate");
        expect(words).toHaveText(HEBREW);
        expect(words).toHaveStyle({direction: "rtl", "text-overflow": "ellipsis"});
    });
}
