from odoo import api, models

from .. import words
from ..messaging import numbers


class SmsInboxStart(models.TransientModel):
    """Texting somebody from wherever their number is shown."""

    _inherit = "sms.inbox.start"

    @api.model
    def text_number(self, contact_number, partner_id=False):
        """The action that opens the thread with a number, or asks what is not clear.

        :param contact_number: in E.164
        :param partner_id: whose number it is, where that is known
        :raise ValidationError: if it is no number that can be texted
        """
        number = words.e164(self.env, contact_number)
        partner = self.env["res.partner"].browse(partner_id or ())
        name = partner.display_name or numbers.pretty(number)
        return self._open_number(number, partner, name)

    @api.model
    def text_field(self, model, record_id, name):
        """The same for the number in a record's field, if the user may text at all.

        :return: False where they answer no number, so that they text as Odoo does it
        :raise ValidationError: if there is no number that can be texted in the field
        """
        if not self.env["sms.inbox.number"]._usable():
            return False
        record = self.env[model].browse(record_id)
        record.check_access("read")
        contacts = record._mail_get_partners()[record.id]._filtered_access("read")
        country = record._phone_get_country().get(record.id)
        country = country or self.env.company.country_id
        number = words.e164(self.env, record[name], country.code)
        return self._open_number(number, contacts[:1], record.display_name)
