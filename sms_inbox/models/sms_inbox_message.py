from uuid import uuid4

from odoo import api, fields, models
from odoo.exceptions import UserError

from .. import clock
from ..carriers import Meaning
from ..messaging import numbers
from ..messaging.delivery import FRUITLESS
from ..messaging.textability import Piece


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
        required=True,
        readonly=True,
        default=fields.Datetime.now,
        help="When it came to us, or left for their phone; before it does, when it was "
        "written.",
    )
    place = fields.Integer(
        "Place in its thread",
        readonly=True,
        copy=False,
        help="Texts with higher places came, or left, later.",
    )
    body = fields.Text("Text", readonly=True)
    incomplete = fields.Boolean(
        readonly=True, help="A part of this text never came; a gap is marked in it."
    )
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
            ("consent", "A decision whether they still want texts"),
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
    found = fields.Json(
        "Its conversation before",
        readonly=True,
        copy=False,
        help="What a reply changes of its conversation, to be put back with it.",
    )
    answers_word = fields.Selection(
        [
            ("opt_out", "STOP"),
            ("opt_in", "START"),
            ("help", "HELP"),
            ("wrong_person", "Wrong person"),
        ],
        readonly=True,
        help="The one answer that such a text gets by itself.",
    )
    saw_text_id = fields.Many2one(
        "sms.inbox.message",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The doubtful text that the author of this one had read.",
    )
    erased_at = fields.Datetime("Words erased on", readonly=True, copy=False)
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
        "(conversation_id, id) WHERE state IN ('queued', 'sending', 'held')"
    )
    _expiry_idx = models.Index(
        "(not_after) WHERE state = 'queued' AND not_after IS NOT NULL"
    )
    _left_idx = models.Index("(number_id, left_at) WHERE left_at IS NOT NULL")
    _batch_idx = models.Index(
        "(batch_id, state, (waits_for IS DISTINCT FROM 'paused'))"
        " WHERE batch_id IS NOT NULL"
    )
    _once_per_batch = models.UniqueIndex(
        "(batch_id, contact_number) WHERE batch_id IS NOT NULL"
    )
    _thread_idx = models.Index("(conversation_id, place)")
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
    _same_company_as_seen = models.Constraint(
        "FOREIGN KEY (saw_text_id, company_id) "
        "REFERENCES sms_inbox_message (id, company_id) ON DELETE RESTRICT"
    )
    _same_company_as_number = models.Constraint(
        "FOREIGN KEY (number_id, company_id) "
        "REFERENCES sms_inbox_number (id, company_id) ON DELETE RESTRICT"
    )

    def init(self):
        # raw SQL: each text takes the next place, however it is written
        self.env.cr.execute(
            "ALTER TABLE sms_inbox_message ALTER place "
            "SET DEFAULT nextval('sms_inbox_message_id_seq')"
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
            text.next_slot = clock.moment(at)

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        texts = super().create([self._parked_by_its_time(vals) for vals in vals_list])
        # the database gave them
        texts.invalidate_recordset(["place"], flush=False)
        return texts

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
            if text.answers_word or text.erased_at:
                raise UserError(self.env._("This text cannot be sent again."))
            if text.error_meaning == Meaning.FILTERED.value:
                raise UserError(
                    self.env._(
                        "Carriers took this text for spam, and would again. Write it "
                        "in other words."
                    )
                )
            text.conversation_id._check_may_send(text.body, text.media_ids)
        # sudo: sms.inbox.message - texts change by code alone
        texts_sudo = self.sudo()
        for text_sudo in texts_sudo:
            latest = text_sudo.conversation_id._latest(text_sudo.priority)
            text_sudo.write({"tries": 0, "not_after": latest, "not_before": False})
        texts_sudo._requeue()
        texts_sudo._answer_again()
        return True

    def action_release(self):
        """Let texts leave that were held, by a person's will."""
        self.check_access("read")
        self.conversation_id.check_access("write")
        if any(text.state != "held" for text in self):
            raise UserError(self.env._("Only a text that is held can be let go."))
        # sudo: sms.inbox.message - texts change by code alone
        texts_sudo = self.sudo()
        for text_sudo in texts_sudo:
            thread = text_sudo.conversation_id
            text_sudo.saw_text_id = thread._doubtful_text_seen_by(self.env.user)
            if self.env["sms.inbox.consent"].sudo()._keeps_back(text_sudo):
                raise UserError(
                    self.env._("Decide first whether they still want texts.")
                )
        texts_sudo._let_go()
        return True

    def _answer_again(self):
        """What had come to nothing, or was held, is on its way after all."""
        for text in self.filtered(lambda text: text.priority == "reply"):
            thread = text.conversation_id
            if thread.stage == "needs_reply":
                thread._came_through(text)
            else:
                thread.write({"stage": "waiting"})
                thread._answered_by(text)

    def _cancel(self, why):
        """End texts before they leave; their threads are as if they never were."""
        self.write({"state": "canceled", "error_text": why})
        self.conversation_id._show_last()
        for text in self.filtered(lambda text: text.answers_since or text.found):
            text.conversation_id._taken_back(text)
        self.conversation_id._tell_screens()

    def _answer_to(self, word, within, language=None):
        """The values of the one answer to this text, which says a word of consent."""
        thread = self.conversation_id
        company = self.company_id.with_context(lang=thread._language(language))
        body = company._sms_inbox_answer(word)
        return {
            "number_id": self.number_id.id,
            "contact_number": self.contact_number,
            "partner_id": thread.partner_id.id,
            "body": body,
            "segments": thread._segments(body),
            "not_after": self.date + within,
        }

    # ------------------------------------------------------------
    # OUTCOMES
    # ------------------------------------------------------------

    def _settle(self, state, error_code=False, error_text=False, error_meaning=False):
        """Move to ``state``, with a reason; a fruitless answer reopens its thread."""
        answers = self.filtered(lambda text: text.priority == "reply")
        # that it arrived changes nothing that lists show
        shown = self.filtered(lambda text: (text.state, state) != ("sent", "delivered"))
        came_back = answers.filtered(lambda text: text.state in FRUITLESS)
        self.write(
            {
                "state": state,
                "error_code": error_code,
                "error_text": error_text,
                "error_meaning": error_meaning,
            }
        )
        shown.conversation_id._show_last()
        if state in FRUITLESS:
            for text in answers - came_back:
                text.conversation_id._came_to_nothing(text)
        else:
            for text in came_back:
                text.conversation_id._came_through(text)
        if state == "delivered":
            self._learn("delivery", "delivered")
        # of bulk texts that leave the dispatcher tells, many at a time
        watched = self.filtered(lambda t: state != "sent" or t.priority != "bulk")
        watched.conversation_id._tell_screens()

    def _learn(self, source, kind):
        """Note what these texts tell of the numbers that they are from or to.

        :param source, kind: as in ``textability.Piece``
        """
        now = fields.Datetime.now()
        for text in self:
            at = clock.epoch(text.date if source == "inbound" else now)
            self.env["sms.inbox.subscriber"]._learn(
                text.company_id, text.contact_number, Piece(source, kind, at)
            )
