from odoo import api, fields, models
from odoo.exceptions import UserError

from ..messaging import numbers


class SmsInboxStart(models.TransientModel):
    """Begin a conversation: with whom, and from which of our numbers."""

    _name = "sms.inbox.start"
    _description = "New text"

    partner_id = fields.Many2one("res.partner", string="Contact")
    contact_number = fields.Char(
        "Their number",
        compute="_compute_contact_number",
        store=True,
        precompute=True,
        readonly=False,
        help="With country code, if it is not in your own country.",
    )
    number_id = fields.Many2one(
        "sms.inbox.number",
        string="Text from",
        required=True,
        compute="_compute_number",
        store=True,
        precompute=True,
        readonly=False,
        domain="[('usage', '=', 'conversation')]",
        help="Their phone shows a thread of its own for each of your numbers.",
    )

    @api.depends("partner_id")
    def _compute_contact_number(self):
        for start in self:
            partner = start.partner_id
            if partner.phone:
                # sanitized in the contact's own country, which need not be ours
                start.contact_number = partner.phone_sanitized or partner.phone

    @api.depends("contact_number")
    def _compute_number(self):
        for start in self:
            theirs = start.partner_id.phone_sanitized or start._e164()
            start.number_id = self.env["sms.inbox.number"]._best_for(theirs)

    def _e164(self):
        """What was written, as a number where it is one."""
        try:
            return numbers.parse(self.contact_number, self.env.company.country_id.code)
        except numbers.NumberError:
            return self.contact_number or ""

    def action_start(self):
        """Open the thread of the two numbers."""
        self.ensure_one()
        if not self.contact_number:
            raise UserError(self.env._("Enter the number that you want to text."))
        conversations = self.env["sms.inbox.conversation"]
        conversation = conversations.browse(
            conversations.start(self.number_id.id, self.contact_number)
        )
        if self.partner_id and not conversation.partner_id:
            conversation.partner_id = self.partner_id
        return conversation.action_open()
