from odoo import fields, models


# a subject of its own in a file of its own, as one file would be too long
# pylint: disable=consider-merging-classes-inherited
class SmsInboxNumber(models.Model):
    """What texts from a number cost, as far as a manager wrote it down."""

    _inherit = "sms.inbox.number"

    currency_id = fields.Many2one(related="company_id.currency_id")
    # fractions of a cent, which a monetary field would round away
    text_price = fields.Float(
        "Price of a text",
        digits=(12, 5),
        help="What your carrier takes for one text, in your company's currency. A long "
        "text counts as several. Whoever writes sees what theirs costs.",
    )
    media_price = fields.Float(
        "Price with pictures",
        digits=(12, 5),
        help="What your carrier takes for one text with pictures or files.",
    )

    def _prices(self):
        """What a browser needs to tell the cost of a text before it is sent."""
        self.ensure_one()
        priced = self.text_price or self.media_price
        return {
            "text": self.text_price,
            "media": self.media_price,
            "currency": priced and self.company_id.currency_id.id,
        }

    def _cost(self, segments):
        """What so many segments cost, in the company's currency; 0 if nobody knows."""
        return self.text_price * segments
