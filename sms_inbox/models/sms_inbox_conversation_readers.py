from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL

from ..before_commit import gathered


# a subject of its own in a file of its own, as one file would be too long
# pylint: disable=consider-merging-classes-inherited
class SmsInboxConversation(models.Model):
    """Who learns of what happens in a conversation, and what they have read."""

    _inherit = "sms.inbox.conversation"

    def write(self, vals):
        """As before; whoever loses a thread has nothing unread in it."""
        had = self.filtered("user_id") if "user_id" in vals else self.browse()
        result = super().write(vals)
        if had:
            these = SQL("thread.id = ANY(%s)", had.ids)
            self.env["sms.inbox.conversation.user"]._forget_others(these)
        return result

    def mark_read(self, text_id=None):
        """Say that the current user has seen the texts; it answers nothing.

        :param int text_id: the newest text that was seen, if there may be newer ones:
            then they stay unread until these are seen too
        """
        self.check_access("read")
        if text_id and self._texts_after(text_id):
            return True
        self._note_seen_doubt()
        # sudo: sms.inbox.conversation.user - a user's own row, written by code alone
        rows = (
            self.env["sms.inbox.conversation.user"]
            .sudo()
            .search(
                [
                    ("conversation_id", "in", self.ids),
                    ("user_id", "=", self.env.uid),
                    ("unread", ">", 0),
                ]
            )
        )
        if rows:
            rows._note_read()
            self.env.user._bus_send("sms_inbox.conversation", {"ids": self.ids})
        return True

    def _texts_after(self, text_id):
        """Whether they wrote anything after a text."""
        return self.env["sms.inbox.message"].search_count(
            [
                ("conversation_id", "in", self.ids),
                ("id", ">", text_id),
                ("direction", "=", "in"),
            ],
            limit=1,
        )

    def _readers(self):
        """Who learns of a new text: the assignee, else the members of the number.

        An assignee who cannot answer any more is as none.
        """
        assignee = self.user_id._sms_inbox_answering(self.company_id)
        return assignee or self.number_id._members_answering()

    def _tell_screens(self):
        """Have every open screen that may show these conversations read them again.

        Once for each transaction, at its end, however often they changed.
        """
        tell = self.env["sms.inbox.conversation"]._tell_screens_now
        gathered(self.env, "sms_inbox_told", set, tell).update(self.ids)

    @api.model
    def _tell_screens_now(self, ids):
        # sudo: res.users - whom to tell is more than the writer may see
        conversations_sudo = self.sudo().browse(ids).exists()
        told = defaultdict(list)
        for alike_sudo in conversations_sudo.grouped(_who_reads).values():
            for user_sudo in alike_sudo._audience():
                told[user_sudo] += alike_sudo.ids
        for user_sudo, theirs in told.items():
            # ids only: the words they fetch under their own rules
            user_sudo._bus_send("sms_inbox.conversation", {"ids": theirs})

    def _audience(self):
        """Users who may see these conversations, of whom the same may see each."""
        supervisors = self.env.ref("sms_inbox.group_supervisor").all_user_ids
        users = self.user_id | self.number_id.user_ids | supervisors
        return users.filtered(lambda user: self.company_id in user.company_ids)

    # ------------------------------------------------------------
    # NOTES OF THE TEAM
    # ------------------------------------------------------------

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        """Tell a note to those alone who may read the thread at this moment."""
        recipients = super()._notify_get_recipients(message, msg_vals, **kwargs)
        return [data for data in recipients if self._is_open_to(data["uid"])]

    def _is_open_to(self, user_id):
        user = self.env["res.users"].browse(user_id or [])
        # sudo: res.users - which companies a colleague works in, and nothing else
        if self.company_id not in user.sudo().company_ids:
            return False
        # the companies that are on are those of whoever writes, not theirs
        theirs = self.with_context(allowed_company_ids=self.company_id.ids)
        return theirs.with_user(user).has_access("read")

    def _mail_get_partner_fields(self, introspect_fields=False):
        """No field: the contact is texted, and the team's notes are not for them."""
        return []


def _who_reads(conversation):
    """What decides who may see a conversation."""
    return conversation.company_id, conversation.number_id, conversation.user_id
