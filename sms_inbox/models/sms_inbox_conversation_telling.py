from odoo import api, models

from ..before_commit import gathered
from ..messaging import notify

NEW_TEXTS = "sms_inbox.new_texts"


# a subject of its own in a file of its own, as one file would be too long
# pylint: disable=consider-merging-classes-inherited
class SmsInboxConversation(models.Model):
    """Who is told of new texts, on screens at once and later by push or e-mail."""

    _inherit = "sms.inbox.conversation"

    # ------------------------------------------------------------
    # NEW TEXTS
    # ------------------------------------------------------------

    def _tell_of_texts(self):
        """Tell those who answer these threads of new texts, once for a transaction.

        At its end, as only then it is known what the texts say: a STOP, a mere thanks.
        """
        tell = self.env["sms.inbox.conversation"]._tell_of_texts_now
        gathered(self.env, "sms_inbox_new_texts", set, tell).update(self.ids)

    @api.model
    def _tell_of_texts_now(self, ids):
        # sudo: sms.inbox.conversation - whom to tell is more than the writer may see
        threads_sudo = self.sudo().browse(sorted(ids))
        # sudo: sms.inbox.conversation.user - as above
        rows_sudo = self.env["sms.inbox.conversation.user"].sudo()
        rows_sudo = rows_sudo.search_fetch(
            [("conversation_id", "in", threads_sudo.ids)],
            ["conversation_id", "user_id", "muted", "told", "tell_at"],
        )
        rows = {(row.conversation_id.id, row.user_id.id): row for row in rows_sudo}
        now, later = {}, rows_sudo.browse()
        for thread in threads_sudo:
            told = thread._told_of_texts(rows)
            later |= later.union(*(rows[thread.id, user] for user in told.later))
            for user in told.now:
                now.setdefault(user, []).append(thread.id)
        for user in self.env["res.users"].sudo().browse(now):
            # ids only: what they may read, they fetch under their own rules
            user._bus_send(NEW_TEXTS, {"ids": now[user.id]})
        later._tell_later()

    def _told_of_texts(self, rows):
        readers = [
            notify.Reader(user.id, row.muted, row.told, bool(row.tell_at))
            for user in self._readers()
            if (row := rows.get((self.id, user.id)))
        ]
        return notify.of_new_texts(self._asks(), readers)

    def _asks(self):
        """Whether they wait for an answer, and did not just thank or say STOP."""
        return self.stage == "needs_reply" and not self.probably_done

    # ------------------------------------------------------------
    # MUTED
    # ------------------------------------------------------------

    def inbox_mute(self, muted):
        """Tell the user no more of new texts in these threads, or tell again.

        They are still in the inbox, unread, and still wait for an answer.
        """
        self.check_access("read")
        self.env["sms.inbox.conversation.user"]._of_user(self).muted = muted
        self.env.user._bus_send("sms_inbox.conversation", {"ids": self.ids})
        return True

    # ------------------------------------------------------------
    # LINKS
    # ------------------------------------------------------------

    def _get_access_action(self, access_uid=None, force_website=False):
        """Open a link in an e-mail in the inbox, where the conversation is answered."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/odoo/sms-inbox/{self.id}",
            "target": "self",
            "res_id": self.id,
        }
