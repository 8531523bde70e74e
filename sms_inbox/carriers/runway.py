"""Calls to carriers, many at a time, each at its moment and the urgent ones first.

A job waits here from its claim until its slot, for a moment only. Then a thread of its
own calls the carrier. The texts of one limit leave one after the other: each keeps its
distance from the moment at which the one before really went out, not from the one that
was planned for it, so that a busy machine or a slow first connection never makes two of
them come close.
"""

import bisect
import math
import os
import threading
import time
from collections.abc import Callable
from typing import NamedTuple

from . import wire
from .base import Carrier
from .errors import CarrierError, OutcomeUnknown
from .values import OutboundText

# A limit with less distance than this between its texts does not wait for each of them
# to go out: the wait would be longer than the distance.
SHORT = 0.01  # seconds
# A thread takes a text so long before its slot, as it takes a moment to wake up and to
# write the request, and lets it onto the wire at the slot itself.
LEAD = 0.01  # seconds


class Job(NamedTuple):
    """One claimed text on its way to a carrier; plain values, without a database.

    :param rank: how urgent, 0 first
    :param start: its slot, on the clock of ``time.monotonic``
    :param latest: seconds after that; what has not begun by then never does
    :param text_id: for the caller
    :param distances: (limit, seconds that the limit is taken by this text)
    """

    rank: int
    start: float
    attempt_id: int
    account_id: int
    carrier: Carrier
    outbound: OutboundText
    distances: tuple = ()
    latest: float = 2.0
    text_id: int = 0


class Landed(NamedTuple):
    """A job with the carrier's answer or error; None if it never began."""

    job: Job
    outcome: object


