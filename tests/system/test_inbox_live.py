"""Two people in the inbox at once: each sees what the other does, without a reload."""

import re

from playwright.sync_api import expect

from tests.system.inbox import ADA, bubble, picture
from tests.system.waiting import until


def colleague(inbox):
    """The login of another agent of the same number, called Ben."""
    login = f"ben of {inbox.login}"
    user_id = inbox._make_user("Ben", login, "group_user")
    inbox.admin(
        "sms.inbox.number", "write", [inbox.number_id], {"user_ids": [(4, user_id)]}
    )
    return login


def asked(inbox):
    """Ada Chen texts us; gives her thread's id."""
    inbox.contact("Ada Chen", ADA)
    inbox.receive(ADA, "Is my bike ready?")
    (text,) = until(inbox.texts)
    return text["conversation_id"][0]


def opened(inbox, thread_id, login=None):
    page = inbox.screen(f"/odoo/sms-inbox/{thread_id}", login=login)
    expect(bubble(page, "Is my bike ready?")).to_be_visible()
    page.evaluate("window.notReloaded = true")
    return page


def test_two_people_see_each_other_and_each_others_texts(inbox):
    ben_login = colleague(inbox)
    thread_id = asked(inbox)
    ann = opened(inbox, thread_id)
    ben = opened(inbox, thread_id, ben_login)
    expect(ann.get_by_text("Ben is also here")).to_be_visible()
    expect(ben.get_by_text("is also here")).to_be_visible()

    ben.get_by_placeholder("Write a text").press_sequentially("Yes")
    expect(ann.get_by_text("Ben is typing…")).to_be_visible()
    picture(ann, "inbox-together")
    ben.keyboard.press("Enter")
    expect(bubble(ann, "Yes")).to_be_visible()
    expect(bubble(ann, "Delivered")).to_be_visible()

    inbox.receive(ADA, "Great, I come at five")
    expect(bubble(ann, "Great, I come at five")).to_be_visible()
    row = ben.locator(".o_sms_inbox_row").filter(has_text="I come at five")
    ben.locator("[data-view=team]").click()
    expect(row).to_be_visible()

    ben.goto(f"{inbox.url}/odoo/contacts")
    expect(ann.get_by_text("is also here")).to_have_count(0)
    assert ann.evaluate("window.notReloaded")


def test_who_takes_a_thread_and_closes_it_is_seen_by_the_others_at_once(inbox):
    ben_login = colleague(inbox)
    thread_id = asked(inbox)
    ann, ben = opened(inbox, thread_id), opened(inbox, thread_id, ben_login)
    row = ann.locator(".o_sms_inbox_row").filter(has_text="Ada Chen")
    ann.locator("[data-view=unassigned]").click()
    expect(row).to_be_visible()

    ben.keyboard.press("a")
    expect(ann.get_by_role("button", name="Assigned to Ben")).to_be_visible()
    # Ann looks at it, so it does not vanish under her eyes
    expect(row).to_have_class(re.compile("o_sms_inbox_gone"))
    counts = ann.locator("[data-view=unassigned]")
    expect(counts).not_to_contain_text("1")

    ben.keyboard.press("c")
    expect(ann.get_by_role("button", name="Reopen")).to_be_visible()
    ann.locator("[data-view=closed]").click()
    expect(row).to_be_visible()
    expect(row).not_to_have_class(re.compile("o_sms_inbox_gone"))
    assert ann.evaluate("window.notReloaded") and ben.evaluate("window.notReloaded")


def test_an_answer_that_crossed_a_colleagues_is_announced_before_it_is_sent(inbox):
    ben_login = colleague(inbox)
    thread_id = asked(inbox)
    ann = opened(inbox, thread_id)
    # what Ben sends does not reach Ann's screen before she presses Enter
    ann.context.set_offline(True)
    ben = inbox.user(ben_login)
    ben("sms.inbox.conversation", "send_text", [thread_id], "It is ready")
    ann.get_by_placeholder("Write a text").fill("Not yet")
    ann.context.set_offline(False)
    ann.keyboard.press("Enter")
    expect(ann.get_by_text("Ben answered while you were writing")).to_be_visible()
    assert [t["body"] for t in inbox.texts()] == ["Is my bike ready?", "It is ready"]
    expect(bubble(ann, "It is ready")).to_have_count(1)

    ann.get_by_role("button", name="Read it").click()
    expect(ann.get_by_placeholder("Write a text")).to_have_value("Not yet")
    ann.get_by_placeholder("Write a text").fill("It is, as Ben says")
    ann.keyboard.press("Enter")
    expect(bubble(ann, "It is, as Ben says")).to_be_visible()


def test_an_answer_that_came_while_somebody_wrote_is_announced_too(inbox):
    ben_login = colleague(inbox)
    thread_id = asked(inbox)
    ann = opened(inbox, thread_id)
    ann.get_by_placeholder("Write a text").fill("Not yet")
    ben = inbox.user(ben_login)
    ben("sms.inbox.conversation", "send_text", [thread_id], "It is ready")
    expect(bubble(ann, "It is ready")).to_be_visible()
    ann.keyboard.press("Enter")
    expect(ann.get_by_text("Ben answered while you were writing")).to_be_visible()

    ann.get_by_role("button", name="Read it").click()
    ann.get_by_placeholder("Write a text").press("Enter")
    expect(bubble(ann, "Not yet")).to_be_visible()


def test_a_text_that_answers_itself_is_read_by_who_has_it_on_the_screen(inbox):
    thread_id = asked(inbox)
    ann = opened(inbox, thread_id)
    inbox.receive(ADA, "Please stop texting me")
    expect(bubble(ann, "Please stop texting me")).to_be_visible()
    until(lambda: len(inbox.texts()) == 3)  # and what confirms it
    read = ("sms.inbox.conversation", "read", [thread_id], ["unread", "opted_out"])
    until(lambda: inbox.agent(*read)[0]["opted_out"])
    until(lambda: inbox.agent(*read)[0]["unread"] == 0)


def test_rows_do_not_move_while_somebody_points_at_them(inbox):
    asked(inbox)
    omar = "+12025550112"
    inbox.contact("Omar Haddad", omar)
    inbox.receive(omar, "Do you rent e-bikes?")
    until(lambda: len(inbox.texts()) == 2)
    page = inbox.screen("/odoo/sms-inbox")
    page.locator("[data-view=team]").click()
    rows = page.locator(".o_sms_inbox_row")
    expect(rows.first).to_contain_text("Omar Haddad")
    rows.first.hover()
    inbox.receive(ADA, "Hello?")
    expect(rows.nth(1)).to_contain_text("Hello?")
    expect(rows.first).to_contain_text("Omar Haddad")
    page.get_by_label("Search names, numbers and texts").hover()
    expect(rows.first).to_contain_text("Ada Chen")
