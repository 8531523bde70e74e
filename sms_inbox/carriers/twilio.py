"""Twilio: https://www.twilio.com/docs/messaging/api/message-resource

Requests go through the ``twilio`` SDK; the HTTP under it is ours (:class:`_Http`),
for four reasons. The SDK's own logs the numbers of every look-up, waits for ever,
drops the ``Retry-After`` of a refusal, and knows no other address than Twilio's.
"""

from __future__ import annotations

import json
import os
import re
from contextlib import contextmanager
from functools import lru_cache
from urllib.parse import parse_qs, urlsplit

import requests
from twilio.http import HttpClient
from twilio.http.response import Response
from twilio.request_validator import HMAC_SHA1, HMAC_SHA256, RequestValidator
from twilio.rest import Client

from . import wire
from .base import (
    Accepted,
    AccountUnusable,
    Carrier,
    CarrierError,
    Credentials,
    ForgedRequest,
    InboundText,
    MalformedRequest,
    Meaning,
    Media,
    OutboundText,
    OutcomeUnknown,
    StatusReport,
    WebhookRequest,
    error,
)

# https://www.twilio.com/docs/api/errors: what a request is told at once, and what a
# status report tells later.
_CODES = {
    Meaning.SLOW: "14107 20429 21611 30001 30017 30022 63018",
    Meaning.DEFER_DAY: "30023 30027 30610 63038",
    Meaning.RETRY: "20503 21730 30003 30008 30410",
    Meaning.UNKNOWN_SENT: "20500",
    Meaning.LANDLINE: "21614 21635 30006",
    Meaning.BAD_NUMBER: "21211 21217 21265 21266",
    # 21408, 21608, 21612 and 30018 say that this pair of numbers or this country does
    # not work, which must not stop the sender for all others. 30004 says "blocked"
    # without saying by whom (a STOP on the toll-free network also reaches us as a
    # text), and 30005 may be a number that was just ported.
    Meaning.PERMANENT: "21408 21608 21612 30004 30005 30018 30640",
    Meaning.OPT_OUT: "21610",
    Meaning.FILTERED: "30007 30450",
    Meaning.CONFIG_SENDER: "21212 21606 21609 21659 21660 21701 21703 21704 21705"
    " 30010 30024 30032 30033 30034 30035",
    Meaning.ACCOUNT: "20003 20005 30002",
    Meaning.MEDIA: "11200 21620 21623 30011 30019",
    Meaning.EXPIRED: "30036",
    Meaning.BUG: "20404 21602 21603 21604 21617 21618 21619 21624 30045 90007",
    Meaning.INFO: "11205 30009 30025 30026 30039 57012",
}
MEANINGS = {
    code: meaning for meaning, codes in _CODES.items() for code in codes.split()
}
_MEANING_OF_STATUS = {
    401: Meaning.ACCOUNT,
    403: Meaning.ACCOUNT,
    429: Meaning.SLOW,
    503: Meaning.RETRY,
}

