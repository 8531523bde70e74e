from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from ..toast import toast

# what a manager of SMS Inbox sets of a company; the rest is for Odoo's administrators,
# the working hours too, by which other apps go as well
OF_MANAGERS = ("sms_inbox_response_minutes", "sms_inbox_auto_close_days")


def _as_it_is(name):
    return lambda self: self.env.company[name]


class SmsInboxBoardRules(models.TransientModel):
    """Until when an answer is in time, and what is closed by itself.

    Odoo's settings have the same, which only its own administrators can open.
    """

    _name = "sms.inbox.board.rules"
    _description = "Response time and closing"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        default=lambda self: self.env.company,
        ondelete="cascade",
    )
    sms_inbox_response_minutes = fields.Integer(
        "Answer within", default=_as_it_is("sms_inbox_response_minutes")
    )
    resource_calendar_id = fields.Many2one(
        "resource.calendar", "Working hours", related="company_id.resource_calendar_id"
    )
    sms_inbox_auto_close_days = fields.Integer(
        "Close by itself", default=_as_it_is("sms_inbox_auto_close_days")
    )

    def action_save(self):
        """Set what was changed, in the company at hand."""
        self.ensure_one()
        if not self.env.user.has_group("sms_inbox.group_manager"):
            raise AccessError(
                self.env._("Only administrators of SMS Inbox can set this.")
            )
        if self.company_id != self.env.company:
            raise UserError(
                self.env._("You work in another company now. Open this window again.")
            )
        # sudo: res.company - these fields alone, of the company at hand
        self.company_id.sudo().write(self._changed())
        return toast(self.env._("Saved."))

    def _changed(self):
        return {
            name: self[name]
            for name in OF_MANAGERS
            if self[name] != self.company_id[name]
        }
