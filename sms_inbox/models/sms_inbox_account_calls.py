from datetime import timedelta

from odoo import api, fields, models

LATELY = timedelta(days=7)


# a subject of its own in a file of its own, as one file would be too long
# pylint: disable=consider-merging-classes-inherited
class SmsInboxAccount(models.Model):
    """How the carrier's calls went lately, for the account's form."""

    _inherit = "sms.inbox.account"

    last_call_at = fields.Datetime(
        "Last good call",
        compute="_compute_calls",
        groups="base.group_system",
        help="When the carrier last called us and was understood.",
    )
    refused_count = fields.Integer(
        "Refused calls", compute="_compute_calls", groups="base.group_system"
    )
    set_aside_count = fields.Integer(
        "Set aside", compute="_compute_calls", groups="base.group_system"
    )

    @api.depends("carrier")
    def _compute_calls(self):
        events = self.env["sms.inbox.webhook.event"]
        for account in self:
            of_it = [("account_id", "=", account._origin.id)]
            latest = events.search(
                [*of_it, ("posted_at", "!=", False)], order="id desc", limit=1
            )
            account.last_call_at = latest.posted_at
            account.set_aside_count = events.search_count(
                [*of_it, ("state", "=", "set_aside")]
            )
            refused = self.env["sms.inbox.refusal"].search(account._refused_lately())
            account.refused_count = sum(refused.mapped("count"))

    def _refused_lately(self):
        since = fields.Datetime.now() - LATELY
        return [("account_id", "=", self._origin.id), ("hour", ">=", since)]

    def action_open_refusals(self):
        """The calls that were refused within a week, by hour and reason."""
        return self._list_of("sms_inbox_refusal_action", self._refused_lately())

    def action_open_set_aside(self):
        """What the carrier told us and we could not use."""
        domain = [("account_id", "=", self.id), ("state", "=", "set_aside")]
        return self._list_of("sms_inbox_webhook_event_action", domain)

    def _list_of(self, action, domain):
        self.ensure_one()
        found = self.env["ir.actions.act_window"]._for_xml_id(f"sms_inbox.{action}")
        return found | {"domain": domain, "context": {}}
