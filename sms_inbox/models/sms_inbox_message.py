from datetime import UTC, datetime
from uuid import uuid4

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..carriers import Meaning
from ..messaging import numbers, rate_limit

# How a text may end without having reached anybody.
MOST_AT_ONCE = 2000  # parked texts brought back, and late ones ended, in one step

FRUITLESS = ("failed", "undelivered", "expired", "unknown")


class SmsInboxMessage(models.Model):
    """One text, in or out: history and queue in one. What was written stays as it was.

    How a text to somebody moves on::

        queued -> sending -> sent -> delivered
          ^          |         '---> undelivered, failed
          |          |-> failed          the carrier refused it for good
          |          |-> unknown         the carrier's answer was lost
          '----------'                   the carrier refused it for now
        queued -> expired, canceled, held
    """

    _name = "sms.inbox.message"
    _description = "Text"
    _order = "id desc"
    _check_company_auto = True

    uuid = fields.Char(
        required=True, readonly=True, copy=False, default=lambda self: uuid4().hex
    )
    conversation_id = fields.Many2one(
        "sms.inbox.conversation", readonly=True, check_company=True, ondelete="restrict"
    )
    number_id = fields.Many2one(
        "sms.inbox.number",
        string="Our number",
        required=True,
        readonly=True,
        check_company=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, readonly=True, ondelete="restrict"
    )
    contact_number = fields.Char(
        "Their number", required=True, readonly=True, index=True
    )
    direction = fields.Selection(
        [("in", "From them"), ("out", "From us")], required=True, readonly=True
    )
    date = fields.Datetime(
        "Written on",
        required=True,
        readonly=True,
        default=fields.Datetime.now,
        help="When it was written here, or came to us.",
    )
    body = fields.Text("Text", readonly=True)
    segments = fields.Integer(readonly=True, default=1)
    state = fields.Selection(
        [
            ("queued", "Waiting to leave"),
            ("sending", "On its way to the carrier"),
            ("sent", "Sent"),
            ("delivered", "Delivered"),
            ("undelivered", "Not delivered"),
            ("failed", "Failed"),
            ("expired", "Too late"),
            ("canceled", "Canceled"),
            ("held", "Held"),
            ("unknown", "Not known whether sent"),
            ("received", "Received"),
        ],
        required=True,
        readonly=True,
    )
    priority = fields.Selection(
        [
            ("code", "Code"),
            ("reply", "Reply"),
            ("notice", "Notice"),
            ("bulk", "Bulk"),
        ],
        required=True,
        readonly=True,
        default="reply",
    )
    not_before = fields.Datetime(readonly=True)
    not_after = fields.Datetime(readonly=True)
    parked_until = fields.Datetime(
        "Next try",
        readonly=True,
        copy=False,
        help="The queue passes over this text until then. Empty: it is its turn as "
        "soon as the limits allow.",
    )
    waits_for = fields.Selection(
        [
            ("schedule", "Its time"),
            ("quiet_hours", "The end of quiet hours"),
            ("carrier", "Another try at the carrier"),
            ("day", "The end of the carrier's day"),
            ("paused", "Its bulk text, which is paused"),
        ],
        readonly=True,
        copy=False,
    )
    left_at = fields.Datetime(
        "Handed over on",
        readonly=True,
        copy=False,
        help="When it was last handed to the carrier.",
    )
    batch_id = fields.Many2one(
        "sms.inbox.batch",
        string="Bulk text",
        readonly=True,
        check_company=True,
        ondelete="restrict",
    )
    tries = fields.Integer(
        readonly=True, help="Since a person last asked for it to be sent."
    )
    error_code = fields.Char(readonly=True)
    error_text = fields.Char("What went wrong", readonly=True)
    error_meaning = fields.Char(
        "Kind of error", readonly=True, help="One of the carriers' common meanings."
    )
    author_id = fields.Many2one("res.users", readonly=True, ondelete="set null")
    answers_since = fields.Datetime(
        readonly=True, help="Since when they had waited for this answer."
    )
    attempt_ids = fields.One2many("sms.inbox.attempt", "message_id")
    waiting_words = fields.Char("Waits for", compute="_compute_waiting")
    next_slot = fields.Datetime(
        "Leaves about", compute="_compute_waiting", help="As far as can be told now."
    )

    _uuid_unique = models.UniqueIndex("(uuid)")
    # what the dispatcher reads many times a second; parked texts are not in it
    _queue_idx = models.Index(
        "(number_id, priority, id) WHERE state = 'queued' AND parked_until IS NULL"
    )
    _parked_idx = models.Index(
        "(parked_until) WHERE state = 'queued' AND parked_until IS NOT NULL"
    )
    _under_way_idx = models.Index(
        "(conversation_id, id) WHERE state IN ('queued', 'sending')"
    )
    _expiry_idx = models.Index(
        "(not_after) WHERE state = 'queued' AND not_after IS NOT NULL"
    )
    _left_idx = models.Index("(number_id, left_at) WHERE left_at IS NOT NULL")
    _batch_idx = models.Index("(batch_id, state) WHERE batch_id IS NOT NULL")
    _once_per_batch = models.UniqueIndex(
        "(batch_id, contact_number) WHERE batch_id IS NOT NULL"
    )
    _thread_idx = models.Index("(conversation_id, id)")
    _date_idx = models.Index("(date, id)")
    _number_idx = models.Index("(number_id, id)")
    _company_key = models.Constraint("UNIQUE (id, company_id)")
    _same_company_as_conversation = models.Constraint(
        "FOREIGN KEY (conversation_id, company_id) "
        "REFERENCES sms_inbox_conversation (id, company_id) ON DELETE RESTRICT"
    )
    _same_company_as_batch = models.Constraint(
        "FOREIGN KEY (batch_id, company_id) "
        "REFERENCES sms_inbox_batch (id, company_id) ON DELETE RESTRICT"
    )
    _same_company_as_number = models.Constraint(
        "FOREIGN KEY (number_id, company_id) "
        "REFERENCES sms_inbox_number (id, company_id) ON DELETE RESTRICT"
    )

    @api.depends("direction", "contact_number")
    def _compute_display_name(self):
        for text in self:
            number = numbers.pretty(text.contact_number or "")
            text.display_name = (
                self.env._("To %s", number)
                if text.direction == "out"
                else self.env._("From %s", number)
            )

    @api.depends("state", "parked_until", "waits_for")
    def _compute_waiting(self):
        slots = self.env["sms.inbox.capacity"]._next_slots(self)
        for text in self:
            at, text.waiting_words = slots.get(text.id, (None, False))
            text.next_slot = at and datetime.fromtimestamp(at, UTC).replace(tzinfo=None)

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._parked_by_its_time(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._parked_by_its_time(vals))

    @api.model
    def _parked_by_its_time(self, vals):
        """A text that may not leave before a time is passed over until then."""
        if "not_before" not in vals or "parked_until" in vals:
            return vals
        later = vals["not_before"]
        return {
            **vals,
            "parked_until": later,
            "waits_for": "schedule" if later else False,
        }

    # ------------------------------------------------------------
    # QUEUE
    # ------------------------------------------------------------

    def action_cancel(self):
        """Take back texts that have not left yet."""
        self.check_access("read")
        self.conversation_id.check_access("write")
        gone = self.filtered(lambda text: text.state not in ("queued", "held"))
        if gone:
            raise UserError(
                self.env._("This text has left already and cannot be taken back.")
            )
        # sudo: sms.inbox.message - texts change by code alone
        texts_sudo = self.sudo()
        texts_sudo._cancel(self.env._("Canceled by %s.", self.env.user.name))
        for text_sudo in texts_sudo.filtered("answers_since"):
            text_sudo.conversation_id._came_to_nothing(text_sudo)
        return True

    def action_retry(self):
        """Queue texts again that failed, by a person's will."""
        self.check_access("read")
        self.conversation_id.check_access("write")
        for text in self:
            if text.state not in FRUITLESS:
                raise UserError(
                    self.env._("Only a text that failed can be sent again.")
                )
            if text.error_meaning == Meaning.FILTERED.value:
                raise UserError(
                    self.env._(
                        "Carriers took this text for spam, and would again. Write it "
                        "in other words."
                    )
                )
            text.conversation_id._check_may_send(text.body)
        # sudo: sms.inbox.message - texts change by code alone
        texts_sudo = self.sudo()
        texts_sudo.write({"tries": 0, "not_after": False, "not_before": False})
        texts_sudo._requeue()
        return self.conversation_id.sudo().write({"stage": "waiting"})

    def action_release(self):
        """Let texts leave that were held, by a person's will."""
        self.check_access("read")
        self.conversation_id.check_access("write")
        if any(text.state != "held" for text in self):
            raise UserError(self.env._("Only a text that is held can be let go."))
        # sudo: sms.inbox.message - texts change by code alone
        self.sudo()._requeue()
        return True

    def _cancel(self, why):
        self.write({"state": "canceled", "error_text": why})
        self.conversation_id._tell_screens()

    def _requeue(self, until=False, waits_for=False):
        """Have texts leave once more, not before ``until`` (naive UTC)."""
        self.write(
            {
                "state": "queued",
                "parked_until": until,
                "waits_for": waits_for,
                "error_code": False,
                "error_text": False,
                "error_meaning": False,
            }
        )
        self.conversation_id._tell_screens()
        self.env["sms.inbox.dispatcher"]._wake(until or None)

    def _uncount(self):
        """The carrier did not take the text: it used up nothing of a day."""
        # sudo: sms.inbox.limit - belongs to no company
        limit = self.number_id.sudo().line_id.limit_id
        levels = limit._levels(lock=True)[limit.id]
        if not any(level.per_day or level.recipients_per_day for level in levels):
            return
        network = (
            self.env["sms.inbox.subscriber"]
            ._of(self.company_id, self.contact_number)
            .network
        )
        plain = rate_limit.Text(
            self.segments,
            network=network or "",
            new_recipient=not self.answers_since and not self._texted_before(),
        )
        for level in levels:
            level.uncount(self.left_at.timestamp() if self.left_at else 0, plain)
        limit._store(levels)

    def _texted_before(self):
        """Whether another text left to them from this number within a day."""
        since = fields.Datetime.subtract(fields.Datetime.now(), days=1)
        return self.search_count(
            [
                ("number_id", "=", self.number_id.id),
                ("contact_number", "=", self.contact_number),
                ("left_at", ">=", since),
                ("id", "!=", self.id),
            ],
            limit=1,
        )

    def _park(self, until, waits_for):
        """Have the queue pass over texts until a moment in epoch seconds."""
        moment = datetime.fromtimestamp(until, UTC).replace(tzinfo=None)
        self.write({"parked_until": moment, "waits_for": waits_for})

    @api.model
    def _tidy_queue(self):
        """Bring back the parked texts whose time has come; end those that came late.

        :return: when the next one comes back or ends, in epoch seconds, or None
        """
        self.flush_model()
        # raw SQL: skips what another transaction holds, which the ORM cannot say
        self.env.cr.execute(
            """
            UPDATE sms_inbox_message SET parked_until = NULL, waits_for = NULL
             WHERE id IN (
                   SELECT id FROM sms_inbox_message
                    WHERE state = 'queued' AND parked_until <= %s
                 ORDER BY parked_until LIMIT %s
                      FOR NO KEY UPDATE SKIP LOCKED)
            """,
            (datetime.now(UTC).replace(tzinfo=None), MOST_AT_ONCE),
        )
        if self.env.cr.rowcount:
            self.invalidate_model(["parked_until", "waits_for"])
        late = [("state", "=", "queued"), ("not_after", "<=", fields.Datetime.now())]
        for text in self.search(late, limit=MOST_AT_ONCE):
            text._settle(
                "expired", error_text=self.env._("It was too late to send it.")
            )
        self.flush_model()
        return self._next_parked()

    @api.model
    def _ask_again_what_sleeps(self):
        """Have texts that wait for the end of quiet hours judged by new rules."""
        self.flush_model()
        # raw SQL: a whole night's queue at once, past what is being handed over
        self.env.cr.execute(
            """
            UPDATE sms_inbox_message SET parked_until = now() AT TIME ZONE 'UTC'
             WHERE id IN (
                   SELECT id FROM sms_inbox_message
                    WHERE state = 'queued' AND waits_for = 'quiet_hours'
                      FOR NO KEY UPDATE SKIP LOCKED)
            """
        )
        if self.env.cr.rowcount:
            self.invalidate_model(["parked_until"])
            self.env["sms.inbox.dispatcher"]._wake()

    @api.model
    def _next_parked(self):
        # raw SQL: two look-ups in two indexes
        self.env.cr.execute(
            """
            SELECT extract(epoch FROM LEAST(
                   (SELECT min(parked_until) FROM sms_inbox_message
                     WHERE state = 'queued' AND parked_until < 'infinity'),
                   (SELECT min(not_after) FROM sms_inbox_message
                     WHERE state = 'queued' AND not_after IS NOT NULL)))::float
            """
        )
        return self.env.cr.fetchone()[0]

    @api.model
    def _cancel_of_retired_numbers(self):
        """End texts that were queued just while their number was archived."""
        self.search(
            [
                ("state", "=", "queued"),
                "|",
                ("number_id.active", "=", False),
                ("number_id.line_id.account_id.active", "=", False),
            ]
        )._cancel(self.env._("The number was archived before this text left."))

    # ------------------------------------------------------------
    # OUTCOMES
    # ------------------------------------------------------------

    def _settle(self, state, error_code=False, error_text=False, error_meaning=False):
        """Move to ``state``, with a reason; a fruitless answer reopens its thread."""
        self.ensure_one()
        came_back = self.state in FRUITLESS and state not in FRUITLESS
        self.write(
            {
                "state": state,
                "error_code": error_code,
                "error_text": error_text,
                "error_meaning": error_meaning,
            }
        )
        if self.priority == "reply" and state in FRUITLESS:
            self.conversation_id._came_to_nothing(self)
        elif self.priority == "reply" and came_back:
            self.conversation_id._came_through(self)
        if state == "delivered":
            self._learn_textable(self.env._("A text was delivered to it."))
        if state != "sent" or self.priority != "bulk":
            # nobody watches a bulk text leave
            self.conversation_id._tell_screens()

    def _learn_textable(self, reason):
        self.env["sms.inbox.subscriber"]._of(
            self.company_id, self.contact_number
        )._learn_textable(reason)

    def _learn_not_textable(self, reason):
        self.env["sms.inbox.subscriber"]._of(
            self.company_id, self.contact_number
        )._learn_not_textable(reason)
