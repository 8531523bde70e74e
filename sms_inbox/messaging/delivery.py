"""What a carrier's report does to the state of a text: up, never down.

Reports come in any order and more than once (Twilio gives no ordering guarantee), so a
state only moves up this ladder::

    sending, unknown  <  sent  <  failed  <  undelivered  <  delivered

"Delivered" after a failure is believed: the handset has the text. So it is of a text
that was refused, or proved absent, and is to be sent again.
"""

from typing import Protocol, TypeVar


class Report(Protocol):
    """What a carrier says of a text; ``state`` is one of the ladder, or another."""

    state: str


AnyReport = TypeVar("AnyReport", bound=Report)

# How a text may end without having reached anybody.
FRUITLESS = ("failed", "undelivered", "expired", "unknown")

_RANK = {
    "sending": 0,
    "unknown": 0,
    "absent": 0,
    "sent": 1,
    "refused": 2,
    "failed": 2,
    "undelivered": 3,
    "delivered": 4,
}


def advance(current: str, reported: str) -> str:
    """The state of a text in state ``current`` after a report of ``reported``.

    A state outside the ladder, such as one that the carrier invented since or a text
    that was canceled, moves nothing.
    """
    if current not in _RANK or reported not in _RANK:
        return current
    return reported if _RANK[reported] > _RANK[current] else current


def higher(one: AnyReport | None, other: AnyReport) -> AnyReport:
    """Of two reports on one text the one that counts; of equal ones the first."""
    if one is None:
        return other
    return other if advance(one.state, other.state) != one.state else one
