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
import twilio.rest.api  # noqa: F401 - else it is loaded while the first text waits
from twilio.http import HttpClient
from twilio.http.response import Response
from twilio.request_validator import HMAC_SHA1, HMAC_SHA256, RequestValidator
from twilio.rest import Client

from . import wire
from .base import (
    Accepted,
    Carrier,
    Credentials,
    InboundText,
    Media,
    OutboundText,
    StatusReport,
    WebhookRequest,
)
from .errors import (
    AccountUnusable,
    CarrierError,
    ForgedRequest,
    MalformedRequest,
    Meaning,
    OutcomeUnknown,
    error,
)
from .twilio_codes import CODES

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
_PAGE = 100  # texts in one page of the list
_MOST_LISTED = 5 * _PAGE
_CLOCKS = 60  # seconds that Twilio's clock and ours may differ


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
    codes = CODES
    # Twilio promises no time after which its list is complete; these are generous.
    finds_after = (30, 120, 600)
    absence_proven_after = 600
    timeout = (5.0, 15.0)

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

    def find(self, text: OutboundText, since: float) -> list[Accepted]:
        with _only_carrier_errors():
            rows, complete = self._list(text, since - _CLOCKS)
            # A text that comes meanwhile moves others to a page not read yet.
            same = {_sid(row.sid): row for row in rows if _is_copy(row, text)}
            if not same and not complete:
                raise OutcomeUnknown("", "Twilio's list is too long to find the text.")
            oldest_first = sorted(same.values(), key=lambda row: row.date_created)
            return [_listed(row) for row in oldest_first]

    def _list(self, text: OutboundText, since: float) -> tuple[list, bool]:
        """The texts of a pair since then, and whether these are all of them.

        Not filtered by Twilio's DateSent, which a text that waits does not have.
        """
        messages = self._client().messages
        page = messages.page(to=text.recipient, from_=text.sender, page_size=_PAGE)
        rows = list(page)
        # The newest come first, so behind an older one there are only older.
        while page.next_page_url and rows[-1].date_created.timestamp() >= since:
            if len(rows) >= _MOST_LISTED:
                return _newer(rows, since), False
            page = page.next_page()
            rows += page
        return _newer(rows, since), True

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
    return CODES.get(code, by_status)


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


def _newer(rows: list, since: float) -> list:
    """The oldest first."""
    return [row for row in reversed(rows) if row.date_created.timestamp() >= since]


def _is_copy(row, text: OutboundText) -> bool:
    """Whether a text in Twilio's list says the same; its pair was asked for."""
    pair = (row.from_, row.to) == (text.sender, text.recipient)
    return pair and row.direction == "outbound-api" and row.body == text.body


def _listed(row) -> Accepted:
    report = StatusReport(
        carrier_id=row.sid,
        state=_STATES.get(row.status, "unknown"),
        error_code=str(row.error_code or ""),
        raw={"status": row.status},
        status=row.status or "",
    )
    return Accepted(row.sid, _count(row.num_segments), (report,))


def _sid(sid: object) -> str:
    if not isinstance(sid, str) or not sid:
        raise ValueError("an accepted text without a name")
    return sid


def _count(digits: object) -> int | None:
    """A count that Twilio writes as a string; "0" is "not known yet"."""
    digits = str(digits)
    return int(digits) or None if re.fullmatch(r"[0-9]{1,4}", digits) else None