class Runway:
    """A pool of threads that hand jobs over; use it in a ``with`` statement."""

    def __init__(self, in_flight: int, clock: Callable[[], float] = time.monotonic):
        self.in_flight = in_flight
        self._clock = clock
        self._changed = threading.Condition()
        self._waiting: list[Job] = []  # the most urgent first
        self._flying: dict[int, tuple[Job, float]] = {}  # by attempt; since when
        self._landed: list[Landed] = []
        # limit -> when the next may leave; infinite while one is leaving
        self._free_at: dict[object, float] = {}
        self._planned: dict[object, float] = {}  # limit -> the same, as it was planned
        self._enough = 4 * in_flight  # landed: time to write them down
        self._closed = False
        self._threads = [
            threading.Thread(target=self._fly, name="sms_inbox", daemon=True)
            for _thread in range(in_flight)
        ]
        self.bell = self._rope = -1  # rings when something landed; for select()

    def __enter__(self):
        self.bell, self._rope = os.pipe()
        os.set_blocking(self.bell, False)
        os.set_blocking(self._rope, False)
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_error):
        with self._changed:
            # what has not begun when a run breaks off never does
            self._landed += [Landed(job, None) for job in self._waiting]
            self._waiting.clear()
            self._closed = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()
        os.close(self.bell)
        os.close(self._rope)

    @property
    def waiting(self) -> int:
        """How many jobs have not begun."""
        return len(self._waiting)

    @property
    def busy(self) -> int:
        """How many jobs are here, whether begun or landed or not."""
        with self._changed:
            return len(self._waiting) + len(self._flying) + len(self._landed)

    def in_the_air(self, account_id: int) -> int:
        """How many jobs of an account are here."""
        with self._changed:
            return sum(job.account_id == account_id for job in self._jobs())

    def oldest(self) -> float:
        """For how many seconds the longest call has been under way."""
        with self._changed:
            now = self._clock()
            return now - min(
                (since for _job, since in self._flying.values()), default=now
            )

    def knows(self, limit: object) -> bool:
        """Whether a text of a limit has left, or is leaving."""
        with self._changed:
            return limit in self._free_at

    def plan(self) -> dict:
        """{limit: when the next of its texts may leave, after those that wait here}"""
        with self._changed:
            plan = {
                limit: at if at < math.inf else self._planned[limit]
                for limit, at in self._free_at.items()
            }
            for job in self._waiting:
                gates = (plan.get(limit, 0.0) for limit, _seconds in job.distances)
                slot = max((job.start, *gates))
                plan |= {limit: slot + seconds for limit, seconds in job.distances}
            return plan

    def gates(self) -> dict:
        """When the next text of each limit may leave, of all that left here."""
        with self._changed:
            return {k: at for k, at in self._free_at.items() if at < math.inf}

    def take(self, jobs: list[Job]) -> None:
        """Accept claimed jobs; each begins at its slot."""
        with self._changed:
            for job in jobs:
                bisect.insort(self._waiting, job, key=_urgency)
            self._changed.notify(len(jobs))

    def landed(self) -> list[Landed]:
        """What has landed since this was asked last."""
        with self._changed:
            landed, self._landed = self._landed, []
            return landed

    def hush(self) -> bool:
        """Stop the bell; whether it had rung."""
        try:
            return bool(os.read(self.bell, 64))
        except BlockingIOError:
            return False

    def call_off(self, account_id: int) -> list[Landed]:
        """The jobs of an account that have not begun; they never will."""
        with self._changed:
            off = [job for job in self._waiting if job.account_id == account_id]
            self._waiting = [j for j in self._waiting if j.account_id != account_id]
            return [Landed(job, None) for job in off]

    # ------------------------------------------------------------
    # THREADS
    # ------------------------------------------------------------

    def _jobs(self):
        yield from self._waiting
        yield from (job for job, _since in self._flying.values())
        yield from (landing.job for landing in self._landed)

    def _fly(self):
        while (next_ := self._next()) is not None:
            self._land(Landed(next_[0], self._call(*next_)))

    def _next(self) -> tuple[Job, float] | None:
        """The most urgent job whose slot has come, and its slot; waits for it.

        None at the end.
        """
        with self._changed:
            while True:
                now, first = self._clock(), math.inf
                for place, job in enumerate(self._waiting):
                    slot = self._slot(job)
                    begins = slot - LEAD if job.carrier.has_a_wire else slot
                    if begins <= now:
                        return self._begin(place, now, max(now, slot))
                    first = min(first, begins)
                if self._closed and not self._waiting:
                    return None
                self._changed.wait(first - now if first < math.inf else None)

    def _slot(self, job: Job) -> float:
        gates = (self._free_at.get(limit, 0.0) for limit, _seconds in job.distances)
        return max((job.start, *gates))

    def _begin(self, place: int, now: float, slot: float) -> tuple[Job, float]:
        job = self._waiting.pop(place)
        self._flying[job.attempt_id] = job, now
        for limit, seconds in job.distances:
            shut = seconds >= SHORT and job.carrier.has_a_wire
            self._planned[limit] = slot + seconds
            self._free_at[limit] = math.inf if shut else slot + seconds
        if self._waiting:
            self._changed.notify()  # somebody has to look after the others
        return job, slot

    def _went_out(self, job: Job) -> None:
        """The request is on the wire: its limits are free again after its distance."""
        with self._changed:
            now = self._clock()
            for limit, seconds in job.distances:
                self._free_at[limit] = now + seconds
            self._changed.notify()

    def _reopen(self, job: Job) -> None:
        """Limits of a job of which only its landing tells that it went out."""
        now = self._clock()
        for limit, seconds in job.distances:
            if self._free_at[limit] == math.inf:
                self._free_at[limit] = now + seconds

    def _call(self, job: Job, slot: float):
        if self._clock() > job.start + job.latest:
            return None
        try:
            with wire.telling(lambda: self._went_out(job), slot):
                return job.carrier.send(job.outbound)
        except CarrierError as error:
            return error
        except Exception:  # a fault of the adapter says nothing of what left
            return OutcomeUnknown("", "The call to the carrier broke off.")

    def _land(self, landing: Landed):
        with self._changed:
            self._reopen(landing.job)
            del self._flying[landing.job.attempt_id]
            if self._waiting:
                self._changed.notify()
            self._landed.append(landing)
            if len(self._landed) in (1, self._enough):
                os.write(self._rope, b".")


def _urgency(job: Job) -> tuple[int, float]:
    return job.rank, job.start
