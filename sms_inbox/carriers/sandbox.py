"""The sandbox: a carrier inside this process that needs no account.

Every text is accepted and delivered, except that

=============  ===========  =====================================================
number         as           what happens
=============  ===========  =====================================================
+15005550001   recipient    refused, 21211: not a number
+15005550002   recipient    refused, 21612: this sender cannot reach it
+15005550003   recipient    refused, 21408: no permission for the country
+15005550004   recipient    refused, 21610: has opted out
+15005550009   recipient    refused, 21614: not a mobile phone
+15005550010   recipient    accepted, then undelivered, 30006
+15005550011   recipient    accepted and delivered, but the answer is lost
+15005550012   recipient    the answer is lost, and the text was never taken
+15005550013   recipient    accepted, then undelivered, 30003: out of reach
a landline     recipient    accepted, then undelivered, 30006
+15005550001   sender       refused, 21212: not a number
+15005550007   sender       refused, 21606: not ours
+15005550008   sender       refused, 21611: its queue is full
=============  ===========  =====================================================

A look-up finds what a number's range tells. Where that does not tell mobile phones
from landlines, as in North America, the last two digits do, so that each kind can be
seen; the line itself behaves as above.

===========  ======================================
ends with    kind of line
===========  ======================================
10           landline
20           internet line at a place
30           internet line of no place
40           the carrier does not know
50           there is no such number
all others   mobile phone
===========  ======================================

Up to 09 these are the numbers and codes of Twilio's test credentials:
https://www.twilio.com/docs/iam/test-credentials
"""

from __future__ import annotations

import base64
import time

import phonenumbers
from phonenumbers import PhoneNumberType

from .base import Carrier
from .errors import (
    CarrierError,
    ForgedRequest,
    MalformedRequest,
    Meaning,
    OutcomeUnknown,
    TextRefused,
    error,
)
from .recipients import LineType
from .values import (
    Accepted,
    InboundText,
    Media,
    OutboundText,
    OwnedNumber,
    StatusReport,
    WebhookRequest,
)

_SENDERS = {
    "+15005550001": ("21212", Meaning.CONFIG_SENDER, "The sender is not a number."),
    "+15005550007": ("21606", Meaning.CONFIG_SENDER, "The sender is not ours."),
    "+15005550008": ("21611", Meaning.QUEUE_FULL, "The sender's queue is full."),
}
_RECIPIENTS = {
    "+15005550001": ("21211", Meaning.BAD_NUMBER, "There is no such recipient."),
    "+15005550002": (
        "21612",
        Meaning.PERMANENT,
        "This sender cannot reach this recipient.",
    ),
    "+15005550003": ("21408", Meaning.PERMANENT, "That country is not permitted."),
    "+15005550004": ("21610", Meaning.OPT_OUT, "The recipient has opted out."),
    "+15005550009": ("21614", Meaning.LANDLINE, "The recipient is no mobile phone."),
}
_LANDLINE = "+15005550010"
_LANDLINE_CODE = "30006"
_OUT_OF_REACH = "+15005550013"
_OUT_OF_REACH_CODE = "30003"
_NEVER_TAKEN = "+15005550012"
_LOST = ("+15005550011", _NEVER_TAKEN)
_FAILURES = {
    _LANDLINE_CODE: Meaning.LANDLINE,
    _OUT_OF_REACH_CODE: Meaning.RETRY,
}
_CODES = _FAILURES | {
    code: meaning for code, meaning, _ in (*_SENDERS.values(), *_RECIPIENTS.values())
}

# phonenumbers' types in words of ours; what the last digits tell where they do not
_LINES = {
    PhoneNumberType.MOBILE: "mobile",
    PhoneNumberType.FIXED_LINE: "landline",
    PhoneNumberType.TOLL_FREE: "toll_free",
    PhoneNumberType.PREMIUM_RATE: "premium_rate",
    PhoneNumberType.SHARED_COST: "shared_cost",
    PhoneNumberType.PAGER: "pager",
    PhoneNumberType.UAN: "uan",
    PhoneNumberType.VOICEMAIL: "voicemail",
}
_ENDINGS = {
    "10": "landline",
    "20": "fixed_voip",
    "30": "nonfixed_voip",
    "40": "",
    "50": "invalid",
}


