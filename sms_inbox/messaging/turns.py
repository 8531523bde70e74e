"""Whose turn it is among those who share something scarce: theirs who had the least.

Each item belongs to several parties, the wider first: a company, then its number.
Companies take turns, and within a company its numbers, however much each has waiting.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from typing import TypeVar

Item = TypeVar("Item")


class Turns:
    """How much each party had; kept for as long as it shall count."""

    def __init__(self):
        self._had: dict[Hashable, float] = {}

    def note(self, parties: Sequence[Hashable], amount: float) -> None:
        """Note that these parties, the wider first, had so much more."""
        for level, party in enumerate(parties):
            self._had[level, party] = self._of(level, party) + amount

    def in_turn(
        self, items: Iterable[Item], parties_of: Callable[[Item], Sequence[Hashable]]
    ) -> Iterator[Item]:
        """The items, each time the next of those who had the least so far.

        Of one party's items the earlier given comes first. What is noted between two
        items counts for the second.
        """
        queues: dict[tuple[Hashable, ...], deque[Item]] = {}
        for item in items:
            queues.setdefault(tuple(parties_of(item)), deque()).append(item)
        for parties in queues:
            self.note(parties, 0)  # a newcomer begins where the others are
        while queues:
            parties = min(queues, key=self._rank)
            yield queues[parties].popleft()
            if not queues[parties]:
                del queues[parties]

    def _rank(self, parties: Sequence[Hashable]) -> list[float]:
        return [self._of(level, party) for level, party in enumerate(parties)]

    def _of(self, level: int, party: Hashable) -> float:
        if (level, party) in self._had:
            return self._had[level, party]
        return min(
            (had for key, had in self._had.items() if key[0] == level), default=0
        )
