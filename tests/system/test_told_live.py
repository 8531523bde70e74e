"""A new text is told on the screens of those who answer it, not where it is read."""

from playwright.sync_api import expect

from tests.system.inbox import ADA, bubble, picture
from tests.system.test_inbox_live import asked, colleague, opened

TOLD = ".o_sms_inbox_told"
SYSTRAY = ".o_sms_inbox_systray"


def test_a_new_text_is_told_elsewhere_in_odoo_and_not_where_its_thread_is_open(inbox):
    ben_login = colleague(inbox)
    thread_id = asked(inbox)
    ann = inbox.screen("/odoo/contacts")
    reading = opened(inbox, thread_id, ben_login)
    on_the_board = opened_form(inbox, thread_id, ben_login)
    expect(ann.locator(SYSTRAY)).to_have_attribute(
        "title", "Texts: 1 unread, 1 waiting on us"
    )

    inbox.receive(ADA, "Is <b>anybody</b> there?")
    toast = ann.locator(TOLD)
    expect(toast).to_contain_text("Ada Chen (Sales)")
    expect(toast).to_contain_text("Is <b>anybody</b> there?")
    toast.hover()  # it stays while one points at it
    picture(ann, "told")
    for page in (reading, on_the_board):
        expect(bubble(page, "Is <b>anybody</b> there?")).to_be_visible()
        expect(page.locator(SYSTRAY)).to_have_attribute(
            "title", "Texts: 0 unread, 1 waiting on us"
        )
        expect(page.locator(TOLD)).to_have_count(0)

    toast.get_by_role("button", name="Open").click()
    expect(bubble(ann, "Is <b>anybody</b> there?")).to_be_visible()
    expect(toast).to_have_count(0)
    expect(ann.locator(SYSTRAY)).to_have_attribute(
        "title", "Texts: 0 unread, 1 waiting on us"
    )


def opened_form(inbox, thread_id, login):
    page = inbox.screen(f"/odoo/sms-conversations/{thread_id}", login=login)
    expect(bubble(page, "Is my bike ready?")).to_be_visible()
    return page


def test_a_conversation_is_opened_and_a_text_begun_from_the_systray(inbox):
    asked(inbox)
    page = inbox.screen("/odoo/contacts")
    page.locator(SYSTRAY).press("Enter")
    row = page.locator(".o_sms_inbox_glance .o_sms_inbox_row")
    expect(row).to_contain_text("Ada Chen")
    picture(page, "systray")
    row.press("Enter")
    expect(bubble(page, "Is my bike ready?")).to_be_visible()
    page.locator(SYSTRAY).click()
    page.get_by_role("menuitem", name="New text").click()
    expect(page.locator("#o_sms_inbox_who")).to_be_focused()
