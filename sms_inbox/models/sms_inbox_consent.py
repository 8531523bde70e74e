from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .. import words


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
        groups="base.group_system",
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
        for vals in vals_list:
            vals["number"] = self._normalised(vals)
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

    @api.model
    def _normalised(self, vals):
        company = self.env["res.company"].browse(vals.get("company_id"))
        country = (company or self.env.company).country_id.code
        return words.e164(self.env, vals.get("number"), country)

    @api.constrains("line_id")
    def _check_line(self):
        for consent in self.filtered("line_id"):
            # sudo: sms.inbox.line - belongs to no company, users may not read it
            users_sudo = consent.sudo().line_id.with_context(active_test=False)
            if consent.company_id not in users_sudo.number_ids.company_id:
                raise ValidationError(self.env._("Choose one of your own numbers."))

    def _take_effect(self):
        """Note the change, and take back what may no longer leave, at the same time.

        The dispatcher holds the same numbers as it claims, so that it cannot claim a
        text in a transaction that has not seen the opt-out.
        """
        self._write_ledger()
        for consent in self:
            self.env["sms.inbox.subscriber"]._of(
                consent.company_id, consent.number
            )._touch()
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
        # sudo: sms.inbox.line - belongs to no company, users may not read it
        if line_sudo := self.sudo().line_id:
            domain.append(("number_id.line_id", "=", line_sudo.id))
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
    def _opted_out(self, records):
        """Those of some texts or conversations whose person wants none from us."""
        # sudo: sms.inbox.consent - holds for everyone, whoever may read it
        consents_sudo = self.sudo().search(
            [
                ("number", "in", records.mapped("contact_number")),
                ("company_id", "in", records.company_id.ids),
                ("state", "=", "opted_out"),
            ]
        )
        opted_out = {
            (consent.company_id.id, consent.number, consent.line_id.id)
            for consent in consents_sudo
        }
        return records.filtered(
            lambda record: (
                {
                    (record.company_id.id, record.contact_number, line)
                    # sudo: sms.inbox.line - of no company; users may not read it
                    for line in (False, record.number_id.sudo().line_id.id)
                }
                & opted_out
            )
        )
