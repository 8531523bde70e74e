from odoo import api, fields, models


# a subject of its own in a file of its own, as one file would be too long
# pylint: disable=consider-merging-classes-inherited
class SmsInboxLine(models.Model):
    """A line's chain of limits, in words."""

    _inherit = "sms.inbox.line"

    limits_in_words = fields.Text("Limits", compute="_compute_limits_in_words")

    @api.depends("limit_id", "type_id")
    @api.depends_context("lang")
    def _compute_limits_in_words(self):
        for line in self:
            chosen_anew = line.type_id != line._origin.type_id
            limits = (
                line.type_id._nearest_first()
                if line.type_id and (chosen_anew or not line.limit_id)
                else line.limit_id and line.limit_id._chain()
            )
            line.limits_in_words = limits and limits._in_lines()
