"""The queue as people see it: quiet hours, numbers, a bulk text from end to end."""

import re
from datetime import UTC, datetime, timedelta
from math import ceil, floor
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from tests.system.inbox import number_in_words, picture
from tests.system.waiting import until

RULE = "sms.inbox.quiet.rule"
ADA, BEN, MAYA = "+12125550143", "+12125550144", "+12125550190"
PHONE = {"width": 375, "height": 667}  # a small one's screen
# places far enough apart that no window of two hours is open in two of them
PLACES = {
    "America/New_York": "+12125550141",
    "America/Los_Angeles": "+13105550142",
    "Pacific/Honolulu": "+18085550143",
}


# ------------------------------------------------------------
# WHAT A TEST BEGINS WITH
# ------------------------------------------------------------


@pytest.fixture
def rules(inbox):
    """No allowed hours but those that a test adds by the function that this gives."""
    usual = inbox.admin(RULE, "search", [])
    inbox.admin(RULE, "write", usual, {"active": False})
    yield lambda **vals: inbox.admin(RULE, "create", [vals])[0]
    inbox.admin(RULE, "unlink", inbox.admin(RULE, "search", []))
    inbox.admin(RULE, "write", usual, {"active": True})


class Night:
    """A rule by whose hours Ada may be texted at this moment and Ben may not."""

    def __init__(self, inbox, add_rule):
        awake = next(zone for zone in PLACES if 3 <= hour_in(zone) < 23)
        asleep = next(zone for zone in PLACES if zone != awake)
        self.ada, self.ben = PLACES[awake], PLACES[asleep]
        opens = floor(4 * hour_in(awake)) / 4 - 0.5
        closes = ceil(4 * hour_in(awake)) / 4 + 0.5
        (country_id,) = inbox.admin("res.country", "search", [("code", "=", "US")])
        self.rule_id = add_rule(
            country_id=country_id, opens=opens, closes=closes, sunday=True
        )
        self.ends = next_time(asleep, opens)


@pytest.fixture
def night(inbox, rules):
    return Night(inbox, rules)


def hour_in(zone):
    """What a clock there shows, in hours."""
    clock = datetime.now(ZoneInfo(zone))
    return clock.hour + clock.minute / 60 + clock.second / 3600


def zone_of_today():
    """Where no day ends while a test is at work."""
    return "UTC" if hour_in("UTC") < 22 else "Asia/Tokyo"


def next_time(zone, hour):
    """When a clock there shows this hour next, in UTC as Odoo writes it."""
    now = datetime.now(ZoneInfo(zone))
    day = now.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    moments = [
        (day + timedelta(days=days, hours=hour)).replace(tzinfo=ZoneInfo(zone))
        for days in (0, 1)
    ]
    moment = next(moment for moment in moments if moment > now)
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


def bulk(inbox, body, *phones):
    """Send a bulk text as the wizard does; gives what the wizard said before."""
    ids = [inbox.contact(f"Person {phone}", phone) for phone in phones]
    values = {"res_model": "res.partner", "res_ids": ids, "count": len(ids)}
    wizards = inbox.agent("sms.inbox.bulk", "create", [values | {"body": body}])
    (wizard,) = inbox.agent("sms.inbox.bulk", "read", wizards, ["outlook"])
    inbox.agent("sms.inbox.bulk", "action_send", wizards)
    return wizard["outlook"]


def waiting(inbox, *domain):
    """What queued texts wait for and until when, by the recipient's number."""
    fields = ["contact_number", "waiting_words", "next_slot"]
    rows = inbox.agent(
        "sms.inbox.message", "search_read", [("state", "=", "queued"), *domain], fields
    )
    return {row["contact_number"]: row for row in rows}


def arrived(inbox):
    """(recipient, words) of each text that the carrier took, in order."""
    return [
        (arrival["recipient"], arrival["body"])
        for arrival in inbox.twilio.arrivals()
        if arrival["sid"]
    ]


def keys_to(page, target):
    """Go to something on a card with the keyboard alone, from the search above."""
    expect(target).to_be_visible()
    expect(page.locator(".o_searchview_input")).to_be_focused()
    page.keyboard.press("ArrowDown")
    for _ in range(10):
        page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError("the Tab key never comes to it")


