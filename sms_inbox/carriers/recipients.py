"""What a carrier tells of somebody's number: what kind of line, and who said stop."""

from __future__ import annotations

from dataclasses import dataclass, field

KINDS = (
    "mobile",
    "landline",
    "voip",  # an internet line; where the carrier tells more, one of the next two
    "fixed_voip",  # at a place, as of offices
    "nonfixed_voip",  # of no place, as of apps
    "toll_free",
    "personal",
    "premium_rate",
    "shared_cost",
    "pager",
    "uan",
    "voicemail",
    "invalid",  # there is no such number
    "",  # the carrier does not tell
)


@dataclass(frozen=True)
class LineType:
    """What kind of line a number is; "" for whatever the carrier does not tell.

    ``kind`` is one of :data:`KINDS`. ``network`` is the name of whoever carries the
    line, in the carrier's words; ``network_code`` is the mobile network code of it;
    ``country`` is an ISO code of two letters.
    """

    kind: str = ""
    network: str = ""
    network_code: str = ""
    country: str = ""


@dataclass(frozen=True)
class OptOut:
    """Somebody wants no texts from one of our numbers, or ("") from all of them.

    ``at`` is since when (seconds since the epoch), where the carrier says so.
    """

    sender: str = field(repr=False)
    recipient: str = field(repr=False)
    at: float | None = None
