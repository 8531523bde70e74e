from odoo import api, fields, models


# a subject of its own in a file of its own, as one file would be too long
# pylint: disable=consider-merging-classes-inherited
class SmsInboxConsent(models.Model):
    """What lists of consents show: whose they are, and how long there is to decide."""

    _name = "sms.inbox.consent"
    _inherit = ["sms.inbox.consent", "sms.inbox.consent.shown"]

    days_left = fields.Integer(
        "Days left",
        compute="_compute_days_left",
        help="Until they count as wanting no texts, if nobody decides.",
    )

    @api.depends("decide_by")
    @api.depends_context("tz")
    def _compute_days_left(self):
        today = fields.Date.context_today(self)
        for consent in self:
            until = fields.Date.context_today(self, consent.decide_by or None)
            consent.days_left = max((until - today).days, 0)