def card(page):
    return page.locator(".o_kanban_record:not(.o_kanban_ghost)")


def cut_off(page):
    """Words of what reaches beyond the right edge of the screen, or is shortened."""
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= page.viewport_size["width"], "the page scrolls sideways"
    return page.evaluate(
        """() => [...document.querySelectorAll(".o_action_manager *")]
            .filter((e) => e.checkVisibility() && e.textContent.trim() && (
                e.getBoundingClientRect().right > window.innerWidth + 1 ||
                (getComputedStyle(e).textOverflow === "ellipsis" &&
                    e.scrollWidth > e.clientWidth + 1)))
            .map((e) => `${e.tagName}.${e.className}: ${e.textContent.trim()}`)"""
    )


# ------------------------------------------------------------
# QUIET HOURS
# ------------------------------------------------------------


def test_bulk_waits_where_it_is_night_and_a_reply_does_not(inbox, night):
    outlook = bulk(inbox, "The sale begins", night.ada, night.ben)
    assert "the hours in which nobody may be texted where they live" in outlook
    until(lambda: (night.ada, "The sale begins") in arrived(inbox))
    text = until(lambda: waiting(inbox, ("waits_for", "!=", False)).get(night.ben))
    assert "the end of quiet hours where they live" in text["waiting_words"]
    assert text["next_slot"] == night.ends

    inbox.send(night.ben, "Yes, we have it in blue")
    until(lambda: len(arrived(inbox)) == 2)
    assert arrived(inbox)[1] == (night.ben, "Yes, we have it in blue")
    assert list(waiting(inbox)) == [night.ben]


def test_a_text_that_waits_for_the_morning_leaves_when_its_rule_is_changed(
    inbox, night
):
    bulk(inbox, "The sale begins", night.ben)
    until(lambda: waiting(inbox, ("waits_for", "!=", False)))
    inbox.admin(RULE, "write", [night.rule_id], {"opens": 0, "closes": 24})
    words = [text["waiting_words"] for text in waiting(inbox).values()]
    assert not [text for text in words if "quiet hours" in text]
    until(lambda: arrived(inbox) == [(night.ben, "The sale begins")])


# ------------------------------------------------------------
# THE CHOICE OF THE NUMBER
# ------------------------------------------------------------


def write(page, partner_id, url):
    """Press Text on a contact; gives the window that asks from which number."""
    page.goto(f"{url}/odoo/contacts/{partner_id}")
    page.locator("button[name=action_sms_inbox_text]").click()
    return page.locator(".modal")


def send_now(page, words):
    page.get_by_placeholder("Write a text").fill(words)
    page.keyboard.press("Enter")


def test_who_knows_a_number_is_texted_from_it_and_anybody_else_from_a_near_one(inbox):
    near = inbox.line.replace("+1415", "+1212")
    inbox.twilio.account(numbers=[inbox.line, near])
    inbox.number("Support", near)
    ada, ben = inbox.contact("Ada Chen", ADA), inbox.contact("Ben Ode", BEN)
    inbox.receive(BEN, "Are you open?")
    page = inbox.screen("/odoo/contacts")

    window = write(page, ada, inbox.url)
    expect(window.get_by_label("Text from")).to_have_value(number_in_words(near))
    window.get_by_role("button", name="Write").click()
    send_now(page, "Hello Ada")
    until(lambda: len(arrived(inbox)) == 1)

    write(page, ben, inbox.url)
    expect(page.locator(".o_sms_inbox_bubble")).to_contain_text("Are you open?")
    send_now(page, "Until six")
    until(lambda: len(arrived(inbox)) == 2)
    pairs = [(text["sender"], text["recipient"]) for text in inbox.twilio.arrivals()]
    assert pairs == [(near, ADA), (inbox.line, BEN)]


# ------------------------------------------------------------
# A NUMBER SET ASIDE
# ------------------------------------------------------------


def set_aside(inbox):
    """Whether the company's number is."""
    return inbox.admin(
        "sms.inbox.line",
        "search",
        [("number", "=", inbox.line), ("set_aside_at", "!=", False)],
    )


