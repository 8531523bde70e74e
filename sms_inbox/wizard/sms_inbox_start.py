from odoo import api, fields, models
from odoo.exceptions import UserError

from .. import words
from ..messaging import numbers

# a state of a number's mark: what speaks against texting it
OBSTACLES = ("unlikely", "not_textable", "opted_out")
MOST_OTHERS = 20


class SmsInboxStart(models.TransientModel):
    """Begin a conversation: with whom, from which of our numbers, and if at all."""

    _name = "sms.inbox.start"
    _description = "New text"

    partner_id = fields.Many2one("res.partner", string="Contact")
    contact_number = fields.Char(
        "Their number",
        compute="_compute_contact_number",
        store=True,
        precompute=True,
        readonly=False,
        help="With country code, if it is not in your own country.",
    )
    number_id = fields.Many2one(
        "sms.inbox.number",
        string="Text from",
        required=True,
        compute="_compute_number",
        store=True,
        precompute=True,
        readonly=False,
        domain="[('usage', '=', 'conversation')]",
        help="Their phone shows a thread of its own for each of your numbers.",
    )
    obstacle = fields.Selection(
        [
            ("unlikely", "Probably cannot be texted"),
            ("not_textable", "Cannot be texted"),
            ("opted_out", "Wants no texts"),
        ],
        compute="_compute_obstacle",
    )
    obstacle_reason = fields.Char(compute="_compute_obstacle")
    may_anyway = fields.Boolean(compute="_compute_obstacle")
    thread_id = fields.Many2one("sms.inbox.conversation", compute="_compute_obstacle")
    other_ids = fields.Many2many(
        "res.partner", string="Can be texted instead", compute="_compute_other"
    )

    @api.depends("partner_id")
    def _compute_contact_number(self):
        for start in self:
            partner = start.partner_id
            if partner.phone:
                # read in the contact's own country, which need not be ours
                sanitized = numbers.pretty(partner.phone_sanitized or "")
                start.contact_number = sanitized or partner.phone

    @api.depends("contact_number")
    def _compute_number(self):
        for start in self:
            start.number_id = self.env["sms.inbox.number"]._best_for(start._e164())

    @api.depends("contact_number")
    def _compute_obstacle(self):
        for start in self:
            number = start._e164()
            mark = self._mark_of(number)
            start.obstacle = mark["state"] if mark["state"] in OBSTACLES else False
            start.obstacle_reason = start.obstacle and mark["reason"]
            start.may_anyway = self._may_anyway(mark)
            start.thread_id = start.obstacle and self._thread_with(number)

    @api.depends("partner_id", "obstacle")
    def _compute_other(self):
        for start in self:
            offers = start.partner_id and start.obstacle in ("unlikely", "not_textable")
            start.other_ids = start._others() if offers else False

    def _e164(self):
        """What was written, as a number where it is one."""
        try:
            return numbers.parse(self.contact_number, self.env.company.country_id.code)
        except numbers.NumberError:
            return self.contact_number or ""

    @api.model
    def _mark_of(self, number):
        """What is known of a number in E.164; of what is none, nothing."""
        if not number.startswith("+"):
            return {"state": "unknown", "reason": ""}
        pair = (self.env.company.id, number)
        return self.env["sms.inbox.subscriber"]._marks_of({pair})[pair]

    @api.model
    def _may_anyway(self, mark):
        """Whether the user may text a number in spite of what is known of it."""
        if mark["state"] == "not_textable":
            return self.env.user.has_group("sms_inbox.group_manager")
        # where they want none from one of our numbers, its own thread refuses
        return mark["state"] != "opted_out" or mark["one_number"]

    @api.model
    def _thread_with(self, number):
        """The thread with texts that the user last had with a number, if any."""
        return self.env["sms.inbox.conversation"].search(
            [
                ("company_id", "=", self.env.company.id),
                ("contact_number", "=", number),
                ("last_text_at", "!=", False),
            ],
            order="last_text_at desc",
            limit=1,
        )

    def _others(self):
        """Who belongs to the contact and has another number, which can be texted."""
        partner = self.partner_id._origin
        family = self.env["res.partner"].search(
            [
                "|",
                ("id", "child_of", partner.id),
                ("id", "=", partner.parent_id.id),
                ("phone_sanitized", "not in", [False, self._e164()]),
            ],
            limit=MOST_OTHERS,
        )
        company = self.env.company.id
        marks = self.env["sms.inbox.subscriber"]._marks_of(
            {(company, each.phone_sanitized) for each in family}
        )
        return family.filtered(
            lambda each: marks[company, each.phone_sanitized]["state"] not in OBSTACLES
        )

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    @api.model
    def _open_for(self, record, partner):
        """The action of a Text button: the thread, or this window if there is a choice.

        Also if something speaks against texting that number: then it says what.

        :param record: has a ``phone`` and a ``phone_sanitized``
        :raise UserError: if it has no phone, or one that is no number
        """
        if not record.phone:
            raise UserError(
                self.env._(
                    "%s has no phone number. Enter one first.", record.display_name
                )
            )
        number = record.phone_sanitized or words.e164(
            self.env, record.phone, self.env.company.country_id.code
        )
        return self._open_number(number, partner, record.display_name)

    @api.model
    def _open_number(self, number, partner, name):
        """The same for a number in E.164, whose partner is known or empty."""
        if self._mark_of(number)["state"] not in OBSTACLES:
            conversations = self._threads_to_go_on(number, partner)
            if len(conversations) == 1:
                return conversations.action_open()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Text %s", name),
            "res_model": self._name,
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_partner_id": partner.id,
                "default_contact_number": numbers.pretty(number),
            },
        }

    @api.model
    def _threads_to_go_on(self, number, partner):
        """The threads with a number that can go on, or the one possible new one."""
        conversations = self.env["sms.inbox.conversation"].search(
            [
                ("company_id", "=", self.env.company.id),
                ("contact_number", "=", number),
                ("number_id.active", "=", True),
            ]
        )
        usable = self.env["sms.inbox.number"]._usable()
        if conversations or len(usable) != 1:
            return conversations
        return self._begin(usable, number, partner)

    @api.model
    def _begin(self, number, contact_number, partner):
        conversations = self.env["sms.inbox.conversation"]
        conversation = conversations.browse(
            conversations.start(number.id, contact_number)
        )
        if partner and not conversation.partner_id:
            conversation.partner_id = partner
        return conversation

    def action_start(self):
        """Open the thread of the two numbers."""
        self.ensure_one()
        if not self.contact_number:
            raise UserError(self.env._("Enter the number that you want to text."))
        if not self.may_anyway:
            raise UserError(
                self.env._("You cannot text this number. %s", self.obstacle_reason)
            )
        return self._begin(
            self.number_id, self.contact_number, self.partner_id
        ).action_open()

    def action_read(self):
        """Open the thread that there is, to read it."""
        self.ensure_one()
        return self.thread_id.action_open()
