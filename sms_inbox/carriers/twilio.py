"""Twilio: https://www.twilio.com/docs/messaging/api/message-resource

Requests go through the ``twilio`` SDK, over HTTP of our own: see ``twilio_http``.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

from twilio.request_validator import HMAC_SHA1, HMAC_SHA256, RequestValidator
from twilio.rest import Client

from .base import (
    Accepted,
    Carrier,
    InboundText,
    Media,
    OutboundText,
    OwnedNumber,
    StatusReport,
    WebhookRequest,
)
from .errors import (
    AccountUnusable,
    ForgedRequest,
    MalformedRequest,
    OutcomeUnknown,
)
from .twilio_codes import CODES
from .twilio_http import client, only_carrier_errors

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
        with only_carrier_errors():
            message = self._client().messages.create(
                to=text.recipient,
                from_=text.sender,
                body=text.body,
                **options,
            )
            return Accepted(_sid(message.sid), _count(message.num_segments))

    def find(self, text: OutboundText, since: float) -> list[Accepted]:
        with only_carrier_errors():
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
        with only_carrier_errors():
            account = self._client()
            if number.startswith("+"):
                # Twilio's filter matches parts of numbers too.
                rows = account.incoming_phone_numbers.list(phone_number=number)
                return any(row.phone_number == number for row in rows)
            rows = account.short_codes.list(short_code=number)
            return any(row.short_code == number for row in rows)

    def numbers(self) -> list[OwnedNumber]:
        with only_carrier_errors():
            rows = self._client().incoming_phone_numbers.stream()
            return [_owned(row) for row in rows if row.capabilities.get("sms")]

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
        return client(self.credentials, self.timeout)

    def _webhook_secret(self, request: WebhookRequest) -> tuple[str, str]:
        """Which secret must have signed: our settings say, not the request alone."""
        if self.credentials.shared_key and _SIGNATURE_SETTINGS in request.headers:
            return self.credentials.shared_key, HMAC_SHA256
        return self.credentials.auth_token, HMAC_SHA1


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


def _owned(row: object) -> OwnedNumber:
    name, url = row.friendly_name or "", row.sms_url or ""
    return OwnedNumber(row.phone_number, row.sid, name, inbound_url=url)


def _sid(sid: object) -> str:
    if not isinstance(sid, str) or not sid:
        raise ValueError("an accepted text without a name")
    return sid


def _count(digits: object) -> int | None:
    """A count that Twilio writes as a string; "0" is "not known yet"."""
    digits = str(digits)
    return int(digits) or None if re.fullmatch(r"[0-9]{1,4}", digits) else None
