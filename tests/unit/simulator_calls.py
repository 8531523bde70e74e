"""Requests to the simulator by hand, without any carrier's code."""

import base64
import json
import urllib.error
import urllib.request
from urllib.parse import urlencode

PUBLIC = "https://texts.example.com"
CALLBACK = f"{PUBLIC}/sms_inbox/twilio/token/status/u-1?x=%2B1"
SENDER, RECIPIENT = "+14155552671", "+12025550143"
MESSAGES = "/2010-04-01/Accounts/{sid}/Messages.json"


def call(simulator, path, form=None, token=None, sid=None):
    """(status, JSON) of one request to the REST API."""
    sid = sid or simulator.account_sid
    given = f"{sid}:{token or simulator.auth_token}".encode()
    request = urllib.request.Request(
        f"{simulator.url}{path.format(sid=sid)}",
        data=urlencode(form).encode() if form is not None else None,
        headers={"Authorization": f"Basic {base64.b64encode(given).decode()}"},
    )
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as failure:
        return failure.code, json.load(failure)


def send(simulator, **changes):
    """(status, JSON) of handing over a text."""
    form = {"To": RECIPIENT, "From": SENDER, "Body": "Hi there"} | changes
    return call(simulator, MESSAGES, form)
