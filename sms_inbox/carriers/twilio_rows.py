"""The rows of Twilio's lists in the contract's words.

https://www.twilio.com/docs/messaging/api/message-resource
https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource
"""

from __future__ import annotations

import re

from .base import InboundText, Media, OwnedNumber, StatusReport

# https://www.twilio.com/docs/messaging/api/message-resource#message-status-values
STATES = {
    "accepted": "sending",
    "scheduled": "sending",
    "queued": "sending",
    "sending": "sending",
    "sent": "sent",
    "delivered": "delivered",
    "read": "delivered",
    "undelivered": "undelivered",
    "failed": "failed",
    "canceled": "failed",
}
_HOST = "https://api.twilio.com"


def count(digits: object) -> int | None:
    """A count that Twilio writes as a string; "0" is "not known yet"."""
    digits = str(digits)
    return int(digits) or None if re.fullmatch(r"[0-9]{1,4}", digits) else None


def report(row) -> StatusReport:
    """What has become of a text of ours."""
    return StatusReport(
        carrier_id=row.sid,
        state=STATES.get(row.status, "unknown"),
        error_code=str(row.error_code or ""),
        raw={"status": row.status},
        status=row.status or "",
    )


def inbound(row) -> InboundText:
    """A text that came in; its pictures are in a list of their own."""
    pictures = row.media.list() if count(row.num_media) else []
    return InboundText(
        carrier_id=row.sid,
        sender=row.from_,
        recipient=row.to,
        # PostgreSQL takes no NUL, so neither do we.
        body=(row.body or "").replace("\0", ""),
        segments=count(row.num_segments),
        media=tuple(_media(picture) for picture in pictures),
        raw={"status": row.status},
        at=came_at(row),
    )


def came_at(row) -> float:
    """When Twilio got a text, in epoch seconds."""
    return row.date_created.timestamp()


def number(row) -> OwnedNumber:
    """A phone number; its kind is not said."""
    return OwnedNumber(
        row.phone_number, row.sid, row.friendly_name or "", "", _inbound_url(row)
    )


def short_code(row) -> OwnedNumber:
    """A short code."""
    return OwnedNumber(
        row.short_code,
        row.sid,
        row.friendly_name or "",
        "short_code",
        row.sms_url or "",
    )


def _inbound_url(row) -> str:
    """An application's addresses stand in place of the number's own."""
    return row.sms_application_sid or row.sms_url or ""


def _media(row) -> Media:
    return Media(_HOST + row.uri.removesuffix(".json"), row.content_type or "")
