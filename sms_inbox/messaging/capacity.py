"""How long texts will take: a forecast before anybody presses send.

It is a dry run of the queue, see :mod:`.dry_run`: copies of the limits go through the
very code that will hold the texts back.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Hashable, Iterable, Mapping, Sequence
from math import ceil, inf
from typing import NamedTuple

from . import quiet_hours, segments
from .dry_run import DryRun
from .lots import Kind, Lot
from .rate_limit import Level, Text

CURVE = 200  # points
Bottleneck = tuple[Level | None, str]  # and which of its rules
NOTHING: Bottleneck = (None, "")


class Waiting(NamedTuple):
    """Equal texts that wait, or would."""

    sender: Hashable
    text: Text
    rank: int  # 0 code, 1 reply, 2 notice, 3 bulk
    count: int = 1
    not_before: float = 0.0  # epoch seconds
    number: str | None = None  # whose quiet hours hold; None = any time
    # Where in the queue the first and the last of them stand, such as their ids. Texts
    # of one sender and rank with the same places are mixed evenly.
    first: float = 0.0
    last: float = 0.0
    not_after: float = inf  # epoch seconds; what has not left by then expires
    counts: bool = True  # the forecast is of these; others only take their share


class Forecast(NamedTuple):
    """What becomes of the texts that wait; times are epoch seconds."""

    texts: int
    segments: float
    ends: float  # the last one leaves; now if nothing waits, infinite if one never does
    ends_by_sender: dict[Hashable, float]
    left_over: int  # texts that never leave
    expired: dict[Hashable, int]  # by sender: texts that would leave too late
    # What most of the time goes to: of each sender, always of its own limits, and of
    # the sender that is the worst off.
    bottlenecks: dict[Hashable, Bottleneck]
    bottleneck: Bottleneck
    curve: list[tuple[float, int]]  # texts gone by a time, at most about 400 points

    def of_sender(self, sender: Hashable, texts: int) -> Forecast:
        """The same forecast for one sender alone, but for its curve and its sums."""
        expired = self.expired.get(sender)
        return self._replace(
            texts=texts,
            ends=self.ends_by_sender.get(sender, self.curve[0][0]),
            expired={sender: expired} if expired else {},
            bottleneck=self.bottlenecks.get(sender, NOTHING),
        )

    def leaves_by(self, at: float) -> int:
        """How many texts have left by then, from the curve."""
        index = bisect_right(self.curve, (at, inf))
        return self.curve[index - 1][1] if index else 0


class EncodingNote(NamedTuple):
    """What a text's special characters cost."""

    segments: int
    segments_without: int  # if they were left out
    characters: str  # each that is outside GSM-7, once, in order


def encoding_note(body: str) -> EncodingNote:
    """The characters that make a text take more segments; see :mod:`.segments`."""
    plain = "".join(c for c in body if segments.encoding(c) is segments.GSM_7)
    special = dict.fromkeys(c for c in body if segments.encoding(c) is segments.UCS_2)
    return EncodingNote(segments.count(body), segments.count(plain), "".join(special))


def helps(
    forecast: Forecast,
    note: EncodingNote,
    deadline: float = inf,
    other_numbers: int = 0,
) -> list[str]:
    """What would help, best first: identifiers, whoever shows them has the words.

    ==============  =====================================================
    one_emoji       leave out the characters that cost segments
    shorter_text    fit the text into fewer segments
    another_number  send from more numbers, outside of the same limit
    other_type      a kind of number without this limit
    start_tomorrow  start with the next day's hours and allowance
    ==============  =====================================================

    :param other_numbers: ours that do not share the limit that is the bottleneck
    """
    rule = forecast.bottleneck[1]
    late = forecast.ends > deadline or bool(forecast.expired)
    limited = rule in ("second", "minute", "day")
    useful = {
        "one_emoji": note.segments > note.segments_without,
        "shorter_text": late and limited and note.segments_without > 1,
        "another_number": late and bool(rule) and other_numbers > 0 and _is_ours(rule),
        "other_type": rule == "never" or (late and rule in ("day", "recipients")),
        "start_tomorrow": late and rule in ("day", "recipients", "quiet_hours"),
    }
    return [name for name, wanted in useful.items() if wanted]


