from datetime import datetime, time, timedelta

from odoo import api, fields, models
from odoo.tools.misc import formatLang

from .. import words
from ..messaging import zones

NEARLY = 0.7  # share from which a limit is called nearly used

LEFT_WITHIN = """
    WITH RECURSIVE within AS (
        SELECT id AS limit_id, id AS member
          FROM sms_inbox_limit
         WHERE id = ANY(%s)
     UNION ALL
        SELECT within.limit_id, child.id
          FROM within
          JOIN sms_inbox_limit child ON child.parent_id = within.member
    )
    SELECT within.limit_id, SUM(text.segments)
      FROM within
      JOIN sms_inbox_line line ON line.limit_id = within.member
      JOIN sms_inbox_number number ON number.line_id = line.id
      JOIN sms_inbox_message text ON text.number_id = number.id AND text.left_at > %s
  GROUP BY within.limit_id
"""


# a subject of its own in a file of its own, as one file would be too long
# pylint: disable=consider-merging-classes-inherited
class SmsInboxLimit(models.Model):
    """Limits as people read them: what they allow, and how much of it is used."""

    _inherit = "sms.inbox.limit"

    in_words = fields.Char("Allows", compute="_compute_in_words")

    @api.depends(
        "segments_per_second",
        "segments_per_minute",
        "segments_per_day",
        "recipients_per_day",
        "timezone",
        "reserve",
        "network",
    )
    @api.depends_context("lang")
    def _compute_in_words(self):
        for limit in self:
            limit.in_words = ", ".join(limit._rules_in_words())

    def _rules_in_words(self):
        per_second, per_minute = self.segments_per_second, self.segments_per_minute
        rules = [
            per_second >= 1 and self.env._("%s a second", self._figure(per_second)),
            0 < per_second < 1
            and self.env._("one every %s seconds", self._figure(1 / per_second)),
            per_minute and self.env._("%s a minute", self._figure(per_minute)),
            self.segments_per_day
            and self.env._("%s a day", self._figure(self.segments_per_day)),
            self.recipients_per_day
            and self.env._(
                "%s new people a day", self._figure(self.recipients_per_day)
            ),
            self.network and self.env._("only to %s", self.network),
            self._reserve_in_words(),
        ]
        return [rule for rule in rules if rule]

    def _figure(self, value):
        """A number with as many decimals as it has, in the user's language."""
        decimals = f"{value:.6g}".partition(".")[2]
        return formatLang(self.env, value, digits=len(decimals))

    def _percent(self, share):
        return f"{self._figure(round(share * 100, 1))}\N{NO-BREAK SPACE}%"

    def _reserve_in_words(self):
        kept = self._percent(self.reserve)
        return self.reserve and self.env._("%s kept for replies", kept)

    def _in_lines(self):
        """What each of these limits allows, a line for each."""
        return "\n".join(f"{limit._level_label()}: {limit.in_words}" for limit in self)

    def _level_label(self):
        return dict(self._fields["level"]._description_selection(self.env))[self.level]

    # ------------------------------------------------------------
    # USE
    # ------------------------------------------------------------

    def _left_within(self, since):
        """How many segments left within each of these limits: {id: segments}."""
        self.env["sms.inbox.message"].flush_model(["left_at", "segments"])
        # raw SQL: the whole tree below each limit, in one statement; figures alone
        self.env.cr.execute(LEFT_WITHIN, (self.ids, since))
        return dict(self.env.cr.fetchall())

    def _uses(self, level, now, last_minute):
        """How much of this limit is used, as bars to draw: a list of dicts.

        :param level: this limit as a ``rate_limit.Level``
        :param now: epoch seconds
        :param last_minute: segments that left within it in the last minute
        """
        self.ensure_one()
        per_minute = self.segments_per_second * 60
        bars = [
            # how fast it goes for one network alone, nobody counts
            not self.network
            and per_minute
            and self._bar("pace", last_minute, per_minute),
            self.segments_per_minute
            and self._bar(
                "minute", level.used_this_minute(now), self.segments_per_minute
            ),
            self.segments_per_day
            and self._bar("day", level.used_today(now), self.segments_per_day),
            self.recipients_per_day
            and self._bar(
                "recipients",
                level.recipients if level.used_today(now) else 0,
                self.recipients_per_day,
            ),
        ]
        return [bar for bar in bars if bar]

    def _bar(self, rule, used, most):
        share = used / most
        state = self._use_state(rule, share)
        return {
            "key": f"{self.id}-{rule}",
            "level": self._level_label(),
            "name": self.name,
            "share": min(share, 1.0),
            "state": state,
            "state_words": self._state_in_words(state),
            "words": self._use_in_words(rule, self._figure(round(used)), most),
            "details": self._use_details(rule),
        }

    def _use_state(self, rule, share):
        if rule == "pace":  # going at full speed is nothing to worry about
            return "ok"
        if share >= 1:
            return "full"
        if self.reserve and share >= 1 - self.reserve:
            return "reserved"
        return "nearly" if share >= NEARLY else "ok"

    def _state_in_words(self, state):
        return {
            "ok": "",
            "nearly": self.env._("Nearly used"),
            "reserved": self.env._("Only replies now"),
            "full": self.env._("Used up"),
        }[state]

    def _use_in_words(self, rule, used, most):
        most = self._figure(most)
        return {
            "pace": self.env._(
                "%(used)s of %(most)s segments in the last minute", used=used, most=most
            ),
            "minute": self.env._(
                "%(used)s of %(most)s segments in the last minute", used=used, most=most
            ),
            "day": self.env._(
                "%(used)s of %(most)s segments today", used=used, most=most
            ),
            "recipients": self.env._(
                "%(used)s of %(most)s new people today", used=used, most=most
            ),
        }[rule]

    def _use_details(self, rule):
        details = [
            self.network and self._network_in_words(),
            rule != "pace" and self._reserve_in_words(),
            rule in ("day", "recipients") and self._reset_in_words(),
        ]
        return ". ".join(detail for detail in details if detail)

    def _network_in_words(self):
        if self.unknown_share == 1:
            return self.env._("Counts texts to %s and unknown networks", self.network)
        return self.env._(
            "Counts texts to %(network)s, and %(share)s of those to unknown networks",
            network=self.network,
            share=self._percent(self.unknown_share),
        )

    def _reset_in_words(self):
        """When the day of this limit ends, in its own place and at the user's."""
        theirs = self._day_ends()
        ours = theirs.astimezone(zones.zone(self.env.user.tz or "UTC"))
        if theirs.utcoffset() == ours.utcoffset():
            return self.env._("Resets at %s", self._clock(ours))
        return self.env._(
            "Resets at %(theirs)s in %(city)s, %(ours)s your time",
            theirs=self._clock(theirs),
            city=zones.city(self.timezone),
            ours=self._clock(ours),
        )

    def _day_ends(self):
        zone = zones.zone(self.timezone)
        tomorrow = datetime.now(zone).date() + timedelta(days=1)
        return datetime.combine(tomorrow, time(), zone)

    def _clock(self, moment):
        return words.time_of_day(self.env, moment.time())
