"""Who is to be told of new texts at once, and who later, if they have not read them.

At once means on the screens that are open; later means by push or e-mail. Choices by
volume and by hours, and other media, belong here too once there are any.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

PATIENCE = timedelta(minutes=5)  # that texts are unread before anybody is told later
MINUTE = timedelta(minutes=1)


class Reader(NamedTuple):
    """Somebody who answers a thread, and may read it."""

    user: int
    muted: bool = False
    told: bool = False  # later already, in this stretch of unread texts
    planned: bool = False  # to be told later, in this stretch of unread texts


class Told(NamedTuple):
    """Ids of the users that are told of one thread's new texts."""

    now: tuple[int, ...]
    later: tuple[int, ...]


class Unread(NamedTuple):
    """A user's unread texts of one thread, when it is time to tell of them."""

    asks: bool  # the thread still waits for an answer of ours
    theirs: bool  # the user still answers it, and may read it
    muted: bool = False
    wanted: bool = True  # the user's own switch


def of_new_texts(asks: bool, readers: Iterable[Reader]) -> Told:
    """Who is told of new texts in a thread.

    :param asks: whether they ask for an answer. A STOP, a HELP and a mere "Thanks!" do
        not: they are counted as unread, and disturb nobody
    """
    disturbed = [reader for reader in readers if asks and not reader.muted]
    return Told(
        now=tuple(reader.user for reader in disturbed),
        later=tuple(
            reader.user for reader in disturbed if not (reader.told or reader.planned)
        ),
    )


def later_at(now: datetime) -> datetime:
    """When to tell later of texts that came now: a whole minute.

    So all that come within a minute are looked after in one go.
    """
    due = now + PATIENCE
    begun = due.replace(second=0, microsecond=0)
    return begun if begun == due else begun + MINUTE


def is_still_news(unread: Unread) -> bool:
    """Whether it is still worth telling of texts that were not read for a while."""
    return unread.asks and unread.theirs and unread.wanted and not unread.muted


def medium(has_device: bool, has_email: bool) -> str:
    """How to tell somebody who may have no screen open: "push", "email" or ""."""
    if has_device:
        return "push"
    return "email" if has_email else ""
