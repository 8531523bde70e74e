from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

# An array, so that PostgreSQL can tell how many rows it leaves, and joins nothing.
MY_NUMBERS = """%(table)s.number_id = ANY(ARRAY(
    SELECT number_id FROM sms_inbox_number_user_rel WHERE user_id = %(user_id)s))"""


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
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        mine = Domain("user_id", "=", self.env.uid)
        return mine | self._where_of_user(MY_NUMBERS)

    @api.model
    def _where_of_user(self, where):
        """A domain of what SQL says of a ``table`` and a ``user_id``."""
        return Domain.custom(
            to_sql=lambda _model, alias, _query: _of_user(where, alias, self.env.uid)
        )


def _of_user(where, alias, user_id):
    """A condition on a ``table`` and a ``user_id``, of those."""
    return SQL(where, table=SQL.identifier(alias), user_id=user_id)
