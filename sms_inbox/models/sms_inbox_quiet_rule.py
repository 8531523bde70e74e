from babel.dates import get_day_names

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import ormcache
from odoo.tools.misc import babel_locale_parse

from ..messaging import quiet_hours

WEEKDAYS = (
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
)


class SmsInboxQuietRule(models.Model):
    """When notices and bulk texts may reach people at a place, by their own clocks.

    The most specific place with any rule decides: the state, else the country, else
    everywhere. A weekday that no rule of that place names is quiet all day.
    """

    _name = "sms.inbox.quiet.rule"
    _inherit = "sms.inbox.remembered"
    _description = "Allowed hours"
    _order = "country_id, state_id, opens, id"

    active = fields.Boolean(default=True)
    country_id = fields.Many2one(
        "res.country", index="btree_not_null", help="Empty: everywhere else."
    )
    state_id = fields.Many2one(
        "res.country.state",
        index="btree_not_null",
        domain="[('country_id', '=', country_id)]",
        help="Empty: the whole country, but for states with hours of their own.",
    )
    monday = fields.Boolean(default=True)
    tuesday = fields.Boolean(default=True)
    wednesday = fields.Boolean(default=True)
    thursday = fields.Boolean(default=True)
    friday = fields.Boolean(default=True)
    saturday = fields.Boolean(default=True)
    sunday = fields.Boolean()
    days = fields.Char(compute="_compute_days")
    opens = fields.Float("From", required=True, default=9.0)
    closes = fields.Float("Until", required=True, default=20.0)
    source = fields.Char(help="The law or the page that says so.")
    note = fields.Text("Good to know")

    @api.depends("country_id", "state_id")
    def _compute_display_name(self):
        for rule in self:
            rule.display_name = (
                rule.state_id.display_name
                or rule.country_id.name
                or self.env._("Everywhere else")
            )

    @api.depends(*WEEKDAYS)
    @api.depends_context("lang")
    def _compute_days(self):
        names = get_day_names("abbreviated", locale=babel_locale_parse(self.env.lang))
        for rule in self:
            rule.days = ", ".join(
                names[first] if first == last else f"{names[first]}–{names[last]}"
                for first, last in _spans(sorted(rule._weekdays()))
            )

    @api.constrains("opens", "closes", *WEEKDAYS)
    def _check_hours(self):
        for rule in self:
            if not 0 <= rule.opens < rule.closes <= 24:
                raise ValidationError(
                    self.env._(
                        "The hours must begin before they end, and end by 24:00. For "
                        "hours past midnight, add one more rule for the next morning."
                    )
                )
            if not rule._weekdays():
                raise ValidationError(
                    self.env._("Choose at least one day of the week.")
                )

    @api.constrains("country_id", "state_id")
    def _check_state(self):
        for rule in self.filtered("state_id"):
            if rule.state_id.country_id != rule.country_id:
                raise ValidationError(
                    self.env._(
                        "%(state)s is not in the country that you chose.",
                        state=rule.state_id.name,
                    )
                )

    @api.onchange("country_id")
    def _onchange_country_id(self):
        if self.state_id.country_id != self.country_id:
            self.state_id = False

    def _weekdays(self):
        """The days of the week that this rule names; 0 is Monday."""
        return frozenset(day for day, name in enumerate(WEEKDAYS) if self[name])

    # ------------------------------------------------------------
    # FOR THE QUEUE
    # ------------------------------------------------------------

    @api.model
    @ormcache("self._version()")
    def _rules(self):
        """All rules in force, as :mod:`messaging.quiet_hours` reads them."""
        # sudo: sms.inbox.quiet.rule - what holds for everybody's texts
        return tuple(rule._rule() for rule in self.sudo().search([]))

    def _rule(self):
        return quiet_hours.Rule(
            country=self.country_id.code or "",
            state=self.state_id.code or "",
            weekdays=self._weekdays(),
            opens=self.opens,
            closes=self.closes,
        )

    def _forget(self):
        """Have the queue go by the rules as they are now, also for what waits."""
        self.env["sms.inbox.message"]._ask_again_what_sleeps()
        return super()._forget()


def _spans(days):
    """Days as spans: [0, 1, 2, 5] is [0, 2] and [5, 5]."""
    spans = []
    for day in days:
        if spans and spans[-1][1] == day - 1:
            spans[-1][1] = day
        else:
            spans.append([day, day])
    return spans
