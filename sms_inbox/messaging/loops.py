"""Texts that go in circles: the same one again and again, or two machines talking."""

from __future__ import annotations

from collections.abc import Sequence

MOST_EQUAL_TEXTS = 20  # to one person in a day
MOST_ANSWERS = 9
WITHIN = 600.0  # seconds
AT_ONCE = 5.0  # seconds; people read before they answer


def is_repeat(equal_texts: int) -> bool:
    """Whether so many equal texts to one person in a day are a mistake.

    :param equal_texts: counting the one that is about to leave
    """
    return equal_texts > MOST_EQUAL_TEXTS


def is_ping_pong(times: Sequence[tuple[float, str]]) -> bool:
    """Whether two machines answer each other.

    So it looks when ten texts of ours within ten minutes each followed within five
    seconds on one of theirs. Twilio stops a pair of numbers after about 30 answers in
    30 seconds (https://www.twilio.com/docs/api/errors/14107); this stops before, and
    sees slower machines too.

    :param times: (epoch seconds, "in" or "out") of one conversation, oldest first
    """
    if not times:
        return False
    begin = times[-1][0] - WITHIN
    answers = [
        at
        for (before, theirs), (at, ours) in zip(times, times[1:], strict=False)
        if (theirs, ours) == ("in", "out") and at - before <= AT_ONCE and at >= begin
    ]
    return len(answers) > MOST_ANSWERS
