from odoo import api, fields, models
from odoo.exceptions import UserError

from ..messaging import numbers


class SmsComposer(models.TransientModel):
    _inherit = "sms.composer"

    sms_inbox_opted_out_count = fields.Integer(
        "Want no texts from you", compute="_compute_sms_inbox_opted_out_count"
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
    def _compute_sms_inbox_opted_out_count(self):
        for composer in self:
            composer.sms_inbox_opted_out_count = len(composer._sms_inbox_opted_out())

    def action_send_sms(self):
        """Tell who writes to one person, or to numbers, that they want no texts.

        Of many records the others are texted, and each one's message tells.
        """
        to_one = self.comment_single_recipient or self.composition_mode == "numbers"
        if to_one and (refused := self._sms_inbox_opted_out()):
            raise UserError(
                self.env._(
                    "Not sent, as these numbers want no texts from you: %s. They can "
                    "text START to you to get texts again.",
                    ", ".join(map(numbers.pretty, sorted(set(refused.values())))),
                )
            )
        return super().action_send_sms()

    def _get_optout_record_ids(self, records, recipients_info):
        opted_out = self._sms_inbox_of_records(records, recipients_info)
        return super()._get_optout_record_ids(records, recipients_info) + [*opted_out]

    def _sms_inbox_opted_out(self):
        """{record's id or number: number} of the recipients who want no texts."""
        records = self._get_records()
        if self.composition_mode == "numbers" or not records:
            written = self.sanitized_numbers or self.recipient_single_number_itf or ""
            found = self._sms_inbox_want_none(self.env.company, written.split(","))
            return dict(zip(found, found, strict=True))
        if self.comment_single_recipient:
            number = self.recipient_single_number_itf or self.recipient_single_number
            info = {records.id: {"sanitized": records._phone_format(number=number)}}
        else:
            info = records._sms_get_recipients_info(force_field=self.number_field_name)
        return self._sms_inbox_of_records(records, info)

    def _sms_inbox_of_records(self, records, info):
        """{id: number} of the records whose person wants no texts from their company.

        :param info: as ``_sms_get_recipients_info`` gives it
        """
        companies = records._mail_get_companies(default=self.env.company)
        found = {}
        for company, theirs in records.grouped(lambda r: companies[r.id]).items():
            asked = {record.id: info[record.id]["sanitized"] for record in theirs}
            opted_out = self._sms_inbox_want_none(company, filter(None, asked.values()))
            found |= {i: number for i, number in asked.items() if number in opted_out}
        return found

    @api.model
    def _sms_inbox_want_none(self, company, contact_numbers):
        return self.env["sms.inbox.consent"]._who_want_none(company, contact_numbers)
