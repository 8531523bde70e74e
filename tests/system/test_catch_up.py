"""What a server that died did not take is fetched afterwards; the account's screens."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from playwright.sync_api import expect

from house.server import free_port, odoo_server
from tests.system.inbox import Inbox, number_in_words, picture
from tests.system.outbox import Queue, database_of, kill
from tests.system.waiting import until

TEXTS = 1000
KILL_AT = 300  # texts that the server has thanked for
SALES, SERVICE = "+14157770011", "+18337770012"
OTHER_SYSTEM = "https://other.example.com/sms"
PHONE = {"width": 375, "height": 812}


# ------------------------------------------------------------
# A SERVER THAT DIES
# ------------------------------------------------------------


class Servers:
    """One server after the other on the same port and database."""

    def __init__(self, odoo, database):
        self.odoo, self.database, self.port = odoo, database, free_port()
        self.options = (f"--gevent-port={free_port()}", "--max-cron-threads=2")

    def start(self):
        return odoo_server(self.odoo, self.database, self.port, self.options)

    def kill(self, running):
        arguments = ("-d", self.database, f"--http-port={self.port}", *self.options)
        kill(running.child, self.odoo.command("server", *arguments))


def post_all(inbox):
    """Let people text all at once; gives what was thanked for so far."""
    thanked = []

    def post(index):
        body = f"text {index}"
        (answer,) = inbox.receive(f"+1212555{index:04d}", body)
        if answer["status"] == 200:
            thanked.append(body)

    with ThreadPoolExecutor(8) as pool:
        posts = [pool.submit(post, index) for index in range(TEXTS)]
        yield thanked
    for done in posts:
        done.result()
    yield thanked


def bodies(queue):
    return queue.sql("SELECT body FROM sms_inbox_message ORDER BY body").splitlines()


def let_an_hour_pass(queue):
    """Let the server notice at its next look that it was away."""
    queue.sql(
        "UPDATE sms_inbox_account SET seen_alive_at = seen_alive_at - '1h'::interval, "
        "caught_up_until = caught_up_until - '1h'::interval"
    )
    queue._trigger("ir_cron_catch_up")


def test_a_server_killed_in_a_burst_of_texts_loses_none_of_them(odoo, twilio):
    with database_of(odoo, "sms_inbox_catch_up") as database:
        servers, queue = Servers(odoo, database), Queue(odoo, database, twilio)
        with servers.start() as running:
            twilio.settings(deliver_to=running.url)
            inbox = Inbox(running.url, database, twilio, None)
            # the first look notes when all begins
            let_an_hour_pass(queue)
            until(lambda: queue.sql("SELECT caught_up_until FROM sms_inbox_account"))
            burst = post_all(inbox)
            thanked = next(burst)
            until(lambda: len(thanked) >= KILL_AT)
            servers.kill(running)
            next(burst)
        assert KILL_AT <= len(thanked) < TEXTS, "it was over before the kill"
        assert len(twilio.texts()) == TEXTS

        with servers.start():
            until(lambda: set(thanked) <= set(bodies(queue)))
            assert len(bodies(queue)) < TEXTS  # the rest nobody has told us of
            let_an_hour_pass(queue)
            until(lambda: len(bodies(queue)) >= TEXTS)
            let_an_hour_pass(queue)
            until(lambda: _is_caught_up(queue))
            assert bodies(queue) == sorted(f"text {index}" for index in range(TEXTS))


def _is_caught_up(queue):
    recent = "caught_up_until > now() AT TIME ZONE 'UTC' - '10 min'::interval"
    pending = queue.sql(
        "SELECT count(*) FROM sms_inbox_webhook_event WHERE state = 'pending'"
    )
    return pending == "0" and queue.sql(
        f"SELECT id FROM sms_inbox_account WHERE {recent}"
    )


# ------------------------------------------------------------
# THE SCREENS
# ------------------------------------------------------------


@pytest.fixture
def administrator(inbox):
    """The login of an administrator of Odoo in the inbox's company."""
    login = f"administrator of {inbox.login}"
    user_id = inbox._make_user("Alex Admin", login, "group_manager")
    group = inbox.admin(
        "ir.model.data", "check_object_reference", "base", "group_system"
    )
    inbox.admin("res.users", "write", [user_id], {"group_ids": [(4, group[1])]})
    return login


@pytest.fixture
def form(inbox, administrator):
    """The account's form, where the carrier has two numbers more."""
    inbox.twilio.account(
        numbers=[inbox.line, SALES, SERVICE],
        number_settings={
            SALES: {"friendly_name": "Sales desk", "sms_url": OTHER_SYSTEM},
            SERVICE: {"friendly_name": "Service"},
        },
    )
    path = f"/odoo/action-sms_inbox.sms_inbox_account_action/{inbox.account_id}"
    return inbox.screen(path, login=administrator)


def press(page, name):
    page.get_by_role("button", name=name, exact=True).first.click()


def row_of(page, number):
    return page.locator(".modal .o_data_row").filter(has_text=number_in_words(number))


def inbound_urls(inbox):
    """{number: where its texts go} by what the carrier was last told."""
    return {
        settings["form"]["SmsUrl"]
        for settings in inbox.twilio.requests()
        if "SmsUrl" in settings["form"]
    }


def test_an_administrator_sets_up_numbers_and_their_webhooks(inbox, form):
    press(form, "Test connection")
    findings = form.locator(".modal")
    expect(findings).to_contain_text("The carrier accepts the credentials.")
    expect(findings.get_by_text("go nowhere")).to_be_visible()
    picture(form, "test-connection")
    press(form, "Close")

    press(form, "Fetch numbers")
    expect(form.locator(".modal .o_data_row")).to_have_count(2)
    for number in (SALES, SERVICE):
        row_of(form, number).locator("input[type=checkbox]").check()
    picture(form, "fetch-numbers")
    press(form, "Add")
    lines = form.locator("[name=line_ids] .o_data_row")
    expect(lines).to_have_count(3)

    press(form, "Set up webhooks")
    expect(row_of(form, SALES)).to_contain_text("To another system")
    expect(row_of(form, SALES).locator("input[type=checkbox]")).not_to_be_checked()
    expect(row_of(form, SERVICE).locator("input[type=checkbox]")).to_be_checked()
    picture(form, "set-up-webhooks")
    press(form, "Set up")
    expect(form.locator(".modal")).to_have_count(0)
    assert inbound_urls(inbox) == {inbox.inbound_url}

    press(form, "Test connection")
    expect(findings.get_by_text("come here")).to_have_count(2)
    expect(findings.get_by_text("go to another system")).to_be_visible()


def test_what_was_missed_is_fetched_on_demand(inbox, form):
    inbox.twilio.receive("", "+12125550199", inbox.line, "Did you get this?")
    press(form, "Fetch what was missed")
    form.locator(".modal").get_by_role("button", name="Fetch", exact=True).click()
    said = form.locator(".o_notification")
    expect(said).to_contain_text(re.compile("are here now: 1"))
    until(lambda: [text["body"] for text in inbox.texts()] == ["Did you get this?"])


def test_the_form_fits_a_phone_and_shows_what_is_wrong(inbox, administrator):
    inbox.receive("+12125550199", "Hello", forged=True)
    path = f"/odoo/action-sms_inbox.sms_inbox_account_action/{inbox.account_id}"
    page = inbox.screen(path, login=administrator, **PHONE)
    expect(page.locator("[name=webhook_trouble]")).to_be_visible()
    expect(page.get_by_text("Account SID", exact=True)).to_be_visible()
    expect(page.get_by_text("Messaging profile ID")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    picture(page, "account-phone")
