"""The queue without texts: what leaves when, by the very limits that will hold it.

It serves as the dispatcher does: codes, replies, notices, bulk; within one of these the
sender that has had the least, and of one sender's texts the oldest. Many equal texts
leave in a few steps, so that 100,000 of them take about a second; a step is far below
a percent of the whole.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from heapq import heappop, heappush
from itertools import count
from math import ceil, inf
from operator import attrgetter
from typing import NamedTuple

from . import quiet_hours
from .rate_limit import Level, Opening, Text, charge

LOOKS = 60_000  # at a limit, about: more are slower, fewer are less exact
MOST_STEPS = 60_000
HORIZON = 400 * 86400  # seconds; what has not left by then never will
REPLY = 1  # their rank
FEW = 200  # of so many replies, one more or less does not matter
_rank = attrgetter("rank")
_SIDE_BY_SIDE = 1e-3  # seconds; openings this close count as the same moment


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
    size: int = 0
    gone: int = 0
    per_second: float = 0.0  # how fast more of them come; 0 = they wait already
    closes: float = inf  # when the quiet hours begin

    @property
    def left(self) -> int:
        return self.size - self.gone

    @property
    def place(self) -> tuple[float, float]:
        """Where the next of them stands; equal places are mixed evenly."""
        share = self.gone / self.size
        return self.first + self.span * share, share

    def wakes(self, now: float) -> tuple[float, str]:
        """When the queue looks at these texts again, and what they wait for."""
        start = max(now, self.not_before)
        if self.hours:
            zones, rules = self.hours
            home = quiet_hours.Place("", "", zones)
            window = quiet_hours.at_place(home, start, rules)
            self.closes = window.closes if window else inf
            opens_at = window.opens if window else inf
            if opens_at > start:
                return opens_at, "quiet_hours"
        return start, "not_before"


class Look(NamedTuple):
    """What one look at the queue found: the next kind to leave, and its opening."""

    kind: Kind
    opening: Opening
    order: tuple


class DryRun:
    """One dry run: copies of the limits, and what has left so far.

    ``ends`` by sender, ``curve`` of (time, texts gone), ``waited`` for each (level,
    rule) in seconds, ``left_over`` texts that never leave, ``texts`` and ``segments``.
    """

    def __init__(
        self,
        chains: Mapping[Hashable, Sequence[Level]],
        now: float,
        rank: int | None = None,
    ):
        self.chains, self.originals = _copies(chains, now)
        self.began = self.now = now
        self.said = defaultdict(dict)  # by each level, of each text: its opening
        self.rank = rank  # only these texts are counted
        self.ready: dict[Kind, list] = {}  # heaps of lots, the oldest text first
        self.asleep: list = []  # heap of lots, by when they wake
        self.served = defaultdict(float)  # segments that each sender had
        self.turn = 0.0  # what the sender whose turn it was had had
        self.ends: dict[Hashable, float] = {}
        self.waited = Counter()
        self.curve = [(now, 0)]
        self.texts = self.segments = self.left_over = self.still = 0
        self.grain = 1
        self._numbers = count()

    def go(self, lots: Sequence[Lot]) -> None:
        """Let these texts leave, until all that are counted have or never will."""
        kinds = len({lot.kind for lot in lots})
        self.grain = ceil(sum(lot.size for lot in lots) * kinds / LOOKS)
        for lot in lots:
            if self._counts(lot):
                self.texts += lot.size
                self.segments += lot.size * lot.kind.text.segments
            self._queue(lot)
        self.still = self.texts
        for _ in range(MOST_STEPS):
            if not self.still or not self._step():
                break
        self.left_over = self.still
        self._give_up(lots)

    def expect(self, sender: Hashable, per_second: float, text: Text) -> None:
        """Have replies come in steadily, as they do on average.

        The longer the run, the more of them come together, which keeps it short.
        """
        kind = Kind(sender, REPLY, text)
        size = ceil(max(1, (self.now - self.began) * per_second / FEW))
        comes = self.now + size / per_second
        lot = Lot(kind, comes, first=inf, size=size, per_second=per_second)
        self._queue(lot)

    def _counts(self, lot: Lot) -> bool:
        return not lot.per_second and self.rank in (None, lot.kind.rank)

    def _queue(self, lot: Lot) -> None:
        at, rule = lot.wakes(self.now)
        if at > self.now:
            heappush(self.asleep, (at, next(self._numbers), rule, lot))
        else:
            heap = self.ready.setdefault(lot.kind, [])
            heappush(heap, (lot.place, next(self._numbers), lot))

    # ------------------------------------------------------------
    # ONE STEP
    # ------------------------------------------------------------

    def _step(self) -> bool:
        """Let the next text leave, or some equal ones; False when none ever does."""
        self._wake()
        look = self._look()
        if look and look.opening.at <= self.now:
            self._leave(look.kind)
            return True
        return self._wait(look)

    def _wake(self) -> None:
        while self.asleep and self.asleep[0][0] <= self.now:
            lot = heappop(self.asleep)[-1]
            if lot.per_second:
                self.expect(lot.kind.sender, lot.per_second, lot.kind.text)
            self._queue(lot)

    def _look(self) -> Look | None:
        best = None
        for kind in sorted(self.ready, key=_rank):
            if best and best.opening.at <= self.now and best.kind.rank < kind.rank:
                break
            lot = self._head(kind)
            if not lot:
                continue
            opening = self._opening(kind)
            if best is None or opening.at < best.opening.at + _SIDE_BY_SIDE:
                look = Look(kind, opening, self._order(kind, lot))
                if best is None or _goes_before(look, best):
                    best = look
        return best

    def _order(self, kind: Kind, lot: Lot) -> tuple:
        return kind.rank, max(self.served[kind.sender], self.turn), lot.place

    def _opening(self, kind: Kind) -> Opening:
        """As :func:`rate_limit.opens`; a level says the same until it is charged."""
        latest = Opening(self.now)
        for level in self.chains[kind.sender]:
            said = self.said[id(level)]
            opening = said.get(kind.text)
            if opening is None:
                opening = said[kind.text] = level.opens(self.now, kind.text)
            if opening.at > latest.at:
                latest = opening
        return latest

    def _head(self, kind: Kind) -> Lot | None:
        """The first of a kind, after sending those to sleep whose evening came."""
        heap = self.ready[kind]
        while heap and heap[0][-1].closes <= self.now:
            self._queue(heappop(heap)[-1])
        if heap:
            return heap[0][-1]
        del self.ready[kind]
        return None

    def _wait(self, look: Look | None) -> bool:
        """Let the time pass until something may change; False if nothing will."""
        opening = look.opening if look else Opening(inf, "never")
        at, reason = opening.at, (id(opening.level), opening.rule)
        if self.asleep and self.asleep[0][0] <= at:
            at = self.asleep[0][0]
            if not look:
                reason = id(None), self._first_asleep()
        never = at > self.began + HORIZON
        self.waited[reason] += inf if never else at - self.now
        self.now = at
        return not never

    def _first_asleep(self) -> str:
        waits = [entry[:3] for entry in self.asleep if self._counts(entry[-1])]
        return min(waits)[2] if waits else ""

    # ------------------------------------------------------------
    # LEAVING
    # ------------------------------------------------------------

    def _leave(self, kind: Kind) -> None:
        chain, lot = self.chains[kind.sender], heappop(self.ready[kind])[-1]
        copies = self._copies(lot, chain)
        charge(chain, self.now, kind.text, copies=copies)
        for level in chain:
            self.said[id(level)].clear()
        lot.gone += copies
        # Nobody saves up turns: who had none to send begins where the others are.
        self.turn = max(self.served[kind.sender], self.turn)
        self.served[kind.sender] = self.turn + copies * kind.text.segments
        if self._counts(lot):
            self._note(kind, copies, chain)
        if lot.left:
            heappush(self.ready[kind], (lot.place, next(self._numbers), lot))

    def _copies(self, lot: Lot, chain: Sequence[Level]) -> int:
        """How many leave one after another before a limit or the evening stops them."""
        most = lot.left if lot.per_second else min(lot.left, self.grain)
        if most == 1:
            return 1
        rooms = [level.room(self.now, lot.kind.text) for level in chain]
        pace = _pace(chain, lot.kind.text)
        if pace and lot.closes < inf:
            rooms.append(ceil((lot.closes - self.now) / pace))
        return max(1, int(min([most, *rooms])))

    def _note(self, kind: Kind, copies: int, chain: Sequence[Level]) -> None:
        last = self.now + (copies - 1) * _pace(chain, kind.text)
        self.ends[kind.sender] = max(last, self.ends.get(kind.sender, 0.0))
        self.curve.append((self.now, self.curve[-1][1] + copies))
        self.still -= copies

    def _give_up(self, lots: Sequence[Lot]) -> None:
        for lot in lots:
            if lot.left and self._counts(lot):
                self.ends[lot.kind.sender] = inf


def _goes_before(look: Look, other: Look) -> bool:
    apart = look.opening.at - other.opening.at
    if abs(apart) > _SIDE_BY_SIDE:
        return apart < 0
    return look.order < other.order


def _copies(chains, now):
    """(the chains with copies of their levels, {id of a copy: the caller's level})"""
    originals = {id(level): level for chain in chains.values() for level in chain}
    copies = {
        key: replace(level, recent=list(level.recent))
        for key, level in originals.items()
    }
    for level in copies.values():
        level.mend(now)
    ours = {
        sender: [copies[id(level)] for level in chain]
        for sender, chain in chains.items()
    }
    return ours, {id(copies[key]): level for key, level in originals.items()}


def _pace(chain: Sequence[Level], text: Text) -> float:
    """The seconds between such texts, if only the second counts."""
    return max((lv.weight(text) / lv.rate for lv in chain if lv.rate), default=0.0)
