"""Everyone who can carry a text, by name, and the values that all of them speak."""

from .base import Carrier
from .errors import (
    DAY_ZONE,
    AccountUnusable,
    CarrierError,
    ForgedRequest,
    MalformedRequest,
    Meaning,
    OutcomeUnknown,
    Refused,
    SenderMisconfigured,
    TextRefused,
    TryLater,
    WebhookError,
)
from .keywords import TOLL_FREE, USUAL, Keywords
from .recipients import LineType, OptOut
from .sandbox import Sandbox
from .telnyx import Telnyx
from .twilio import Twilio
from .values import (
    Accepted,
    Credentials,
    InboundText,
    Media,
    OutboundText,
    OwnedNumber,
    Part,
    StatusReport,
    WebhookRequest,
)

__all__ = [
    "CARRIERS",
    "DAY_ZONE",
    "TOLL_FREE",
    "USUAL",
    "Accepted",
    "AccountUnusable",
    "Carrier",
    "CarrierError",
    "Credentials",
    "ForgedRequest",
    "InboundText",
    "Keywords",
    "LineType",
    "MalformedRequest",
    "Meaning",
    "Media",
    "OptOut",
    "OutboundText",
    "OutcomeUnknown",
    "OwnedNumber",
    "Part",
    "Refused",
    "SenderMisconfigured",
    "StatusReport",
    "TextRefused",
    "TryLater",
    "WebhookError",
    "WebhookRequest",
    "get",
]

CARRIERS: dict[str, type[Carrier]] = {
    carrier.name: carrier for carrier in (Sandbox, Twilio, Telnyx)
}


def get(name: str) -> type[Carrier]:
    """The carrier of that name; :raises KeyError: when there is none."""
    return CARRIERS[name]
