"""Telnyx: https://developers.telnyx.com/api-reference/messages/send-a-message

A messaging profile groups numbers at Telnyx, and has the one address to which what
comes in for any of them is posted:
https://developers.telnyx.com/docs/messaging/messages/messaging-profiles-overview
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote, urlsplit

from . import telnyx_events as events
from . import wire
from .base import Carrier
from .errors import (
    AccountUnusable,
    MalformedRequest,
    Meaning,
    OutcomeUnknown,
    Refused,
    SenderMisconfigured,
    TextRefused,
)
from .json_body import storable
from .keywords import Keywords
from .recipients import LineType, OptOut
from .telnyx_codes import CODES, LINE_HINTS
from .telnyx_http import Api, session
from .values import (
    Accepted,
    InboundText,
    Media,
    OutboundText,
    OwnedNumber,
    StatusReport,
    WebhookRequest,
)

_KINDS = {"longcode": "long_code", "tollfree": "toll_free", "shortcode": "short_code"}
# data.carrier.type of a look-up; "fixed line or mobile" and "unknown" tell nothing.
_LINES = {
    "mobile": "mobile",
    "fixed line": "landline",
    "voip": "voip",
    "toll free": "toll_free",
    "personal number": "personal",
    "premium rate": "premium_rate",
    "shared cost": "shared_cost",
    "pager": "pager",
    "uan": "uan",
    "voicemail": "voicemail",
}
_PAGE = 100
_NOT_FOUND = "10005"
_CARRIER = {"type": "carrier"}


class Telnyx(Carrier):
    """An account at Telnyx. ``timeout`` is (connect, read) in seconds.

    A profile's ID is optional; with one, :meth:`numbers` lists its numbers alone.

    Telnyx takes no validity for a text, and has no list of texts with their words:
    what came in while nobody could take it is lost.
    """

    name = "telnyx"
    label = "Telnyx"
    # https://developers.telnyx.com/docs/messaging/messages/advanced-opt-in-out
    keywords = Keywords(
        stop=frozenset(
            ["STOP", "STOPALL", "STOP ALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT"]
        ),
        start=frozenset({"START", "UNSTOP"}),
        help=frozenset({"HELP", "INFO"}),
    )
    codes = CODES
    line_hints = LINE_HINTS
    finds_after = (30, 120, 600)
    asks_for = {
        "auth_token": "API key",
        "shared_key": "Public key",
        "account_sid": "Messaging profile ID",
    }
    needs = ("auth_token", "shared_key")
    # https://developers.telnyx.com/docs/development/api-fundamentals/idempotency
    repeats_safely = True
    sets_webhooks = True
    looks_up = True
    lists_opt_outs = True
    timeout = (5.0, 15.0)
    max_media = events.MOST_MEDIA
    max_media_bytes = 1_000_000

    # ------------------------------------------------------------
    # Texts out
    # ------------------------------------------------------------

    def send(self, text: OutboundText) -> Accepted:
        message = self._hand_over(text)
        return Accepted(message["id"], events.count(message.get("parts")))

    def find(self, text: OutboundText, since: float) -> list[Accepted]:
        """Hands the text over again; Telnyx answers as it did before, if it did."""
        try:
            message = self._hand_over(text)
        except TextRefused as refusal:
            if refusal.meaning in (Meaning.BUG, Meaning.PERMANENT):
                # Also what Telnyx says when this key came with another body before.
                raise OutcomeUnknown(refusal.code, refusal.text) from None
            raise
        try:
            reports = (events.report(storable(message)),)
        except MalformedRequest:
            reports = ()
        return [Accepted(message["id"], events.count(message.get("parts")), reports)]

    def report(self, carrier_id: str) -> StatusReport | None:
        path = f"messages/{quote(carrier_id, safe='')}"
        try:
            message = _object(self._api().call("GET", path))
            return events.report(storable(message))
        except MalformedRequest:
            raise OutcomeUnknown("", "Telnyx's answer could not be read.") from None
        except Refused as refusal:
            if refusal.code == _NOT_FOUND:
                return None
            raise

    def _hand_over(self, text: OutboundText) -> dict:
        answer = self._api().call(
            "POST", "messages", _outbound(text), idempotency_key=text.uuid
        )
        message = _object(answer)
        if not (isinstance(message.get("id"), str) and message["id"]):
            raise OutcomeUnknown("", "Telnyx's answer could not be read.")
        return message

    # ------------------------------------------------------------
    # Numbers
    # ------------------------------------------------------------

    def owns(self, number: str) -> bool:
        rows = self._list("phone_numbers/messaging", {"filter[phone_number]": number})
        return any(row.get("phone_number") == number for row in rows)

    def numbers(self) -> list[OwnedNumber]:
        """The numbers that can text, of the profile if the account names one.

        https://developers.telnyx.com/api-reference/number-settings/list-phone-numbers-with-messaging-settings
        """
        profile = self.credentials.account_sid
        asked = {"filter[messaging_profile_id]": profile} if profile else {}
        rows = self._list("phone_numbers/messaging", asked)
        profiles = self._list("messaging_profiles", {})
        urls = {str(row.get("id")): row.get("webhook_url") or "" for row in profiles}
        return [_owned(row, urls) for row in rows if _texts(row)]

    def set_inbound_url(self, owned: OwnedNumber, url: str) -> None:
        """Sets the address of the number's profile, and so of all numbers in it.

        https://developers.telnyx.com/api-reference/profiles/update-a-messaging-profile
        """
        number = quote(owned.carrier_id, safe="")
        row = _object(self._api().call("GET", f"phone_numbers/{number}/messaging"))
        profile = row.get("messaging_profile_id")
        if not profile:
            raise SenderMisconfigured("", "The number is in no messaging profile.")
        values = {"webhook_url": url, "webhook_api_version": "2"}
        path = f"messaging_profiles/{quote(str(profile), safe='')}"
        self._api().call("PATCH", path, values)

    def _list(self, path: str, asked: dict) -> list[dict]:
        return list(self._rows(path, asked))

    def _rows(self, path: str, asked: dict) -> Iterator[dict]:
        """Every row of a list; a page is asked for when its turn comes."""
        page, pages = 1, 1
        while page <= pages:
            shown = {"page[number]": page, "page[size]": _PAGE}
            answer = self._api().call("GET", path, params=asked | shown)
            if not isinstance(answer["data"], list):
                raise OutcomeUnknown("", "Telnyx's answer could not be read.")
            yield from (row for row in answer["data"] if isinstance(row, dict))
            pages, page = _pages(answer), page + 1

    # ------------------------------------------------------------
    # Other people's numbers
    # ------------------------------------------------------------

    def lookup(self, number: str) -> LineType:
        """https://developers.telnyx.com/docs/identity/number-lookup"""
        path = f"number_lookup/{quote(number, safe='')}"
        return _line_type(_object(self._api().call("GET", path, params=_CARRIER)))

    def opted_out(self) -> Iterator[OptOut]:
        """Whoever is blocked, for the profile if the account names one.

        https://developers.telnyx.com/api-reference/opt-out-management/list-opt-outs
        """
        profile = self.credentials.account_sid
        asked = {"filter[messaging_profile_id]": profile} if profile else {}
        # or it may give +447766****, which is nobody's number
        asked["redaction_enabled"] = "false"
        for row in self._rows("messaging_optouts", asked):
            if recipient := _words(row.get("to")):
                at = events.epoch(row.get("created_at"))
                yield OptOut(_words(row.get("from")), recipient, at)

    # ------------------------------------------------------------
    # Texts in
    # ------------------------------------------------------------

    def fetch(self, media: Media, most: int) -> tuple[str, bytes]:
        """What is attached, from Telnyx's store; it asks for no credentials.

        It does not stay there:
        https://developers.telnyx.com/docs/messaging/messages/send-receive-mms
        """
        try:
            if self._is_own(media.url):
                found = wire.download(session(), media.url, most, self.timeout)
            else:
                found = wire.download_public(media.url, most, self.timeout)
        except AccountUnusable:
            # The store's word for an address that was good once.
            gone = "The carrier does not have it any more."
            raise TextRefused("", gone, Meaning.MEDIA) from None
        if found.location:
            raise TextRefused("", "It is not where Telnyx said.", Meaning.MEDIA)
        return found.content_type, found.content

    def verify(self, request: WebhookRequest) -> None:
        secrets = (self.credentials.shared_key, self.credentials.other_shared_key)
        events.verify(request, secrets)

    def parse_inbound(
        self, request: WebhookRequest
    ) -> list[InboundText | StatusReport]:
        """A text; or a report, as a profile has one address for both.

        Of other events, which Telnyx adds as it likes, nothing.
        """
        return events.items(request)

    def parse_status(self, request: WebhookRequest) -> list[StatusReport]:
        items = events.items(request)
        return [item for item in items if isinstance(item, StatusReport)]

    def _api(self) -> Api:
        secret, base_url = self.credentials.auth_token, self.credentials.api_base_url
        return Api(secret, base_url, self.timeout)

    def _is_own(self, url: str) -> bool:
        """Whether an address is at the account's own API address."""
        own = self.credentials.api_base_url
        try:
            return bool(own) and urlsplit(url)[:2] == urlsplit(own)[:2]
        except ValueError:
            return False


