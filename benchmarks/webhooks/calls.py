"""What carriers would post: signed requests as bytes, ready to be sent.

The shapes and the signatures are the simulator's, which shares no code with the addon.
"""

import json
import uuid
from urllib.parse import urlencode, urlsplit

from tests.simulator import shapes, telnyx_shapes
from tests.simulator.webhooks import signature

PUBLIC = "https://texts.example.com"
ACCOUNT_SID = "AC00000000000000000000000000000001"
AUTH_TOKEN = "12345"
OUR_NUMBER = "+14158990021"
SEED = bytes(range(32)).hex()  # of the key that signs for Telnyx
BODY = "Is my bike ready? I could come by on Thursday after work, at about six."
PEOPLE = 500
FORM = "application/x-www-form-urlencoded; charset=UTF-8"


def telnyx_public_key():
    """The key that the account at Telnyx is to know."""
    return telnyx_shapes.public_key(SEED)


def prepared(kind, path, count, uuids):
    """``count`` fresh requests of a kind, or one for each of the uuids.

    :param path: with a ``{uuid}`` where the request is about a text of ours
    """
    make = {"text": _text, "telnyx": _telnyx, "report": _report}[kind]
    if kind == "report":
        return [make(path.format(uuid=text)) for text in uuids]
    return [make(path, n) for n in range(count)]


def _text(path, n):
    """A text that somebody sent, in Twilio's form."""
    text = {
        "sid": f"SM{uuid.uuid4().hex}",
        "body": BODY,
        "from": _contact(n),
        "to": OUR_NUMBER,
        "num_segments": "1",
        "account_sid": ACCOUNT_SID,
    }
    place = {"FromState": "NY", "FromCity": "NEW YORK", "FromCountry": "US"}
    place |= {"ToState": "CA", "ToCity": "SAN FRANCISCO", "ToZip": "94105"}
    return _form(path, shapes.inbound_form(text, place))


def _report(path):
    """That a text of ours was delivered, in Twilio's form."""
    text = {
        "sid": f"SM{uuid.uuid4().hex}",
        "to": _contact(1),
        "from": OUR_NUMBER,
        "account_sid": ACCOUNT_SID,
    }
    return _form(path, shapes.status_form(text, "delivered", None))


def _telnyx(path, n):
    """A text that somebody sent, in Telnyx's JSON."""
    said = telnyx_shapes.inbound(_contact(n), OUR_NUMBER, BODY, [], "P1", 1)
    event = telnyx_shapes.event("message.received", said, PUBLIC + path)
    body = json.dumps(event).encode()
    return _request(path, body, telnyx_shapes.signed(SEED, body))


def _form(path, pairs):
    signed = signature(AUTH_TOKEN, PUBLIC + path, pairs)
    headers = {
        "Content-Type": FORM,
        "User-Agent": "TwilioProxy/1.1",
        "X-Twilio-Signature": signed,
    }
    return _request(path, urlencode(pairs).encode(), headers)


def _request(path, body, headers):
    """As a proxy in front of Odoo passes it on, over a connection of its own."""
    public = urlsplit(PUBLIC)
    headers = {
        "Host": public.netloc,
        "X-Forwarded-Host": public.netloc,
        "X-Forwarded-Proto": public.scheme,
        "X-Forwarded-For": "203.0.113.7",
        "Connection": "close",
        "Content-Length": str(len(body)),
        **headers,
    }
    lines = [f"POST {path} HTTP/1.1", *(f"{k}: {v}" for k, v in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode() + body


def _contact(n):
    return f"+1212{2000000 + n % PEOPLE}"
