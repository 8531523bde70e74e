"""Look-ups of many numbers, several at a time, at a pace that each account bears.

No result here is a number's fault until its carrier has answered: what was not begun
before the time was over, or before the account said no, comes back as it was.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field

from .base import Carrier
from .errors import CarrierError, OutcomeUnknown, TextRefused, TryLater
from .recipients import LineType

AT_ONCE = 5  # look-ups of one account at the same time
PER_SECOND = 10.0  # look-ups of one account that begin
# So many failures in a row are the carrier's, not the numbers'.
ENOUGH = 5


@dataclass(frozen=True)
class LookUp:
    """A number to ask about, free of any database."""

    key: int
    account_id: int
    carrier: Carrier = field(repr=False)
    number: str = field(repr=False)


@dataclass(frozen=True)
class Answer:
    """``outcome`` is a LineType, a CarrierError, or None: it was not asked about."""

    look_up: LookUp
    outcome: LineType | CarrierError | None


def ask(
    look_ups: Iterable[LookUp],
    seconds: float,
    per_second: float = PER_SECOND,
    clock: Callable[[], float] = time.monotonic,
) -> list[Answer]:
    """What the carriers say, in the order given.

    :param seconds: after which nothing is begun; what is under way is waited for
    """
    end, lanes, waiting = clock() + seconds, {}, []
    with ExitStack() as pools:
        for look_up in look_ups:
            if look_up.account_id not in lanes:
                pool = pools.enter_context(ThreadPoolExecutor(AT_ONCE))
                lane = _Lane(end, 1 / per_second, clock)
                lanes[look_up.account_id] = pool, lane
            pool, lane = lanes[look_up.account_id]
            waiting.append((look_up, pool.submit(lane.ask, look_up)))
        return [Answer(look_up, future.result()) for look_up, future in waiting]


class _Lane:
    """One account: when its next look-up may begin, and whether any may."""

    def __init__(self, end: float, distance: float, clock: Callable[[], float]):
        self._end = end
        self._distance = distance
        self._clock = clock
        self._lock = threading.Lock()
        self._free_at = clock()
        self._failures = 0
        self._over = threading.Event()

    def ask(self, look_up: LookUp) -> LineType | CarrierError | None:
        wait = self._wait()
        if wait is None or self._over.wait(wait):
            return None
        outcome = _call(look_up)
        self._heed(outcome)
        return outcome

    def _wait(self) -> float | None:
        """Seconds until this one may begin; None if it may not."""
        with self._lock:
            now = self._clock()
            begins = max(now, self._free_at)
            if begins > self._end:
                return None
            self._free_at = begins + self._distance
            return begins - now

    def _heed(self, outcome: LineType | CarrierError) -> None:
        with self._lock:
            failed = isinstance(outcome, TryLater | OutcomeUnknown)
            self._failures = self._failures + 1 if failed else 0
            of_account = isinstance(outcome, CarrierError) and is_of_account(outcome)
            if of_account or self._failures >= ENOUGH:
                self._over.set()


def is_of_account(error: CarrierError) -> bool:
    """Whether an error holds up the account's look-ups, whatever the number."""
    return error.scope == "account"


def is_final(error: CarrierError) -> bool:
    """Whether asking again would bring the same answer."""
    return isinstance(error, TextRefused)


def _call(look_up: LookUp) -> LineType | CarrierError:
    try:
        return look_up.carrier.lookup(look_up.number)
    except CarrierError as error:
        return error
    except Exception:  # a fault of the adapter; its words could quote the number
        return OutcomeUnknown("", "The carrier's answer could not be read.")
