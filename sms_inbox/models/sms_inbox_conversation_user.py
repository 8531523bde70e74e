from psycopg2.extras import execute_values

from odoo import api, fields, models
from odoo.fields import Domain


class SmsInboxConversationUser(models.Model):
    """What one member or assignee has not read yet. No row means nothing unread.

    Whoever is neither any more has nothing unread, so a user's own rows alone tell how
    many threads have unread texts for them.
    """

    _name = "sms.inbox.conversation.user"
    _description = "Unread texts of a user"
    _rec_name = "conversation_id"

    conversation_id = fields.Many2one(
        "sms.inbox.conversation", required=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    user_id = fields.Many2one(
        "res.users", required=True, index=True, ondelete="cascade"
    )
    unread = fields.Integer(default=0, required=True, aggregator=None)
    seen_doubt_id = fields.Integer(
        aggregator=None,
        help="The last text they have seen of those that leave a consent undecided.",
    )

    _pair_unique = models.UniqueIndex("(conversation_id, user_id)")
    # few of all that one ever read
    _unread_idx = models.Index(
        "(user_id, conversation_id) INCLUDE (company_id, muted) WHERE unread > 0"
    )
    _same_company = models.Constraint(
        "FOREIGN KEY (conversation_id, company_id) "
        "REFERENCES sms_inbox_conversation (id, company_id) ON DELETE CASCADE"
    )

    @api.model
    def _count_unread(self, counts):
        """Add unread texts for each of their readers.

        :param counts: {conversation: how many}
        """
        rows = [
            (conversation.id, conversation.company_id.id, user.id, count)
            for conversation, count in counts.items()
            for user in conversation._readers()
        ]
        if not rows:
            return
        # raw SQL: one statement for all readers, and no race between two texts
        execute_values(
            self.env.cr._obj,
            """
            INSERT INTO sms_inbox_conversation_user
                        (conversation_id, company_id, user_id, unread)
                 VALUES %s
            ON CONFLICT (conversation_id, user_id)
              DO UPDATE SET unread = sms_inbox_conversation_user.unread
                                     + excluded.unread
            """,
            rows,
            page_size=len(rows),
        )
        self.invalidate_model(["unread"])

    @api.autovacuum
    def _gc_unread(self):
        """Forget what came while its reader was losing the thread."""
        self._forget_others(Domain.TRUE)

    @api.model
    def _forget_others(self, threads):
        """Have nothing unread for whoever neither has a thread nor answers its number.

        :param Domain threads: of which conversations
        """
        # sudo: sms.inbox.conversation.user - of other users, and written by code alone
        rows_sudo = self.sudo().search(
            [("unread", ">", 0), ("conversation_id", "any", threads)]
        )
        rows_sudo.filtered(lambda row_sudo: not row_sudo._is_of_a_reader())._note_read()

    def _is_of_a_reader(self):
        thread = self.conversation_id
        return self.user_id in thread.user_id | thread.number_id.user_ids
