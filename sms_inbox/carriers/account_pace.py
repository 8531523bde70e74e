"""How many calls at once a carrier's account takes: fewer after each "too many".

Twilio limits the calls that an account has open at a time and answers 429 beyond:
https://www.twilio.com/docs/api/errors/20429. The number halves with each refusal and
grows by one with each answer, as a connection's window does (RFC 5681); in between
nothing is called for a moment, twice as long each time.
"""

import math
import time

from . import back_off
from .errors import Meaning, OutcomeUnknown, Refused
from .values import Accepted

FIRST_PAUSE = 0.1  # seconds
LONGEST_PAUSE = 30.0


class AccountPace:
    """What an account's answers say about how many calls it takes."""

    def __init__(self, most: int, clock=time.monotonic):
        self.most = most
        self.at_once = float(most)
        self.pause_until = 0.0
        self._clock = clock
        self._refusals = 0

    def room(self, in_the_air: int) -> float:
        """How many calls may be added to those that are in the air."""
        if self._clock() < self.pause_until:
            return 0
        if self.at_once >= self.most:
            return math.inf
        return max(0, int(self.at_once) - in_the_air)

    def seconds(self) -> float:
        """Until something may be called again."""
        return max(0.0, self.pause_until - self._clock())

    def heed(self, outcome) -> bool:
        """Learn from an answer.

        :return: whether the account has to slow down because of it
        """
        if _is_about_the_account(outcome):
            return self._slow_down(getattr(outcome, "retry_after", None))
        if isinstance(outcome, Accepted):
            self._refusals = 0
            self.at_once = min(self.most, self.at_once + 1)
        return False

    def _slow_down(self, retry_after: float | None) -> bool:
        if self._clock() < self.pause_until:
            return False  # refused together with the one that was heeded
        self._refusals += 1
        self.at_once = max(1.0, self.at_once / 2)
        pause = back_off.pause(self._refusals, FIRST_PAUSE, LONGEST_PAUSE)
        self.pause_until = self._clock() + max(pause, retry_after or 0.0)
        return True


def _is_about_the_account(outcome) -> bool:
    if isinstance(outcome, Refused):
        return outcome.meaning in (Meaning.SLOW, Meaning.RETRY)
    # what got lost once will get lost again: better a few texts than all of them
    return isinstance(outcome, OutcomeUnknown)
