from odoo import api, fields, models
from odoo.tools import SQL

from .. import reach


# a subject of its own in a file of its own, as one file would be too long
# pylint: disable=consider-merging-classes-inherited
class SmsInboxMessage(models.Model):
    """Who may read a text, within a company: whoever may read its conversation."""

    _inherit = "sms.inbox.message"

    in_reach = fields.Boolean(
        compute="_compute_in_reach",
        search="_search_in_reach",
        help="Its conversation is the user's, or its number is one that the user "
        "answers. The record rule of users goes by it.",
    )

    @api.depends("conversation_id.user_id", "number_id.user_ids")
    @api.depends_context("uid")
    def _compute_in_reach(self):
        me = self.env.user
        # sudo: sms.inbox.message - the rules go by who has its thread and by who
        # answers its number
        for text, text_sudo in zip(self, self.sudo(), strict=True):
            readers = text_sudo.conversation_id.user_id | text_sudo.number_id.user_ids
            text.in_reach = me in readers

    @api.model
    def _search_in_reach(self, operator, value):
        return reach.search(self.env.uid, operator, value, _theirs)


def _theirs(model, alias, query):
    """Text by text: with a list of threads, PostgreSQL starts workers for a search."""
    return SQL(
        "(SELECT user_id FROM sms_inbox_conversation WHERE id = %s) = %s",
        model._field_to_sql(alias, "conversation_id", query),
        model.env.uid,
        to_flush=model.env["sms.inbox.conversation"]._fields["user_id"],
    )
