from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .. import clock, words

OPEN = ("unknown", "subscribed")  # states that a carrier's older word may end
SOURCE = "sms_inbox_source"  # of the context: which Source a change has


class Source(NamedTuple):
    """Who or what changes a consent, and by which rule."""

    actor: str
    rule: str


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
        subscribers = self.env["sms.inbox.subscriber"]
        for company, consents in self.grouped("company_id").items():
            subscribers._of_many(company, consents.mapped("number"))._touch()
        if opted_out := self.filtered(lambda c: c.state == "opted_out"):
            queued_sudo = opted_out._queued()
            queued_sudo._cancel(self.env._("They want no texts from you."))

    def _queued(self):
        """The texts that wait, in sudo, to leave for those who want none."""
        # sudo: sms.inbox.message - texts change by code alone
        texts_sudo = self.env["sms.inbox.message"].sudo()
        waiting_sudo = texts_sudo.search(
            [
                ("company_id", "in", self.company_id.ids),
                ("contact_number", "in", self.mapped("number")),
                ("state", "in", ("queued", "held")),
            ]
        )
        return self._opted_out(waiting_sudo)

    def _write_ledger(self):
        source = self._source()
        # sudo: sms.inbox.consent.event - the ledger is written by code alone
        self.env["sms.inbox.consent.event"].sudo().create(
            [
                {
                    "company_id": consent.company_id.id,
                    "number": consent.number,
                    "line_number": consent.sudo().line_id.number,
                    "state": consent.state,
                    "actor": source.actor,
                    "rule": source.rule,
                }
                for consent in self
            ]
        )

    def _source(self):
        """Whose doing it is. A client cannot say: its context holds plain values."""
        source = self.env.context.get(SOURCE)
        if isinstance(source, Source):
            return source
        return Source(self.env.user.name, "by hand")

    # ------------------------------------------------------------
    # WHAT CARRIERS TELL
    # ------------------------------------------------------------

    @api.model
    def _opt_out(self, company, pairs, source):
        """Note that people want no texts from lines of ours, and who says so.

        :param pairs: (their number in E.164, the line or an empty one for all), each
            once
        """
        consents = self.with_context(**{SOURCE: source})
        known = consents._of_pairs(company, pairs)
        others = consents.union(*known.values())
        others.filtered(lambda c: c.state != "opted_out").write({"state": "opted_out"})
        consents.create(
            [
                {
                    "company_id": company.id,
                    "number": number,
                    "line_id": line.id,
                    "state": "opted_out",
                }
                for number, line in pairs
                if (number, line) not in known
            ]
        )

    @api.model
    def _opt_outs_that_are_news(self, company, told):
        """The pairs of which nothing newer is known here than that they opted out.

        What a person said or decided since then stays; so it does in doubt.

        :param told: {(their number, the line or an empty one): since when, in epoch
            seconds; 0 where nobody knows}
        """
        known = self._of_pairs(company, told)
        changes = self._last_changes(company, [number for number, _line in told])
        return [
            (number, line)
            for (number, line), at in told.items()
            if ((number, line) not in known or known[number, line].state in OPEN)
            and all(
                changed < at
                for of_line, changed in changes.get(number, ())
                # what was said of one line is an exception to what holds for all
                if not line or of_line in (line.number, False)
            )
        ]

    @api.model
    def _of_pairs(self, company, pairs):
        """{(their number, line): consent} of those pairs for which there is one."""
        found = self.search(
            [
                ("company_id", "=", company.id),
                ("number", "in", [number for number, _line in pairs]),
            ]
        )
        by_pair = {(consent.number, consent.line_id): consent for consent in found}
        return {pair: by_pair[pair] for pair in pairs if pair in by_pair}

    @api.model
    def _last_changes(self, company, their_numbers):
        """{their number: [(our number or False, epoch seconds of the last change)]}"""
        changes = {}
        for number, line_number, at in self.env["sms.inbox.consent.event"]._read_group(
            [("company_id", "=", company.id), ("number", "in", their_numbers)],
            ["number", "line_number"],
            ["at:max"],
        ):
            changes.setdefault(number, []).append((line_number, clock.epoch(at)))
        return changes

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
