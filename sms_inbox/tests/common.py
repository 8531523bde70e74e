"""What tests of the inbox, and of addons that build on it, begin with."""

import base64
import os
from contextlib import nullcontext
from unittest.mock import patch

from odoo.tests import HttpCase, TransactionCase, new_test_user

from .. import carriers
from ..models import sms_inbox_dispatcher

OUR_NUMBER = "+14155550100"
THEIR_NUMBER = "+12025550143"
# the same draws in each run, but where somebody looks for more
SEED = int(os.environ.get("SMS_INBOX_SEED", 1))
# the smallest picture that is one
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAA"
    "AABJRU5ErkJggg=="
)
PICTURE = {"name": "bike.png", "content": base64.b64encode(PNG).decode()}


def report(attempt, *values):
    """Have the carrier report on an attempt."""
    attempt._reported_all({attempt: carriers.StatusReport(*values)})


class SmsInboxCase(TransactionCase):
    """A company with a sandbox account, a number, an agent, and a contact.

    ``cls.company``, ``cls.account``, ``cls.line``, ``cls.number``, ``cls.partner``;
    users ``cls.agent`` (answers the number), ``cls.supervisor`` and ``cls.manager``.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env["base"].with_context(tracking_disable=True).env
        cls.company = cls.env["res.company"].create(
            {"name": "Bikes", "country_id": cls.env.ref("base.us").id}
        )
        # tests run at any hour; those about quiet hours make rules of their own
        cls.env["sms.inbox.quiet.rule"].search([]).active = False
        cls.agent = cls.make_user("agent", "group_user", cls.company)
        cls.supervisor = cls.make_user("supervisor", "group_supervisor", cls.company)
        cls.manager = cls.make_user("manager", "group_manager", cls.company)
        cls.account = cls.make_account(cls.company)
        cls.line = cls.make_line(cls.account, OUR_NUMBER)
        cls.number = cls.make_number(cls.line, cls.agent)
        cls.partner = cls.env["res.partner"].create(
            {"name": "Ada Chen", "phone": THEIR_NUMBER}
        )

    @classmethod
    def make_user(cls, login, group, company):
        """A user of one company with one of the inbox's groups."""
        return new_test_user(
            cls.env,
            login=login,
            groups=f"sms_inbox.{group},base.group_partner_manager",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )

    @classmethod
    def make_account(cls, company, **vals):
        """A carrier account, of the sandbox unless ``vals`` say otherwise."""
        return cls.env["sms.inbox.account"].create(
            {"name": "Account", "company_id": company.id, **vals}
        )

    @classmethod
    def make_line(cls, account, number, rate=1000.0, **vals):
        """A line that the carrier confirmed, with a rate in segments per second."""
        line = cls.env["sms.inbox.line"].create(
            {"number": number, "account_id": account.id, **vals}
        )
        line._confirm()
        line.limit_id.segments_per_second = rate
        return line

    @classmethod
    def make_number(cls, line, users=None, **vals):
        """A line in the hands of its account's company."""
        return cls.env["sms.inbox.number"].create(
            {
                "name": "Sales",
                "line_id": line.id,
                "company_id": line.account_id.company_id.id,
                "user_ids": [(6, 0, users.ids if users else [])],
                **vals,
            }
        )

    @classmethod
    def move_to_account(cls, **vals):
        """Have the number at a new account of its company, confirmed by the carrier."""
        cls.number.active = False
        cls.account = cls.make_account(cls.company, **vals)
        cls.line.account_id = cls.account
        cls.line._confirm()
        cls.number = cls.make_number(cls.line, cls.agent)

    @classmethod
    def make_conversation(cls, number=None, contact_number=THEIR_NUMBER):
        """The thread of two numbers, ready to text in."""
        conversations = cls.env["sms.inbox.conversation"]
        return conversations.browse(
            conversations.start((number or cls.number).id, contact_number)
        )

    # ------------------------------------------------------------
    # WHAT SCHEDULED ACTIONS DO
    # ------------------------------------------------------------

    def dispatch(self, answer=None, lasts=1.0):
        """Run the dispatcher, with ``answer(outbound)`` in the carrier's place.

        ``answer`` returns an ``Accepted`` or raises a ``CarrierError``; without it the
        sandbox answers, at once.

        :param lasts: seconds that it waits at most for what may not leave yet
        :return: the texts that reached the carrier, in order
        """
        handed_over = []

        def send(_carrier, outbound):
            handed_over.append(outbound)
            if answer:
                return answer(outbound)
            return carriers.Accepted(carrier_id=f"SB{outbound.uuid}")

        # what the carrier said in another test is over
        sms_inbox_dispatcher.PACES.clear()
        with (
            patch.object(carriers.get(self.account.carrier), "send", send),
            # what has to wait longer, waits for the next run
            patch.object(sms_inbox_dispatcher, "SLICE", lasts),
        ):
            self.run_cron("sms_inbox.ir_cron_dispatch")
        return handed_over

    def process_events(self):
        """Process what carriers told us."""
        self.run_cron("sms_inbox.ir_cron_process_events")

    def run_cron(self, xml_id):
        """Run a scheduled action with commits that reach no further than the test."""
        in_test_mode = isinstance(self, HttpCase)
        with nullcontext() if in_test_mode else self.enter_registry_test_mode():
            self.env.ref(xml_id).method_direct_trigger()
        self.env.invalidate_all()

    def receive(
        self, body, contact_number=THEIR_NUMBER, line=OUR_NUMBER, pictures=None
    ):
        """Have a text come in and become a message; gives the message.

        :param pictures: as in ``sandbox_receive``
        """
        self.account.sandbox_receive(line, contact_number, body, pictures)
        self.process_events()
        return self.env["sms.inbox.message"].search(
            [("direction", "=", "in"), ("contact_number", "=", contact_number)],
            limit=1,
        )
