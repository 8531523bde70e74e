from psycopg2.extras import execute_values

from odoo import api, fields, models
from odoo.tools import SQL

# as ``_note_read`` does
FORGET_OTHERS = """
    UPDATE sms_inbox_conversation_user reader
       SET unread = 0, tell_at = NULL, told = FALSE
      FROM sms_inbox_conversation thread
     WHERE thread.id = reader.conversation_id AND reader.unread > 0
       AND thread.user_id IS DISTINCT FROM reader.user_id
       AND NOT EXISTS (SELECT FROM sms_inbox_number_user_rel member
                        WHERE member.number_id = thread.number_id
                          AND member.user_id = reader.user_id)
       AND %(threads)s
"""


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
        self._forget_others(SQL("TRUE"))

    @api.model
    def _forget_others(self, threads):
        """Have nothing unread for whoever neither has a thread nor answers its number.

        :param SQL threads: of which ones; a condition on ``thread``
        """
        self.env.flush_all()
        # raw SQL: very many rows of other users at once, written by code alone
        self.env.cr.execute(SQL(FORGET_OTHERS, threads=threads))
        self.invalidate_model(["unread", "tell_at", "told"], flush=False)