def test_a_number_is_set_aside_and_brought_back_by_its_manager_alone(inbox):
    inbox.twilio.account(numbers=[])  # somebody took it out of the account
    inbox.send(ADA, "Your bike is ready")
    until(lambda: set_aside(inbox))
    until(lambda: waiting(inbox).get(ADA))
    assert arrived(inbox) == []

    agents = inbox.screen("/odoo/sms-numbers")
    expect(card(agents)).to_contain_text("Sales")
    expect(agents.get_by_role("button", name="Bring back")).to_have_count(0)
    page = inbox.screen("/odoo/sms-numbers", login=inbox.manager())
    expect(card(page)).to_contain_text("Set aside")
    expect(card(page)).to_contain_text("Nothing leaves until this is repaired")
    expect(card(page).get_by_role("status")).to_contain_text(re.compile(r"(\w+ ){4}"))
    picture(page, "number-set-aside")

    inbox.twilio.account(numbers=[inbox.line])
    keys_to(page, card(page).get_by_role("button", name="Bring back"))
    page.keyboard.press("Enter")
    expect(card(page)).to_contain_text("In use")
    expect(page.get_by_role("button", name="Bring back")).to_have_count(0)
    until(lambda: arrived(inbox) == [(ADA, "Your bike is ready")])


def test_a_refused_text_says_that_its_number_is_set_aside(inbox):
    inbox.twilio.account(numbers=[])
    inbox.send(ADA, "Your bike is ready")
    until(lambda: set_aside(inbox))
    text = until(lambda: waiting(inbox).get(ADA))
    assert text["waiting_words"].startswith("The number is set aside: ")


def test_a_report_of_missing_registration_sets_the_number_aside(inbox):
    inbox.twilio.settings(hold=True)
    inbox.send(ADA, "Hello")
    (arrival,) = until(inbox.twilio.arrivals)
    inbox.twilio.report(arrival["sid"], "undelivered", "30034")
    until(lambda: set_aside(inbox))
    inbox.send(BEN, "Hello you")
    words = until(lambda: waiting(inbox).get(BEN))["waiting_words"]
    assert words.startswith("The number is set aside: ")
    assert len(inbox.twilio.arrivals()) == 1


# ------------------------------------------------------------
# THE NUMBERS SCREEN
# ------------------------------------------------------------


def busy(inbox):
    """Let four texts leave, which use up the day, and three more wait."""
    zone = zone_of_today()
    inbox.limit(
        name="Sales number",
        segments_per_second=20,
        segments_per_minute=30,
        segments_per_day=5,
        timezone=zone,
    )
    for index, body in enumerate(["Long " * 40] + ["Hello"] * 6):
        inbox.send(f"+1212555016{index}", body)
    until(lambda: len(arrived(inbox)) == 4)
    return zone


def test_the_figures_are_what_the_carrier_got_and_a_phone_shows_all_of_them(inbox):
    page = inbox.screen("/odoo/sms-numbers", login=inbox.manager())
    expect(card(page)).to_contain_text("Nothing waits")
    zone = busy(inbox)
    page.reload()
    segments = sum(arrival["segments"] for arrival in inbox.twilio.arrivals())
    assert segments == 5
    expect(card(page)).to_contain_text(f"{segments} of 5 segments today")
    expect(card(page)).to_contain_text(f"{segments} of 30 segments in the last minute")
    expect(card(page)).to_contain_text("Used up")
    expect(card(page)).to_contain_text(re.compile(r"3\s+texts"))
    hours = round(24 - hour_in(zone))
    expect(card(page)).to_contain_text(
        f"About {hours} hours. “Sales number” has a limit per day"
    )
    expect(card(page)).to_contain_text("4 texts in 24 hours")
    picture(page, "numbers")
    page.set_viewport_size(PHONE)
    page.reload()
    expect(card(page)).to_contain_text("Used up")
    picture(page, "numbers-phone")
    assert cut_off(page) == []


