from odoo import api, fields, models
from odoo.exceptions import UserError

from .. import carriers
from ..messaging import segments, wording
from .sms_inbox_message import FRUITLESS

PREVIEW = 120  # characters of a text that lists show


# a subject of its own in a file of its own, as one file would be too long
# pylint: disable=consider-merging-classes-inherited
class SmsInboxConversation(models.Model):
    """Texts of a conversation: what may be sent, and what each one brings about."""

    _inherit = "sms.inbox.conversation"

    no_text_reason = fields.Char(
        "Why nothing can be sent", compute="_compute_no_text_reason"
    )

    @api.depends("number_id.active", "opted_out")
    def _compute_no_text_reason(self):
        for conversation in self:
            conversation.no_text_reason = conversation._why_no_text()

    def _why_no_text(self):
        # sudo: sms.inbox.number - an assignee need not be a member; lines are nobody's
        number_sudo = self.number_id.sudo()
        line_sudo = number_sudo.line_id
        if not (number_sudo.active and line_sudo.account_id.active):
            return self.env._(
                "%s is no longer in use. Start a conversation from another number.",
                number_sudo.display_name,
            )
        if not line_sudo.claimed_at:
            return self.env._(
                "The carrier has not confirmed yet that %s is yours. Ask your "
                "administrator to confirm it.",
                number_sudo.display_name,
            )
        if self.opted_out:
            return self.env._("%s wants no texts from you.", self.display_name)
        return False

    # ------------------------------------------------------------
    # OUT
    # ------------------------------------------------------------

    def send_text(self, body):
        """Queue a reply and give the message's id. It leaves when the limits allow it.

        :raise UserError: if it is empty or too long, or may not be sent at all
        """
        self.ensure_one()
        self.check_access("write")
        return self._queue(body, "reply", author=self.env.user).id

    def _queue(self, body, priority, author=None):
        """The one door for a thread's texts: check, store, wake the dispatcher."""
        self.ensure_one()
        body = wording.clean(body or "")
        self._check_may_send(body)
        # sudo: sms.inbox.message - texts are written by code alone
        text_sudo = (
            self.env["sms.inbox.message"]
            .sudo()
            .create(
                {
                    "conversation_id": self.id,
                    "number_id": self.number_id.id,
                    "company_id": self.company_id.id,
                    "contact_number": self.contact_number,
                    "direction": "out",
                    "body": body,
                    "segments": segments.count(body, self._is_toll_free()),
                    "state": "queued",
                    "priority": priority,
                    "author_id": author and author.id,
                    "answers_since": self.waiting_since,
                }
            )
        )
        self.sudo()._spoke(text_sudo, {"stage": "waiting", "waiting_since": False})
        self.env["sms.inbox.dispatcher"]._wake()
        return text_sudo

    def _check_may_send(self, body):
        # sudo: sms.inbox.line - belongs to no company, users may not read it
        carrier = self.number_id.sudo().line_id.account_id.carrier
        longest = carriers.get(carrier).max_body_length
        if not body.strip():
            raise UserError(self.env._("Write something first."))
        if len(body) > longest:
            raise UserError(
                self.env._(
                    "This text has %(length)s characters, and a text can have at most "
                    "%(longest)s. Shorten it, or send it in parts.",
                    length=len(body),
                    longest=longest,
                )
            )
        if self.no_text_reason:
            raise UserError(self.no_text_reason)

    def _is_toll_free(self):
        # sudo: sms.inbox.line - belongs to no company, users may not read it
        return self.number_id.sudo().line_id.number_type == "toll_free"

    # ------------------------------------------------------------
    # IN
    # ------------------------------------------------------------

    def _receive(self, vals):
        """Store a text from the contact; it now waits on us."""
        self.ensure_one()
        text = self.env["sms.inbox.message"].create(
            {
                "conversation_id": self.id,
                "number_id": self.number_id.id,
                "company_id": self.company_id.id,
                "contact_number": self.contact_number,
                "direction": "in",
                "state": "received",
                **vals,
            }
        )
        self._spoke(
            text,
            {
                "stage": "needs_reply",
                "waiting_since": self.waiting_since or text.date,
                "probably_done": False,
            },
        )
        self.env["sms.inbox.conversation.user"]._count_unread(self, self._readers())
        return text

    # ------------------------------------------------------------
    # WHAT A TEXT BRINGS ABOUT
    # ------------------------------------------------------------

    def _spoke(self, text, vals):
        self.write(
            {
                "last_text": text.body[:PREVIEW],
                "last_text_at": text.date,
                "last_is_ours": text.direction == "out",
                "last_failed": False,
                **vals,
            }
        )

    def _came_to_nothing(self, text):
        """An answer of ours did not arrive: they wait on us again, since they did."""
        self.write(
            {
                "stage": "needs_reply",
                "last_failed": text.state in FRUITLESS and self.last_is_ours,
                "waiting_since": min(
                    filter(
                        None,
                        (self.waiting_since, text.answers_since or text.date),
                    )
                ),
            }
        )

    def _came_through(self, text):
        """An answer given up for lost did arrive: nobody waits, unless they wrote."""
        wrote_since = self.env["sms.inbox.message"].search_count(
            [
                ("conversation_id", "=", self.id),
                ("direction", "=", "in"),
                ("id", ">", text.id),
            ],
            limit=1,
        )
        if self.stage == "needs_reply" and not wrote_since:
            self.write({"stage": "waiting", "last_failed": False})
