"""A sending limit: whether a text may leave now, and else when.

One :class:`Level` is one limit that somebody else sets: a number's, a campaign's, a
brand's or an account's. A text leaves when every level of its chain is open.

*Second.* A generic cell rate algorithm without any burst, because some carriers
silently drop what comes faster. A text pays after it has left: nothing leaves before
``free_at``, so of any texts i < j: t(j) - t(i) >= segments(i .. j-1) / rate. What the
carrier sees jitters by a few milliseconds, so each slot is longer by :data:`MARGIN` of
itself, at most by :data:`LONGEST_MARGIN`; 98.7 % of the rate stays usable.

*Minute.* A true sliding window (AT&T's limit per campaign), longer than a minute by
:data:`LATE`, because the first text of a minute may arrive later than the last one
does. Texts of one half-second are remembered as one, at the later time: at most 122
entries, and never too fast.

*Day.* A calendar day in the limit's own time zone; T-Mobile's ends at midnight in
Los Angeles (https://support.twilio.com/hc/en-us/articles/1260804800549), so it lasts
23, 24 or 25 hours. In its last :data:`LATE` nothing leaves, as it might arrive on the
next.

Times are epoch seconds: several processes share them through the database. Such a
clock can be set back. ``free_at - last_cost`` is what it showed when a text was last
charged; where it shows less than that, every moment remembered counts as earlier by
the difference. So nobody waits longer than right after that charge, and every limit
still holds.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from functools import lru_cache
from math import floor, inf
from typing import NamedTuple

from . import zones

MARGIN = 0.0125  # of a slot
LONGEST_MARGIN = 0.02  # seconds
LATE = 0.5  # seconds; a text may arrive so long after the moment it is counted at
WINDOW = 60 + LATE
GRAIN = 0.5  # seconds whose texts are remembered as one
_TINY = 1e-6  # segments: what sums of fractions may be off
_NO_CLOCK_IS_FINER = 1e-3  # seconds


class Text(NamedTuple):
    """What a limit must know of a text."""

    segments: float
    urgent: bool = True  # codes and replies: may use what is kept back for them
    network: str = ""  # the recipient's mobile network, "" = not known
    new_recipient: bool = False  # not texted today from here, and no answer to them


class Opening(NamedTuple):
    """When a text may leave, and what it waits for until then.

    ``rule`` is "second", "minute", "day" or "recipients"; "never" when ``at`` is
    infinite; "" (and ``level`` None) when it may leave now.
    """

    at: float
    rule: str = ""
    level: Level | None = None


@dataclass(slots=True)
class Level:
    """One limit: its settings, then its state, which whoever owns it stores as it is.

    Ask with a ``now`` that is no earlier than the one of the last charge; an earlier
    one is taken for a clock set back.
    """

    rate: float = 0.0  # segments per second, fractions too; 0 = no such limit
    per_minute: int = 0  # segments; 0 = no such limit, as for the next two
    per_day: int = 0  # segments
    recipients_per_day: int = 0
    zone: str = "UTC"  # where its days end
    reserve: float = 0.0  # share of minute, day and recipients for urgent texts only
    network: str = ""  # counts only texts to this network, "" = all
    unknown_share: float = 1.0  # of the segments to nobody knows which network
    key: Hashable = None  # whose limit it is, for the caller
    name: str = ""
    free_at: float = 0.0
    last_cost: float = inf  # seconds from the clock of the last charge to free_at
    recent: list[tuple[float, float]] = field(default_factory=list)  # time, segments
    day: str = ""  # ISO date in the zone
    used: float = 0.0  # segments of that day
    recipients: int = 0  # new ones of that day

    def opens(self, now: float, text: Text) -> Opening:
        """When this level lets the text leave; open, it stays so until a charge."""
        weight = self.weight(text)
        if not weight:
            return Opening(now)
        back = self._set_back(now)
        opening = Opening(now)
        # Without a rate too: nothing leaves before a text that was charged ahead.
        if self.free_at - back > now:
            opening = Opening(self.free_at - back, "second", self)
        if self.per_minute:
            at = self._minute_opens(weight, text.urgent, back)
            if at > opening.at:
                opening = Opening(at, "minute", self)
        if self.per_day or self.recipients_per_day:
            return self._day_opens(now, text, weight, opening)
        return opening

    def charge(
        self, at: float, text: Text, now: float | None = None, copies: float = 1
    ) -> None:
        """Note that the text leaves at ``at``, its opening or later.

        :param now: the clock, when ``at`` lies ahead of it
        :param copies: how many equal texts leave, one right after the other
        """
        weight = self.weight(text) * copies
        if not weight:
            return
        now = at if now is None else now
        self.mend(now)
        if self.rate:
            slot = weight / copies / self.rate
            cost = copies * (slot + min(MARGIN * slot, LONGEST_MARGIN))
        else:
            cost = 0.0
        self.free_at = max(at, self.free_at) + cost
        self.last_cost = self.free_at - now
        self.note(at, weight, copies if text.new_recipient else 0)

    def note(self, at: float, segments: float, recipients: float = 0) -> None:
        """Count segments for the minute and the day, not for the second."""
        if self.per_minute:
            self._remember(at, segments)
        if self.per_day or self.recipients_per_day:
            self._begin_day(at)
            self.used += segments
            self.recipients += recipients

    def uncount(self, at: float, text: Text) -> None:
        """A text that was counted at ``at`` did not leave: its day has it back.

        What it took of a second or a minute is over before anybody can use it.
        """
        weight = self.weight(text)
        if weight and self.day and self.day == _day(self.zone, at).name:
            self.used = max(0.0, self.used - weight)
            self.recipients = max(0, self.recipients - text.new_recipient)

    def delay(self, until: float) -> None:
        """Nothing leaves before ``until``: the last text left later than planned."""
        later = until - self.free_at
        if later > 0:
            self.free_at += later
            self.last_cost += later

    def mend(self, now: float) -> bool:
        """Take a clock set back as given; whether that changed anything to store.

        Until then, each later ``now`` gives a later opening, which is right for one
        who waits that long and then charges, but not for one who asks again.
        """
        back = self._set_back(now)
        if back:
            self.free_at -= back
            self.recent = [(time - back, segments) for time, segments in self.recent]
        return bool(back)

    def same_day(self, one: float, other: float) -> bool:
        """Whether two moments are on one of this level's days."""
        return _day(self.zone, one).name == _day(self.zone, other).name

    def used_today(self, now: float) -> float:
        """The segments charged since this day began."""
        return self.used if self.day >= _day(self.zone, now).name else 0.0

    def used_this_minute(self, now: float) -> float:
        """The segments charged in the sliding minute up to now."""
        begin = now + self._set_back(now) - WINDOW
        return sum(segments for time, segments in self.recent if time > begin)

    def left_today(self, now: float, urgent: bool = True) -> float:
        """The segments that may still leave this day; infinite without a limit."""
        if not self.per_day:
            return inf
        return max(0.0, self._usable(self.per_day, urgent) - self.used_today(now))

    def room(self, at: float, text: Text) -> float:
        """How many such texts fit into this minute and day, at least one."""
        weight, rooms = self.weight(text), [inf]
        if weight and self.per_minute:
            usable = self._usable(self.per_minute, text.urgent)
            rooms.append((usable - self.used_this_minute(at)) / weight)
        if weight and self.per_day:
            rooms.append(self.left_today(at, text.urgent) / weight)
        if weight and text.new_recipient and self.recipients_per_day:
            usable = self._usable(self.recipients_per_day, text.urgent)
            rooms.append(usable - self._recipients_today(at))
        room = min(rooms)
        return room if room == inf else max(1, floor(room + _TINY))

    def weight(self, text: Text) -> float:
        """The segments of a text that count here."""
        if not self.network or text.network == self.network:
            return text.segments
        return 0 if text.network else text.segments * self.unknown_share

    def _usable(self, limit: int, urgent: bool) -> int:
        """What of a limit such texts may use.

        Rounded down, so that the reserve is never less than promised, but at least
        1: a small limit with a small reserve must not stop everything else.
        """
        if urgent or not self.reserve:
            return limit
        if self.reserve >= 1:
            return 0
        return max(1, floor(limit * (1 - self.reserve) + _TINY))

    def _set_back(self, now: float) -> float:
        """The seconds by which the clock has been set back since the last charge."""
        if self.last_cost < inf:
            back = self.free_at - self.last_cost - now
        else:
            back = self.recent[-1][0] - now if self.recent else 0.0
        return back if back > _NO_CLOCK_IS_FINER else 0.0

    def _minute_opens(self, weight: float, urgent: bool, back: float) -> float:
        """The window is empty enough then; all empty, for a text longer than it."""
        usable = self._usable(self.per_minute, urgent)
        if not usable:
            return inf
        over = sum([segments for _, segments in self.recent])
        over -= max(usable - weight, 0)
        at = -inf
        for left_at, segments in self.recent:
            if over <= _TINY:
                break
            at = left_at - back + WINDOW
            over -= segments
        return at

    def _remember(self, at: float, segments: float) -> None:
        recent = self.recent
        if not recent:
            recent.append((at, segments))
            return
        last, before = recent[-1]
        at = max(at, last)
        if at // GRAIN == last // GRAIN:
            recent[-1] = (at, before + segments)
            return
        if recent[0][0] <= at - WINDOW:
            begin = at - WINDOW
            recent[:] = [entry for entry in recent if entry[0] > begin]
        recent.append((at, segments))

    def _day_opens(
        self, now: float, text: Text, weight: float, opening: Opening
    ) -> Opening:
        """The later of an opening and the day on which there is room for the text."""
        today = _day(self.zone, now)
        room, ever = self._day_room(today, text, weight)
        if not ever:
            return Opening(inf, "never", self)
        if max(now, opening.at) >= today.ends - LATE:
            room = False
        if not room:
            ends = today.ends
            if self.day > today.name:
                ends = _ends(self.zone, self.day)
            rule = "day" if room is False else "recipients"
            if ends > opening.at:
                return Opening(ends, rule, self)
        return opening

    def _day_room(
        self, today: _Day, text: Text, weight: float
    ) -> tuple[bool | None, bool]:
        """Whether there is room today (None: not for a new recipient), and ever."""
        same = self.day >= today.name
        if self.per_day:
            usable = self._usable(self.per_day, text.urgent) + _TINY
            if weight > usable:
                return False, False
            if same and self.used + weight > usable:
                return False, True
        if self.recipients_per_day and text.new_recipient:
            usable = self._usable(self.recipients_per_day, text.urgent)
            if same and self.recipients >= usable:
                return None, usable > 0
            return True, usable > 0
        return True, True

    def _recipients_today(self, now: float) -> float:
        return self.recipients if self.day >= _day(self.zone, now).name else 0

    def _begin_day(self, at: float) -> None:
        """A day already begun goes on even when the clock says it is yet to come."""
        today = _day(self.zone, at).name
        if today > self.day:
            self.day, self.used, self.recipients = today, 0.0, 0


