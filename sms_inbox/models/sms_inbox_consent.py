from odoo import api, fields, models
from odoo.exceptions import UserError


class SmsInboxConsent(models.Model):
    """Whether a company may text a number: from all of its lines, or from one."""

    _name = "sms.inbox.consent"
    _description = "Consent to be texted"
    _rec_name = "number"
    _order = "number, id"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
        ondelete="cascade",
    )
    number = fields.Char(required=True, help="With country code.")
    line_id = fields.Many2one(
        "sms.inbox.line",
        index="btree_not_null",
        ondelete="restrict",
        help="Empty: all of the company's numbers.",
    )
    state = fields.Selection(
        [
            ("unknown", "Not asked"),
            ("subscribed", "Agreed"),
            ("opted_out", "Wants no texts"),
            ("review", "To be decided"),
        ],
        required=True,
        default="unknown",
    )

    _number_unique = models.UniqueIndex(
        "(company_id, number, COALESCE(line_id, 0))",
        "There is a consent for this number already. Change that one.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        consents = super().create(vals_list)
        consents._write_ledger()
        return consents

    def write(self, vals):
        for name in {"company_id", "number", "line_id"} & vals.keys():
            if any(self._fields[name].convert_to_write(c[name], c) != vals[name] for c in self):
                raise UserError(
                    self.env._("A consent keeps its number. Add one for the other number.")
                )
        changed = self.filtered(lambda c: c.state != vals.get("state", c.state))
        result = super().write(vals)
        changed._write_ledger()
        return result

    def _write_ledger(self):
        # sudo: sms.inbox.consent.event - the ledger is written by code alone
        self.env["sms.inbox.consent.event"].sudo().create(
            [
                {
                    "company_id": consent.company_id.id,
                    "number": consent.number,
                    "line_number": consent.sudo().line_id.number,
                    "state": consent.state,
                    "actor": self.env.user.name,
                    "rule": "by hand",
                }
                for consent in self
            ]
        )

    @api.model
    def _opted_out_of(self, number, contact_number):
        """Whether the person at ``contact_number`` wants no texts from ``number``."""
        # sudo: sms.inbox.consent - holds for everyone, whoever may read it
        return bool(
            self.sudo().search_count(
                [
                    ("company_id", "=", number.company_id.id),
                    ("number", "=", contact_number),
                    ("state", "=", "opted_out"),
                    ("line_id", "in", (False, number.line_id.id)),
                ],
                limit=1,
            )
        )
