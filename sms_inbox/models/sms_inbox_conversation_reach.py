from odoo import api, fields, models
from odoo.tools import SQL

from .. import reach


# a subject of its own in a file of its own, as one file would be too long
# pylint: disable=consider-merging-classes-inherited
class SmsInboxConversation(models.Model):
    """Who may read a conversation, within a company."""

    _inherit = "sms.inbox.conversation"

    in_reach = fields.Boolean(
        compute="_compute_in_reach",
        search="_search_in_reach",
        help="It is the user's, or on a number that the user answers. The record rule "
        "of users goes by it.",
    )

    @api.depends("user_id", "number_id.user_ids")
    @api.depends_context("uid")
    def _compute_in_reach(self):
        me = self.env.user
        for conversation in self:
            # sudo: sms.inbox.number - who answers it is what the rules go by
            members = conversation.number_id.sudo().user_ids
            conversation.in_reach = me in conversation.user_id | members

    @api.model
    def _search_in_reach(self, operator, value):
        return reach.search(self.env.uid, operator, value, _theirs)


def _theirs(model, alias, query):
    assignee = model._field_to_sql(alias, "user_id", query)
    return SQL("%s = %s", assignee, model.env.uid)
