"""The first text both ways: real Odoo, real Twilio adapter, real browser."""

from itertools import pairwise

from playwright.sync_api import expect

from tests.system.inbox import ADA, bubble, picture
from tests.system.waiting import until


def others(inbox):
    """Some more conversations, so that there is something to tell apart."""
    for name, number, body in (
        ("Omar Haddad", "+12025550112", "Do you rent e-bikes for a week?"),
        ("Grace Okafor", "+12025550113", "What do I owe you for the repair?"),
    ):
        inbox.contact(name, number)
        inbox.receive(number, body)
    until(lambda: len(inbox.texts()) == 2)


def test_a_text_to_a_contact_is_delivered_and_its_answer_appears_by_itself(inbox):
    others(inbox)
    partner_id = inbox.contact("Ada Chen", ADA)
    board = inbox.screen("/odoo/sms-conversations")
    page = inbox.screen(f"/odoo/contacts/{partner_id}")

    page.locator("button[name=action_sms_inbox_text]").click()
    page.get_by_placeholder("Write a text").fill("Your bike is ready, Ada 🚲")
    page.keyboard.press("Enter")
    page.evaluate("window.notReloaded = true")
    board.evaluate("window.notReloaded = true")
    expect(bubble(page, "Your bike is ready, Ada 🚲")).to_be_visible()
    expect(page.get_by_text("Delivered")).to_be_visible()

    (request,) = [t for t in inbox.twilio.texts() if t["from"] == inbox.line]
    assert (request["from"], request["to"]) == (inbox.line, ADA)
    assert request["body"] == "Your bike is ready, Ada 🚲"
    card = board.locator(".o_kanban_record").filter(has_text="Ada Chen")
    expect(card).to_contain_text("Your bike is ready")

    (answer,) = inbox.receive(ADA, "Great, I come at five")
    assert answer["status"] == 200
    assert "<Response" in answer["body"] and "five" not in answer["body"]
    expect(bubble(page, "Great, I come at five")).to_be_visible()
    needs_reply = board.locator(".o_kanban_group").filter(has_text="Needs reply")
    expect(needs_reply.locator(".o_kanban_record").first).to_be_visible()
    expect(needs_reply.get_by_text("I come at five")).to_be_visible()
    assert page.evaluate("window.notReloaded") and board.evaluate("window.notReloaded")
    picture(page, "conversation")


def test_an_unknown_sender_and_a_repeated_post_make_one_thread_with_one_text(inbox):
    answers = inbox.receive("+12025550199", "Is this the bike shop?", repeat=3)
    assert {answer["status"] for answer in answers} == {200}
    (text,) = until(inbox.texts)
    assert (text["body"], text["state"]) == ("Is this the bike shop?", "received")
    page = inbox.screen(f"/odoo/sms-conversations/{text['conversation_id'][0]}")
    expect(bubble(page, "Is this the bike shop?")).to_be_visible()
    expect(page.get_by_placeholder("Nobody yet: choose or create one")).to_be_visible()


def test_a_forged_post_is_refused_and_leaves_nothing(inbox):
    (answer,) = inbox.receive(ADA, "Send me money", forged=True)
    assert (answer["status"], answer["body"]) == (403, "")
    assert inbox.texts() == []


def test_reports_that_come_reordered_and_twice_end_at_delivered(inbox):
    inbox.twilio.settings(hold=True, repeat=2)
    conversation_id = inbox.agent(
        "sms.inbox.conversation", "start", inbox.number_id, ADA
    )
    inbox.agent("sms.inbox.conversation", "send_text", [conversation_id], "Hello")
    until(lambda: [text for text in inbox.texts() if text["state"] == "sent"])
    inbox.twilio.release(backwards=True)
    assert inbox.twilio.settle()
    until(lambda: [text for text in inbox.texts() if text["state"] == "delivered"])


def test_a_lost_answer_is_settled_by_the_report_and_never_sent_twice(inbox):
    inbox.twilio.settings(hold=True)
    inbox.twilio.fault("lost")
    conversation_id = inbox.agent(
        "sms.inbox.conversation", "start", inbox.number_id, ADA
    )
    inbox.agent("sms.inbox.conversation", "send_text", [conversation_id], "Hello")
    until(lambda: [text for text in inbox.texts() if text["state"] == "unknown"])
    inbox.twilio.release()
    until(lambda: [text for text in inbox.texts() if text["state"] == "delivered"])
    assert len(inbox.twilio.texts()) == 1


def test_what_the_carrier_refuses_is_told_in_words(inbox):
    conversation_id = inbox.agent(
        "sms.inbox.conversation", "start", inbox.number_id, "+15005550004"
    )
    page = inbox.screen(f"/odoo/sms-conversations/{conversation_id}")
    page.get_by_placeholder("Write a text").fill("Hello")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Failed", exact=False).first).to_be_visible()
    (text,) = inbox.texts()
    assert (text["state"], text["error_code"]) == ("failed", "21610")


def test_texts_of_one_line_leave_no_faster_than_its_rate(inbox):
    for index in range(4):
        conversation_id = inbox.agent(
            "sms.inbox.conversation", "start", inbox.number_id, f"+1202555016{index}"
        )
        inbox.agent("sms.inbox.conversation", "send_text", [conversation_id], "Hello")
    until(lambda: len(inbox.twilio.texts()) == 4)
    arrivals = [
        request["monotonic"]
        for request in inbox.twilio.requests()
        if request["method"] == "POST" and request["path"].endswith("/Messages.json")
    ]
    gaps = [later - earlier for earlier, later in pairwise(arrivals)]
    # one segment per second, less what a request may take longer than the next one
    assert min(gaps) > 0.9, gaps
