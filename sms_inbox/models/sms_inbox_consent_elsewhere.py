from odoo import api, models

from ..consent_source import Source
from ..messaging import numbers, opt_out
from ..messaging.opt_out import Intent
from .sms_inbox_consent_hearing import meant

BECOMES = {
    Intent.OPT_OUT: "opted_out",
    Intent.WRONG_PERSON: "opted_out",
    Intent.OPT_IN: "subscribed",
    Intent.REVIEW: "review",
}


# a subject of its own in a file of its own, as one file would be too long
# pylint: disable=consider-merging-classes-inherited
class SmsInboxConsent(models.Model):
    """What people write to numbers that have no conversations: shared or retired."""

    _inherit = "sms.inbox.consent"

    @api.model
    def _hear_without_thread(self, account, line, number, text, keyword):
        """Act on a text that has no thread, as its number is shared, or is retired.

        On a shared one the word is for all companies that use it or used it.

        :param text: its ``body`` and ``date``
        :return: whether it said something of further texts
        """
        found = opt_out.judge(text["body"], self.env["sms.inbox.phrase"]._phrases())
        state = BECOMES.get(meant(found, keyword, text["body"]))
        if not (state and numbers.stored(number)):
            return False
        actor = self.env._("The recipient")
        source = Source(actor, found.rule or "carrier", "person", words=text["body"])
        for company, about in self._meant_for(account, line):
            self._say_without_thread(company, number, about, text, source, state)
        return True

    @api.model
    def _meant_for(self, account, line):
        """(company, the line or an empty one for all) of those who are told."""
        if line.usage != "notification":
            return [(account.company_id, line.browse())]
        said = self.search([("line_id", "=", line.id)]).company_id
        companies = said | line.with_context(active_test=False).number_ids.company_id
        return [(company, line) for company in companies]

    @api.model
    def _say_without_thread(self, company, number, line, text, source, state):
        known = self._of_pairs(company, [(number, line)]).get((number, line), self)
        is_late = known.since and known.since > text["date"]
        if is_late and (state != "opted_out" or known.state == "subscribed"):
            return
        if not (state == "review" and known.state == "opted_out"):
            self._change(company, {(number, line): source}, state)
