"""Time zones by name, also by the older names that phonenumbers and Odoo still use."""

from __future__ import annotations

from functools import lru_cache
from zoneinfo import ZoneInfo


@lru_cache(maxsize=1024)
def zone(name: str) -> ZoneInfo:
    """The zone of a name such as "America/New_York"; UTC for a name nobody knows.

    Some systems leave out older names ("Asia/Calcutta"); the package ``tzdata`` has
    them. A name that is nowhere must not stop a queue in which others wait as well.
    """
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")


def city(name: str) -> str:
    """What people call a zone: "New York" for "America/New_York"."""
    return name.split("/")[-1].replace("_", " ")
