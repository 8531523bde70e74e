"""Requests that carriers make, from files: ``tests/unit/payloads/<carrier>/*.json``.

Each file is one request and what is to be read from it::

    about       a sentence
    source      the carrier's page that shows or describes it
    kind        "inbound" or "status": which of the adapter's methods reads it
    url, method, headers
    form        [[name, value], ...], or
    json        what is posted as JSON, or
    body        the same, byte for byte
    items       what each item is to have: "is" (its class) and some of its fields
    malformed   in place of items: words of the error

A request that is here with its signature has "secrets" too, the credentials to check
it with, and "now", where a signature ages. Numbers, ids and texts are invented.
"""

import json
from pathlib import Path
from urllib.parse import urlencode

from carriers.values import WebhookRequest

FOLDER = Path(__file__).parent / "payloads"


def names(carrier):
    """The names of a carrier's files."""
    return sorted(path.stem for path in (FOLDER / carrier).glob("*.json"))


def signed(carrier):
    """The names of those that have their signature."""
    return [name for name in names(carrier) if "secrets" in load(carrier, name)]


def load(carrier, name):
    """What one file says."""
    return json.loads((FOLDER / carrier / f"{name}.json").read_text())


def request(payload):
    """The request of a file, as the controller would hand it on."""
    form = tuple((name, value) for name, value in payload.get("form", ()))
    return WebhookRequest(
        payload.get("method", "POST"),
        payload["url"],
        payload.get("headers", {}),
        form,
        urlencode(form).encode() if form else _body(payload),
    )


def _body(payload):
    if "json" in payload:
        return json.dumps(payload["json"]).encode()
    return payload.get("body", "").encode()
