"""The mark beside a phone number changes by itself, in a browser that stays open."""

from playwright.sync_api import expect

from tests.system.waiting import until

LANDLINE = "+44 20 7946 0958"


def mark(page):
    return page.locator("[name=phone] button.o_sms_inbox_mark").first


def test_saving_a_landline_and_a_text_from_it_change_the_mark_without_a_reload(inbox):
    partner_id = inbox.contact("Ada Chen", "+44 7911 123456")
    page = inbox.screen(f"/odoo/contacts/{partner_id}")
    expect(mark(page)).to_have_attribute("data-state", "likely")
    page.evaluate("window.notReloaded = true")

    page.locator("[name=phone] input").fill(LANDLINE)
    expect(mark(page)).to_have_attribute("data-state", "unlikely")
    page.locator(".o_form_button_save").click()
    until(
        lambda: (
            inbox.agent("res.partner", "read", [partner_id], ["phone"])[0]["phone"]
            == LANDLINE
        )
    )
    expect(mark(page)).to_have_attribute("data-state", "unlikely")

    inbox.receive(LANDLINE.replace(" ", ""), "We have a text line now")
    expect(mark(page)).to_have_attribute("data-state", "textable")
    assert page.evaluate("window.notReloaded")
