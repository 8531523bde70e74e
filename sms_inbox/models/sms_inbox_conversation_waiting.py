from dataclasses import dataclass
from datetime import datetime

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..before_commit import gathered
from ..messaging.delivery import FRUITLESS
from .sms_inbox_conversation_taken_back import STANDS
from .sms_inbox_wait import ANSWERED

CHANGES = "sms_inbox_waits"
NOT_ARRIVED = "sms_inbox.not_arrived"
# a stretch that goes on was ended in this very transaction
UNANSWERED = """
    SELECT last.conversation_id, last.began
      FROM unnest(%(ids)s) AS thread (id), LATERAL (
           SELECT conversation_id, began, how FROM sms_inbox_wait
            WHERE conversation_id = thread.id
         ORDER BY began DESC, id DESC LIMIT 1) AS last
     WHERE last.how IS DISTINCT FROM %(answered)s
       AND NOT EXISTS (
           SELECT FROM sms_inbox_message
            WHERE conversation_id = thread.id AND direction = 'out'
              AND priority = 'reply' AND state IN %(stands)s
              AND date >= last.began)
"""


@dataclass
class Change:
    """What became of a thread's waiting time in this transaction."""

    began: datetime | None = None  # if they began to wait in it
    first: bool = False  # whether it was a new or closed thread then
    again: bool = False  # whether an answer came to nothing, so that it never ended
    how: str = ANSWERED  # it ended
    user_id: int | bool = False  # who ended it
    at: datetime | None = None  # when it ended


