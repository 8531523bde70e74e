from odoo import api, models
from odoo.fields import Datetime

PRESENCE = "sms_inbox.presence"
DOINGS = ("here", "typing", "gone")


# a subject of its own in a file of its own, as one file would be too long
# pylint: disable=consider-merging-classes-inherited
class SmsInboxConversation(models.Model):
    """Several people in one thread: they see each other, and answers do not cross."""

    _inherit = "sms.inbox.conversation"

    def inbox_presence(self, doing, asks=False):
        """Tell who else has this thread open what the user does in it.

        :param str doing: "here", "typing" or "gone"
        :param bool asks: whether the others are to say that they are there too
        """
        self.ensure_one()
        self.check_access("read")
        if doing in DOINGS:
            # only who may read the thread listens to it, see ir.websocket
            self.env["bus.bus"]._sendone(
                (self, "presence"),
                PRESENCE,
                {
                    "conversation_id": self.id,
                    "user_id": self.env.uid,
                    "name": self.env.user.name,
                    "doing": doing,
                    "asks": bool(asks),
                },
            )
        return True

    def inbox_send(
        self, body, uuid, attachment_ids=(), not_before=False, seen_text_id=False
    ):
        """Queue a reply, unless a colleague's crossed it.

        :param str not_before: the moment (UTC) to leave at; without it, after the time
            that the user wants to undo in
        :param int seen_text_id: the last text that its author has seen; without it,
            nothing is compared
        :return: dict of the text's ``id`` and the ``undo`` time in seconds, or of who
            ``crossed`` it
        """
        self.ensure_one()
        crossed = seen_text_id is not False and self._inbox_crossed(seen_text_id, uuid)
        if crossed:
            return {"crossed": crossed.author_id.sudo().mapped("name")}
        undo = 0 if not_before else self._inbox_undo_seconds()
        text_id = self.send_text(
            body, uuid, attachment_ids, not_before or self._inbox_in(undo)
        )
        return {"id": text_id, "undo": undo}

    def _inbox_crossed(self, seen_text_id, uuid):
        """Colleagues' answers that are newer than what an author has seen."""
        return self.env["sms.inbox.message"].search(
            [
                ("conversation_id", "=", self.id),
                ("id", ">", seen_text_id),
                ("direction", "=", "out"),
                ("author_id", "not in", [False, self.env.uid]),
                ("uuid", "!=", uuid),
                ("state", "!=", "canceled"),
            ]
        )

    def _inbox_undo_seconds(self):
        return int(self.env.user.res_users_settings_id.sms_inbox_undo or 0)

    @api.model
    def _inbox_in(self, seconds):
        """In so many seconds from now, or False for at once."""
        # one more, as moments have no fractions
        return seconds and Datetime.add(Datetime.now(), seconds=seconds + 1)
