"""Pictures both ways, between the simulated carrier and the screens."""

import hashlib
import re
import urllib.error
import urllib.request
import zlib
from struct import pack
from urllib.parse import urljoin

import pytest
from playwright.sync_api import expect

from tests.system.inbox import picture
from tests.system.waiting import until

ADA = "+12025550143"
CARD = b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ada Chen\r\nEND:VCARD\r\n"


def image(red, green, blue, size=160):
    """A picture of one colour, in PNG."""

    def chunk(kind, content):
        crc = pack(">I", zlib.crc32(kind + content))
        return pack(">I", len(content)) + kind + content + crc

    row = b"\0" + bytes((red, green, blue)) * size
    header = pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(row * size))
        + chunk(b"IEND", b"")
    )


@pytest.fixture
def thread(inbox):
    """Ada's thread, open in the agent's browser."""
    inbox.contact("Ada Chen", ADA)
    conversation_id = inbox.agent(
        "sms.inbox.conversation", "start", inbox.number_id, ADA
    )
    return inbox.screen(f"/odoo/sms-conversations/{conversation_id}")


def bubbles(page):
    return page.locator(".o_sms_inbox_bubble")


def attach(page, name, content_type, content):
    """Choose a file for the text that is being written."""
    picker = page.get_by_role("region", name="Texts").locator("input[type=file]")
    file = {"name": name, "mimeType": content_type, "buffer": content}
    picker.set_input_files(file)


def is_loaded(img):
    return img.evaluate("img => img.complete && img.naturalWidth > 0")


def test_what_comes_in_is_fetched_and_shown_for_what_it_is(inbox, thread):
    blue = image(60, 90, 200)
    (answer,) = inbox.receive(
        ADA,
        "My bike, and my card",
        media=[("image/png", blue), ("text/vcard", CARD), ("image/png", b"<html>")],
    )
    assert answer["status"] == 200
    shown = bubbles(thread).filter(has_text="My bike")
    img = shown.get_by_role("img", name=re.compile("Picture from Ada Chen"))
    expect(img).to_be_visible()
    until(lambda: is_loaded(img))
    expect(shown.get_by_role("link")).to_have_count(2)  # the card, and what lied
    picture(thread, "picture-in")
    img.click()
    expect(thread.locator(".o-FileViewer")).to_be_visible()
    thread.keyboard.press("Escape")

    source = urljoin(inbox.url, img.get_attribute("src"))
    with pytest.raises(urllib.error.HTTPError) as refusal:
        urllib.request.urlopen(source)
    assert refusal.value.code == 404  # to whoever is not logged in


def test_a_picture_is_sent_and_the_carrier_alone_gets_it(inbox, thread):
    red = image(200, 60, 60)
    attach(thread, "Ada's bike.png", "image/png", red)
    expect(thread.get_by_role("button", name="Remove Ada's bike.png")).to_be_visible()
    thread.get_by_placeholder("Write a text").fill("It is ready")
    picture(thread, "picture-to-send")
    thread.keyboard.press("Enter")
    sent = bubbles(thread).filter(has_text="It is ready")
    expect(sent.get_by_text("Delivered")).to_be_visible()
    until(lambda: is_loaded(sent.get_by_role("img", name="Picture we sent")))

    (fetched,) = inbox.twilio.fetched()
    assert fetched["status"] == 200
    assert fetched["sha256"] == hashlib.sha256(red).hexdigest()
    headers = {name.lower(): value for name, value in fetched["headers"].items()}
    assert headers["content-type"] == "image/png"
    assert "set-cookie" not in headers
    assert "Ada" not in str(headers)
    (text,) = inbox.twilio.texts()
    assert text["body"] == "It is ready"


def test_a_page_in_place_of_a_picture_is_refused_before_it_is_sent(inbox, thread):
    attach(thread, "bike.svg", "image/svg+xml", b"<svg></svg>")
    thread.get_by_placeholder("Write a text").fill("Look")
    thread.get_by_role("button", name="Send", exact=True).click()
    expect(thread.get_by_text("Phones cannot show")).to_be_visible()
    assert inbox.twilio.texts() == []
