from odoo import api, models

# What answers one of these words leaves all the same, once: it is asked for by law.
EXEMPT = ("opt_out", "wrong_person", "help")


# a subject of its own in a file of its own, as one file would be too long
# pylint: disable=consider-merging-classes-inherited
class SmsInboxConsent(models.Model):
    """Whom a consent holds for, and which texts it keeps back."""

    _inherit = "sms.inbox.consent"

    def _about(self, records):
        """Those of some texts or conversations that these consents hold for."""
        pairs = {
            # sudo: sms.inbox.line - of no company, users may not read it
            (consent.company_id.id, consent.number, consent.sudo().line_id.id)
            for consent in self
        }
        theirs = set(self.mapped("number"))
        return records.filtered(
            lambda record: (
                record.contact_number in theirs
                and {
                    (record.company_id.id, record.contact_number, line)
                    # sudo: sms.inbox.line - of no company; users may not read it
                    for line in (False, record.number_id.sudo().line_id.id)
                }
                & pairs
            )
        )

    @api.model
    def _for(self, records, states):
        """The consents in some states, in sudo, with the people of texts or threads."""
        # sudo: sms.inbox.consent - holds for everyone, whoever may read it
        return self.sudo().search_fetch(
            [
                ("number", "in", records.mapped("contact_number")),
                ("company_id", "in", records.company_id.ids),
                ("state", "in", states),
            ],
            ["number", "company_id", "line_id", "state"],
        )

    @api.model
    def _opted_out(self, records):
        """Those of some texts or conversations whose person wants none from us."""
        return self._for(records, ("opted_out",))._about(records)

    @api.model
    def _keeps_back(self, text):
        """Whether a consent keeps a text, in sudo, from leaving, as the claim asks."""
        if text.answers_word in EXEMPT:
            return False
        line = text.number_id.line_id
        said = self._for(text, ("opted_out", "review"))
        consents = said.filtered(lambda consent: consent._about(text))
        if line.usage == "notification":
            consents += self.search(
                [
                    ("line_id", "=", line.id),
                    ("number", "=", text.contact_number),
                    ("state", "=", "opted_out"),
                ]
            )
        return any(
            consent.state == "opted_out"
            or text.priority not in ("code", "reply")
            or text.priority == "reply"
            and text.saw_text_id != consent.text_id
            for consent in consents
        )

    @api.model
    def _who_want_none(self, company, numbers):
        """Those of some numbers that opted out of a company, or of a line of its."""
        opposed = self._opposed(company, numbers)
        return {number for number, state in opposed.items() if state == "opted_out"}

    @api.model
    def _opposed(self, company, numbers):
        """{number: "opted_out", or "review" where nobody decided yet}

        Of some numbers those that may get no notices from a company.
        """
        # sudo: sms.inbox.consent - holds for everyone, whoever may read it
        consents_sudo = self.sudo().search_fetch(
            [
                ("company_id", "=", company.id),
                ("number", "in", list(numbers)),
                ("state", "in", ["opted_out", "review"]),
            ],
            ["number", "state"],
            order="state desc",  # what is certain is written over what is doubtful
        )
        return {consent.number: consent.state for consent in consents_sudo}
