import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {describe, expect, test} from "@odoo/hoot";
import {queryAllTexts} from "@odoo/hoot-dom";
import {contains, mountWithCleanup, serverState} from "@web/../tests/web_test_helpers";

import {reactive} from "@odoo/owl";

import {ThreadActions} from "@sms_inbox/inbox/thread_actions";
import {WhenMenu} from "@sms_inbox/inbox/when_menu";

describe.current.tags("desktop");
defineMailModels();

const BEN = {id: 77, name: "Ben"};
const CLEO = {id: 78, name: "Cleo"};

async function mounted(user, data = {}) {
    const me = {id: serverState.userId, name: "Me"};
    await mountWithCleanup(ThreadActions, {
        props: {
            data: {
                id: 1,
                stage: "waiting",
                muted: false,
                people: [me, BEN, CLEO],
                user,
                ...data,
            },
            act: {
                assign: (whom) => expect.step(whom),
                snooze: () => {},
                reopen: () => expect.step("reopen"),
            },
            snoozeState: reactive({
                isOpen: false,
                open() {
                    this.isOpen = true;
                },
                close() {
                    this.isOpen = false;
                },
            }),
            detailsOpen: false,
            onToggleDetails: () => {},
        },
    });
}

const MENU = ".o-dropdown--menu .o-dropdown-item";

test("a conversation is given to anybody once, and to nobody who has it", async () => {
    await mounted(false);
    await contains(".o_sms_inbox_assign").click();
    expect(queryAllTexts(MENU)).toEqual(["To me", "Ben", "Cleo"]);
    await contains(`${MENU}:contains(Ben)`).click();
    expect.verifySteps([77]);
});

test("a conversation of mine is given to somebody else", async () => {
    await mounted({id: serverState.userId, name: "Me"});
    await contains(".o_sms_inbox_assign").click();
    expect(queryAllTexts(MENU)).toEqual(["Ben", "Cleo", "To nobody"]);
});

test("a conversation of Ben's is taken over, or given to others", async () => {
    await mounted(BEN);
    await contains(".o_sms_inbox_assign").click();
    expect(queryAllTexts(MENU)).toEqual(["To me", "Cleo", "To nobody"]);
});

test("what is snoozed is woken from the menu that snoozes", async () => {
    await mounted(false, {stage: "snoozed"});
    await contains(".o_sms_inbox_snooze").click();
    await contains(".o-dropdown--menu .o_sms_inbox_wake").click();
    expect.verifySteps(["reopen"]);
});

test("what is awake is not to be woken", async () => {
    await mounted(false);
    await contains(".o_sms_inbox_snooze").click();
    expect(".o-dropdown--menu [data-time=other]").toHaveCount(1);
    expect(".o_sms_inbox_wake").toHaveCount(0);
});

test("a key is told on the button, and not above the question that follows", async () => {
    const props = {label: "", icon: "fa-bell", title: "Snooze", hotkey: "s"};
    await mountWithCleanup(WhenMenu, {props: {...props, onChoose: () => {}}});
    expect("button").toHaveAttribute("title", "Snooze (s)");
    await contains("button").click();
    await contains(".o-dropdown--menu [data-time=other]").click();
    expect(".modal-title").toHaveText("Snooze");
});
