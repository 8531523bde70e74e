"""Which of our numbers texts somebody first.

Whoever gets a text from a second number of the same company sees a second thread, and
an unknown sender. So the number that a contact knows comes first; after that a number
that looks near, and of those the one with the least to do.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

import phonenumbers

from . import numbers


class Sender(NamedTuple):
    """One number of ours, as somebody who wants to text one contact sees it."""

    key: Hashable
    number: str
    known: bool = False  # it texted with this contact last
    mine: bool = False  # the user answers it
    healthy: bool = True
    seconds_to_drain: float = 0.0  # until what it has queued has left


def choose(senders: Sequence[Sender], recipient: str) -> Sender | None:
    """The number to text this recipient from; None when none is healthy.

    A healthy one that the contact knows; else one of the user's, of the recipient's
    country, of the recipient's area, the least loaded. Between equals the first one
    given.
    """
    healthy = [sender for sender in senders if sender.healthy]
    return min(
        healthy, key=lambda sender: _strangeness(sender, recipient), default=None
    )


def spread(
    senders: Sequence[Sender],
    recipients: Iterable[str],
    seconds_per_text: Mapping[Hashable, float],
) -> dict[str, Hashable]:
    """A sender's key for each recipient of a bulk text, so that all end together.

    Numbers of the recipient's country come first where there are any. Empty when no
    sender is healthy.

    :param seconds_per_text: by sender's key, its segments divided by the rate
    """
    healthy = [sender for sender in senders if sender.healthy]
    load = {sender.key: sender.seconds_to_drain for sender in healthy}
    near: dict[str, list[Sender]] = {}
    result: dict[str, Hashable] = {}
    for recipient in recipients if healthy else ():
        country = _area(recipient)[0]
        if country not in near:
            own = [s for s in healthy if _area(s.number)[0] == country]
            near[country] = own or healthy
        key = min((s.key for s in near[country]), key=load.__getitem__)
        load[key] += seconds_per_text[key]
        result[recipient] = key
    return result


def _strangeness(sender: Sender, recipient: str) -> tuple:
    ours, theirs = _area(sender.number), _area(recipient)
    return (
        not sender.known,
        not sender.mine,
        ours[0] != theirs[0],
        ours != theirs or not ours[1],
        sender.seconds_to_drain,
    )


@lru_cache(maxsize=65536)
def _area(number: str) -> tuple[str, str]:
    """A number's country, and its area code or what stands for one there."""
    parsed = numbers.stored(number)
    if parsed is None:
        return "", ""
    digits = phonenumbers.national_significant_number(parsed)
    length = phonenumbers.length_of_national_destination_code(parsed)
    if parsed.country_code == 1:
        length = 3  # also where phonenumbers does not know the range yet
    return numbers.country(number), digits[:length]
