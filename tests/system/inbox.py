"""A company with a carrier account, a number and people, on a running server."""

import itertools
import os
import re
import xmlrpc.client
from pathlib import Path

PICTURES = os.environ.get("SMS_INBOX_PICTURES")  # a folder, to take screenshots
PUBLIC = "https://texts.example.com"
PASSWORD = "a long password"
_serial = itertools.count(1)


class Rpc:
    """Calls a server's models as one user, as people's scripts do."""

    def __init__(self, url, database, login, password):
        common = xmlrpc.client.ServerProxy(f"{url}/xmlrpc/2/common")
        self._who = (
            database,
            common.authenticate(database, login, password, {}),
            password,
        )
        self._models = xmlrpc.client.ServerProxy(
            f"{url}/xmlrpc/2/object", allow_none=True
        )

    def __call__(self, model, method, *args, **kwargs):
        return self._models.execute_kw(*self._who, model, method, args, kwargs)


class Inbox:
    """One company with everything that it takes to text, and its screens."""

    def __init__(self, url, database, twilio, chrome):
        self.url, self.database, self.twilio, self.chrome = (
            url,
            database,
            twilio,
            chrome,
        )
        self.admin = Rpc(url, database, "admin", "admin")
        serial = next(_serial)
        self.line = f"+1415555{serial:04d}"
        self.login = f"agent{serial}"
        twilio.account(numbers=[self.line])
        self._make_company(serial)
        self._make_account()
        self.agent = Rpc(url, database, self.login, PASSWORD)

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
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.goto(f"{self.url}/web/login")
        page.fill("#login", login or self.login)
        page.fill("#password", PASSWORD)
        page.click("button[type=submit]")
        page.wait_for_selector(".o_web_client")
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