def test_the_numbers_screen_needs_a_keyboard_only(inbox):
    page = inbox.screen("/odoo/sms-numbers", login=inbox.manager())
    keys_to(page, card(page).get_by_role("link", name="Traffic"))
    numbers = page.url
    page.keyboard.press("Enter")
    expect(page.locator(".o_breadcrumb")).to_contain_text("Traffic")
    # Odoo notes a screen in the browser's history a moment after it drew it.
    expect(page).not_to_have_url(numbers)
    page.go_back()
    expect(card(page)).to_be_visible()
    page.locator(".o_searchview_input").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(".o_form_view")).to_contain_text("How it gets on")


# ------------------------------------------------------------
# BULK
# ------------------------------------------------------------


NAMES = ["Zoe Bea Lund", "Zoe Carl Moss", "Zoe Dora Nagy", "Zoe Emil Oja"]


def open_wizard(page):
    """Find all named Zoe in the list of contacts, and choose to text them."""
    page.locator(".o_switch_view.o_list").click()
    expect(page.locator(".o_list_view")).to_be_visible()
    page.locator(".o_searchview_input").press_sequentially("Zoe")
    expect(page.locator(".o_searchview_autocomplete")).to_contain_text("Zoe")
    page.keyboard.press("Enter")
    expect(page.locator(".o_data_row")).to_have_count(len(NAMES))
    page.locator("thead .o_list_record_selector input").click()
    page.get_by_role("button", name="Actions").click()
    page.get_by_role("menuitem", name="Text", exact=True).click()
    return page.locator(".modal")


def shows(page, field, words):
    """Press Refresh until a field of the batch says this."""

    def said():
        page.get_by_role("button", name="Refresh").click()
        return page.locator(f".o_field_widget[name={field}]").inner_text() == words

    until(said, pause=0.3)


def press_and_confirm(page, button, confirmation):
    page.get_by_role("button", name=button).click()
    page.locator(".modal").get_by_role("button", name=confirmation).click()


def allow_a_day(inbox, limit_id, segments):
    inbox.admin("sms.inbox.limit", "write", [limit_id], {"segments_per_day": segments})


@pytest.mark.usefixtures("rules")
def test_a_bulk_text_is_written_watched_paused_and_canceled(inbox):
    # so few may leave a day that each step finds something left to do
    limit_id = inbox.limit(
        name="Sales number", segments_per_day=1, timezone=zone_of_today()
    )
    for index, name in enumerate(NAMES):
        inbox.contact(name, f"+1212555017{index}")
    page = inbox.screen("/odoo/contacts")

    window = open_wizard(page)
    expect(window).to_contain_text("Text 4 people")
    words = window.get_by_placeholder("Hello {{ object.name }}")
    words.fill("Hello {{ object.name }}, your bike is due for its yearly check.")
    page.keyboard.press("Tab")
    expect(window).to_contain_text("Hello Zoe Carl Moss, your bike is due")
    expect(window).to_contain_text("4 texts, each short enough to count once")
    expect(window).to_contain_text("how many texts a day can leave from one number")
    picture(page, "bulk")
    window.get_by_role("button", name="Send").click()
    shows(page, "waiting_count", "3")
    assert page.locator(".o_field_widget[name=progress]").inner_text().startswith("25")
    picture(page, "bulk-progress")

    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="Go on")).to_be_visible()
    allow_a_day(inbox, limit_id, 3)
    inbox.send(MAYA, "A reply comes before bulk")
    until(lambda: len(arrived(inbox)) == 2)
    words = {text["waiting_words"] for text in waiting(inbox).values()}
    assert words == {"Its bulk text is paused."}

    press_and_confirm(page, "Go on", "Go on")
    shows(page, "waiting_count", "2")
    press_and_confirm(page, "Cancel", "Take them back")
    shows(page, "canceled_count", "2")
    allow_a_day(inbox, limit_id, 100)
    inbox.send(MAYA, "The last text")
    until(lambda: (MAYA, "The last text") in arrived(inbox))
    assert [recipient for recipient, _body in arrived(inbox)] == [
        *("+12125550170", MAYA, "+12125550171", MAYA)
    ]
    assert arrived(inbox)[0][1].startswith("Hello Zoe Bea Lund, your bike")
