import logging
import random
import time
from datetime import timedelta
from itertools import islice

from odoo import api, fields, models

from .. import carriers, clock, short_transaction
from .sms_inbox_account_webhooks import JUDGED_BY

_logger = logging.getLogger(__name__)

OUTAGE = timedelta(minutes=10)  # without a sign of life
USUALLY = timedelta(hours=1)  # for gaps that nobody noticed
# What comes about the moment of a look may not be in the list yet, and clocks differ.
MARGIN = timedelta(minutes=10)
STEP = timedelta(days=1)  # of a long gap in one go
MOST = timedelta(days=30)
AT_ONCE = 200  # texts stored in one transaction
SLICE = 40.0  # seconds of one run
CHANGED_BY = {*JUDGED_BY, "api_base_url"}


# a subject of its own in a file of its own, as one file would be too long
# pylint: disable=consider-merging-classes-inherited
class SmsInboxAccount(models.Model):
    """What came in while nobody answered: the carrier's lists tell.

    Carriers give up on a text that we do not take within seconds. So after an outage,
    while calls are refused, and once an hour, their lists are read from where all is
    known to be here. A text that comes both ways is stored once.
    """

    _inherit = "sms.inbox.account"

    seen_alive_at = fields.Datetime(
        "Last looked after",
        readonly=True,
        copy=False,
        groups="base.group_system",
        help="When this server was last able to take the carrier's calls, and to ask "
        "the carrier for what it had missed.",
    )
    catch_up_trouble = fields.Char(
        "Why nothing can be fetched", readonly=True, copy=False
    )

    def write(self, vals):
        """What was missed through wrong settings is fetched once they are changed."""
        if vals.keys() & CHANGED_BY:
            vals = {"seen_alive_at": False, **vals}
            # sudo: ir.cron - whoever repairs an account need not wait
            self.env.ref("sms_inbox.ir_cron_catch_up").sudo()._trigger()
        if vals.get("active"):
            # while it was archived, its texts were none of ours
            vals = {"caught_up_until": fields.Datetime.now(), **vals}
        return super().write(vals)

    # ------------------------------------------------------------
    # SCHEDULED
    # ------------------------------------------------------------

    @api.model
    def _cron_catch_up(self):
        """Fetch what the carriers have for us and could not tell."""
        accounts = list(
            self.search([("carrier", "!=", "sandbox"), ("set_aside_at", "=", False)])
        )
        # in no order, so that one that answers slowly does not keep the same others
        random.shuffle(accounts)
        end = time.monotonic() + SLICE
        for account in accounts:
            if time.monotonic() > end:
                # sudo: ir.cron - the scheduled action that runs goes on where it is
                self.env.ref("sms_inbox.ir_cron_catch_up").sudo()._trigger()
                break
            account._look_after_safely(end)

    def _look_after_safely(self, end):
        """Look after one account; its failure is none of the others'."""
        trouble = self.env._("Something went wrong here. The log says what.")
        what = f"What account {self.id} missed was not fetched"
        with short_transaction.safely(self.env, what):
            trouble = self._trouble_of_looking_after(end)
        short_transaction.run(self.env, self._looked_after, trouble)

    def _trouble_of_looking_after(self, end):
        try:
            self._look_after(end)
        except carriers.CarrierError as error:
            _logger.info("A carrier did not tell account %s what came in.", self.id)
            return error.text
        return False

    def _look_after(self, end):
        since = short_transaction.run(self.env, self._unknown_since)
        now = fields.Datetime.now()
        while since and since < now and time.monotonic() < end:
            until = min(since + STEP, now)
            # the carrier's clock may be ahead of ours
            self._catch_up(since, until + MARGIN)
            short_transaction.run(self.env, self._caught_up, until)
            since = until
        self._ask_for_reports(end)

    def _unknown_since(self):
        """From when on something may have been missed; False if that is unlikely."""
        now = fields.Datetime.now()
        if not self.caught_up_until:
            self.caught_up_until = now  # nothing before the beginning
            return False
        if not self._may_have_missed(now):
            return False
        if self.caught_up_until > now:
            # the clock was put back, and nobody knows what it was when
            return now - STEP
        return max(self.caught_up_until - MARGIN, now - MOST)

    def _may_have_missed(self, now):
        alive, until = self.seen_alive_at, self.caught_up_until
        if not alive or abs(now - alive) >= OUTAGE or abs(now - until) >= USUALLY:
            return True
        refused = [("account_id", "=", self.id), ("last_at", ">=", until)]
        return bool(self.env["sms.inbox.refusal"].search_count(refused, limit=1))

    def _caught_up(self, until):
        self.caught_up_until = until

    def _looked_after(self, trouble):
        """Note that it was; what failed counts as not looked after."""
        self.catch_up_trouble = trouble
        self.seen_alive_at = not trouble and fields.Datetime.now()

    # ------------------------------------------------------------
    # READING LISTS
    # ------------------------------------------------------------

    def _catch_up(self, since, until):
        """Store what the carrier got for our lines in a time span, and is new.

        Nothing from before a line was confirmed for this account: that was another's.
        Commits, and holds no transaction while the carrier is asked.

        :param since, until: naive UTC moments
        :return: how many texts are new
        :raise CarrierError: what was stored until then stays
        """
        self.ensure_one()
        adapter = self._carrier()
        if not adapter.lists_received:
            return 0
        spans = [
            (line.number, clock.epoch(max(since, line.claimed_at)))
            for line in self.line_ids.filtered("claimed_at")
        ]
        short_transaction.commit(self.env)
        end = clock.epoch(until)
        return sum(
            self._store_in_steps(adapter.received(number, begin, end))
            for number, begin in spans
            if begin <= end
        )

    def _store_in_steps(self, texts):
        """Store them in the order in which they came, whatever that of the list."""
        new, ordered = 0, iter(sorted(texts, key=lambda text: text.at or 0))
        while some := list(islice(ordered, AT_ONCE)):
            new += short_transaction.run(self.env, self._store_received, some)
        return new

    def _store_received(self, texts):
        return self.env["sms.inbox.webhook.event"]._store_all(self, texts)

    # ------------------------------------------------------------
    # ASKING FOR REPORTS
    # ------------------------------------------------------------

    def _ask_for_reports(self, end, span=None):
        """Ask what became of texts of which no final word came.

        :param end: when to stop, on the clock of ``time.monotonic``
        :param span: (since, until) of hand-overs, by a person's will; else those whose
            turn it is
        :return: how many texts were asked about
        """
        adapter, asked = self._carrier(), 0
        questions = short_transaction.run(
            self.env, self.env["sms.inbox.attempt"]._questions, self, span
        )
        for attempt, carrier_id in questions:
            if time.monotonic() > end:
                break
            short_transaction.run(
                self.env, attempt._answered, self._ask_about(adapter, carrier_id)
            )
            asked += 1
        return asked

    @staticmethod
    def _ask_about(adapter, carrier_id):
        """The carrier's report; None where it tells nothing of this one text.

        :raise CarrierError: where it would tell nothing of the others either
        """
        try:
            return adapter.report(carrier_id)
        except (carriers.AccountUnusable, carriers.TryLater):
            raise
        except carriers.CarrierError:
            return None
