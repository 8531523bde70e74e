from odoo import api, fields, models
from odoo.exceptions import UserError

from ..messaging import numbers


class SmsComposer(models.TransientModel):
    _inherit = "sms.composer"

    sms_inbox_opted_out_count = fields.Integer(
        "Want no texts from you", compute="_compute_sms_inbox_opted_out"
    )
    sms_inbox_obstacle = fields.Char(
        "Why they cannot be texted", compute="_compute_sms_inbox_opted_out"
    )

    @api.depends(
        "composition_mode",
        "res_model",
        "res_id",
        "res_ids",
        "number_field_name",
        "sanitized_numbers",
        "recipient_single_number",
        "recipient_single_number_itf",
    )
    def _compute_sms_inbox_opted_out(self):
        for composer in self:
            opposed = composer._sms_inbox_opposed()
            composer.sms_inbox_opted_out_count = len(opposed)
            composer.sms_inbox_obstacle = composer._sms_inbox_why_not(opposed)

    def action_send_sms(self):
        """Tell who writes to one person, or to numbers, that they want no texts.

        Of many records the others are texted, and each one's message tells.
        """
        to_one = self.comment_single_recipient or self.composition_mode == "numbers"
        if to_one and (opposed := self._sms_inbox_opposed()):
            raise UserError(self._sms_inbox_why_not(opposed))
        return super().action_send_sms()

    def _sms_inbox_why_not(self, opposed):
        certain = {number for number, state in opposed.values() if state == "opted_out"}
        if certain:
            return self.env._(
                "These numbers want no texts from you: %s. They can text START to you "
                "to get texts again.",
                self._sms_inbox_named(certain),
            )
        if opposed:
            return self.env._(
                "What they wrote may mean that they want no more texts: %s. Decide it "
                "in their conversation first.",
                self._sms_inbox_named({number for number, _state in opposed.values()}),
            )
        return False

    @api.model
    def _sms_inbox_named(self, some):
        return ", ".join(map(numbers.pretty, sorted(some)))

    def _get_optout_record_ids(self, records, recipients_info):
        opposed = self._sms_inbox_of_records(records, recipients_info)
        return super()._get_optout_record_ids(records, recipients_info) + [*opposed]

    def _sms_inbox_opposed(self):
        """{record's id or number: (number, state)} of who may get no texts."""
        records = self._get_records()
        if self.composition_mode == "numbers" or not records:
            written = self.sanitized_numbers or self.recipient_single_number_itf or ""
            consents = self.env["sms.inbox.consent"]
            found = consents._opposed(self.env.company, written.split(","))
            return {number: (number, state) for number, state in found.items()}
        if self.comment_single_recipient:
            number = self.recipient_single_number_itf or self.recipient_single_number
            info = {records.id: {"sanitized": records._phone_format(number=number)}}
        else:
            info = records._sms_get_recipients_info(force_field=self.number_field_name)
        return self._sms_inbox_of_records(records, info)

    def _sms_inbox_of_records(self, records, info):
        """{id: (number, state)} of the records whose person may get no texts.

        :param info: as ``_sms_get_recipients_info`` gives it
        """
        consents = self.env["sms.inbox.consent"]
        companies = records._mail_get_companies(default=self.env.company)
        found = {}
        for company, theirs in records.grouped(lambda r: companies[r.id]).items():
            asked = {record.id: info[record.id]["sanitized"] for record in theirs}
            opposed = consents._opposed(company, filter(None, asked.values()))
            found |= {i: (n, opposed[n]) for i, n in asked.items() if n in opposed}
        return found
