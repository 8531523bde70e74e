"""Equal texts together, as a dry run of the queue takes them."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from math import inf
from typing import NamedTuple

from . import quiet_hours
from .rate_limit import Text


class Kind(NamedTuple):
    """Texts that a limit cannot tell apart."""

    sender: Hashable
    rank: int
    text: Text


@dataclass(slots=True, eq=False)
class Lot:
    """Equal texts of one sender to people with the same quiet hours."""

    kind: Kind
    not_before: float  # epoch seconds
    hours: tuple | None = None  # zones and rules of quiet hours; None = any time
    first: float = 0.0  # where in the queue the first of them stands
    span: float = 0.0  # how far behind it the last one
    not_after: float = inf  # epoch seconds
    counts: bool = True  # the run is of these texts
    size: int = 0
    gone: int = 0
    lost: int = 0  # that never leave
    per_second: float = 0.0  # how fast more of them come; 0 = they wait already
    closes: float = inf  # when the quiet hours begin

    @property
    def left(self) -> int:
        return self.size - self.gone - self.lost

    @property
    def place(self) -> tuple[float, float]:
        """Where the next of them stands; equal places are mixed evenly."""
        return self.place_after(0)

    def place_after(self, more: int) -> tuple[float, float]:
        share = (self.gone + more) / self.size
        return self.first + self.span * share, share

    def wakes(self, now: float) -> tuple[float, str]:
        """When the queue looks at these texts again, and what they wait for."""
        start = max(now, self.not_before)
        if start == inf or not self.hours:  # no clock shows infinity
            return start, "not_before"
        zones, rules = self.hours
        home = quiet_hours.Place("", "", zones)
        window = quiet_hours.at_place(home, start, rules)
        self.closes = window.closes if window else inf
        opens_at = window.opens if window else inf
        if opens_at > start:
            return opens_at, "quiet_hours"
        return start, "not_before"
