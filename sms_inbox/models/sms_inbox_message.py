from uuid import uuid4

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..messaging import numbers

# How a text may end without having reached anybody.
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
    tries = fields.Integer(
        readonly=True, help="Since a person last asked for it to be sent."
    )
    error_code = fields.Char(readonly=True)
    error_text = fields.Char("What went wrong", readonly=True)
    author_id = fields.Many2one("res.users", readonly=True, ondelete="set null")
    answers_since = fields.Datetime(
        readonly=True, help="Since when they had waited for this answer."
    )
    attempt_ids = fields.One2many("sms.inbox.attempt", "message_id")

    _uuid_unique = models.UniqueIndex("(uuid)")
    _queue_idx = models.Index("(priority, id) WHERE state = 'queued'")
    _thread_idx = models.Index("(conversation_id, id)")
    _date_idx = models.Index("(date, id)")
    _number_idx = models.Index("(number_id, id)")
    _company_key = models.Constraint("UNIQUE (id, company_id)")
    _same_company_as_conversation = models.Constraint(
        "FOREIGN KEY (conversation_id, company_id) "
        "REFERENCES sms_inbox_conversation (id, company_id) ON DELETE RESTRICT"
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
            text.conversation_id._check_may_send(text.body)
        # sudo: sms.inbox.message - texts change by code alone
        texts_sudo = self.sudo()
        texts_sudo.write({"tries": 0, "not_after": False})
        texts_sudo._requeue()
        return self.conversation_id.sudo().write({"stage": "waiting"})

    def _cancel(self, why):
        self.write({"state": "canceled", "error_text": why})
        self.conversation_id._tell_screens()

    def _requeue(self, not_before=False):
        self.write(
            {
                "state": "queued",
                "not_before": not_before,
                "error_code": False,
                "error_text": False,
            }
        )
        self.conversation_id._tell_screens()
        self.env["sms.inbox.dispatcher"]._wake(not_before or None)

    # ------------------------------------------------------------
    # OUTCOMES
    # ------------------------------------------------------------

    def _settle(self, state, error_code=False, error_text=False):
        """Move to ``state``, with a reason; a fruitless answer reopens its thread."""
        self.ensure_one()
        came_back = self.state in FRUITLESS and state not in FRUITLESS
        self.write({"state": state, "error_code": error_code, "error_text": error_text})
        if state in FRUITLESS:
            self.conversation_id._came_to_nothing(self)
        elif came_back:
            self.conversation_id._came_through(self)
        if state == "delivered":
            self._learn_textable(self.env._("A text was delivered to it."))
        self.conversation_id._tell_screens()

    def _learn_textable(self, reason):
        self.env["sms.inbox.subscriber"]._of(
            self.company_id, self.contact_number
        )._learn_textable(reason)
