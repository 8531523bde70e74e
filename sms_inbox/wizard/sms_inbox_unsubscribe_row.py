from odoo import api, fields, models
from odoo.tools import format_date


class SmsInboxUnsubscribeRow(models.TransientModel):
    """One of the numbers to unsubscribe or subscribe, and what it wants by now."""

    _name = "sms.inbox.unsubscribe.row"
    _description = "Number to unsubscribe by hand"

    wizard_id = fields.Many2one(
        "sms.inbox.unsubscribe", required=True, ondelete="cascade", index=True
    )
    chosen = fields.Boolean()
    number = fields.Char(required=True, readonly=True)
    partner_id = fields.Many2one(
        "res.partner", string="Contact", readonly=True, ondelete="set null"
    )
    state = fields.Selection(
        lambda self: self.env["sms.inbox.consent"]._fields["state"].selection,
        compute="_compute_standing",
    )
    said_by = fields.Selection(
        lambda self: self.env["sms.inbox.consent"]._fields["said_by"].selection,
        compute="_compute_standing",
    )
    since = fields.Datetime(compute="_compute_standing")
    # many lines, so that it is read on a phone as well
    standing = fields.Text("Now", compute="_compute_standing_in_words")

    @api.depends("number", "wizard_id.company_id")
    def _compute_standing(self):
        for window, rows in self.grouped("wizard_id").items():
            standing = window._standing(rows.mapped("number"))
            for row in rows:
                consent = standing.get(row.number)
                row.state = consent.state if consent else "unknown"
                row.said_by = consent.said_by if consent else False
                row.since = consent.since if consent else False

    @api.depends("state", "said_by", "since")
    def _compute_standing_in_words(self):
        for row in self:
            row.standing = row._in_words()

    def _in_words(self):
        words = {"state": self._label("state"), "said_by": self._label("said_by")}
        if not self.since:
            return words["state"]
        since = fields.Datetime.context_timestamp(self, self.since)
        words["since"] = format_date(self.env, since)
        return self.env._("%(state)s since %(since)s. Said by: %(said_by)s.", **words)

    def _label(self, name):
        labels = self._fields[name]._description_selection(self.env)
        return dict(labels).get(self[name])
