import re

from odoo import api, models
from odoo.fields import Domain

FOUND = 8  # threads without a contact that are listed
DIGITS = 3  # of a number; fewer are in every one


# a subject of its own in a file of its own, as one file would be too long
# pylint: disable=consider-merging-classes-inherited
class SmsInboxConversation(models.Model):
    """Whom the command palette offers to text."""

    _inherit = "sms.inbox.conversation"

    @api.model
    @api.readonly
    def palette_people(self, typed):
        """People to text for what was typed, a name or (a part of) a number.

        :return: dicts of ``partner_id`` (or False), ``name``, ``number`` (E.164), and
            what is known of it: ``state`` and, in words, ``known``
        """
        people = self.inbox_people(typed)
        listed = {person["number"] for person in people}
        people += [
            {"partner_id": False, "name": "", "number": number}
            for number in self._numbers_texted(typed)
            if number not in listed
        ]
        company = self.env.company.id
        marks = self.env["sms.inbox.subscriber"]._marks_of(
            {(company, person["number"]) for person in people}
        )
        return [
            {**person, **self._known_of(marks[company, person["number"]])}
            for person in people
        ]

    @api.model
    def _known_of(self, mark):
        known = mark["label"]
        if mark["state"] == "unknown":
            known = self.env._("Not known whether to be texted")
        return {"state": mark["state"], "known": known}

    @api.model
    def _numbers_texted(self, typed):
        """The numbers of threads with nobody's number in which what was typed is."""
        digits = re.sub(r"\D", "", typed)
        if len(digits) < DIGITS or re.search(r"[^\d\s()+./-]", typed):
            return []
        threads = self.search_fetch(
            Domain("company_id", "=", self.env.company.id)
            & Domain("contact_number", "like", digits)
            & Domain("partner_id", "=", False)
            & Domain("last_text_at", "!=", False),
            ["contact_number"],
            order="last_text_at desc",
            limit=FOUND,
        )
        return list(dict.fromkeys(threads.mapped("contact_number")))
