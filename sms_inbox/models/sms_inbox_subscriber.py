from odoo import api, fields, models

from .. import short_transaction, words
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
        string="Can be texted",
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
        reason = words.textability_reason(self.env, evidence.reason)
        with short_transaction.made_once(
            self.env, "sms_inbox_subscriber_number_unique"
        ):
            return self.sudo().create(
                {
                    "company_id": company.id,
                    "number": contact_number,
                    "textability": evidence.state,
                    "textability_reason": reason,
                    "line_type": evidence.line_type,
                    "checked_at": fields.Datetime.now(),
                }
            )

    @api.model
    def _hold(self, texts):
        """Let nobody change what these texts' people want before this commits."""
        # raw SQL: the ORM has no FOR SHARE
        self.env.cr.execute(
            "SELECT FROM sms_inbox_subscriber WHERE company_id = ANY(%s) "
            "AND number = ANY(%s) FOR SHARE",
            (texts.company_id.ids, list(set(texts.mapped("contact_number")))),
        )

    def _touch(self):
        """Write on the row, so that whoever holds or held it has to see us."""
        # raw SQL: a write that changes nothing, which the ORM would leave out
        self.env.cr.execute(
            "UPDATE sms_inbox_subscriber SET number = number WHERE id = ANY(%s)",
            (self.ids,),
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
