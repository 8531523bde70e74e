from odoo import api, fields, models

from .. import words
from ..messaging import textability


class SmsInboxSubscriber(models.Model):
    """What a company knows of a number that it texts: can it be texted, and why so."""

    _name = "sms.inbox.subscriber"
    _description = "Texted number"
    _rec_name = "number"
    _order = "number"

    company_id = fields.Many2one(
        "res.company", required=True, index=True, ondelete="cascade"
    )
    number = fields.Char(required=True, readonly=True)
    textability = fields.Selection(
        [
            ("textable", "Can be texted"),
            ("likely", "Probably can be texted"),
            ("unlikely", "Probably cannot be texted"),
            ("not_textable", "Cannot be texted"),
            ("unknown", "Not known"),
        ],
        required=True,
        default="unknown",
    )
    textability_reason = fields.Char("Why we think so")
    line_type = fields.Char()
    timezone = fields.Char()
    checked_at = fields.Datetime("Checked on")

    _number_unique = models.UniqueIndex("(company_id, number)")

    @api.model
    def _of(self, company, contact_number):
        """The row for a number, in sudo, made from offline evidence if need be."""
        # sudo: sms.inbox.subscriber - evidence is written by code, whoever starts it
        subscriber_sudo = self.sudo().search(
            [("company_id", "=", company.id), ("number", "=", contact_number)]
        )
        if subscriber_sudo:
            return subscriber_sudo
        evidence = textability.offline(contact_number)
        return self.sudo().create(
            {
                "company_id": company.id,
                "number": contact_number,
                "textability": evidence.state,
                "textability_reason": words.textability_reason(
                    self.env, evidence.reason
                ),
                "line_type": evidence.line_type,
                "checked_at": fields.Datetime.now(),
            }
        )

    def _learn_textable(self, reason):
        """Note that a text got through; it beats whatever was thought before."""
        news = self.filtered(lambda s: s.textability != "textable")
        news.write(
            {
                "textability": "textable",
                "textability_reason": reason,
                "checked_at": fields.Datetime.now(),
            }
        )
