import time
from math import inf

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .. import clock, short_transaction
from ..messaging import loops, quiet_hours, segments, wording
from ..messaging.delivery import FRUITLESS

CODE_LASTS = 600  # seconds; carrier-side too, as nobody waits longer for a code
LOOK_BACK = 40  # texts that tell whether texts go in circles


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
        return self._number_sudo()._why_unusable() or (
            self.opted_out
            and self.env._("%s wants no texts from you.", self.display_name)
        )

    def _number_sudo(self):
        # sudo: sms.inbox.number - an assignee need not be a member of it
        return self.number_id.sudo()

    # ------------------------------------------------------------
    # OUT
    # ------------------------------------------------------------

    def send_text(self, body, uuid=None, attachment_ids=(), not_before=None):
        """Queue a reply and give the message's id. It leaves when the limits allow it.

        :param uuid: of the caller's making; asking twice with the same one, because
            the first answer was lost, queues one text
        :param attachment_ids: pictures and the like that the user may read; files that
            were uploaded for this text become the text's own
        :param not_before: the moment (UTC) to leave at, where it is not at once
        :raise UserError: if it is empty or too long, or may not be sent at all
        """
        self.ensure_one()
        self.check_access("write")
        earlier = uuid and self._text_of(uuid)
        if earlier:
            return earlier.id
        attachments = self.env["ir.attachment"].browse(attachment_ids)
        files = self._files_to_send(attachments)
        later = {"not_before": not_before} if not_before else {}
        text = self._queue(body, "reply", self.env.user, uuid, files, **later)
        self._take_over(attachments)
        return text.id

    def reply_outlook(self, body, media_count=0):
        """What is to be said of a reply before it is sent, or "".

        Only where it would be delayed, or takes several segments.
        """
        self.ensure_one()
        self.check_access("read")
        outlook = self.env["sms.inbox.capacity"]._reply_forecast(
            self, body, media_count
        )
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

    def _queue(self, body, priority, author=None, uuid=None, files=(), **vals):
        """The one door for a thread's texts: check, store, wake the dispatcher.

        :param files: what ``_files_to_send`` gave
        :param vals: ``not_before`` and ``not_after``, where the text has such times
        """
        self.ensure_one()
        body = wording.clean(body or "")
        self._check_may_send(body, files)
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
                        "segments": self._segments(body, files),
                        "media_count": len(files),
                        "state": "queued",
                        "priority": priority,
                        "author_id": author and author.id,
                        "answers_since": priority == "reply" and self.waiting_since,
                        "found": priority == "reply" and self._as_found(),
                        "saw_text_id": self._doubtful_text_seen_by(author).id,
                        **({"uuid": uuid} if uuid else {}),
                        **self._held_if_in_circles(body),
                        **vals,
                    }
                )
            )
        # what was not written as an answer, or does not leave, answers nobody
        answers = priority == "reply" and text_sudo.state == "queued"
        if text_sudo._leaves_at_once() or not self.last_text_at:
            self.sudo()._spoke(text_sudo)
        if answers:
            self.sudo().write({"stage": "waiting", "waiting_since": False})
        if answers:
            self._answered_by(text_sudo)
        if files:
            # sudo: sms.inbox.media - belongs to the text, which code alone writes
            self.env["sms.inbox.media"].sudo()._attach(text_sudo, files)
            text_sudo._preview_media(files[0].content_type)
        self.env["sms.inbox.dispatcher"]._wake()
        return text_sudo

    def _segments(self, body, media=()):
        """How many texts carriers count: one with pictures is one, however long."""
        return 1 if media else segments.count(body, self._number_sudo()._is_toll_free())

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
        # pictures without words are not the same text
        if body and loops.is_repeat(equal + 1):
            return {
                "state": "held",
                "error_text": self.env._(
                    "They would get the same text more than 20 times in a day."
                ),
            }
        latest = texts_sudo.search(
            [("conversation_id", "=", self.id)], order="place desc", limit=LOOK_BACK
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

    def _check_may_send(self, body, media=()):
        longest = self._number_sudo()._adapter().max_body_length
        if not body.strip() and not media:
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

    # ------------------------------------------------------------
    # IN
    # ------------------------------------------------------------

    @api.model
    def _receive_all(self, texts):
        """Store texts from contacts, in the order given; their threads wait on us.

        :param texts: dicts of our ``number``, their ``contact_number``, and what the
            message has of its own, such as ``body`` and ``date``
        :return: the messages, in the same order
        """
        pairs = [(text.pop("number").id, text.pop("contact_number")) for text in texts]
        threads = self._of_pairs(pairs)
        messages = self.env["sms.inbox.message"].create(
            [
                {**threads[pair]._inbound_vals(), **text}
                for pair, text in zip(pairs, texts, strict=True)
            ]
        )
        heard = messages.grouped("conversation_id")
        done = self._done_by(heard)
        for conversation, theirs in heard.items():
            conversation._heard(theirs, conversation in done)
        # whoever has it learns of the text
        self._assign_by_rules(self.union(*heard))
        self.env["sms.inbox.conversation.user"]._count_unread(
            {conversation: len(theirs) for conversation, theirs in heard.items()}
        )
        self.union(*heard)._tell_of_texts()
        messages._learn("inbound", "text")
        return messages

    def _inbound_vals(self):
        return {
            "conversation_id": self.id,
            "number_id": self.number_id.id,
            "company_id": self.company_id.id,
            "contact_number": self.contact_number,
            "direction": "in",
            "state": "received",
        }

    def _heard(self, texts, done=False):
        """Texts of theirs came in, of which the last is what lists show.

        :param done: whether they only thanked, agreed or said goodbye
        """
        dates = texts.mapped("date")
        # who thanked before did not wait for what they ask now
        since = self.waiting_since if done or not self.probably_done else False
        waits = {
            "stage": "needs_reply",
            "waiting_since": min(filter(None, [since, *dates])),
        }
        if done and self.stage == "closed":
            waits = {"closed_at": fields.Datetime.now()}
        # what a carrier kept for us for hours is not what was said last
        latest = max(filter(None, [self.last_text_at, *dates]))
        waits |= {"probably_done": done, "last_text_at": latest}
        self._spoke(texts[-1], **waits)

    @api.model
    def _of_pairs(self, pairs, begin=None):
        """{(our number's id, contact's number): thread}, made where there is none.

        :param begin: {pair: values} that a new thread begins with; if not given, its
            contact, if one alone has this number
        """
        existing = self.search(
            [
                ("number_id", "in", list({number_id for number_id, _contact in pairs})),
                ("contact_number", "in", list({contact for _id, contact in pairs})),
            ]
        )
        found = {(t.number_id.id, t.contact_number): t for t in existing}
        missing = dict.fromkeys(pair for pair in pairs if pair not in found)
        if not missing:
            return found
        numbers = self.env["sms.inbox.number"].browse({pair[0] for pair in missing})
        companies = {number.id: number.company_id for number in numbers}
        begin = begin or self._contacts_of(missing, companies)
        values = [
            {
                "number_id": number_id,
                "company_id": companies[number_id].id,
                "contact_number": contact_number,
                **begin[number_id, contact_number],
            }
            for number_id, contact_number in missing
        ]
        made_once = short_transaction.made_once
        with made_once(self.env, "sms_inbox_conversation_pair_unique"):
            made = self.with_context(tracking_disable=True).create(values)
        return found | dict(zip(missing, made, strict=True))

    @api.model
    def _contacts_of(self, pairs, companies):
        """{pair: values with the one contact that has the number, if it is one alone}.

        :param companies: {our number's id: its company}
        """
        # sudo: res.partner - the thread's company decides, not who looks
        partners_sudo = self.env["res.partner"].sudo()
        owners_sudo = partners_sudo.search(
            [
                ("phone_sanitized", "in", [contact for _id, contact in pairs]),
                ("company_id", "in", [False, *{c.id for c in companies.values()}]),
            ]
        ).grouped("phone_sanitized")
        begin = {}
        for number_id, contact in pairs:
            theirs_sudo = owners_sudo.get(contact, partners_sudo).filtered(
                lambda p, of=companies[number_id]: p.company_id in (of, of.browse())
            )
            one = theirs_sudo.id if len(theirs_sudo) == 1 else False
            begin[number_id, contact] = {"partner_id": one}
        return begin

    # ------------------------------------------------------------
    # WHAT BECAME OF AN ANSWER
    # ------------------------------------------------------------

    def _came_to_nothing(self, text):
        """An answer of ours did not arrive: they wait on us again, since they did.

        Its author is told once, and whatever people decide after that stands.
        """
        known_since = self._known_lost_since(text)
        if known_since and self._is_decided(text, known_since):
            return
        since = text.answers_since or text.date
        self.write(
            {
                "stage": "needs_reply",
                # who said STOP has no answer to wait for
                "probably_done": self.probably_done and self.opted_out,
                "last_failed": self.last_is_ours
                and (self.last_failed or text.state in FRUITLESS),
                "waiting_since": min(filter(None, (self.waiting_since, since))),
            }
        )
        self._waits_again()
        if not known_since:
            self._tell_author(text)

    def _came_through(self, text):
        """An answer given up for lost did arrive: they wait for what came later."""
        if self.stage != "needs_reply":
            return
        later = self.env["sms.inbox.message"].search(
            Domain("conversation_id", "=", self.id)
            & Domain("id", ">", text.id)
            & (
                Domain("direction", "=", "in")
                | Domain("priority", "=", "reply") & Domain("state", "in", FRUITLESS)
            )
        )
        if later:
            self.waiting_since = min(each.answers_since or each.date for each in later)
        else:
            self.write({"stage": "waiting", "last_failed": False})
        self._answered_by(text)
