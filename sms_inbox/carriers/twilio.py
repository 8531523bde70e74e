"""Twilio: https://www.twilio.com/docs/messaging/api/message-resource

Requests go through the ``twilio`` SDK, over HTTP of our own: see ``twilio_http``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timezone
from urllib.parse import parse_qs, urljoin, urlsplit

from twilio.request_validator import HMAC_SHA1, HMAC_SHA256, RequestValidator
from twilio.rest import Client

from . import twilio_lookup, wire
from . import twilio_rows as rows
from .base import Carrier
from .errors import (
    AccountUnusable,
    ForgedRequest,
    MalformedRequest,
    Meaning,
    OutcomeUnknown,
    TextRefused,
)
from .keywords import USUAL
from .recipients import LineType
from .twilio_codes import CODES, LINE_HINTS
from .twilio_http import client, only_carrier_errors
from .values import (
    Accepted,
    InboundText,
    Media,
    OutboundText,
    OwnedNumber,
    StatusReport,
    WebhookRequest,
)

_SIGNATURE = "X-Twilio-Signature"
_SIGNATURE_SETTINGS = "X-Twilio-Webhooks-Signature-Settings"
_LONGEST_VALIDITY = 36000  # seconds, as long as Twilio's queue is deep
_MOST_MEDIA = 10
_API = ("https", "api.twilio.com")
_PAGE = 100  # texts in one page of the list
_MOST_LISTED = 5 * _PAGE
_ABSENT = "20404"
_DAY = 86400  # seconds
_CLOCKS = 60  # seconds that Twilio's clock and ours may differ
# https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out
_KEYWORDS = {"STOP": "stop", "START": "start", "HELP": "help"}


class Twilio(Carrier):
    """An account at Twilio. ``timeout`` is (connect, read) in seconds."""

    name = "twilio"
    label = "Twilio"
    keywords = USUAL  # of long codes; short codes answer nothing
    inbound_reply = (
        200,
        "text/xml",
        '<?xml version="1.0" encoding="UTF-8"?><Response/>',
    )
    codes = CODES
    line_hints = LINE_HINTS
    # Twilio promises no time after which its list is complete; these are generous.
    finds_after = (30, 120, 600)
    absence_proven_after = 600
    lists_received = True
    sets_webhooks = True
    looks_up = True
    timeout = (5.0, 15.0)
    max_media = _MOST_MEDIA
    max_media_bytes = 5_000_000

    def send(self, text: OutboundText) -> Accepted:
        options = {}
        if text.status_url:
            options["status_callback"] = text.status_url
        if text.media:
            options["media_url"] = list(text.media)
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
            return Accepted(_sid(message.sid), rows.count(message.num_segments))

    def find(self, text: OutboundText, since: float) -> list[Accepted]:
        with only_carrier_errors():
            texts, complete = self._list(text, since - _CLOCKS)
            # A text that comes meanwhile moves others to a page not read yet.
            found = {_sid(row.sid): row for row in texts if _is_of_pair(row, text)}
            oldest_first = sorted(found.values(), key=lambda row: row.date_created)
            listed = [_listed(row, text) for row in oldest_first]
            if not complete and all(each.other_words for each in listed):
                raise OutcomeUnknown("", "Twilio's list is too long to find the text.")
            return listed

    def _list(self, text: OutboundText, since: float) -> tuple[list, bool]:
        """The texts of a pair since then, and whether these are all of them.

        Not filtered by Twilio's DateSent, which a text that waits does not have.
        """
        messages = self._client().messages
        page = messages.page(to=text.recipient, from_=text.sender, page_size=_PAGE)
        texts = list(page)
        # The newest come first, so behind an older one there are only older.
        while page.next_page_url and rows.came_at(texts[-1]) >= since:
            if len(texts) >= _MOST_LISTED:
                return _newer(texts, since), False
            page = page.next_page()
            texts += page
        return _newer(texts, since), True

    def owns(self, number: str) -> bool:
        with only_carrier_errors():
            account = self._client()
            if number.startswith("+"):
                # Twilio's filter matches parts of numbers too.
                found = account.incoming_phone_numbers.list(phone_number=number)
                return any(row.phone_number == number for row in found)
            found = account.short_codes.list(short_code=number)
            return any(row.short_code == number for row in found)

    def numbers(self) -> list[OwnedNumber]:
        with only_carrier_errors():
            account = self._client()
            found = account.incoming_phone_numbers.stream(page_size=_PAGE)
            long = [rows.number(row) for row in found if row.capabilities.get("sms")]
            return long + [rows.short_code(row) for row in account.short_codes.stream()]

    def set_inbound_url(self, owned: OwnedNumber, url: str) -> None:
        """Leaves all that concerns voice as it is.

        Twilio uses no address of a number whose texts an application takes, and that
        of its Messaging Service where it is in one and the service says so.
        """
        with only_carrier_errors():
            account = self._client()
            if owned.kind == "short_code":
                resource = account.short_codes(owned.carrier_id)
                resource.update(sms_url=url, sms_method="POST")
            else:
                resource = account.incoming_phone_numbers(owned.carrier_id)
                resource.update(sms_url=url, sms_method="POST", sms_application_sid="")

    def received(
        self, number: str, since: float, until: float
    ) -> Iterator[InboundText]:
        with only_carrier_errors():
            found = self._client().messages.stream(
                to=number,
                # Twilio filters by whole days in GMT; a day more each way is sure.
                date_sent_after=_day(since - _DAY),
                date_sent_before=_day(until + _DAY),
                page_size=_PAGE,
            )
            for row in found:
                if row.direction == "inbound" and since <= rows.came_at(row) <= until:
                    yield rows.inbound(row)

    def lookup(self, number: str) -> LineType:
        return twilio_lookup.line_type(self._client(), number)

    def report(self, carrier_id: str) -> StatusReport | None:
        try:
            with only_carrier_errors():
                return rows.report(self._client().messages(carrier_id).fetch())
        except TextRefused as refusal:
            if refusal.code == _ABSENT:
                return None  # somebody deleted it at Twilio
            raise

    def fetch(self, media: Media, most: int) -> tuple[str, bytes]:
        http = self._client().http_client
        if match := rows.NTH_PICTURE.search(media.url):
            media = self._nth_picture(*match.groups())
        if _origin(media.url) not in (_API, _origin(self.credentials.api_base_url)):
            raise TextRefused("", "Its address is not Twilio's.", Meaning.MEDIA)
        url = http.rebased(media.url)
        secret = self.credentials.account_sid, self.credentials.auth_token
        found = wire.download(http.session, url, most, self.timeout, secret)
        if found.location:
            # Twilio's store: a signed address, which must not see our credentials
            found = self._from_store(http, url, urljoin(url, found.location), most)
        if found.location:
            raise TextRefused("", "It is not where Twilio said.", Meaning.MEDIA)
        return found.content_type, found.content

    def _nth_picture(self, text_id: str, index: str) -> Media:
        """What the list of texts only counts."""
        with only_carrier_errors():
            pictures = self._client().messages(text_id).media.list()
        if int(index) >= len(pictures):
            gone = "The carrier does not have it any more."
            raise TextRefused("", gone, Meaning.MEDIA)
        return rows.media(pictures[int(index)])

    def _from_store(self, http, asked: str, url: str, most: int) -> wire.Download:
        if _origin(url) == _origin(asked):
            return wire.download(http.session, url, most, self.timeout)
        return wire.download_public(url, most, self.timeout)

    def verify(self, request: WebhookRequest) -> None:
        """As in the contract; either of two secrets may have signed.

        Twilio does not say whether a signature covers the fragment of an address
        ("#rc=3", its connection overrides). None reaches us, so none is tried.
        """
        secrets, algorithm = self._webhook_secrets(request)
        signature = request.headers.get(_SIGNATURE)
        if not secrets:
            raise ForgedRequest("There is no secret to check with.", "no_secret")
        if not signature:
            raise ForgedRequest("The request is not signed.", "unsigned")
        content = _signed_content(request)
        for secret in secrets:
            if _signed(request.url, content, signature, secret, algorithm):
                return
        reason = "other_account" if self._is_for_another(request) else "forged"
        raise ForgedRequest("The signature is wrong.", reason)

    def parse_inbound(
        self, request: WebhookRequest
    ) -> list[InboundText | StatusReport]:
        """A text; or a report, where a Messaging Service has one address for both."""
        values = _values(request)
        if "MessageStatus" in values:
            return self.parse_status(request)
        text = InboundText(
            carrier_id=_needed(values, "MessageSid", "SmsSid", "SmsMessageSid"),
            sender=_needed(values, "From"),
            recipient=_needed(values, "To"),
            body=values.get("Body", ""),
            segments=rows.count(values.get("NumSegments")),
            media=_media(values),
            raw=values,
            keyword=_KEYWORDS.get(values.get("OptOutType", ""), ""),
        )
        return [text]

    def parse_status(self, request: WebhookRequest) -> list[StatusReport]:
        values = _values(request)
        status = _needed(values, "MessageStatus", "SmsStatus")
        report = StatusReport(
            carrier_id=_needed(values, "MessageSid", "SmsSid", "SmsMessageSid"),
            state=rows.STATES.get(status, "unknown"),
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

    def _webhook_secrets(self, request: WebhookRequest) -> tuple[list[str], str]:
        """Which of them must have signed: our settings say, not the request alone."""
        ours = self.credentials
        keys = [key for key in (ours.shared_key, ours.other_shared_key) if key]
        if keys and _SIGNATURE_SETTINGS in request.headers:
            return keys, HMAC_SHA256
        tokens = [token for token in (ours.auth_token, ours.other_auth_token) if token]
        return tokens, HMAC_SHA1

    def _is_for_another(self, request: WebhookRequest) -> bool:
        named = dict(request.form).get("AccountSid")
        return bool(named) and named != self.credentials.account_sid


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
    # What cannot even be read was not signed by Twilio.
    with suppress(ValueError):
        if "bodySHA256" in parse_qs(urlsplit(request.url).query):
            return request.body.decode()
    raise ForgedRequest("The signature does not cover the body.")


def _signed(url: str, content: _Form | str, signature: str, secret: str, algorithm):
    """Whether the secret signed this; compared in constant time."""
    try:
        return RequestValidator(secret).validate(url, content, signature, algorithm)
    except ValueError:
        # A URL that cannot be read was not signed by Twilio.
        return False


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


def _origin(url: str) -> tuple[str, str]:
    """The scheme and the host of an address; empty where it is none."""
    try:
        return urlsplit(url)[:2]
    except ValueError:
        return "", ""


def _newer(texts: list, since: float) -> list:
    """The oldest first."""
    return [text for text in reversed(texts) if rows.came_at(text) >= since]


def _is_of_pair(row, text: OutboundText) -> bool:
    """Whether we sent what is in Twilio's list; its pair was asked for."""
    pair = (row.from_, row.to) == (text.sender, text.recipient)
    return pair and row.direction == "outbound-api"


def _has_other_words(row, text: OutboundText) -> bool:
    """Twilio lists what it sent: on trial it puts a sentence of its own before it.

    Smart encoding and shorter links change the words too.
    """
    return (row.body or "") != text.body


def _listed(row, text: OutboundText) -> Accepted:
    return Accepted(
        row.sid,
        rows.count(row.num_segments),
        (rows.report(row),),
        _has_other_words(row, text),
    )


def _sid(sid: object) -> str:
    if not isinstance(sid, str) or not sid:
        raise ValueError("an accepted text without a name")
    return sid


def _day(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, timezone.utc).date().isoformat()