def forecast(
    chains: Mapping[Hashable, Sequence[Level]],
    waiting: Iterable[Waiting],
    now: float,
    *,
    rules: Sequence[quiet_hours.Rule] = (),
    replies_per_second: Mapping[Hashable, float] | None = None,
    reply_segments: float = 1.0,
    parties: Mapping[Hashable, tuple] | None = None,
    turns_last: float = inf,
) -> Forecast:
    """What becomes of texts that wait, if nothing else is sent but expected replies.

    :param chains: each sender's limits; shared ones are the same object. They stay
        as they are
    :param rules: quiet hours; they hold texts that have a ``number``
    :param replies_per_second: by sender; replies take their share of every limit
    :param parties: by sender, who takes turns: such as (its company, itself)
    :param turns_last: seconds after which turns begin anew, with the oldest text
    """
    run = DryRun(chains, now, parties, turns_last)
    for sender, rate in (replies_per_second or {}).items():
        if rate and sender in run.chains:
            run.expect(sender, rate, Text(reply_segments))
    run.go(_lots(waiting, rules))
    return _told(run)


def _lots(waiting: Iterable[Waiting], rules: Sequence[quiet_hours.Rule]) -> list[Lot]:
    """What waits, in lots; texts that stand in the same places are one lot."""
    lots: dict[tuple, Lot] = {}
    for item in waiting:
        kind = Kind(item.sender, item.rank, item.text)
        hours = _hours(item.number, rules)
        place = item.first, item.last - item.first
        key = (kind, item.not_before, hours, *place, item.not_after, item.counts)
        if key not in lots:
            lots[key] = Lot(*key)
        lots[key].size += item.count
    return [lot for lot in lots.values() if lot.size]


def _hours(number: str | None, rules: Sequence[quiet_hours.Rule]) -> tuple | None:
    """The zones and rules of somebody's quiet hours, which are all that matters."""
    if not rules or number is None:
        return None
    home = quiet_hours.place(number)
    own = quiet_hours.deciding(home, rules)
    anywhere = tuple([rule._replace(country="", state="") for rule in own])
    return (home.zones, anywhere) if own else None


def _told(run: DryRun) -> Forecast:
    bottlenecks = {sender: _bottleneck(run, sender) for sender in run.waited}
    senders = {*run.ends, *run.lost}
    worst = max(
        senders, key=lambda s: (run.lost[s], run.ends.get(s, 0.0)), default=None
    )
    return Forecast(
        run.texts,
        run.segments,
        max(run.ends.values(), default=run.began),
        run.ends,
        run.lost.total() - run.expired.total(),
        dict(run.expired),
        bottlenecks,
        bottlenecks.get(worst, NOTHING),
        _thin(run.curve),
    )


def _bottleneck(run: DryRun, sender: Hashable) -> Bottleneck:
    waited = run.waited[sender]
    level, rule = max(waited, key=waited.__getitem__)
    return run.originals.get(level), rule


def _thin(curve: list[tuple[float, int]]) -> list[tuple[float, int]]:
    """Some of the points, with each that a long pause follows, such as a night."""
    step, pause = ceil(len(curve) / CURVE), (curve[-1][0] - curve[0][0]) / CURVE
    ahead = [*curve[1:], (inf, 0)]
    return [
        point
        for index, (point, after) in enumerate(zip(curve, ahead, strict=True))
        if not index % step or after[0] - point[0] > pause
    ]


def _is_ours(rule: str) -> bool:
    return rule in ("second", "minute", "day", "recipients", "never")
