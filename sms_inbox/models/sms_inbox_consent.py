from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


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
        consents._take_effect()
        return consents

    def write(self, vals):
        for name in {"company_id", "number", "line_id"} & vals.keys():
            field = self._fields[name]
            if any(field.convert_to_write(c[name], c) != vals[name] for c in self):
                raise UserError(
                    self.env._(
                        "A consent keeps its number. Add one for the other number."
                    )
                )
        changed = self.filtered(lambda c: c.state != vals.get("state", c.state))
        result = super().write(vals)
        changed._take_effect()
        return result

    def _take_effect(self):
        """Note the change, and take back what may no longer leave, at the same time.

        Because it writes on the texts, the dispatcher cannot claim one of them in a
        transaction that has not seen the opt-out: one of the two has to begin again.
        """
        self._write_ledger()
        # sudo: sms.inbox.message - texts change by code alone
        texts = self.env["sms.inbox.message"].sudo()
        for consent in self.filtered(lambda c: c.state == "opted_out"):
            texts |= texts.search(consent._queued_domain())
        texts._cancel(self.env._("They want no texts from you."))

    def _queued_domain(self):
        domain = [
            ("company_id", "=", self.company_id.id),
            ("contact_number", "=", self.number),
            ("state", "in", ("queued", "held")),
        ]
        if self.line_id:
            domain.append(("number_id.line_id", "=", self.line_id.id))
        return domain

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
    def _opted_out(self, records, lock=False):
        """Those of some texts or conversations whose person wants none from us.

        :param lock: keep the consents as they are until the transaction ends
        """
        self.flush_model()
        # raw SQL: the ORM has no FOR SHARE; holds for everyone, whoever may read it
        rows = self.env.execute_query(
            SQL(
                "SELECT company_id, number, line_id, state FROM sms_inbox_consent "
                "WHERE number = ANY(%s) %s",
                list(set(records.mapped("contact_number"))),
                SQL("FOR SHARE") if lock else SQL(),
            )
        )
        opted_out = {row[:3] for row in rows if row[3] == "opted_out"}
        return records.filtered(
            lambda record: (
                {
                    (record.company_id.id, record.contact_number, line)
                    # sudo: sms.inbox.line - of no company; users may not read it
                    for line in (None, record.number_id.sudo().line_id.id)
                }
                & opted_out
            )
        )
