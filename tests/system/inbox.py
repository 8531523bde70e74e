"""A company with a carrier account, a number and people, on a running server."""

import functools
import itertools
import os
import re
from pathlib import Path

import requests

PICTURES = os.environ.get("SMS_INBOX_PICTURES")  # a folder, to take screenshots
PUBLIC = "https://texts.example.com"
PASSWORD = "a long password"
ADA = "+12025550143"
_serial = itertools.count(1)


class Refused(Exception):
    """The server's own words for what it did not do."""


class Rpc:
    """Calls a server's models as one user, in a session like a browser's.

    Unlike a script's calls, these send no password, which takes the server as long as
    a whole page to check.
    """

    def __init__(self, url, database, login, password):
        self._url, self._http = url, requests.Session()
        self._http.trust_env = False  # no proxy of this machine's on the loopback
        who = {"db": database, "login": login, "password": password}
        self._ask("/web/session/authenticate", **who)

    def __call__(self, model, method, *args, **kwargs):
        return self._ask(
            "/web/dataset/call_kw",
            **{"model": model, "method": method, "args": args, "kwargs": kwargs},
        )

    def _ask(self, route, **params):
        answer = self._http.post(self._url + route, json={"params": params}).json()
        if "error" in answer:
            raise Refused(answer["error"]["data"]["message"])
        return answer["result"]

    @property
    def cookie(self):
        """What makes a browser go on with this session."""
        return {
            "name": "session_id",
            "value": self._http.cookies["session_id"],
            "url": self._url,
        }


@functools.cache
def administrator(url, database):
    """Calls as a server's administrator."""
    return Rpc(url, database, "admin", "admin")


class Inbox:
    """One company with everything that it takes to text, and its screens."""

    def __init__(self, url, database, twilio, chrome):
        self.url, self.database, self.twilio, self.chrome = (
            url,
            database,
            twilio,
            chrome,
        )
        self.admin = administrator(url, database)
        serial = next(_serial)
        self.line = f"+1415555{serial:04d}"
        self.login = f"agent{serial}"
        twilio.account(numbers=[self.line])
        self._make_company(serial)
        self._make_account()
        self.agent = self.user(self.login)

    def user(self, login):
        """Calls as one of the company's people."""
        return Rpc(self.url, self.database, login, PASSWORD)

    def _create(self, model, **vals):
        return self.admin(model, "create", [vals])[0]

    def _make_company(self, serial):
        self.company_id = self._create("res.company", name=f"Company {serial}")
        self.admin("res.users", "write", [2], {"company_ids": [(4, self.company_id)]})
        self.agent_id = self._make_user(f"Agent {serial}", self.login, "group_user")

    def _make_user(self, name, login, group):
        groups = [
            self.admin("ir.model.data", "check_object_reference", module, name)[1]
            for module, name in (
                ("base", "group_user"),
                ("base", "group_partner_manager"),
                ("sms_inbox", group),
            )
        ]
        return self._create(
            "res.users",
            name=name,
            login=login,
            password=PASSWORD,
            company_id=self.company_id,
            company_ids=[(6, 0, [self.company_id])],
            group_ids=[(6, 0, groups)],
        )

    def _make_account(self):
        self.account_id = self._create(
            "sms.inbox.account",
            name="Twilio",
            company_id=self.company_id,
            carrier="twilio",
            account_sid=self.twilio.account_sid,
            auth_token=self.twilio.auth_token,
            api_base_url=self.twilio.url,
            public_base_url=PUBLIC,
        )
        self.number_id = self.number("Sales", self.line)
        (account,) = self.admin(
            "sms.inbox.account", "read", [self.account_id], ["inbound_url"]
        )
        self.inbound_url = account["inbound_url"]

    def number(self, name, phone):
        """A number of the account, which the carrier lists, for the agent; its id."""
        line_id = self._create(
            "sms.inbox.line", number=phone, account_id=self.account_id
        )
        self.admin("sms.inbox.line", "action_claim", [line_id])
        return self._create(
            "sms.inbox.number",
            name=name,
            line_id=line_id,
            company_id=self.company_id,
            user_ids=[(6, 0, [self.agent_id])],
        )

    def limit(self, **limit):
        """Give the company's number a limit of its own, within no other; its id."""
        limit_id = self._create("sms.inbox.limit", **limit)
        lines = self.admin("sms.inbox.line", "search", [("number", "=", self.line)])
        self.admin("sms.inbox.line", "write", lines, {"limit_id": limit_id})
        return limit_id

    def manager(self):
        """The login of a new administrator of the company's numbers."""
        login = f"manager of {self.login}"
        self._make_user("Maria Manager", login, "group_manager")
        return login

    def contact(self, name, phone):
        """A contact of the company; gives its id."""
        return self._create(
            "res.partner", name=name, phone=phone, company_id=self.company_id
        )

    def receive(self, sender, body, **how):
        """Have somebody text the company's number, through the signed webhook."""
        return self.twilio.receive(self.inbound_url, sender, self.line, body, **how)

    def send(self, contact_number, body):
        """Have the agent text somebody from the company's number; the text's id."""
        conversation_id = self.agent(
            "sms.inbox.conversation", "start", self.number_id, contact_number
        )
        return self.agent(
            "sms.inbox.conversation", "send_text", [conversation_id], body
        )

    def texts(self):
        """The company's texts as the agent reads them, oldest first."""
        fields = ["direction", "body", "state", "error_code", "conversation_id"]
        return self.agent("sms.inbox.message", "search_read", [], fields, order="id")

    def screen(self, path, width=1280, height=800, login=None):
        """A page, the agent's if no other's, logged in, at a path of the web client."""
        context = self.chrome.new_context(viewport={"width": width, "height": height})
        context.add_cookies([(self.user(login) if login else self.agent).cookie])
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.goto(f"{self.url}{path}")
        return page


def picture(page, name):
    """Save what a page shows, if somebody wants pictures."""
    if PICTURES:
        Path(PICTURES, f"{name}.png").write_bytes(page.screenshot())


def number_in_words(number):
    """A pattern that finds a North American number however a screen writes it."""
    digits = re.fullmatch(r"\+1(\d{3})(\d{3})(\d{4})", number).groups()
    return re.compile(r"\+1.?" + r".?".join(digits))


def bubble(page, words):
    """The bubbles of a thread with these words."""
    return page.locator(".o_sms_inbox_bubble").filter(has_text=words)
