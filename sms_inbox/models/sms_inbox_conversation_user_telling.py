import logging

from odoo import api, fields, models

from .. import short_transaction
from ..messaging import notify

_logger = logging.getLogger(__name__)

BATCH = 500  # rows in one transaction


# a subject of its own in a file of its own, as one file would be too long
# pylint: disable=consider-merging-classes-inherited
class SmsInboxConversationUser(models.Model):
    """Texts that a user has not read for a while: they are told once, elsewhere.

    A stretch of unread texts begins with the first one and ends when they read. Who was
    told is noted in the transaction that queues the push or the e-mail: after a crash
    either both are there or neither, and the next run begins again.
    """

    _inherit = "sms.inbox.conversation.user"

    muted = fields.Boolean(help="They are not told of new texts in it.")
    tell_at = fields.Datetime("To be told at", help="Unless they read before.")
    told = fields.Boolean(help="Of the texts that are unread now, elsewhere.")

    _tell_idx = models.Index("(tell_at) WHERE tell_at IS NOT NULL")

    # ------------------------------------------------------------
    # PLANNING
    # ------------------------------------------------------------

    @api.model
    def _of_user(self, conversations):
        """The user's own rows of conversations, in sudo, made where there are none."""
        # sudo: sms.inbox.conversation.user - written by code alone
        own_sudo = self.sudo().search(
            [
                ("conversation_id", "in", conversations.ids),
                ("user_id", "=", self.env.uid),
            ]
        )
        missing = conversations - own_sudo.conversation_id
        with short_transaction.made_once(
            self.env, "sms_inbox_conversation_user_pair_unique"
        ):
            return own_sudo + own_sudo.create(
                [
                    {
                        "conversation_id": conversation.id,
                        "company_id": conversation.company_id.id,
                        "user_id": self.env.uid,
                    }
                    for conversation in missing
                ]
            )

    def _note_read(self):
        """All was read: nothing is to be told, and the next text begins a stretch."""
        self.write({"unread": 0, "tell_at": False, "told": False})

    def _tell_later(self):
        """Plan to tell of these, unless they are read before."""
        if not self:
            return
        at = notify.later_at(fields.Datetime.now())
        self.tell_at = at
        # sudo: ir.cron - whoever lets a text in plans what follows from it
        cron_sudo = self.env.ref("sms_inbox.ir_cron_tell_unread").sudo()
        # a run does not come back for what was not due yet, so an earlier one is no use
        if not cron_sudo._sms_inbox_is_planned(at - notify.MINUTE, at):
            cron_sudo._trigger(at)

    # ------------------------------------------------------------
    # TELLING
    # ------------------------------------------------------------

    @api.model
    def _cron_tell_unread(self):
        """Tell users by push or e-mail of what they have not read for five minutes."""
        run = short_transaction.run
        while due := run(self.env, self._due):
            try:
                run(self.env, due._tell)
            except Exception as error:
                # the type alone: an error's words could quote a text
                _logger.info("Users are told one by one: %s", type(error).__name__)
                for user in due.user_id:
                    due.filtered(lambda row, of=user: row.user_id == of)._tell_alone()

    @api.model
    def _due(self):
        now = fields.Datetime.now()
        return self.search([("tell_at", "<=", now)], order="user_id, id", limit=BATCH)

    def _tell_alone(self):
        """Tell one user; whatever goes wrong with that, the others are told."""
        what = f"User {self.user_id.id} could not be told of unread texts"
        with short_transaction.safely(self.env, what, self._give_up):
            short_transaction.run(self.env, self._tell)

    def _give_up(self):
        self.exists().tell_at = False

    def _tell(self):
        """Queue a push or an e-mail for each user; nothing is sent here."""
        due = self.exists().filtered("tell_at")
        news = due.filtered(lambda row: row._is_still_news())
        due.tell_at = False
        news.told = True
        news.user_id._sms_inbox_tell_unread(
            {
                user: rows.conversation_id
                for user, rows in news.grouped("user_id").items()
            }
        )

    def _is_still_news(self):
        thread, user = self.conversation_id, self.user_id
        return self.unread > 0 and notify.is_still_news(
            notify.Unread(
                asks=thread._asks(),
                theirs=user in thread._readers(),
                muted=self.muted,
                wanted=user.sms_inbox_tell_unread,
            )
        )
