from odoo import api, fields, models
from odoo.exceptions import UserError

MOST_NAMED = 3  # numbers that a refusal names


class SmsInboxAssign(models.TransientModel):
    """Hand conversations over to somebody, or to nobody."""

    _name = "sms.inbox.assign"
    _description = "Assign to"

    conversation_ids = fields.Many2many(
        "sms.inbox.conversation",
        required=True,
        default=lambda self: self.env.context.get("active_ids"),
    )
    count = fields.Integer("Conversations", compute="_compute_answering")
    answering_ids = fields.Many2many("res.users", compute="_compute_answering")
    user_id = fields.Many2one(
        "res.users",
        string="Who answers",
        domain="[('id', 'in', answering_ids)]",
    )

    @api.depends("conversation_ids")
    def _compute_answering(self):
        for window in self:
            window.count = len(window.conversation_ids)
            window.answering_ids = window._answering()

    def _answering(self):
        """Who may have all of these conversations."""
        numbers = self._numbers_sudo()
        if not numbers:
            return self.env["res.users"]
        people = [self._answering_one(number) for number in numbers]
        return people[0].browse(set.intersection(*(set(some.ids) for some in people)))

    def _answering_one(self, number_sudo):
        """Who may have conversations of a number: its members, and supervisors."""
        # sudo: res.groups - who is a supervisor, which agents may not read
        supervisors_sudo = self.env.ref("sms_inbox.group_supervisor").sudo()
        people_sudo = number_sudo.user_ids | supervisors_sudo.all_user_ids
        answering_sudo = people_sudo._sms_inbox_answering(number_sudo.company_id)
        return answering_sudo.with_env(self.env)

    def _numbers_sudo(self):
        threads = self.conversation_ids._origin
        threads.check_access("write")
        # sudo: sms.inbox.number - an assignee need not be a member of it
        return threads.sudo().number_id

    def action_assign(self):
        """Give them to whom was chosen, and close the window."""
        self.ensure_one()
        self._check_may_have()
        self.conversation_ids.write({"user_id": self.user_id.id})
        return {"type": "ir.actions.act_window_close"}

    def _check_may_have(self):
        if not self.user_id:
            return
        closed = self._numbers_sudo().filtered(
            lambda number: self.user_id not in self._answering_one(number)
        )
        if closed:
            raise UserError(
                self.env._(
                    "%(name)s does not answer %(numbers)s. Choose somebody who does, "
                    "or select other conversations.",
                    name=self.user_id.name,
                    numbers=self._named(closed),
                )
            )

    def _named(self, numbers):
        names = ", ".join(numbers[:MOST_NAMED].mapped("display_name"))
        return f"{names}…" if len(numbers) > MOST_NAMED else names
