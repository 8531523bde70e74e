from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date, format_datetime, formatLang

from .sms_inbox_look_up_month import following


# a subject of its own in a file of its own
# pylint: disable=consider-merging-classes-inherited
class ResCompany(models.Model):
    """Whether a company has new numbers looked up, and what that may cost."""

    _inherit = "res.company"

    sms_inbox_look_up = fields.Boolean(
        "Look new numbers up",
        help="Ask the carrier what kind of line each new phone number is, in the "
        "background. Carriers charge for every look-up.",
    )
    sms_inbox_look_up_most = fields.Integer(
        "Look-ups a month", default=1000, help="When these are used up, the rest waits."
    )
    sms_inbox_look_up_days = fields.Integer(
        "Look up again after (days)",
        default=120,
        help="Numbers change hands. An answer is believed so long, as is a text that "
        "got through.",
    )
    sms_inbox_look_up_price = fields.Float(
        "Price of a look-up",
        digits=(16, 5),
        help="What your carrier charges; only used to show costs before they arise.",
    )
    sms_inbox_look_up_currency_id = fields.Many2one(
        "res.currency",
        "Currency of look-ups",
        compute="_compute_sms_inbox_look_up_currency_id",
        store=True,
        readonly=False,
        ondelete="restrict",
    )
    sms_inbox_look_up_status = fields.Char(compute="_compute_sms_inbox_look_up_status")

    @api.depends("currency_id")
    def _compute_sms_inbox_look_up_currency_id(self):
        for company in self:
            if not company.sms_inbox_look_up_currency_id:
                company.sms_inbox_look_up_currency_id = company.currency_id

    @api.constrains("sms_inbox_look_up")
    def _check_sms_inbox_look_up(self):
        # sudo: sms.inbox.account - whether there is one, whoever changes the setting
        people_sudo = self.env["sms.inbox.subscriber"].sudo()
        able = people_sudo._accounts_that_look_up(self).company_id
        for company in self.filtered("sms_inbox_look_up"):
            if company not in able:
                raise ValidationError(
                    self.env._(
                        "None of the carrier accounts of %s can look numbers up. Add "
                        "one of a carrier that can, such as Twilio or Telnyx.",
                        company.name,
                    )
                )

    @api.constrains("sms_inbox_look_up_most", "sms_inbox_look_up_days")
    def _check_sms_inbox_look_up_amounts(self):
        for company in self:
            if company.sms_inbox_look_up_most < 0 or company.sms_inbox_look_up_days < 1:
                raise ValidationError(
                    self.env._(
                        "Look-ups a month cannot be less than none, and a number is "
                        "looked up again after one day at the soonest."
                    )
                )

    def write(self, vals):
        stopped = self.browse()
        if vals.get("sms_inbox_look_up") is False:
            stopped = self.filtered("sms_inbox_look_up")
        result = super().write(vals)
        if stopped:
            # what waits was queued by the setting; nobody pays for it any more
            # sudo: sms.inbox.subscriber - written by code, whoever changes the setting
            self.env["sms.inbox.subscriber"].sudo().search(
                [("company_id", "in", stopped.ids), ("look_up_at", "!=", False)]
            ).look_up_at = False
        return result

    # ------------------------------------------------------------
    # HOW FAR IT IS, IN WORDS
    # ------------------------------------------------------------

    def _compute_sms_inbox_look_up_status(self):
        # sudo: sms.inbox.look.up.month - counts alone, of the company that is shown
        used = self.env["sms.inbox.look.up.month"].sudo()._used(self)
        for company in self:
            waiting = company._sms_inbox_look_ups_waiting()
            sentences = [
                company._sms_inbox_look_ups_used(used[company]),
                waiting and company._sms_inbox_look_ups_wait(used[company], waiting),
            ]
            company.sms_inbox_look_up_status = " ".join(filter(None, sentences))

    def _sms_inbox_look_ups_waiting(self):
        # sudo: sms.inbox.subscriber - counts alone, of the company that is shown
        return (
            self.env["sms.inbox.subscriber"]
            .sudo()
            .search_count(
                [
                    ("company_id", "in", self.ids),
                    ("look_up_at", "<=", fields.Datetime.now()),
                ]
            )
        )

    def _sms_inbox_look_ups_used(self, used):
        return self.env._(
            "Looked up this month: %(used)s of %(most)s, for about %(cost)s.",
            used=used,
            most=self.sms_inbox_look_up_most,
            cost=self._sms_inbox_look_ups_cost(used),
        )

    def _sms_inbox_look_ups_cost(self, count):
        """What so many look-ups cost, in words."""
        cost = count * self.sms_inbox_look_up_price
        currency = self.sms_inbox_look_up_currency_id
        return formatLang(self.env, cost, currency_obj=currency)

    def _sms_inbox_look_ups_wait(self, used, waiting):
        accounts = self._sms_inbox_look_up_accounts()
        if not accounts:
            return self.env._(
                "%s wait for an account that can look numbers up.", waiting
            )
        if used >= self.sms_inbox_look_up_most:
            return self.env._(
                "%(count)s more wait for %(day)s, when the next month begins.",
                count=waiting,
                day=format_date(self.env, following(fields.Date.today())),
            )
        if all(account._look_ups_held() for account in accounts):
            first = min(accounts, key=lambda account: account._look_ups_held())
            return self.env._(
                "%(count)s wait until %(time)s: %(why)s",
                count=waiting,
                time=format_datetime(self.env, first._look_ups_held()),
                why=first.look_ups_held_reason or first.held_reason,
            )
        return self.env._("%s wait for their turn.", waiting)

    def _sms_inbox_look_up_accounts(self):
        # sudo: sms.inbox.account - as the scheduled action sees them
        return self.env["sms.inbox.subscriber"].sudo()._accounts_that_look_up(self)
