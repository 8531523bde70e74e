import time
from math import inf

from odoo import api, fields, models
from odoo.exceptions import UserError

from .. import carriers, clock, short_transaction
from ..messaging import loops, quiet_hours, segments, wording
from ..messaging.delivery import FRUITLESS

CODE_LASTS = 600  # seconds; carrier-side too, as nobody waits longer for a code
LOOK_BACK = 40  # texts that tell whether texts go in circles
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

    def send_text(self, body, uuid=None):
        """Queue a reply and give the message's id. It leaves when the limits allow it.

        :param uuid: of the caller's making; asking twice with the same one, because
            the first answer was lost, queues one text
        :raise UserError: if it is empty or too long, or may not be sent at all
        """
        self.ensure_one()
        self.check_access("write")
        earlier = uuid and self._text_of(uuid)
        return (earlier or self._queue(body, "reply", self.env.user, uuid=uuid)).id

    def reply_outlook(self, body):
        """What is to be said of a reply before it is sent, or "".

        Only where it would be delayed, or takes several segments.
        """
        self.ensure_one()
        self.check_access("read")
        outlook = self.env["sms.inbox.capacity"]._reply_forecast(self, body)
        return self._outlook_in_words(outlook) if outlook else ""

    def _outlook_in_words(self, outlook):
        words = []
        if outlook["segments"] > 1:
            words.append(
                self.env._(
                    "Carriers count this as %s texts, because it is long or has "
                    "characters such as emoji.",
                    outlook["segments"],
                )
            )
        if outlook["why"]:
            words.append(outlook["why"])
        if outlook["why"] and outlook["seconds"] is not None:
            leaves = self.env["sms.inbox.capacity"]._clock(
                time.time() + outlook["seconds"]
            )
            words.append(self.env._("It leaves about %s.", leaves))
        return " ".join(words)

    def _text_of(self, uuid):
        return self.env["sms.inbox.message"].search(
            [("conversation_id", "=", self.id), ("uuid", "=", uuid)]
        )

    def _queue(self, body, priority, author=None, uuid=None, **vals):
        """The one door for a thread's texts: check, store, wake the dispatcher.

        :param vals: ``not_before`` and ``not_after``, where the text has such times
        """
        self.ensure_one()
        body = wording.clean(body or "")
        self._check_may_send(body)
        vals.setdefault("not_after", self._latest(priority, vals.get("not_before")))
        with short_transaction.made_once(self.env, "sms_inbox_message_uuid_unique"):
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
                        "answers_since": priority == "reply" and self.waiting_since,
                        **({"uuid": uuid} if uuid else {}),
                        **self._held_if_in_circles(body),
                        **vals,
                    }
                )
            )
        # what was not written as an answer answers nobody
        answers = {"stage": "waiting", "waiting_since": False}
        self.sudo()._spoke(text_sudo, answers if priority == "reply" else {})
        self.env["sms.inbox.dispatcher"]._wake()
        return text_sudo

    def _latest(self, priority, not_before=None):
        """When a text of this kind is of no use any more (naive UTC), or False.

        Codes end after ten minutes, notices with the hours in which their recipient
        may be texted. A bulk text goes on the next day, unless its batch ends.
        """
        begins = not_before or fields.Datetime.now()
        if priority == "code":
            return fields.Datetime.add(begins, seconds=CODE_LASTS)
        if priority != "notice":
            return False
        rules = self.env["sms.inbox.quiet.rule"]._rules()
        now = clock.epoch(begins)
        window = quiet_hours.window(self.contact_number, now, rules)
        if not window or window.closes == inf:
            return False
        return clock.moment(window.closes)

    def _held_if_in_circles(self, body):
        """The values of a text that is held because texts seem to go in circles."""
        since = fields.Datetime.subtract(fields.Datetime.now(), days=1)
        recent = [("contact_number", "=", self.contact_number), ("date", ">=", since)]
        # sudo: sms.inbox.message - of all of the company's numbers
        texts_sudo = self.env["sms.inbox.message"].sudo()
        equal = texts_sudo.search_count(
            recent
            + [
                ("company_id", "=", self.company_id.id),
                ("direction", "=", "out"),
                ("body", "=", body),
            ],
            limit=LOOK_BACK,
        )
        if loops.is_repeat(equal + 1):
            return {
                "state": "held",
                "error_text": self.env._(
                    "They would get the same text more than 20 times in a day."
                ),
            }
        latest = texts_sudo.search(
            [("conversation_id", "=", self.id)], order="id desc", limit=LOOK_BACK
        )
        times = [
            (clock.epoch(text.create_date), text.direction) for text in reversed(latest)
        ]
        if loops.is_ping_pong([*times, (clock.epoch(fields.Datetime.now()), "out")]):
            return {
                "state": "held",
                "error_text": self.env._("Two machines seem to answer each other."),
            }
        return {}

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
