import time
from collections import defaultdict
from datetime import timedelta
from math import ceil, inf

import pytz

from odoo import api, fields, models
from odoo.tools.misc import formatLang

from ..carriers import Meaning
from ..messaging.delivery import FRUITLESS
from ..words import time_of_day

HOURS = 24
DAYS = 7
SUPERVISORS = "sms_inbox.group_supervisor"


# a subject of its own in a file of its own, as one file would be too long
# pylint: disable=consider-merging-classes-inherited
class SmsInboxNumber(models.Model):
    """What a number has to do, and how it gets on: the figures of its screen."""

    _inherit = "sms.inbox.number"

    line_state = fields.Selection(
        [
            ("working", "In use"),
            ("unconfirmed", "Not confirmed"),
            ("held", "Held"),
            ("set_aside", "Set aside"),
        ],
        string="Health",
        compute="_compute_line_state",
        groups=SUPERVISORS,
    )
    line_state_reason = fields.Char(
        "Why", compute="_compute_line_state", groups=SUPERVISORS
    )
    can_bring_back = fields.Boolean(
        compute="_compute_line_state",
        groups=SUPERVISORS,
        help="Nothing leaves because of the number itself, not of its account.",
    )
    queued = fields.Integer(
        "Waiting to leave", compute="_compute_queue", groups=SUPERVISORS
    )
    queued_later = fields.Integer(
        "Of these, not yet due", compute="_compute_queue", groups=SUPERVISORS
    )
    drain = fields.Char("Empty in", compute="_compute_drain", groups=SUPERVISORS)
    limit_use = fields.Json(
        "Use of limits", compute="_compute_limit_use", groups=SUPERVISORS
    )
    hourly = fields.Json("Last 24 hours", compute="_compute_hourly", groups=SUPERVISORS)
    left_week = fields.Integer(
        "Texts in 7 days", compute="_compute_outcomes", groups=SUPERVISORS
    )
    delivered_share = fields.Float(
        "Delivered", compute="_compute_outcomes", groups=SUPERVISORS, aggregator=None
    )
    failed_share = fields.Float(
        "Failed",
        compute="_compute_outcomes",
        groups=SUPERVISORS,
        aggregator=None,
        help="Without those that were taken for spam.",
    )
    filtered_share = fields.Float(
        "Taken for spam",
        compute="_compute_outcomes",
        groups=SUPERVISORS,
        aggregator=None,
        help="Filtered out by carriers. When it grows, carriers distrust what this "
        "number sends.",
    )

    # ------------------------------------------------------------
    # HEALTH
    # ------------------------------------------------------------

    @api.depends(
        "line_id.claimed_at",
        "line_id.held_until",
        "line_id.set_aside_at",
        "line_id.account_id.held_until",
        "line_id.account_id.set_aside_at",
    )
    @api.depends_context("lang", "tz")
    def _compute_line_state(self):
        for number in self:
            # sudo: sms.inbox.line - belongs to no company, managers may not read it
            line_sudo = number.sudo().line_id
            account_sudo = line_sudo.account_id
            state, why = number._stopped(line_sudo)
            number.can_bring_back = bool(state)
            if not state or number._stopped(account_sudo)[0] == "set_aside":
                state, why = number._stopped(account_sudo)
                why = why and self.env._("The carrier account: %s", why)
            if not state and not line_sudo.claimed_at:
                state = "unconfirmed"
                why = self.env._("The carrier has not confirmed yet that it is yours.")
            number.line_state, number.line_state_reason = state or "working", why

    def _stopped(self, holder):
        """How and why nothing leaves through a line or an account, in words."""
        if holder.set_aside_at:
            return "set_aside", holder.set_aside_reason
        if not holder.held_until or holder.held_until <= fields.Datetime.now():
            return False, False
        return "held", self.env._(
            "%(why)s Until %(time)s.",
            time=time_of_day(self.env, holder.held_until),
            why=holder.held_reason or "",
        )

    # ------------------------------------------------------------
    # QUEUE
    # ------------------------------------------------------------

    @api.depends_context("uid")
    def _compute_queue(self):
        due = self._count_texts([("parked_until", "=", False)])
        later = self._count_texts([("parked_until", "!=", False)])
        for number in self:
            number.queued_later = later[number.id]
            number.queued = due[number.id] + later[number.id]

    def _count_texts(self, domain):
        # sudo: sms.inbox.message - figures of numbers that the user may read
        groups = (
            self.env["sms.inbox.message"]
            .sudo()
            ._read_group(
                [("number_id", "in", self.ids), ("state", "=", "queued"), *domain],
                ["number_id"],
                ["__count"],
            )
        )
        return defaultdict(int, {number.id: count for number, count in groups})

    @api.depends("line_state", "queued")
    @api.depends_context("lang", "tz")
    def _compute_drain(self):
        waiting = self.filtered("queued")
        forecasts = waiting._forecasts()
        for number in self:
            number.drain = number._drain_in_words(forecasts.get(number.id))

    def _forecasts(self):
        if not self:
            return {}
        # sudo: sms.inbox.capacity - limits and texts, for figures alone
        return self.env["sms.inbox.capacity"].sudo()._drain(self.sudo())

    def _drain_in_words(self, forecast):
        if not self.queued:
            return self.env._("Nothing waits")
        if self.line_state in ("set_aside", "unconfirmed"):
            return self.env._("Nothing leaves until this is repaired")
        if not forecast:
            return self.env._("All of it is paused")
        if forecast.ends == inf:
            return self.env._("Some texts can never leave")
        span = self._span_in_words(forecast.ends - time.time())
        late, why = self._late_in_words(forecast), self._bottleneck_in_words(forecast)
        return ". ".join(filter(None, (span, late, why)))

    def _late_in_words(self, forecast):
        late = sum(forecast.expired.values())
        if late == 1:
            return self.env._("One text would be too late and is not sent")
        return late and self.env._("%s texts would be too late and are not sent", late)

    def _span_in_words(self, seconds):
        minutes, hours = ceil(seconds / 60), round(seconds / 3600)
        if minutes <= 1:
            return self.env._("Less than a minute")
        if minutes < 100:
            return self.env._("About %s minutes", minutes)
        if hours < 36:
            return self.env._("About %s hours", hours)
        return self.env._("About %s days", ceil(hours / 24))

    def _bottleneck_in_words(self, forecast):
        level, rule = forecast.bottleneck
        if rule == "quiet_hours":
            return self.env._("Quiet hours hold it up")
        if not level:
            return ""
        return {
            "second": self.env._("The rate of “%s” holds it up", level.name),
            "minute": self.env._("“%s” has a limit per minute", level.name),
            "day": self.env._("“%s” has a limit per day", level.name),
            "recipients": self.env._("“%s” limits new people per day", level.name),
        }.get(rule, "")

    # ------------------------------------------------------------
    # LIMITS
    # ------------------------------------------------------------

    @api.depends("line_id.limit_id")
    @api.depends_context("lang", "tz", "uid")
    def _compute_limit_use(self):
        # sudo: sms.inbox.limit - of these numbers' own chains, figures alone
        own_sudo = self.sudo().line_id.limit_id
        chains, now = own_sudo._levels(), time.time()
        ids = {level.key for chain in chains.values() for level in chain}
        limits_sudo = own_sudo.browse(sorted(ids))
        since = fields.Datetime.now() - timedelta(minutes=1)
        left = limits_sudo._left_within(since)
        uses = {
            level.key: limits_sudo.browse(level.key)
            .with_prefetch(limits_sudo._prefetch_ids)
            ._uses(level, now, left.get(level.key, 0))
            for chain in chains.values()
            for level in chain
        }
        for number in self:
            chain = chains.get(number.sudo().line_id.limit_id.id, ())
            number.limit_use = [bar for level in chain for bar in uses[level.key]]

    # ------------------------------------------------------------
    # WHAT LEFT
    # ------------------------------------------------------------

    def _left_by_hour(self, begin):
        """{(number id, hours since a moment): texts handed over in that hour}"""
        self.env["sms.inbox.message"].flush_model()
        # raw SQL: hours from any moment on, while the ORM knows those of a clock only
        self.env.cr.execute(
            """
            SELECT number_id, floor(extract(epoch FROM left_at - %s) / 3600)::int,
                   count(*)
              FROM sms_inbox_message
             WHERE number_id = ANY(%s) AND left_at >= %s
          GROUP BY 1, 2
            """,
            (begin, self.ids, begin),
        )
        return {(number_id, hour): n for number_id, hour, n in self.env.cr.fetchall()}

    @api.model
    def _last_hours(self):
        """The beginnings of the last hours of the user's clock, in UTC.

        Each lasts an hour, also those that the clock shows twice when it is set back.
        """
        now = fields.Datetime.now()
        here = pytz.utc.localize(now).astimezone(self._zone())
        this = now - timedelta(minutes=here.minute, seconds=here.second)
        return [this - timedelta(hours=h) for h in reversed(range(HOURS))]

    @api.model
    def _zone(self):
        return pytz.timezone(self.env.user.tz or "UTC")

    @api.depends_context("lang", "tz", "uid")
    def _compute_hourly(self):
        hours = self._last_hours()
        left = self._left_by_hour(hours[0])
        zone = self._zone()
        shown = [pytz.utc.localize(hour).astimezone(zone) for hour in hours]
        for number in self:
            texts = [left.get((number.id, place), 0) for place in range(HOURS)]
            number.hourly = number._graph(shown, texts)

    def _graph(self, hours, texts):
        labels = [time_of_day(self.env, hour.time()) for hour in hours]
        total, most = sum(texts), max(texts)
        words = self.env._("No texts left in the last 24 hours")
        if total:
            words = self.env._(
                "%(total)s texts in 24 hours, most from %(hour)s (%(most)s)",
                total=formatLang(self.env, total, digits=0),
                most=formatLang(self.env, most, digits=0),
                hour=labels[texts.index(most)],
            )
        return {"labels": labels, "texts": texts, "words": words}

    @api.depends_context("uid")
    def _compute_outcomes(self):
        outcomes = {number.id: defaultdict(int) for number in self}
        since = fields.Datetime.now() - timedelta(days=DAYS)
        for number, state, meaning, count in self._left_since(since):
            outcome = outcomes[number.id]
            outcome["all"] += count
            outcome[self._outcome(state, meaning)] += count
        for number in self:
            outcome = outcomes[number.id]
            whole = outcome["all"] or 1
            number.left_week = outcome["all"]
            number.delivered_share = outcome["delivered"] / whole
            number.failed_share = outcome["failed"] / whole
            number.filtered_share = outcome["filtered"] / whole

    def _left_since(self, since):
        # sudo: sms.inbox.message - figures of numbers that the user may read
        messages_sudo = self.env["sms.inbox.message"].sudo()
        return messages_sudo._read_group(
            [("number_id", "in", self.ids), ("left_at", ">=", since)],
            ["number_id", "state", "error_meaning"],
            ["__count"],
        )

    @api.model
    def _outcome(self, state, meaning):
        if state not in FRUITLESS:
            return state
        return "filtered" if meaning == Meaning.FILTERED.value else "failed"