# https://www.twilio.com/docs/messaging/api/message-resource#message-status-values
_STATES = {
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

_SIGNATURE = "X-Twilio-Signature"
_SIGNATURE_SETTINGS = "X-Twilio-Webhooks-Signature-Settings"
_LONGEST_VALIDITY = 36000  # seconds, as long as Twilio's queue is deep
_MOST_MEDIA = 10


class Twilio(Carrier):
    """An account at Twilio. ``timeout`` is (connect, read) in seconds."""

    name = "twilio"
    label = "Twilio"
    # https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out: long codes.
    # Toll-free numbers answer "stop" and "start" alone, short codes nothing.
    confirms_stop = frozenset({"stop", "start", "help"})
    inbound_reply = (
        200,
        "text/xml",
        '<?xml version="1.0" encoding="UTF-8"?><Response/>',
    )
    timeout = (5.0, 15.0)

    @classmethod
    def meaning(cls, code: str) -> Meaning:
        return MEANINGS.get(code, Meaning.PERMANENT)

    def send(self, text: OutboundText) -> Accepted:
        options = {}
        if text.status_url:
            options["status_callback"] = text.status_url
        if text.valid_seconds is not None:
            seconds = max(1, min(int(text.valid_seconds), _LONGEST_VALIDITY))
            options["validity_period"] = seconds
        with _only_carrier_errors():
            message = self._client().messages.create(
                to=text.recipient,
                from_=text.sender,
                body=text.body,
                **options,
            )
            return Accepted(_sid(message.sid), _count(message.num_segments))

    def owns(self, number: str) -> bool:
        with _only_carrier_errors():
            client = self._client()
            if number.startswith("+"):
                # Twilio's filter matches parts of numbers too.
                rows = client.incoming_phone_numbers.list(phone_number=number)
                return any(row.phone_number == number for row in rows)
            rows = client.short_codes.list(short_code=number)
            return any(row.short_code == number for row in rows)

    def verify(self, request: WebhookRequest) -> None:
        secret, algorithm = self._webhook_secret(request)
        signature = request.headers.get(_SIGNATURE)
        if not secret:
            raise ForgedRequest("This account has no secret to check a signature with.")
        if not signature:
            raise ForgedRequest("The request is not signed.")
        try:
            signed = RequestValidator(secret).validate(
                request.url, _signed_content(request), signature, algorithm
            )
        except ValueError:
            # A URL or a body that cannot even be read was not signed by Twilio.
            signed = False
        if not signed:
            raise ForgedRequest("The signature is wrong.")

    def parse_inbound(self, request: WebhookRequest) -> list[InboundText]:
        values = _values(request)
        text = InboundText(
            carrier_id=_needed(values, "MessageSid", "SmsSid", "SmsMessageSid"),
            sender=_needed(values, "From"),
            recipient=_needed(values, "To"),
            body=values.get("Body", ""),
            segments=_count(values.get("NumSegments")),
            media=_media(values),
            raw=values,
        )
        return [text]

    def parse_status(self, request: WebhookRequest) -> list[StatusReport]:
        values = _values(request)
        status = _needed(values, "MessageStatus", "SmsStatus")
        report = StatusReport(
            carrier_id=_needed(values, "MessageSid", "SmsSid", "SmsMessageSid"),
            state=_STATES.get(status, "unknown"),
            error_code=values.get("ErrorCode", ""),
            raw=values,
            status=status,
        )
        return [report]

    def _client(self) -> Client:
        sid, token = self.credentials.account_sid, self.credentials.auth_token
        # In place of empty ones, the SDK would take those of the environment.
        if not (sid and token and sid.isascii() and token.isascii()):
            raise AccountUnusable("", "The account's SID or its auth token is not set.")
        return _client(self.credentials, self.timeout)

    def _webhook_secret(self, request: WebhookRequest) -> tuple[str, str]:
        """Which secret must have signed: our settings say, not the request alone."""
        if self.credentials.shared_key and _SIGNATURE_SETTINGS in request.headers:
            return self.credentials.shared_key, HMAC_SHA256
        return self.credentials.auth_token, HMAC_SHA1


# ------------------------------------------------------------
# HTTP
# ------------------------------------------------------------


@lru_cache(maxsize=64)
def _client(credentials: Credentials, timeout: tuple[float, float]) -> Client:
    """The one client of these credentials; all threads share its open connections."""
    http = _Http(credentials.api_base_url, timeout)
    return Client(credentials.account_sid, credentials.auth_token, http_client=http)


# Two processes must never read the answers of one socket.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_client.cache_clear)


class _Http(HttpClient):
    """The SDK's HTTP: one attempt, a time-out, no log, and errors in our own words."""

    def __init__(self, base_url: str, timeout: tuple[float, float]):
        super().__init__(logger=None, is_async=False)
        self.base_url = base_url.rstrip("/")
        self.timeout = timeout
        self.session = wire.session()

    def request(
        self,
        method,
        uri,
        params=None,
        data=None,
        headers=None,
        auth=None,
        timeout=None,
        allow_redirects=False,
    ) -> Response:
        """The answer to one request; :raises CarrierError: for all but a 2xx."""
        request = requests.Request(
            method, self._rebased(uri), headers, None, data, params, auth
        )
        answer = wire.exchange(self.session, request, self.timeout)
        if not 200 <= answer.status_code < 300:
            private = [*(data or {}).values(), *(params or {}).values()]
            raise _refusal(answer, private)
        return Response(answer.status_code, answer.text, answer.headers)

    def _rebased(self, uri: str) -> str:
        """The same path and query at our own address, where one is set."""
        if not self.base_url:
            return uri
        parts = urlsplit(uri)
        query = f"?{parts.query}" if parts.query else ""
        return f"{self.base_url}{parts.path}{query}"


@contextmanager
def _only_carrier_errors():
    """Whatever the SDK makes of a 2xx that is not what it expects: outcome unknown."""
    try:
        yield
    except CarrierError:
        raise
    except Exception:
        raise OutcomeUnknown("", "Twilio's answer could not be read.") from None


def _refusal(answer: requests.Response, private: list) -> CarrierError:
    """The error in an answer: https://www.twilio.com/docs/usage/twilios-response"""
    said = _json_object(answer)
    code = str(said.get("code") or "")
    text = said.get("message") or said.get("detail") or said.get("title")
    text = text or f"Twilio answered with HTTP status {answer.status_code}."
    pause = wire.pause(answer) if answer.status_code in (429, 503) else None
    meaning = _meaning(answer.status_code, code, pause)
    return error(meaning, code, _public(str(text), private), pause)


def _meaning(status: int, code: str, pause: float | None) -> Meaning:
    # A 5xx may come from anything between us and Twilio, after Twilio took the text.
    # Only a 503 that names a time is somebody's decision not to.
    if not 400 <= status < 500 and pause is None or status == 408:
        return Meaning.UNKNOWN_SENT
    by_status = _MEANING_OF_STATUS.get(status, Meaning.PERMANENT)
    return MEANINGS.get(code, by_status)


def _json_object(answer: requests.Response) -> dict:
    try:
        said = json.loads(answer.text)
    except ValueError:
        return {}  # a proxy's page, or nothing
    return said if isinstance(said, dict) else {}


def _public(sentence: str, private: list) -> str:
    """Twilio's sentence without what we sent (it quotes numbers and addresses)."""
    for value in private:
        if len(str(value)) >= 8:
            sentence = sentence.replace(str(value), "…")
    return re.sub(r"[+(]*\d[\d().\s-]{5,}\d|\b[A-Z]{2}[0-9a-f]{32}\b", "…", sentence)


# ------------------------------------------------------------
# Webhooks and values
# ------------------------------------------------------------


class _Form(dict):
    """name -> every value, read by the SDK's validator through ``getall``."""

    def __init__(self, pairs):
        super().__init__()
        for name, value in pairs:
            self.setdefault(name, []).append(value)

    def getall(self, name: str) -> list[str]:
        return self[name]


def _signed_content(request: WebhookRequest) -> _Form | str:
    """What the signature covers beside the URL: the form, or a body by its hash."""
    if request.form or not request.body:
        return _Form(request.form)
    if "bodySHA256" not in parse_qs(urlsplit(request.url).query):
        raise ForgedRequest("The signature does not cover the body.")
    return request.body.decode()


def _values(request: WebhookRequest) -> dict[str, str]:
    """The form by name. PostgreSQL takes no NUL, so neither do we."""
    return {name: value.replace("\0", "") for name, value in request.form}


def _needed(values: dict[str, str], *names: str) -> str:
    for name in names:
        if values.get(name):
            return values[name]
    raise MalformedRequest(f"{names[0]} is missing.")


def _media(values: dict[str, str]) -> tuple[Media, ...]:
    return tuple(
        Media(values[f"MediaUrl{i}"], values.get(f"MediaContentType{i}", ""))
        for i in range(_MOST_MEDIA)
        if values.get(f"MediaUrl{i}")
    )


def _sid(sid: object) -> str:
    if not isinstance(sid, str) or not sid:
        raise ValueError("an accepted text without a name")
    return sid


def _count(digits: object) -> int | None:
    """A count that Twilio writes as a string; "0" is "not known yet"."""
    digits = str(digits)
    return int(digits) or None if re.fullmatch(r"[0-9]{1,4}", digits) else None
