from odoo import api, fields, models
from odoo.exceptions import UserError


class SmsInboxConsentEvent(models.Model):
    """One change of a consent, kept as proof. Rows are added, never changed.

    It points at no person and no line, so that deleting those stays possible and the
    proof stays whole.
    """

    _name = "sms.inbox.consent.event"
    _description = "Change of consent"
    _rec_name = "number"
    _order = "id desc"
    _log_access = False

    company_id = fields.Many2one(
        "res.company", required=True, index=True, ondelete="restrict"
    )
    at = fields.Datetime(required=True, default=fields.Datetime.now)
    number = fields.Char(required=True, index=True)
    line_number = fields.Char("Our number", help="Empty: all of the company's numbers.")
    state = fields.Selection(
        lambda self: self.env["sms.inbox.consent"]._fields["state"].selection,
        required=True,
    )
    actor = fields.Char("Who or what", required=True)
    words = fields.Text("Which words")
    rule = fields.Char("Which rule")

    def write(self, vals):  # pylint: disable=method-required-super
        raise UserError(self.env._("The record of consents cannot be changed."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("The record of consents cannot be deleted."))