class Sandbox(Carrier):
    """The carrier for a first look. ``delay`` is how long a hand-over takes."""

    name = "sandbox"
    label = "Sandbox"
    has_a_wire = False
    codes = _CODES
    line_hints = {_OUT_OF_REACH_CODE: "unreachable"}
    looks_up = True
    finds_after = (1, 5)
    absence_proven_after = 5
    asks_for = {}
    needs = ()
    max_media = 10
    max_media_bytes = 5_000_000
    delay = 0.6  # seconds, so that people see a text on its way

    def send(self, text: OutboundText) -> Accepted:
        time.sleep(self.delay)
        if refusal := _refusal(text):
            raise refusal
        if text.recipient in _LOST:
            raise OutcomeUnknown("", "The sandbox lost its answer.")
        return _accepted(text)

    def find(self, text: OutboundText, since: float) -> list[Accepted]:
        """What :meth:`send` did with the text, or would have done; it keeps no list."""
        if _refusal(text) or text.recipient == _NEVER_TAKEN:
            return []
        return [_accepted(text)]

    def owns(self, number: str) -> bool:
        return True

    def numbers(self) -> list[OwnedNumber]:
        """The sandbox lists none: every number is its own."""
        return []

    def lookup(self, number: str) -> LineType:
        return LineType(_kind(number))

    def fetch(self, media: Media, most: int) -> tuple[str, bytes]:
        """What the Phone screen sent: the address itself is the content (RFC 2397)."""
        head, _comma, content = media.url.partition(";base64,")
        if not head.startswith("data:"):
            raise TextRefused("", "The sandbox has no such file.", Meaning.MEDIA)
        try:
            found = base64.b64decode(content, validate=True)
        except ValueError:
            found = b""
        if not 0 < len(found) <= most:
            raise TextRefused("", "It is empty, or too large.", Meaning.MEDIA)
        return head.removeprefix("data:"), found

    def verify(self, request: WebhookRequest) -> None:
        raise ForgedRequest("The sandbox has no webhooks.")

    def parse_inbound(self, request: WebhookRequest) -> list[InboundText]:
        raise MalformedRequest("The sandbox has no webhooks.")

    def parse_status(self, request: WebhookRequest) -> list[StatusReport]:
        raise MalformedRequest("The sandbox has no webhooks.")


def _refusal(text: OutboundText) -> CarrierError | None:
    refused = _SENDERS.get(text.sender) or _RECIPIENTS.get(text.recipient)
    if not refused:
        return None
    code, meaning, sentence = refused
    return error(meaning, code, sentence)


def _accepted(text: OutboundText) -> Accepted:
    carrier_id = "SB" + text.uuid.replace("-", "")
    state, code = "delivered", ""
    if _is_landline(text.recipient):
        state, code = "undelivered", _LANDLINE_CODE
    elif text.recipient == _OUT_OF_REACH:
        state, code = "undelivered", _OUT_OF_REACH_CODE
    report = StatusReport(carrier_id, state, code, {"status": state}, state)
    return Accepted(carrier_id, reports=(report,))


def _is_landline(number: str) -> bool:
    return number == _LANDLINE or _type(number) == PhoneNumberType.FIXED_LINE


def _kind(number: str) -> str:
    line_type = _type(number)
    if line_type is None:
        return "invalid"
    return _LINES.get(line_type) or _ENDINGS.get(number[-2:], "mobile")


def _type(number: str) -> int | None:
    """What phonenumbers says of a number; None where it is none."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(parsed):
        return None
    return phonenumbers.number_type(parsed)
