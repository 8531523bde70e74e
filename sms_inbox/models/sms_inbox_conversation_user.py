from odoo import api, fields, models


class SmsInboxConversationUser(models.Model):
    """What one member or assignee has not read yet. No row means nothing unread."""

    _name = "sms.inbox.conversation.user"
    _description = "Unread texts of a user"
    _rec_name = "conversation_id"

    conversation_id = fields.Many2one(
        "sms.inbox.conversation", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, ondelete="cascade"
    )
    user_id = fields.Many2one(
        "res.users", required=True, index=True, ondelete="cascade"
    )
    unread = fields.Integer(default=0, required=True, aggregator=None)

    _pair_unique = models.UniqueIndex("(conversation_id, user_id)")
    _same_company = models.Constraint(
        "FOREIGN KEY (conversation_id, company_id) "
        "REFERENCES sms_inbox_conversation (id, company_id) ON DELETE CASCADE"
    )

    @api.model
    def _count_unread(self, conversation, users):
        """Add one unread text for each of ``users``."""
        if not users:
            return
        # raw SQL: one statement for all readers, and no race between two texts
        self.env.cr.execute(
            """
            INSERT INTO sms_inbox_conversation_user
                        (conversation_id, company_id, user_id, unread)
                 SELECT %s, %s, unnest(%s), 1
            ON CONFLICT (conversation_id, user_id)
              DO UPDATE SET unread = sms_inbox_conversation_user.unread + 1
            """,
            (conversation.id, conversation.company_id.id, users.ids),
        )
        self.invalidate_model(["unread"])
