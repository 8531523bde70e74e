from odoo import api, fields, models
from odoo.exceptions import (
    AccessError,
    UserError,
    ValidationError,
)

from .. import words
from ..messaging import numbers

# what open screens show of a thread at once
TOLD = {"stage", "user_id", "partner_id", "flagged", "probably_done"}
PEOPLE_WRITE = ("stage", "user_id", "partner_id", "flagged", "snoozed_until")


class SmsInboxConversation(models.Model):
    """One thread, as the recipient's phone shows it: (our number, their number)."""

    _name = "sms.inbox.conversation"
    _description = "Conversation"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "overdue_at, waiting_since, last_text_at desc, id desc"
    _check_company_auto = True
    _mail_post_access = "read"
    _rec_names_search = ["partner_id", "contact_number"]

    number_id = fields.Many2one(
        "sms.inbox.number",
        string="Our number",
        required=True,
        readonly=True,
        check_company=True,
        ondelete="restrict",
    )
    number_color = fields.Integer(
        "Colour of our number", related="number_id.color", aggregator=None
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
        group_expand="_group_expand_users",
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
    snoozed_until = fields.Datetime("Snoozed until")
    probably_done = fields.Boolean()
    flagged = fields.Boolean()
    last_text = fields.Char("Last text", readonly=True)
    last_is_ours = fields.Boolean("We wrote last", readonly=True)
    last_failed = fields.Boolean("No sign that our last text arrived", readonly=True)
    last_text_at = fields.Datetime("Last text on", readonly=True, index=True)
    unread = fields.Integer(compute="_compute_unread")
    textability = fields.Selection(
        lambda self: self.env["sms.inbox.subscriber"]._fields["textability"].selection,
        string="Can be texted",
        compute="_compute_textability",
    )
    textability_reason = fields.Char(compute="_compute_textability")

    _pair_unique = models.UniqueIndex("(number_id, contact_number)")
    # in the order above: a column of the board reads as many cards as it shows
    _board_idx = models.Index(
        "(stage, overdue_at, waiting_since, last_text_at DESC, id DESC)"
    )
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
        # sudo: res.partner - their names alone, as of any record that one points to
        self.partner_id.sudo().fetch(["name"])
        for conversation in self:
            conversation.display_name = conversation.partner_id.name or numbers.pretty(
                conversation.contact_number or ""
            )

    @api.depends("contact_number", "partner_id", "wrong_person")
    def _compute_candidates(self):
        for conversation in self:
            conversation.candidate_ids = (
                False
                if conversation.partner_id or conversation.wrong_person
                else self.env["res.partner"]._sms_owners_of(
                    conversation.contact_number, conversation.company_id
                )
            )

    @api.depends_context("uid")
    def _compute_unread(self):
        rows = self.env["sms.inbox.conversation.user"].search_fetch(
            [
                ("conversation_id", "in", self.ids),
                ("user_id", "=", self.env.uid),
                ("unread", ">", 0),
            ],
            ["conversation_id", "unread"],
        )
        unread = {row.conversation_id.id: row.unread for row in rows}
        for conversation in self:
            conversation.unread = unread.get(conversation.id, 0)

    @api.depends("company_id", "contact_number")
    @api.depends_context("lang", "tz")
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
            conversation.textability_reason = row.textability_label

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
        for company, theirs in conversations.grouped("company_id").items():
            self.env["sms.inbox.subscriber"]._of_many(
                company, theirs.mapped("contact_number")
            )
        return conversations

    def write(self, vals):
        if vals.keys() & {"number_id", "company_id", "contact_number"}:
            raise UserError(
                self.env._("A conversation keeps its two numbers. Start another one.")
            )
        if not (self.env.su or all(map(self._is_for_people, vals))):
            raise AccessError(self.env._("This is kept up to date by itself."))
        if vals.get("partner_id"):
            vals = {"wrong_person": False, **vals}
        if "stage" in vals:
            vals = {**self._stage_brings(vals["stage"]), **vals}
        result = super().write(vals)
        if vals.get("stage") == "needs_reply":
            # sudo: sms.inbox.conversation - people choose the stage, we note since when
            self.sudo().filtered(lambda c: not c.waiting_since)._wait_on_us()
        until = vals.get("snoozed_until")
        if until or vals.get("stage") == "snoozed":
            self._wake_at(fields.Datetime.to_datetime(until))
        if vals.keys() & TOLD:
            self._tell_screens()
        return result

    @api.model
    def _is_for_people(self, name):
        """Whether people may write a field; what texts bring about they may not."""
        return name in PEOPLE_WRITE or name.startswith(("message_", "activity_"))

    @api.model
    def _stage_brings(self, stage):
        """What else changes when a person or a text moves a thread to ``stage``."""
        still_waits = stage in ("needs_reply", "snoozed")
        return {
            **({} if still_waits else {"waiting_since": False}),
            # whoever moves a thread has looked at it
            "probably_done": False,
            "snoozed_until": self._tomorrow_morning() if stage == "snoozed" else False,
            "closed_at": fields.Datetime.now() if stage == "closed" else False,
        }

    # ------------------------------------------------------------
    # START
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
        contact_number = words.e164(self.env, contact_number, country)
        if contact_number == number.number:
            raise UserError(self.env._("A number cannot text itself."))
        # sudo: sms.inbox.conversation - whoever may use the number may open a thread
        pair = number.id, contact_number
        return self.sudo()._of_pairs([pair])[pair].id

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