def opens(levels: Sequence[Level], now: float, text: Text) -> Opening:
    """When every level lets the text leave; what it waits for is the bottleneck."""
    latest = Opening(now)
    for level in levels:
        opening = level.opens(now, text)
        if opening.at > latest.at:
            latest = opening
    return latest


def charge(
    levels: Sequence[Level],
    at: float,
    text: Text,
    now: float | None = None,
    copies: float = 1,
) -> None:
    """Note on every level that the text leaves at ``at``, see :meth:`Level.charge`."""
    for level in levels:
        level.charge(at, text, now, copies)


class _Day(NamedTuple):
    name: str
    ends: float


def _day(zone: str, now: float) -> _Day:
    # Days begin and end with a quarter of an hour everywhere.
    return _day_of_quarter(zone, now // 900)


@lru_cache(maxsize=4096)
def _day_of_quarter(zone: str, quarter: float) -> _Day:
    date = datetime.fromtimestamp(quarter * 900, zones.zone(zone)).date().isoformat()
    return _Day(date, _ends(zone, date))


@lru_cache(maxsize=4096)
def _ends(zone: str, date: str) -> float:
    midnight = datetime.combine(datetime.fromisoformat(date), time())
    return (midnight + timedelta(days=1)).replace(tzinfo=zones.zone(zone)).timestamp()
