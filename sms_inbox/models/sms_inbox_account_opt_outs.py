import logging
import random
import time
from itertools import islice

from odoo import api, models

from .. import carriers, short_transaction
from ..consent_source import Source
from ..messaging import numbers

_logger = logging.getLogger(__name__)

AT_ONCE = 200  # opt-outs noted in one transaction
SLICE = 60.0  # seconds of one night, as Odoo ends what takes minutes
RULE = "the carrier's list of opt-outs"


# a subject of its own in a file of its own, as one file would be too long
# pylint: disable=consider-merging-classes-inherited
class SmsInboxAccount(models.Model):
    """Who told the carrier to stop: its list tells, also where no text came here."""

    _inherit = "sms.inbox.account"

    @api.model
    def _cron_fetch_opt_outs(self):
        """Note everybody to whom a carrier lets no text of ours pass."""
        listing = [
            name for name, each in carriers.CARRIERS.items() if each.lists_opt_outs
        ]
        accounts = list(
            self.search([("carrier", "in", listing), ("set_aside_at", "=", False)])
        )
        # in no order, so that one with a long list does not keep the same others
        random.shuffle(accounts)
        end = time.monotonic() + SLICE
        for account in accounts:
            account._fetch_opt_outs_safely(end)

    def _fetch_opt_outs_safely(self, end):
        """Fetch those of one account; its failure is none of the others'."""
        what = f"The opt-outs of account {self.id} were not fetched"
        with short_transaction.safely(self.env, what):
            self._fetch_opt_outs(end)

    def _fetch_opt_outs(self, end):
        """Commits, and holds no transaction while the carrier is asked.

        :raise CarrierError: what was noted until then stays
        """
        listed = self._carrier().opted_out()
        while time.monotonic() < end:
            # commit: no lock and no snapshot is held while we wait for the carrier
            short_transaction.commit(self.env)
            some = list(islice(listed, AT_ONCE))
            if not some:
                return
            short_transaction.run(self.env, self._note_opt_outs, some)
        _logger.warning("The opt-outs of account %s took too long.", self.id)

    def _note_opt_outs(self, some):
        told = self._by_pair(some)
        consents, company = self.env["sms.inbox.consent"], self.company_id
        pairs = consents._opt_outs_that_are_news(company, told)
        carrier = carriers.get(self.carrier)
        consents._opt_out(company, pairs, Source(carrier.label, RULE, "carrier"))

    def _by_pair(self, some):
        """{(their number, our line or an empty one for all): since when}

        Without those of numbers that are not set up here, or of none that people have.
        """
        lines = {line.number: line for line in self._lines_of_the_company()}
        lines[""] = self.env["sms.inbox.line"]
        told = {}
        for opt_out in some:
            line, number = lines.get(opt_out.sender), _e164(opt_out.recipient)
            if number and line is not None:
                since = told.get((number, line), 0.0)
                told[number, line] = max(since, opt_out.at or 0.0)
        return told

    def _lines_of_the_company(self):
        """Its lines that the company uses or used: others have no consents there."""
        lines = self.with_context(active_test=False).line_ids
        company = self.company_id
        return lines.filtered(lambda line: company in line.number_ids.company_id)


def _e164(number):
    """A person's number as it is stored; "" for a short code and what is none."""
    try:
        return numbers.parse(number)
    except numbers.NumberError:
        return ""
