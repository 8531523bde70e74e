"""When the next text may leave: a generic cell rate algorithm without any burst.

Carriers count segments per second, and some silently drop what comes faster. A token
bucket would let a burst through after each pause; this rule never does. It remembers
one moment, ``free_at``, when the last text has paid for its segments, and nothing
leaves before. So of any texts i < j: t(j) - t(i) >= segments(i .. j-1) / rate.

Times are epoch seconds: several processes share them through the database. Such a
clock can be set back, and then ``free_at`` lies too far ahead. Whoever also keeps what
the last text cost never waits longer than that, and still keeps the rate.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import NamedTuple


def wait(free_at: float, now: float, last_cost: float = inf) -> float:
    """The seconds until a text may leave; 0 when it may leave now."""
    return min(max(0.0, free_at - now), last_cost)


def charge(
    free_at: float, now: float, segments: int, rate: float, last_cost: float = inf
) -> float:
    """The new ``free_at`` once a text leaves at ``now``, that is, after its wait."""
    return now + wait(free_at, now, last_cost) + segments / rate


class Level(NamedTuple):
    """One limit of a chain; ``rate`` in segments per second, fractions too."""

    rate: float
    free_at: float = 0.0
    last_cost: float = inf  # seconds


def chain_wait(levels: Sequence[Level], now: float) -> float:
    """The seconds until every level lets a text leave."""
    waits = (wait(level.free_at, now, level.last_cost) for level in levels)
    return max(waits, default=0.0)


def chain_charge(levels: Sequence[Level], now: float, segments: int) -> list[Level]:
    """Every level as it is once a text leaves at ``now``, after the chain's wait."""
    return [_charged(level, now, segments) for level in levels]


def _charged(level: Level, now: float, segments: int) -> Level:
    free_at = charge(level.free_at, now, segments, level.rate, level.last_cost)
    return Level(level.rate, free_at, segments / level.rate)
