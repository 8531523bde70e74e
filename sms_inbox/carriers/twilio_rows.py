"""The rows of Twilio's lists in the contract's words.

https://www.twilio.com/docs/messaging/api/message-resource
https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource
"""

from __future__ import annotations

import re

from .values import InboundText, Media, OwnedNumber, StatusReport

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
# Names what is attached by its place in a list that has yet to be read.
NTH_PICTURE = re.compile(r"/Messages/(\w+)/Media\.json#([0-9]{1,2})$")


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
    """A text that came in.

    What is attached is in a list of its own, one for each text. That is read when it is
    fetched: a day's pictures would take too many requests at once.
    """
    pictures = f"{_HOST}{row.uri.removesuffix('.json')}/Media.json"
    return InboundText(
        carrier_id=row.sid,
        sender=row.from_,
        recipient=row.to,
        # PostgreSQL takes no NUL, so neither do we.
        body=(row.body or "").replace("\0", ""),
        segments=count(row.num_segments),
        media=tuple(Media(f"{pictures}#{n}") for n in range(count(row.num_media) or 0)),
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
        _posted_to(row.sms_url, row.sms_method),
    )


def _inbound_url(row) -> str:
    """An application's addresses stand in place of the number's own."""
    return row.sms_application_sid or _posted_to(row.sms_url, row.sms_method)


def _posted_to(url: str | None, method: str | None) -> str:
    """The address; with the method before it where that is not ours."""
    if url and method and method != "POST":
        return f"{method} {url}"
    return url or ""


def media(row) -> Media:
    """Something attached to a text."""
    return Media(_HOST + row.uri.removesuffix(".json"), row.content_type or "")