# ------------------------------------------------------------
# Values
# ------------------------------------------------------------


def _outbound(text: OutboundText) -> dict:
    """A text as Telnyx takes it: the same for the same text, at any time."""
    values = {"from": text.sender, "to": text.recipient, "use_profile_webhooks": False}
    if text.body:
        values["text"] = text.body
    if text.media:
        values["media_urls"] = list(text.media)
    if text.status_url:
        values["webhook_url"] = text.status_url
    return values


def _object(answer: dict) -> dict:
    if not isinstance(answer["data"], dict):
        raise OutcomeUnknown("", "Telnyx's answer could not be read.")
    return answer["data"]


def _pages(answer: dict) -> int:
    meta = answer.get("meta")
    pages = meta.get("total_pages") if isinstance(meta, dict) else None
    return pages if isinstance(pages, int) else 1


def _line_type(found: dict) -> LineType:
    """What a look-up found; whatever it does not tell, or tells oddly, is ""."""
    carrier = found.get("carrier")
    carrier = carrier if isinstance(carrier, dict) else {}
    kind = _LINES.get(_words(carrier.get("type")), "")
    # the primary network goes before whoever holds the number's block
    network = _words(carrier.get("normalized_carrier")) or _words(carrier.get("name"))
    return LineType(
        kind="invalid" if found.get("valid_number") is False else kind,
        network=network,
        network_code=_words(carrier.get("mobile_network_code")),
        country=_words(found.get("country_code")),
    )


def _words(value: object) -> str:
    """A string as a database can hold it; Telnyx gives some codes as numbers."""
    told = isinstance(value, str | int) and not isinstance(value, bool)
    return storable(str(value)).strip() if told else ""


def _texts(row: dict) -> bool:
    """Whether a number can text; where its features are not told, it may."""
    features = row.get("features")
    return not isinstance(features, dict) or bool(features.get("sms"))


def _owned(row: dict, urls: dict) -> OwnedNumber:
    return OwnedNumber(
        number=str(row.get("phone_number") or ""),
        carrier_id=str(row.get("id") or ""),
        kind=_KINDS.get(str(row.get("type") or "").replace("-", ""), ""),
        inbound_url=urls.get(str(row.get("messaging_profile_id")), ""),
    )