# a subject of its own in a file of its own, as one file would be too long
# pylint: disable=consider-merging-classes-inherited
class SmsInboxConversation(models.Model):
    """How long they wait on us: each stretch of it, and until when we are in time."""

    _inherit = "sms.inbox.conversation"

    overdue_at = fields.Datetime(
        "Answer due",
        compute="_compute_overdue_at",
        store=True,
        help="Until then we answer within the company's own response time, in working "
        "hours.",
    )
    soon_at = fields.Datetime(compute="_compute_overdue_at", store=True)
    response = fields.Selection(
        [
            ("over", "Overdue"),
            ("soon", "Due soon"),
            ("within", "In time"),
            ("done", "Probably done"),
        ],
        compute="_compute_response",
        search="_search_response",
    )
    wait_ids = fields.One2many("sms.inbox.wait", "conversation_id", readonly=True)

    # ------------------------------------------------------------
    # IN TIME OR NOT
    # ------------------------------------------------------------

    @api.depends("stage", "waiting_since", "probably_done")
    def _compute_overdue_at(self):
        counted = self.filtered(
            lambda c: (
                c.stage == "needs_reply" and c.waiting_since and not c.probably_done
            )
        )
        rest = self - counted
        rest.overdue_at = rest.soon_at = False
        for company, some in counted.grouped("company_id").items():
            due = company.sudo()._sms_inbox_due(set(some.mapped("waiting_since")))
            for conversation in some:
                soon_at, overdue_at = due[conversation.waiting_since]
                conversation.soon_at = soon_at
                conversation.overdue_at = overdue_at

    @api.depends("overdue_at", "soon_at", "probably_done", "stage")
    def _compute_response(self):
        now = fields.Datetime.now()
        for conversation in self:
            conversation.response = conversation._response_at(now)

    def _response_at(self, now):
        if self.stage == "needs_reply" and self.probably_done:
            return "done"
        if not self.overdue_at:
            return False
        if self.overdue_at <= now:
            return "over"
        return "soon" if self.soon_at <= now else "within"

    @api.model
    def _search_response(self, operator, value):
        if operator != "in":
            return NotImplemented
        now = fields.Datetime.now()
        waits = Domain("stage", "=", "needs_reply")
        # what is counted has a date, what is probably done none: an index tells both
        uncounted = Domain("overdue_at", "=", False)
        done = waits & uncounted & Domain("probably_done", "=", True)
        counted = waits & Domain("overdue_at", ">", now)
        domains = {
            "over": waits & Domain("overdue_at", "<=", now),
            "soon": counted & Domain("soon_at", "<=", now),
            "within": counted & Domain("soon_at", ">", now),
            "done": done,
            False: uncounted & ~done,
        }
        return Domain.OR(domains[each] for each in value)

    @api.model
    def _read_group_groupby(self, alias, groupby_spec, query):
        """Group by ``response`` too, which goes by the clock and cannot be stored."""
        if groupby_spec != "response":
            return super()._read_group_groupby(alias, groupby_spec, query)
        now = fields.Datetime.now()
        return SQL(
            """CASE WHEN %(stage)s = 'needs_reply' AND %(done)s THEN 'done'
                    WHEN %(overdue_at)s <= %(now)s THEN 'over'
                    WHEN %(soon_at)s <= %(now)s THEN 'soon'
                    WHEN %(soon_at)s IS NOT NULL THEN 'within' END""",
            stage=self._field_to_sql(alias, "stage", query),
            done=self._field_to_sql(alias, "probably_done", query),
            overdue_at=self._field_to_sql(alias, "overdue_at", query),
            soon_at=self._field_to_sql(alias, "soon_at", query),
            now=now,
        )

    # ------------------------------------------------------------
    # STRETCHES OF WAITING
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        conversations = super().create(vals_list)
        for conversation in conversations.filtered("waiting_since"):
            conversation._note_wait((False, False), fresh=True, done=False)
        return conversations

    def write(self, vals):
        if not vals.keys() & {"stage", "waiting_since"}:
            return super().write(vals)
        before = [(c, c._asks_since(), c._is_fresh(), c.probably_done) for c in self]
        result = super().write(vals)
        for conversation, asked, fresh, done in before:
            if conversation._asks_since() != asked:
                conversation._note_wait(asked, fresh, done)
        return result

    def _asks_since(self):
        """Since when it waits on us, and whether that is because they spoke last.

        Else it is a reminder of our own, or they waited before our last text already.
        """
        return self.waiting_since, bool(self.waiting_since and not self.last_is_ours)

    def _is_fresh(self):
        return self.stage == "closed" or not self.last_text_at

    def _note_wait(self, before, fresh, done):
        """Remember that it began or ended to wait, until the transaction ends.

        :param before: what ``_asks_since`` gave
        :param fresh: whether it was a new or closed thread
        :param done: whether it was probably done
        """
        change = self._note_change()
        since, asks = self._asks_since()
        if not since:
            closed = "done" if done else "closed"
            change.how = closed if self.stage == "closed" else "by_hand"
            change.user_id = self.env.uid
            change.at = fields.Datetime.now()
        elif asks and not before[1]:
            change.began = since
            change.first |= fresh
        elif done:
            change.how = "done"

    def _answered_by(self, text):
        """Say that a text of ours is what ended the waiting, where something did."""
        change = self.env.cr.precommit.data.get(CHANGES, {}).get(self.id)
        if change:
            change.how = ANSWERED
            change.user_id = text.author_id.id
            # what leaves later is an answer only then
            change.at = text.not_before or text.date

    def _answered_instead(self, text, later):
        """Say that a later text of ours is what ended the waiting, not this one."""
        # sudo: sms.inbox.wait - written by code alone, whoever takes a text back
        waits_sudo = self.env["sms.inbox.wait"].sudo()
        waits_sudo = waits_sudo.search(
            [
                ("conversation_id", "=", self.id),
                ("began", "=", text.answers_since),
                ("how", "=", ANSWERED),
            ]
        )
        at = later.not_before or later.date
        change = Change(user_id=later.author_id.id, at=at)
        waits_sudo._end(dict.fromkeys(waits_sudo, change))

    def _waits_again(self):
        """Say that what ended the waiting did not, where the old time came back."""
        changes = self.env.cr.precommit.data.get(CHANGES, {})
        for conversation_id in changes.keys() & set(self.ids):
            changes[conversation_id].again = True

    @api.model
    def _known_lost_since(self, text):
        """When a text was lost before, and is tried again by itself; or False."""
        # those since a person last asked for it, the latest first
        lost = text.attempt_ids[: text.tries].filtered("lost_at")
        earlier = lost[1:] if text.state == "unknown" else lost
        return earlier[-1:].lost_at

    def _is_decided(self, text, since):
        """Whether somebody closed it, put it off or answered otherwise after that."""
        if self.stage != "waiting":
            return self.stage != "needs_reply"
        moved = self.env["sms.inbox.wait"].search_count(
            [
                ("conversation_id", "=", self.id),
                ("ended", ">=", since),
                ("how", "!=", ANSWERED),
            ],
            limit=1,
        )
        return moved or self._next_reply(text)

    def _tell_author(self, text):
        """Tell whoever wrote an answer that it did not arrive."""
        author = text.author_id
        if text.state not in FRUITLESS or not author.active:
            return
        # a toast, as the notification may be an e-mail; they read it by their own rules
        author._bus_send(NOT_ARRIVED, {"ids": self.ids})
        # e-mails about it wait for their own queue: nothing here waits for them
        thread = self.with_context(lang=author.lang, mail_notify_force_send=False)
        thread.message_notify(
            partner_ids=author.partner_id.ids,
            subject=thread.env._("They wait for an answer again"),
            body=thread._why_they_wait_again(text),
        )

    def _why_they_wait_again(self, text):
        who, why = self.display_name, text.error_text or ""
        if text.state == "unknown":
            return self.env._(
                "It is not known whether your text to %(who)s was sent, so they count "
                "as waiting. %(why)s",
                who=who,
                why=why,
            )
        return self.env._(
            "Your text to %(who)s did not arrive, so they wait again. %(why)s",
            who=who,
            why=why,
        )

    def _wait_on_us(self):
        """They need a reply: from now on, or still, if nobody answered them."""
        before, now = self._unanswered_since(), fields.Datetime.now()
        for conversation in self:
            conversation.waiting_since = before.get(conversation.id, now)
        self.browse(before)._waits_again()

    def _unanswered_since(self):
        """{id: since when they wait}, where their last stretch ended unanswered."""
        if not self:
            return {}
        self.env["sms.inbox.wait"].flush_model()
        self.env["sms.inbox.message"].flush_model()
        # raw SQL: the latest of each of many threads, in one statement
        self.env.cr.execute(
            UNANSWERED, {"ids": self.ids, "answered": ANSWERED, "stands": STANDS}
        )
        return dict(self.env.cr.fetchall())

    def _note_change(self):
        # sudo: sms.inbox.wait - written by code alone, whoever answers or closes
        follow = self.env["sms.inbox.conversation"].sudo()._follow_waits
        changes = gathered(self.env, CHANGES, dict, follow)
        return changes.setdefault(self.id, Change(at=fields.Datetime.now()))

    @api.model
    def _follow_waits(self, changes):
        self.env["sms.inbox.wait"]._follow(
            {thread: changes[thread.id] for thread in self.browse(changes).exists()}
        )
