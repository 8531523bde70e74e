"""What Telnyx posts: how it is signed, and what it says.

https://developers.telnyx.com/docs/messaging/messages/receiving-webhooks
"""

from __future__ import annotations

import base64
import re
import time
from collections.abc import Iterable
from datetime import datetime, timezone

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from .errors import ForgedRequest, MalformedRequest
from .json_body import json_object
from .values import InboundText, Media, StatusReport, WebhookRequest

MOST_MEDIA = 10
# to[].status of https://developers.telnyx.com/api-reference/messages/retrieve-a-message
_STATES = {
    "queued": "sending",
    "scheduled": "sending",
    "sending": "sending",
    "sent": "sent",
    # final, where a network gives no receipts
    "delivery_unconfirmed": "sent",
    "delivered": "delivered",
    "read": "delivered",
    "delivery_failed": "undelivered",
    "sending_failed": "failed",
    "expired": "failed",
    "cancelled": "failed",
}
_REPORTS = ("message.sent", "message.finalized")
_SIGNATURE = "telnyx-signature-ed25519"
_TIMESTAMP = "telnyx-timestamp"
# autoresponse_type: what Telnyx took a text for, and has answered
_KEYWORDS = {"STOP": "stop", "START": "start", "HELP": "help"}
_OLDEST = 300  # seconds, what Telnyx's own libraries allow


# ------------------------------------------------------------
# Signatures
# ------------------------------------------------------------


def verify(request: WebhookRequest, public_keys: Iterable[str]) -> None:
    """Returns when one of the keys' owners signed the request, 300 s ago at most.

    Signed is the moment, a bar and the raw body, by Ed25519.

    :param public_keys: base64 of 32 bytes, as Telnyx's portal shows them
    :raises ForgedRequest: in every other case
    """
    keys = [key for secret in public_keys if (key := _public_key(secret))]
    signature = request.headers.get(_SIGNATURE)
    moment = request.headers.get(_TIMESTAMP, "")
    if not keys:
        raise ForgedRequest("There is no public key to check with.", "no_secret")
    if not signature:
        raise ForgedRequest("The request is not signed.", "unsigned")
    if not any(_signed(key, signature, moment, request.body) for key in keys):
        raise ForgedRequest("The signature is wrong.")
    if not _is_fresh(moment):
        raise ForgedRequest("The signature is too old, or too new.", "stale")


def _public_key(secret: str) -> Ed25519PublicKey | None:
    try:
        raw = base64.b64decode(secret.strip(), validate=True)
        return Ed25519PublicKey.from_public_bytes(raw)
    except ValueError:
        return None


def _signed(key: Ed25519PublicKey, signature: str, moment: str, body: bytes) -> bool:
    try:
        given = base64.b64decode(signature, validate=True)
        key.verify(given, moment.encode() + b"|" + body)
    except (InvalidSignature, ValueError):
        return False
    return True


def _is_fresh(moment: str) -> bool:
    if not re.fullmatch(r"[0-9]{1,12}", moment):
        return False
    return abs(time.time() - int(moment)) <= _OLDEST


# ------------------------------------------------------------
# What is said
# ------------------------------------------------------------


def items(request: WebhookRequest) -> list[InboundText | StatusReport]:
    """The text or the report in a verified request; of other events, nothing.

    :raises MalformedRequest: when what makes a text or a report is absent
    """
    event, message = _event(request)
    if event == "message.received":
        return [_inbound(message)]
    return [report(message)] if event in _REPORTS else []


def report(message: dict) -> StatusReport:
    """What Telnyx's object of a text says became of it.

    :raises MalformedRequest: when it says nothing
    """
    status = _needed(_first(message.get("to")).get("status"), "status")
    code = _first(message.get("errors")).get("code")
    return StatusReport(
        carrier_id=_needed(message.get("id"), "id"),
        state=_STATES.get(status, "unknown"),
        error_code=str(code or ""),
        raw=message,
        status=status,
    )


def count(parts: object) -> int | None:
    """A count of segments, where it is one."""
    return parts if isinstance(parts, int) and 0 < parts < 1000 else None


def _event(request: WebhookRequest) -> tuple[str, dict]:
    """(what happened, the text that it happened to)."""
    data = json_object(request).get("data")
    payload = data.get("payload") if isinstance(data, dict) else None
    if not isinstance(payload, dict) or not data.get("event_type"):
        raise MalformedRequest("data.payload is missing.")
    return data["event_type"], payload


def _inbound(message: dict) -> InboundText:
    return InboundText(
        carrier_id=_needed(message.get("id"), "id"),
        sender=_needed(_first(message.get("from")).get("phone_number"), "from"),
        recipient=_needed(_first(message.get("to")).get("phone_number"), "to"),
        body=str(message.get("text") or ""),
        segments=count(message.get("parts")),
        media=_media(message.get("media")),
        raw=message,
        at=epoch(message.get("received_at")),
        keyword=_KEYWORDS.get(message.get("autoresponse_type"), ""),
    )


def _first(value: object) -> dict:
    """What Telnyx gives as an object, or as a list of them, of which one counts."""
    if isinstance(value, list):
        value = value[0] if value else None
    return value if isinstance(value, dict) else {}


def _needed(value: object, name: str) -> str:
    if isinstance(value, str) and value:
        return value
    raise MalformedRequest(f"{name} is missing.")


def _media(rows: object) -> tuple[Media, ...]:
    rows = rows if isinstance(rows, list) else []
    urls = [row for row in rows if isinstance(row, dict) and row.get("url")]
    return tuple(
        Media(str(row["url"]), str(row.get("content_type") or ""))
        for row in urls[:MOST_MEDIA]
    )


def epoch(moment: object) -> float | None:
    """A moment in ISO 8601; without a zone it is in UTC."""
    try:
        then = datetime.fromisoformat(str(moment))
    except ValueError:
        return None
    return (then if then.tzinfo else then.replace(tzinfo=timezone.utc)).timestamp()
