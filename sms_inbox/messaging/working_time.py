"""Time as a team works it: how much of it passed, and when so much of it has passed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

Span = tuple[datetime, datetime]


def worked(spans: Sequence[Span], begin: datetime, end: datetime) -> timedelta:
    """How much of the time between two moments lies in spans of work.

    :param spans: begin and end of each, in order and apart from each other
    """
    parts = (min(end, stop) - max(begin, start) for start, stop in spans)
    return sum((part for part in parts if part > timedelta()), timedelta())


def after(spans: Sequence[Span], begin: datetime, work: timedelta) -> datetime | None:
    """The moment when so much work has been done since ``begin``.

    None if these spans hold less than that.
    """
    for start, stop in spans:
        first = max(start, begin)
        if stop <= first:
            continue
        if stop - first >= work:
            return first + work
        work -= stop - first
    return None
