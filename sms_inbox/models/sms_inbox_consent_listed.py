from odoo import api, fields, models


# a subject of its own in a file of its own, as one file would be too long
# pylint: disable=consider-merging-classes-inherited
class SmsInboxConsent(models.Model):
    """What lists of consents show: whose they are, and how long there is to decide."""

    _name = "sms.inbox.consent"
    _inherit = ["sms.inbox.consent", "sms.inbox.consent.shown"]

    actor = fields.Char("Who or what", compute="_compute_actor")
    days_left = fields.Integer(
        "Days left",
        compute="_compute_days_left",
        help="Until they count as wanting no texts, if nobody decides.",
    )

    @api.depends("state", "said_by", "since")
    def _compute_actor(self):
        """Who changed it last, as the ledger of its company has it."""
        actors = self._last_actors()
        for consent in self:
            # sudo: sms.inbox.line - of no company, users may not read it
            line = consent.sudo().line_id.number
            consent.actor = actors.get((consent.company_id, consent.number, line))

    def _last_actors(self):
        """{(company, their number, our number or False): who changed it last}"""
        # sudo: sms.inbox.consent.event - a name alone, to who may read the consent
        events_sudo = self.env["sms.inbox.consent.event"].sudo()
        groups = events_sudo._read_group(
            [
                ("company_id", "in", self.company_id.ids),
                ("number", "in", self.mapped("number")),
            ],
            ["company_id", "number", "line_number"],
            ["id:max"],
        )
        last_sudo = events_sudo.browse([id_ for *_pair, id_ in groups])
        actors = dict(zip(last_sudo.ids, last_sudo.mapped("actor"), strict=True))
        return {tuple(pair): actors[id_] for *pair, id_ in groups}

    @api.depends("decide_by")
    @api.depends_context("tz")
    def _compute_days_left(self):
        today = fields.Date.context_today(self)
        for consent in self:
            until = fields.Date.context_today(self, consent.decide_by or None)
            consent.days_left = max((until - today).days, 0)
