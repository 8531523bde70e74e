import psycopg2

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError, UserError, ValidationError

from .. import carriers, words
from ..messaging import numbers, segments, wording

PREVIEW = 120  # characters of a text that lists show


class SmsInboxConversation(models.Model):
    """One thread, as the recipient's phone shows it: (our number, their number)."""

    _name = "sms.inbox.conversation"
    _description = "Conversation"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "waiting_since, last_text_at desc, id desc"
    _check_company_auto = True
    _mail_post_access = "read"

    number_id = fields.Many2one(
        "sms.inbox.number",
        string="Our number",
        required=True,
        index=True,
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
    partner_id = fields.Many2one(
        "res.partner",
        string="Contact",
        index="btree_not_null",
        check_company=True,
        tracking=True,
        ondelete="set null",
    )
    candidate_ids = fields.Many2many(
        "res.partner", string="Contacts with this number", compute="_compute_candidates"
    )
    user_id = fields.Many2one(
        "res.users",
        string="Assigned to",
        index="btree_not_null",
        check_company=True,
        tracking=True,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        ondelete="set null",
    )
    stage = fields.Selection(
        [
            ("needs_reply", "Needs reply"),
            ("waiting", "Waiting for them"),
            ("snoozed", "Snoozed"),
            ("closed", "Closed"),
        ],
        required=True,
        default="waiting",
        group_expand=True,
    )
    waiting_since = fields.Datetime("Waiting on us since", readonly=True)
    snoozed_until = fields.Datetime()
    probably_done = fields.Boolean()
    flagged = fields.Boolean()
    last_text = fields.Char("Last text", readonly=True)
    last_text_at = fields.Datetime("Last text on", readonly=True, index=True)
    unread = fields.Integer(compute="_compute_unread")
    textability = fields.Selection(
        lambda self: self.env["sms.inbox.subscriber"]._fields["textability"].selection,
        compute="_compute_textability",
    )
    textability_reason = fields.Char(compute="_compute_textability")
    opted_out = fields.Boolean(compute="_compute_opted_out")
    no_text_reason = fields.Char(
        "Why nothing can be sent", compute="_compute_no_text_reason"
    )

    _pair_unique = models.UniqueIndex("(number_id, contact_number)")
    _board_idx = models.Index("(company_id, stage, waiting_since, last_text_at)")
    _company_key = models.Constraint("UNIQUE (id, company_id)")
    _same_company = models.Constraint(
        "FOREIGN KEY (number_id, company_id) "
        "REFERENCES sms_inbox_number (id, company_id) ON DELETE RESTRICT"
    )

    # ------------------------------------------------------------
    # COMPUTES AND CHECKS
    # ------------------------------------------------------------

    @api.depends("partner_id.name", "contact_number")
    def _compute_display_name(self):
        for conversation in self:
            conversation.display_name = conversation.partner_id.name or numbers.pretty(
                conversation.contact_number or ""
            )

    @api.depends("contact_number", "partner_id")
    def _compute_candidates(self):
        for conversation in self:
            conversation.candidate_ids = (
                False
                if conversation.partner_id
                else conversation._matching_partners(
                    conversation.company_id, conversation.contact_number
                )
            )

    @api.depends_context("uid")
    def _compute_unread(self):
        rows = self.env["sms.inbox.conversation.user"].search(
            [("conversation_id", "in", self.ids), ("user_id", "=", self.env.uid)]
        )
        unread = {row.conversation_id.id: row.unread for row in rows}
        for conversation in self:
            conversation.unread = unread.get(conversation.id, 0)

    @api.depends("company_id", "contact_number")
    def _compute_textability(self):
        known = {
            (row.company_id.id, row.number): row
            for row in self.env["sms.inbox.subscriber"].search(
                [
                    ("company_id", "in", self.company_id.ids),
                    ("number", "in", self.mapped("contact_number")),
                ]
            )
        }
        for conversation in self:
            key = (conversation.company_id.id, conversation.contact_number)
            row = known.get(key, self.env["sms.inbox.subscriber"])
            conversation.textability = row.textability or "unknown"
            conversation.textability_reason = row.textability_reason

    @api.depends("number_id", "contact_number")
    def _compute_opted_out(self):
        opted_out = self.env["sms.inbox.consent"]._opted_out(self)
        for conversation in self:
            conversation.opted_out = conversation in opted_out

    @api.depends("number_id.active", "opted_out")
    def _compute_no_text_reason(self):
        for conversation in self:
            conversation.no_text_reason = conversation._why_no_text()

    def _why_no_text(self):
        # sudo: sms.inbox.line - belongs to no company, users may not read it
        line_sudo = self.number_id.sudo().line_id
        if not (self.number_id.active and line_sudo.account_id.active):
            return self.env._(
                "%s is no longer in use. Start a conversation from another number.",
                self.number_id.display_name,
            )
        if not line_sudo.claimed_at:
            return self.env._(
                "The carrier has not confirmed yet that %s is yours. Ask your "
                "administrator to confirm it.",
                self.number_id.display_name,
            )
        if self.opted_out:
            return self.env._("%s wants no texts from you.", self.display_name)
        return False

    @api.constrains("number_id")
    def _check_usage(self):
        if any(c.number_id.usage != "conversation" for c in self):
            raise ValidationError(
                self.env._("Replies to this number cannot come back. Choose another.")
            )

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        conversations = super().create(vals_list)
        for conversation in conversations:
            self.env["sms.inbox.subscriber"]._of(
                conversation.company_id, conversation.contact_number
            )
        return conversations

    def write(self, vals):
        if vals.keys() & {"number_id", "company_id", "contact_number"}:
            raise UserError(
                self.env._("A conversation keeps its two numbers. Start another one.")
            )
        if "stage" in vals:
            vals = {**self._stage_brings(vals["stage"]), **vals}
        result = super().write(vals)
        if vals.get("stage") == "needs_reply":
            self.filtered(
                lambda c: not c.waiting_since
            ).waiting_since = fields.Datetime.now()
        if vals.keys() & {"stage", "user_id", "partner_id", "flagged"}:
            self._tell_screens()
        return result

    @api.model
    def _stage_brings(self, stage):
        """What else changes when a person or a text moves a thread to ``stage``."""
        if stage == "snoozed":
            tomorrow = fields.Datetime.add(fields.Datetime.now(), days=1)
            return {"snoozed_until": tomorrow}
        if stage == "needs_reply":
            return {"snoozed_until": False}
        return {"snoozed_until": False, "waiting_since": False}

    @api.model
    def _cron_wake_snoozed(self):
        """Bring back the threads whose snooze has ended."""
        self.search(
            [("stage", "=", "snoozed"), ("snoozed_until", "<=", fields.Datetime.now())]
        ).write({"stage": "needs_reply"})

    @api.model
    def _of(self, number, contact_number):
        """The thread of two numbers, made if need be, with its one contact."""
        pair = [("number_id", "=", number.id), ("contact_number", "=", contact_number)]
        conversation = self.search(pair)
        if conversation:
            return conversation
        company = number.company_id
        partners = self._matching_partners(company, contact_number)
        try:
            with self.env.cr.savepoint():
                return self.with_context(tracking_disable=True).create(
                    {
                        "number_id": number.id,
                        "company_id": company.id,
                        "contact_number": contact_number,
                        "partner_id": partners.id if len(partners) == 1 else False,
                    }
                )
        except psycopg2.errors.UniqueViolation as clash:
            # someone else made it since our snapshot: only a new transaction sees it
            if clash.diag.constraint_name != "sms_inbox_conversation_pair_unique":
                raise
            raise ConcurrencyError("The conversation exists by now.") from clash

    @api.model
    def _matching_partners(self, company, contact_number):
        # sudo: res.partner - the thread's company decides, not who looks
        return (
            self.env["res.partner"]
            .sudo()
            .search(
                [
                    ("phone_sanitized", "=", contact_number),
                    ("company_id", "in", (False, company.id)),
                ]
            )
            .sudo(False)
        )

    # ------------------------------------------------------------
    # TEXTING
    # ------------------------------------------------------------

    @api.model
    def start(self, number_id, contact_number):
        """The id of the thread between one of our numbers and a contact's number.

        :param int number_id: id of an ``sms.inbox.number`` that the user may use
        :param str contact_number: as people write it; a country code is needed unless
            it is the company's own country
        :raise UserError: if the contact's number cannot be a number
        """
        number = self.env["sms.inbox.number"].search([("id", "=", number_id)])
        if not number:
            raise UserError(self.env._("Choose one of your numbers to text from."))
        country = number.company_id.country_id.code
        try:
            contact_number = numbers.parse(contact_number, country)
        except numbers.NumberError as error:
            raise UserError(words.number_problem(self.env, error.reason)) from error
        if contact_number == number.number:
            raise UserError(self.env._("A number cannot text itself."))
        # sudo: sms.inbox.conversation - whoever may use the number may open a thread
        return self.sudo()._of(number, contact_number).id

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
        return self.number_id.sudo().line_id.number_type == "toll_free"

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

    def _spoke(self, text, vals):
        self.write(
            {"last_text": text.body[:PREVIEW], "last_text_at": text.date, **vals}
        )

    def _came_to_nothing(self, text):
        """An answer of ours did not arrive: they wait on us again, since they did."""
        self.write(
            {
                "stage": "needs_reply",
                "waiting_since": min(
                    filter(
                        None,
                        (self.waiting_since, text.answers_since or text.date),
                    )
                ),
            }
        )

    # ------------------------------------------------------------
    # READERS
    # ------------------------------------------------------------

    def mark_read(self):
        """Say that the current user has seen all texts; it answers nothing."""
        self.check_access("read")
        # sudo: sms.inbox.conversation.user - a user's own row, written by code alone
        rows = (
            self.env["sms.inbox.conversation.user"]
            .sudo()
            .search(
                [
                    ("conversation_id", "in", self.ids),
                    ("user_id", "=", self.env.uid),
                    ("unread", ">", 0),
                ]
            )
        )
        if rows:
            rows.unread = 0
            self.env.user._bus_send("sms_inbox.conversation", {"ids": self.ids})
        return True

    def _readers(self):
        """Who learns of a new text: the assignee, else the members of the number."""
        users = self.user_id or self.number_id.user_ids
        return users.filtered(lambda user: self.company_id in user.company_ids)

    def _tell_screens(self):
        """Have every open screen that may show these conversations read them again."""
        # sudo: res.users - whom to tell is more than the writer may see
        for conversations in self.sudo().grouped("company_id").values():
            for user in conversations._audience():
                # ids only: what they may read, they fetch under their own rules
                user._bus_send("sms_inbox.conversation", {"ids": conversations.ids})

    def _audience(self):
        """Users who may see any of these conversations, all of one company."""
        supervisors = self.env.ref("sms_inbox.group_supervisor").all_user_ids
        users = self.user_id | self.number_id.user_ids | supervisors
        return users.filtered(lambda user: self.company_id in user.company_ids)

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_open(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "name": self.display_name,
            "views": [(False, "form")],
        }

    def action_close(self):
        return self.write({"stage": "closed"})

    def action_reopen(self):
        return self.write({"stage": "needs_reply"})

    def action_create_contact(self):
        """Open a new contact with this number; saving it links it to the thread."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Create contact"),
            "res_model": "res.partner",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_phone": numbers.pretty(self.contact_number),
                "default_company_id": self.company_id.id,
                "sms_inbox_conversation_id": self.id,
            },
        }

    def action_take(self):
        return self.write({"user_id": self.env.uid})
