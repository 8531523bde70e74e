from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..toast import toast


class SmsInboxLookupExisting(models.TransientModel):
    """Look up the numbers that are there already, once their cost was accepted."""

    _name = "sms.inbox.lookup.existing"
    _description = "Look up existing numbers"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        default=lambda self: self.env.company,
        ondelete="cascade",
    )
    price = fields.Float(
        "Price of a look-up",
        digits=(16, 5),
        default=lambda self: self.env.company.sms_inbox_look_up_price,
        help="What your carrier charges for each; see its price list.",
    )
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        default=lambda self: self.env.company.sms_inbox_look_up_currency_id,
        ondelete="cascade",
    )
    count = fields.Integer("Numbers to look up", compute="_compute_count")
    this_month = fields.Integer("Of these, this month", compute="_compute_count")
    most = fields.Integer(
        "Look-ups a month", related="company_id.sms_inbox_look_up_most"
    )
    total = fields.Monetary("Cost of all", compute="_compute_total")
    total_this_month = fields.Monetary("Cost this month", compute="_compute_total")

    @api.depends("company_id")
    def _compute_count(self):
        self._check_company_is_own()
        # sudo: sms.inbox.subscriber - counts alone, of a company of the user's
        people_sudo = self.env["sms.inbox.subscriber"].sudo()
        months_sudo = self.env["sms.inbox.look.up.month"].sudo()
        left = months_sudo._left(self.company_id)
        for window in self:
            window.count = people_sudo._count_open(window._numbers())
            waiting = window.company_id._sms_inbox_look_ups_waiting()
            room = max(0, left[window.company_id] - waiting)
            window.this_month = min(window.count, room)

    @api.depends("count", "price", "currency_id")
    def _compute_total(self):
        for window in self:
            window.total = window.count * window.price
            window.total_this_month = window.this_month * window.price

    def _numbers(self):
        """(company_id, number, shape) of the contacts and texts of the company."""
        self.env["res.partner"].flush_model(["phone_sanitized", "sms_shape"])
        self.env["sms.inbox.subscriber"].flush_model()
        return SQL(
            """
            SELECT %(company)s AS company_id, phone_sanitized AS number,
                   sms_shape AS shape
              FROM res_partner
             WHERE active AND phone_sanitized IS NOT NULL
               AND COALESCE(company_id, %(company)s) = %(company)s
             UNION
            SELECT company_id, number, 'shape_undecided'
              FROM sms_inbox_subscriber
             WHERE company_id = %(company)s AND textability = 'unknown'
               AND COALESCE(line_type, '') = ''
            """,
            company=self.company_id.id,
        )

    def action_accept(self):
        """Queue them: the cost was shown, and this accepts it."""
        self.ensure_one()
        self._check_allowed()
        self._keep_price()
        # sudo: sms.inbox.subscriber - the queue is written by code, whoever fills it
        people_sudo = self.env["sms.inbox.subscriber"].sudo()
        count = people_sudo.with_company(self.company_id)._enqueue(self._numbers())
        return toast(
            self.env._("Numbers that are being looked up in the background: %s", count)
        )

    def _keep_price(self):
        if not self.price and self._account().carrier != "sandbox":
            raise UserError(
                self.env._("Enter what your carrier charges for a look-up first.")
            )
        # sudo: res.company - the price that a manager entered, for showing costs alone
        self.company_id.sudo().write(
            {
                "sms_inbox_look_up_price": self.price,
                "sms_inbox_look_up_currency_id": self.currency_id.id,
            }
        )

    def _check_allowed(self):
        if not self.env.user.has_group("sms_inbox.group_manager"):
            raise AccessError(
                self.env._("Only administrators of SMS Inbox can look numbers up.")
            )
        self._check_company_is_own()
        if not self._account():
            raise UserError(
                self.env._(
                    "None of your company's carrier accounts can look numbers up at "
                    "the moment."
                )
            )

    def _check_company_is_own(self):
        if self.company_id - self.env.companies:
            raise AccessError(self.env._("You do not work for this company now."))

    def _account(self):
        people = self.env["sms.inbox.subscriber"]
        return people._accounts_that_look_up(self.company_id)[:1]
