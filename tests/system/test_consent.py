"""Whoever wants no more texts gets none: real Odoo, real calls, real browser."""

from playwright.sync_api import expect

from tests.system.inbox import ADA, bubble, picture
from tests.system.waiting import until


def thread(inbox, number=ADA):
    return inbox.agent("sms.inbox.conversation", "start", inbox.number_id, number)


def bodies(inbox):
    """What the carrier got of ours, in order."""
    texts = inbox.twilio.texts()
    return [text["body"] for text in texts if text["from"] == inbox.line]


def test_a_stop_in_other_words_ends_the_thread_in_the_open_browser(inbox):
    page = inbox.screen(f"/odoo/sms-conversations/{thread(inbox)}")
    expect(page.get_by_placeholder("Write a text")).to_be_visible()
    inbox.receive(ADA, "Please take me off your list, thanks")
    expect(bubble(page, "take me off your list")).to_be_visible()
    expect(page.get_by_text("wants no texts from you", exact=False)).to_be_visible()
    # what Twilio does not know as a word of its own, we confirm, once
    until(lambda: len(bodies(inbox)) == 1)
    assert "no more texts" in bodies(inbox)[0]
    picture(page, "opted-out")


def test_what_twilio_answers_itself_is_not_answered_twice(inbox):
    inbox.receive(ADA, "STOP")
    until(lambda: len(inbox.texts()) == 1)
    consents = until(
        lambda: inbox.admin(
            "sms.inbox.consent",
            "search_read",
            [("company_id", "=", inbox.company_id)],
            ["state", "said_by"],
        )
    )
    assert [(c["state"], c["said_by"]) for c in consents] == [("opted_out", "person")]
    assert bodies(inbox) == []


def test_a_doubtful_text_is_decided_with_one_key_and_what_was_held_leaves(inbox):
    page = inbox.screen(f"/odoo/sms-conversations/{thread(inbox)}")
    expect(page.get_by_placeholder("Write a text")).to_be_visible()
    inbox.receive(ADA, "go away")
    question = page.get_by_text("Do they want no more texts?")
    expect(question).to_be_visible()
    picture(page, "undecided")
    inbox.agent(
        "sms.inbox.conversation", "send_text", [thread(inbox)], "Sorry, shall we stop?"
    )
    page.keyboard.press("Alt+y")
    expect(question).to_be_hidden()
    until(lambda: "Sorry, shall we stop?" in bodies(inbox))


def test_a_start_lets_texts_leave_again(inbox):
    inbox.receive(ADA, "Please stop texting me")
    until(lambda: len(bodies(inbox)) == 1)
    page = inbox.screen(f"/odoo/sms-conversations/{thread(inbox)}")
    expect(page.get_by_text("wants no texts from you", exact=False)).to_be_visible()
    inbox.receive(ADA, "START")
    expect(page.get_by_placeholder("Write a text")).to_be_visible()
    inbox.send(ADA, "Welcome back")
    until(lambda: "Welcome back" in bodies(inbox))
