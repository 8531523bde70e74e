import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {beforeEach, describe, expect, test} from "@odoo/hoot";
import {edit, queryOne, waitFor} from "@odoo/hoot-dom";
import {animationFrame} from "@odoo/hoot-mock";
import {
    contains,
    mountWithCleanup,
    onRpc,
    preloadBundle,
} from "@web/../tests/web_test_helpers";

import {Component, xml} from "@odoo/owl";

import {Composer} from "@sms_inbox/composer/composer";
import {ComposerTools} from "@sms_inbox/inbox/composer_tools";

const MODEL = "sms.inbox.conversation";

defineMailModels();
preloadBundle("web.assets_emoji");

class Box extends Component {
    static template = xml`
        <Composer draftOf="'tools'" label="''" onSend="() => {}">
            <t t-set-slot="tools" t-slot-scope="box">
                <ComposerTools conversationId="1" insert="box.insert"
                    sendWith="box.sendWith" empty="box.empty"/>
            </t>
        </Composer>`;
    static components = {Composer, ComposerTools};
    static props = [];
}

let partner = false;
let templates = [];

beforeEach(() => {
    partner = false;
    templates = [];
    onRpc(MODEL, "inbox_templates", () => templates);
    onRpc(MODEL, "inbox_template", () => "It is ready.");
    onRpc(MODEL, "read", () => [{id: 1, partner_id: partner}]);
});

async function openTemplates() {
    await mountWithCleanup(Box);
    await contains(".o_sms_inbox_templates").click();
}

describe("templates", () => {
    test("without a contact say that they need one", async () => {
        await openTemplates();
        expect(".o_sms_inbox_no_templates").toHaveText(/^Templates need a contact/);
    });

    test("with a contact are for the administrator to write", async () => {
        partner = [7, "Ada"];
        await openTemplates();
        expect(".o_sms_inbox_no_templates").toHaveText(/^No SMS template fits yet/);
    });

    test("begin a line of their own after other words, and only then", async () => {
        templates = [{id: 3, name: "Ready"}];
        await openTemplates();
        await contains(".o-dropdown-item:contains(Ready)").click();
        expect("textarea").toHaveValue("It is ready.");
        await contains("textarea").click();
        await edit("Hello Ada,");
        await animationFrame();
        await contains(".o_sms_inbox_templates").click();
        await contains(".o-dropdown-item:contains(Ready)").click();
        expect("textarea").toHaveValue("Hello Ada,\nIt is ready.");
    });
});

test.tags("mobile");
test("on a narrow screen the emoji open in a dialog, not in the button", async () => {
    await mountWithCleanup(Box);
    await contains(".o_sms_inbox_emoji").click();
    await waitFor(".modal .o-EmojiPicker", {timeout: 5000});
    expect(queryOne(".o_sms_inbox_emoji").children).toHaveLength(1);
    await contains(".modal .o-Emoji:first").click();
    await animationFrame();
    expect(".modal").toHaveCount(0);
    expect("textarea").not.toHaveValue("");
});
