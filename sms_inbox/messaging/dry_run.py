"""The queue without texts: what leaves when, by the very limits that will hold it.

It serves as the dispatcher does: codes, replies, notices, bulk; within one of these the
company and then the sender that has had the least, and of one sender's texts the
oldest. Many equal texts leave in a few steps, so that 100,000 of them take about a
second; a step is far below a percent of the whole.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import replace
from heapq import heappop, heappush
from itertools import count, groupby
from math import ceil, inf
from operator import attrgetter, itemgetter
from typing import NamedTuple

from .lots import Kind, Lot
from .rate_limit import Level, Opening, Text, charge
from .turns import Turns

LOOKS = 60_000  # at a limit, about: more are slower, fewer are less exact
MOST_STEPS = 4 * LOOKS  # each text that leaves may wait first, so 2 is the least
HORIZON = 400 * 86400  # seconds; what has not left by then never will
REPLY = 1  # their rank
SLOW = 5.0  # segments per second; of a slower number's texts the claim reads two
NOWHERE = (inf, inf)  # behind every place
FEW = 200  # of so many texts, one more or less does not matter
_rank = attrgetter("rank")
_SIDE_BY_SIDE = 1e-3  # seconds; openings this close count as the same moment


class Look(NamedTuple):
    """What one look at the queue found: a kind of text, and when the next leaves."""

    kind: Kind
    opening: Opening
    place: tuple


class DryRun:
    """One dry run: copies of the limits, and what has left so far.

    ``ends`` by sender, ``curve`` of (time, texts gone), ``waited`` by sender for each
    (level, rule) in seconds, ``expired`` by sender: texts that are too late, ``lost``
    by sender: all that do not leave, ``texts`` and ``segments``.
    """

    def __init__(
        self,
        chains: Mapping[Hashable, Sequence[Level]],
        now: float,
        parties: Mapping[Hashable, tuple] | None = None,
        turns_last: float = inf,
    ):
        self.chains, self.originals = _copies(chains, now)
        parties = parties or {}
        self.parties = {key: parties.get(key, (key,)) for key in chains}
        self.began = self.now = now
        self.slow = {key for key, chain in chains.items() if _is_slow(chain)}
        self.said = defaultdict(dict)  # by each level, of each text: its opening
        self.ready: dict[Kind, list] = {}  # heaps of lots, the oldest text first
        self.asleep: list = []  # heap of lots, by when they wake
        self.turns = Turns()  # in segments
        self.turns_last = turns_last  # seconds; then nobody had anything yet
        self.turns_end = now
        self.ends: dict[Hashable, float] = {}
        self.waited = defaultdict(Counter)
        self.expired, self.lost = Counter(), Counter()
        self.curve = [(now, 0)]
        self.texts = self.segments = 0
        self.still = Counter()  # by sender and rank: texts that count and wait
        self.openings: dict[Hashable, Opening] = {}  # by sender, of those, at this look
        self.sleeping: dict[Hashable, tuple] | None = None  # by sender; None = ask
        self.grain = self.fine = 1
        self._numbers = count()

    def go(self, lots: Sequence[Lot]) -> None:
        """Let these texts leave, until all that are counted have or never will."""
        kinds = len({lot.kind for lot in lots})
        self.grain = ceil(sum(lot.size for lot in lots) * kinds / LOOKS)
        for lot in lots:
            if self._counts(lot):
                self.texts += lot.size
                self.segments += lot.size * lot.kind.text.segments
                self.still[lot.kind[:2]] += lot.size
        self.fine = max(1, self.texts // FEW)
        # what one text more in each run comes to, that many come to in many runs
        self.turns_last *= self.grain
        for lot in lots:
            self._queue(lot)
        for _ in range(MOST_STEPS):
            if not self.still.total() or not self._step():
                self._give_up(lots)
                return
        self._reckon(lots)

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
        return lot.counts and not lot.per_second

    def _queue(self, lot: Lot) -> None:
        at, rule = lot.wakes(self.now)
        if at == inf or at >= lot.not_after:
            self._lose(lot, at, (id(None), rule))
        elif at > self.now:
            heappush(self.asleep, (at, next(self._numbers), rule, lot))
            self.sleeping = None
        else:
            heap = self.ready.setdefault(lot.kind, [])
            heappush(heap, (lot.place, next(self._numbers), lot))

    # ------------------------------------------------------------
    # ONE STEP
    # ------------------------------------------------------------

    def _step(self) -> bool:
        """Let the next text leave, or some equal ones; False when none ever does."""
        self._wake()
        if self.now >= self.turns_end:
            self.turns = Turns()
            self.turns_end = self.now + self.turns_last
        look = self._look()
        if look and self._is_open(look):
            self._leave(look.kind)
            return True
        return self._wait(look)

    def _wake(self) -> None:
        while self.asleep and self.asleep[0][0] <= self.now:
            lot = heappop(self.asleep)[-1]
            self.sleeping = None
            if lot.per_second:
                self.expect(lot.kind.sender, lot.per_second, lot.kind.text)
            self._queue(lot)

    def _look(self) -> Look | None:
        """Of the most urgent that may leave now whose turn it is; else who is next."""
        looks, self.openings = [], {}
        for _urgency, kinds in groupby(sorted(self.ready, key=_rank), _rank):
            equals = self._in_sight(filter(None, map(self._look_at, kinds)))
            ready = sorted(filter(self._is_open, equals), key=attrgetter("place"))
            if ready:
                return next(self.turns.in_turn(ready, self._parties_of))
            looks += equals
        return min(looks, key=lambda look: look.opening.at, default=None)

    def _look_at(self, kind: Kind) -> Look | None:
        lot = self._head(kind)
        if not lot:
            return None
        opening = self._opening(kind)
        self._note_opening(kind, opening)
        return Look(kind, opening, lot.place)

    def _in_sight(self, looks: Iterable[Look]) -> list[Look]:
        """Those that the claim sees: of a slow number's texts the first two alone.

        So one short text overtakes a long one that has to wait, but not all of them.
        """
        seen, second = [], {}
        for look in sorted(looks, key=attrgetter("place")):
            sender = look.kind.sender
            if sender in self.slow and look.opening.at < inf:
                if look.place >= second.get(sender, NOWHERE):
                    continue
                is_second = sender in second
                second[sender] = look.place if is_second else self._next(look.kind)
            seen.append(look)
        return seen

    def _next(self, kind: Kind) -> tuple[float, float]:
        """Where the second text of a kind stands."""
        heap = self.ready[kind]
        places = [entry[0] for entry in heap[1:3]]
        if heap[0][-1].left > 1:
            places.append(heap[0][-1].place_after(1))
        return min(places, default=NOWHERE)

    def _is_open(self, look: Look) -> bool:
        return look.opening.at <= self.now + _SIDE_BY_SIDE

    def _parties_of(self, look: Look) -> tuple:
        return self.parties[look.kind.sender]

    def _note_opening(self, kind: Kind, opening: Opening) -> None:
        """Remember the first opening of each sender whose texts count."""
        if self.still[kind[:2]]:
            before = self.openings.get(kind.sender)
            if before is None or opening.at < before.at:
                self.openings[kind.sender] = opening

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
        """The first of a kind, past those whose evening or whose end has come."""
        heap = self.ready[kind]
        while heap and min(heap[0][-1].closes, heap[0][-1].not_after) <= self.now:
            self._queue(heappop(heap)[-1])
        if heap:
            return heap[0][-1]
        del self.ready[kind]
        return None

    def _wait(self, look: Look | None) -> bool:
        """Let the time pass until something may change; False if nothing will."""
        at = min(
            look.opening.at if look else inf,
            self.asleep[0][0] if self.asleep else inf,
        )
        never = at > self.began + HORIZON
        for sender, reason in self._reasons().items():
            self.waited[sender][reason] += inf if never else at - self.now
        self.now = at
        return not never

    def _reasons(self) -> dict[Hashable, tuple[int, str]]:
        """What holds each sender's texts up now: (level, rule)."""
        if self.sleeping is None:
            entries = [entry for entry in self.asleep if self._counts(entry[-1])]
            entries.sort(reverse=True, key=itemgetter(0, 1))
            self.sleeping = {
                lot.kind.sender: (id(None), rule) for _at, _n, rule, lot in entries
            }
        return self.sleeping | {
            sender: (id(opening.level), opening.rule)
            for sender, opening in self.openings.items()
        }

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
        self.turns.note(self.parties[kind.sender], copies * kind.text.segments)
        if self._counts(lot):
            self._note(kind, copies, chain)
        if lot.left:
            heappush(self.ready[kind], (lot.place, next(self._numbers), lot))

    def _copies(self, lot: Lot, chain: Sequence[Level]) -> int:
        """How many leave one after another before anything stops them."""
        most = lot.left if lot.per_second else min(lot.left, self.grain)
        if self._counts(lot):
            most = min(most, self.fine)
        if most == 1:
            return 1
        rooms = [level.room(self.now, lot.kind.text) for level in chain]
        pace = _pace(chain, lot.kind.text)
        stops = min(lot.closes, lot.not_after)
        if pace and stops < inf:
            rooms.append(ceil((stops - self.now) / pace))
        others = [o.at for s, o in self.openings.items() if s != lot.kind.sender]
        if pace and others and min(others) < inf:
            # then it is their turn, and some places too late would matter to a few
            rooms.append(max(self.fine, ceil((min(others) - self.now) / pace)))
        return max(1, int(min([most, *rooms])))

    def _note(self, kind: Kind, copies: int, chain: Sequence[Level]) -> None:
        last = self.now + (copies - 1) * _pace(chain, kind.text)
        self.ends[kind.sender] = max(last, self.ends.get(kind.sender, 0.0))
        self.curve.append((self.now, self.curve[-1][1] + copies))
        self.still[kind[:2]] -= copies

    # ------------------------------------------------------------
    # NOT LEAVING
    # ------------------------------------------------------------

    def _lose(self, lot: Lot, wakes: float, reason: tuple[int, str]) -> None:
        """None of a lot leaves any more: it is too late, or its time never comes."""
        sender = lot.kind.sender
        if self._counts(lot) and lot.left:
            self.still[lot.kind[:2]] -= lot.left
            self.lost[sender] += lot.left
            if lot.not_after < inf:
                self.expired[sender] += lot.left
            else:
                self.ends[sender] = inf
            waits = min(wakes, lot.not_after) - self.now
            if waits > 0:
                self.waited[sender][reason] += waits
        lot.lost += lot.left

    def _give_up(self, lots: Sequence[Lot]) -> None:
        for lot in lots:
            if lot.left and self._counts(lot):
                self.ends[lot.kind.sender] = inf
                self.lost[lot.kind.sender] += lot.left

    def _reckon(self, lots: Sequence[Lot]) -> None:
        """No more steps: the rest goes on as fast as so far, which is only about so."""
        gone = sum(lot.gone for lot in lots if not lot.per_second)
        left = sum(lot.left for lot in lots if not lot.per_second)
        self.now += left * (self.now - self.began) / max(1, gone)
        for (sender, _rank), still in self.still.items():
            if still:
                self.ends[sender] = self.now
        self.curve.append((self.now, self.curve[-1][1] + self.still.total()))


def _is_slow(chain: Sequence[Level]) -> bool:
    some = any(level.network or level.recipients_per_day for level in chain)
    return not some and min((lv.rate for lv in chain if lv.rate), default=inf) < SLOW


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
