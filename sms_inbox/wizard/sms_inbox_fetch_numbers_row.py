import phonenumbers

from odoo import api, fields, models

from ..messaging import numbers
from ..models.sms_inbox_number_type import NUMBER_TYPES


class SmsInboxFetchNumbersRow(models.TransientModel):
    """A number that the carrier lists and that is not set up."""

    _name = "sms.inbox.fetch.numbers.row"
    _description = "Number at the carrier"

    wizard_id = fields.Many2one(
        "sms.inbox.fetch.numbers", required=True, ondelete="cascade"
    )
    chosen = fields.Boolean("Add")
    number = fields.Char(required=True, readonly=True)
    number_type = fields.Selection(
        NUMBER_TYPES, string="Kind", required=True, readonly=True
    )
    name = fields.Char("Label", help="What your team calls this number.")
    type_id = fields.Many2one(
        "sms.inbox.number.type",
        domain="[('number_type', '=', number_type)]",
    )

    @api.model
    def _of(self, owned):
        """The values of a row for a number as the carrier lists it."""
        kind = owned.kind or _kind(owned.number)
        # carriers call a number that nobody named by its digits
        named = any(char.isalpha() for char in owned.name)
        return {
            "number": owned.number,
            "number_type": kind,
            "name": owned.name if named else numbers.pretty(owned.number),
        }

    def _line_values(self):
        of_all = self.wizard_id.type_id
        fits = of_all if of_all.number_type == self.number_type else of_all.browse()
        values = {
            "number": self.number,
            "number_type": self.number_type,
            "account_id": self.wizard_id.account_id.id,
        }
        chosen = self.type_id or fits
        return values | ({"type_id": chosen.id} if chosen else {})


def _kind(number):
    """The kind that a number's shape tells."""
    if numbers.is_short_code(number):
        return "short_code"
    parsed = numbers.stored(number)
    toll_free = phonenumbers.PhoneNumberType.TOLL_FREE
    if parsed and phonenumbers.number_type(parsed) == toll_free:
        return "toll_free"
    return "long_code"
