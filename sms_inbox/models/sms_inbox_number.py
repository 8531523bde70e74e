from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from ..messaging import numbers

ALERT = "mail.mail_activity_data_warning"


class SmsInboxNumber(models.Model):
    """A line in the hands of a company, for a period, with the people who answer it.

    A line that moves to another company retires one number, with its history, and
    begins another.
    """

    _name = "sms.inbox.number"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _description = "Number"
    _order = "name, id"
    _check_company_auto = True

    name = fields.Char("Label", required=True, help="What your team calls this number.")
    active = fields.Boolean(default=True)
    color = fields.Integer()
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
        ondelete="restrict",
    )
    line_id = fields.Many2one(
        "sms.inbox.line", required=True, index=True, ondelete="restrict"
    )
    number = fields.Char(related="line_id.number", store=True, index=True)
    usage = fields.Selection(related="line_id.usage", store=True)
    user_ids = fields.Many2many(
        "res.users",
        "sms_inbox_number_user_rel",
        "number_id",
        "user_id",
        string="Who answers",
        check_company=True,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    retired_at = fields.Datetime("Retired on", readonly=True, copy=False)

    _one_company = models.UniqueIndex(
        "(line_id) WHERE active AND usage = 'conversation'",
        "This number is in use already. Archive it where it is used before it is "
        "handed over.",
    )
    _once_per_company = models.UniqueIndex(
        "(line_id, company_id) WHERE active",
        "Your company uses this number already.",
    )
    _company_key = models.Constraint("UNIQUE (id, company_id)")

    # ------------------------------------------------------------
    # CHECKS AND COMPUTES
    # ------------------------------------------------------------

    @api.depends("name", "number")
    def _compute_display_name(self):
        for number in self:
            name, pretty = number.name or "", numbers.pretty(number.number or "")
            number.display_name = f"{name} ({pretty})" if pretty else name

    @api.constrains("line_id", "company_id", "active")
    def _check_same_company(self):
        for number in self:
            # sudo: sms.inbox.line - managers may not read lines
            line_sudo = number.line_id.sudo()
            if (
                line_sudo.usage == "conversation"
                and line_sudo.account_id.company_id != number.company_id
            ):
                raise ValidationError(
                    self.env._(
                        "A number for conversations belongs to the company of its "
                        "carrier account."
                    )
                )

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._without_the_lines(vals) for vals in vals_list])

    @api.model
    def _without_the_lines(self, vals):
        """Without what only the line says; a stored copy could be written over."""
        return {k: v for k, v in vals.items() if k not in ("number", "usage")}

    def write(self, vals):
        vals = self._without_the_lines(vals)
        for name in {"line_id", "company_id"} & vals.keys():
            if any(number[name].id != vals[name] for number in self):
                raise UserError(
                    self.env._(
                        "A number keeps its line and its company, because its texts "
                        "stay with it. Archive it and add a new one instead."
                    )
                )
        if "active" in vals:
            vals["retired_at"] = False if vals["active"] else fields.Datetime.now()
            if not vals["active"]:
                self._cancel_queued()
        result = super().write(vals)
        if "active" in vals:
            # before its line's next number is written, or the two would clash
            self.flush_recordset(["active"])
        if "user_ids" in vals:
            theirs = SQL("thread.number_id = ANY(%s)", self.ids)
            self.env["sms.inbox.conversation.user"]._forget_others(theirs)
        return result

    def _cancel_queued(self):
        # sudo: sms.inbox.message - managers retire a number, texts change by code only
        self.env["sms.inbox.message"].sudo().search(
            [("number_id", "in", self.ids), ("state", "in", ("queued", "held"))]
        )._cancel(self.env._("Its number or account was archived before it left."))

    # ------------------------------------------------------------
    # SET ASIDE
    # ------------------------------------------------------------

    def action_bring_back(self):
        """Use numbers again that were set aside or held, because it was repaired."""
        self.check_access("write")
        # sudo: sms.inbox.line - managers may not read lines, but use their numbers
        return self.sudo().line_id.action_bring_back()

    def _alert(self, reason):
        """Give each manager of the number's company something to do about it."""
        managers = self.env.ref("sms_inbox.group_manager").all_user_ids
        for number in self:
            # sudo: sms.inbox.number - the carrier's answer alerts, whoever sent
            # e-mails about it wait for their own queue: nothing here waits for them
            number_sudo = number.sudo().with_context(mail_notify_force_send=False)
            number_sudo.message_post(body=self.env._("Set aside: %s", reason))
            for user in managers.filtered(
                lambda user, number=number: number.company_id in user.company_ids
            ):
                number_sudo.activity_schedule(
                    ALERT,
                    summary=self.env._("No texts leave from this number"),
                    note=reason,
                    user_id=user.id,
                )

    def _end_alert(self):
        # sudo: mail.activity - of all managers, whoever repaired it
        self.sudo().activity_unlink([ALERT])
