from odoo import fields, models


# a subject of its own in a file of its own, as one file would be too long
# pylint: disable=consider-merging-classes-inherited
class SmsInboxMessage(models.Model):
    """Texts that were taken back before they left, so that no phone has them."""

    _inherit = "sms.inbox.message"

    taken_back = fields.Boolean(
        readonly=True,
        copy=False,
        help="Its author took it back before it left, so no thread shows it.",
    )

    def action_cancel(self):
        """As before; what a colleague took back, its author still sees, and why."""
        result = super().action_cancel()
        nobody_or_me = (self.env["res.users"], self.env.user)
        own = self.filtered(lambda text: text.author_id in nobody_or_me)
        # sudo: sms.inbox.message - texts change by code alone
        own.sudo().taken_back = True
        return result
