from odoo import api, fields, models

NEAREST_FIRST = ("line", "campaign", "brand", "account")


# a subject of its own in a file of its own, as for lines and limits
# pylint: disable=consider-merging-classes-inherited
class SmsInboxNumberType(models.Model):
    """A type's limits, in words."""

    _inherit = "sms.inbox.number.type"

    limits_in_words = fields.Text("Allows", compute="_compute_limits_in_words")

    @api.depends("limit_ids.in_words", "limit_ids.level")
    @api.depends_context("lang")
    def _compute_limits_in_words(self):
        for number_type in self:
            number_type.limits_in_words = number_type._nearest_first()._in_lines()

    def _nearest_first(self):
        return self.limit_ids.sorted(lambda limit: NEAREST_FIRST.index(limit.level))
