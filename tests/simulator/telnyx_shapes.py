"""The JSON in which Telnyx shows a text, a number and an event, and its signature.

https://developers.telnyx.com/api-reference/messages/send-a-message
https://developers.telnyx.com/docs/messaging/messages/receiving-webhooks
"""

import base64
import time
import uuid
from datetime import datetime, timezone

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

FINAL = ("delivered", "delivery_failed", "sending_failed", "delivery_unconfirmed")


def now():
    """This moment in ISO 8601."""
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds")


def outbound(values, profile, parts):
    """A text that was just taken; ``_webhook_url`` is for the simulator alone."""
    return {
        "record_type": "message",
        "direction": "outbound",
        "id": str(uuid.uuid4()),
        "type": "MMS" if values.get("media_urls") else "SMS",
        "messaging_profile_id": profile,
        "from": {"phone_number": values["from"], "carrier": "", "line_type": ""},
        "to": [
            {
                "phone_number": values["to"],
                "status": "queued",
                "carrier": "",
                "line_type": "",
            }
        ],
        "text": values.get("text", ""),
        "media": [
            {"url": url, "content_type": None, "size": None}
            for url in values.get("media_urls", [])
        ],
        "webhook_url": values.get("webhook_url"),
        "encoding": "GSM-7",
        "parts": parts,
        "cost": None,
        "errors": [],
        "received_at": now(),
        "sent_at": None,
        "completed_at": None,
        "valid_until": None,
    }


def inbound(sender, recipient, text, media, profile, parts):
    """A text that somebody sent us."""
    return {
        "record_type": "message",
        "direction": "inbound",
        "id": str(uuid.uuid4()),
        "type": "MMS" if media else "SMS",
        "messaging_profile_id": profile,
        "from": {"phone_number": sender, "carrier": "", "line_type": "Wireless"},
        "to": [{"phone_number": recipient, "status": "webhook_delivered"}],
        "cc": [],
        "text": text,
        "media": media,
        "encoding": "GSM-7",
        "parts": parts,
        "errors": [],
        "received_at": now(),
    }


def event(kind, payload, url):
    """Something that happened to a text."""
    return {
        "data": {
            "event_type": kind,
            "id": str(uuid.uuid4()),
            "occurred_at": now(),
            "payload": payload,
            "record_type": "event",
        },
        "meta": {"attempt": 1, "delivered_to": url},
    }


def error(code, title, pointer=""):
    """https://developers.telnyx.com/development/api-fundamentals/api-errors"""
    source = {"source": {"pointer": pointer}} if pointer else {}
    return {"errors": [{"code": code, "title": title, "detail": title} | source]}


def number(phone, profile, position):
    """A number with its messaging settings; US toll-free ones by their shape."""
    toll_free = phone[:5] in ("+1800", "+1833", "+1844", "+1855", "+1866", "+1877")
    kind = "tollfree" if toll_free else "longcode"
    return {
        "record_type": "messaging_settings",
        "id": str(1293384261075731000 + position),
        "phone_number": phone,
        "messaging_profile_id": profile,
        "type": kind if phone.startswith("+") else "shortcode",
        "features": {"sms": {"domestic_two_way": True}, "mms": None},
    }


def opt_out(ours, theirs, word, profile):
    """A row of the list of opt-outs: from whom, and who gets no more of it."""
    return {
        "from": ours,
        "to": theirs,
        "keyword": word,
        "messaging_profile_id": profile,
        "created_at": str(datetime.now(timezone.utc)),
    }


def line(number, valid=True, country="US", **carrier):
    """What a look-up with type=carrier gives; a mobile phone unless told otherwise."""
    known = {
        "type": "mobile",
        "name": "T-MOBILE USA, INC.",
        "mobile_country_code": "310",
        "mobile_network_code": "260",
        "normalized_carrier": "T-Mobile",
        "error_code": None,
    }
    return {
        "record_type": "number_lookup",
        "phone_number": number,
        "valid_number": valid,
        "country_code": country,
        "caller_name": None,
        "carrier": known | carrier,
        "portability": {"line_type": "mobile", "ported_status": "N"},
        "fraud": None,
    }


def page(rows, query):
    """One page of a list."""
    size = int(query.get("page[size]", 20))
    at = int(query.get("page[number]", 1))
    meta = {
        "total_pages": max(1, -(-len(rows) // size)),
        "total_results": len(rows),
        "page_number": at,
        "page_size": size,
    }
    return {"data": rows[(at - 1) * size : at * size], "meta": meta}


def signed(seed, body, age=0.0):
    """The headers of a body that was signed ``age`` seconds ago."""
    moment = str(int(time.time() - age))
    key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(seed))
    signature = key.sign(moment.encode() + b"|" + body)
    return {
        "Content-Type": "application/json",
        "User-Agent": "telnyx-webhooks",
        "Telnyx-Timestamp": moment,
        "Telnyx-Signature-Ed25519": base64.b64encode(signature).decode(),
    }


def public_key(seed):
    """The public key in the words of Telnyx's portal."""
    key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(seed))
    return base64.b64encode(key.public_key().public_bytes_raw()).decode()
