"""The contract between the inbox and whoever carries its texts.

A carrier is one file with one subclass of :class:`Carrier`. It takes and returns the
plain values below, knows nothing of Odoo, and may be called from any thread.

Every failure is one of those in ``errors``.

What is private (a text, a number, a secret) stays out of every ``repr`` and out of
the words of every error, so that neither can carry it into a log.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field

from .errors import Meaning
from .keywords import Keywords
from .recipients import LineType, OptOut

# ------------------------------------------------------------
# Values
# ------------------------------------------------------------


@dataclass(frozen=True)
class Credentials:
    """What opens one account at a carrier.

    ``shared_key`` is the second secret of carriers that sign webhooks with one. While
    secrets are being changed, webhooks signed with the ``other_`` ones are believed
    too. ``api_base_url`` replaces the carrier's own address; "" leaves it.
    """

    account_sid: str
    auth_token: str = field(repr=False)
    shared_key: str = field(default="", repr=False)
    api_base_url: str = ""
    other_auth_token: str = field(default="", repr=False)
    other_shared_key: str = field(default="", repr=False)


@dataclass(frozen=True)
class OutboundText:
    """One text to hand over; ``uuid`` is the attempt's, also in ``status_url``.

    Numbers are in E.164 with their +, short codes and names as they are, here and
    wherever a number is met; an adapter adds and takes off what its carrier writes.

    Without a ``status_url`` ("") the carrier reports nothing. ``media`` are public
    addresses from which the carrier fetches pictures and the like. ``valid_seconds``
    alone may be less when the same text is handed over again.
    """

    uuid: str
    sender: str = field(repr=False)
    recipient: str = field(repr=False)
    body: str = field(repr=False)
    status_url: str = field(repr=False)
    valid_seconds: int | None = None
    media: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class Media:
    """Something attached to an inbound text, still at the carrier."""

    url: str = field(repr=False)
    content_type: str = ""


@dataclass(frozen=True)
class Part:
    """Which part of a longer text this is: ``index`` of ``total``, from 1.

    Parts of one text share ``reference``, its sender and its recipient; carriers use
    a reference again after some hundred texts.
    """

    reference: str
    index: int
    total: int


@dataclass(frozen=True)
class InboundText:
    """A text that somebody sent us, or one part of it.

    ``at`` is when the carrier got it (seconds since the epoch), where it says so.
    ``keyword`` is what the carrier took it for and has answered ("stop", "start",
    "help"), where it says so.
    """

    carrier_id: str
    sender: str = field(repr=False)
    recipient: str = field(repr=False)
    body: str = field(repr=False)
    segments: int | None = None
    media: tuple[Media, ...] = ()
    raw: dict = field(default_factory=dict, repr=False, hash=False)
    at: float | None = None
    part: Part | None = None
    keyword: str = ""

    @property
    def key(self) -> str:
        """The same for every delivery of the same text."""
        return self.carrier_id

    def to_json(self) -> str:
        """The whole value as a string, for :meth:`from_json`."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, stored: str) -> InboundText:
        """The value that :meth:`to_json` stored."""
        values = json.loads(stored)
        values["media"] = tuple(Media(**media) for media in values["media"])
        values["part"] = values.get("part") and Part(**values["part"])
        return cls(**values)


@dataclass(frozen=True)
class StatusReport:
    """What became of a text of ours.

    ``state`` is one of :data:`STATES`; ``status`` is the carrier's own word for it.
    """

    carrier_id: str
    state: str
    error_code: str = ""
    raw: dict = field(default_factory=dict, repr=False, hash=False)
    status: str = ""

    @property
    def key(self) -> str:
        """The same for every delivery of the same report."""
        return f"{self.carrier_id}:{self.status or self.state}"

    def to_json(self) -> str:
        """The whole value as a string, for :meth:`from_json`."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, stored: str) -> StatusReport:
        """The value that :meth:`to_json` stored."""
        return cls(**json.loads(stored))


STATES = ("sending", "sent", "delivered", "undelivered", "failed", "unknown")


@dataclass(frozen=True)
class Accepted:
    """The carrier has the text.

    ``segments`` is the carrier's count when it gave one; ``reports`` is what it
    knows already. ``other_words`` says that what :meth:`Carrier.find` gave has not the
    same body: it may be the text as the carrier changed it, or another one.

    Where a carrier names each part of a long text, ``carrier_id`` is the first that it
    took. A text of which it took some parts only is accepted too, for a second try
    would repeat those; a report of ``failed`` goes along, with a code of its own that
    means ``PERMANENT``, as some meanings have a text sent again. A report on one part
    counts for the whole text, so one delivered part makes it delivered.
    """

    carrier_id: str
    segments: int | None = None
    reports: tuple[StatusReport, ...] = ()
    other_words: bool = False


@dataclass(frozen=True)
class OwnedNumber:
    """A number that the carrier lists as ours.

    ``inbound_url`` is where the carrier posts its texts to at present; where it uses
    another method, that stands before the address ("GET https://…"). ``carrier_id``
    names it in the carrier's API; ``kind`` is one of "long_code", "toll_free",
    "short_code", or "" where the carrier does not say.
    """

    number: str
    carrier_id: str = ""
    name: str = ""
    kind: str = ""
    inbound_url: str = field(default="", repr=False)


class Headers(Mapping):
    """HTTP headers: names match whatever their case."""

    def __init__(self, headers: Mapping[str, str]):
        self._values = {name.lower(): value for name, value in headers.items()}

    def __getitem__(self, name: str) -> str:
        return self._values[name.lower()]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


@dataclass(frozen=True)
class WebhookRequest:
    """A request as the carrier sent it, before anything interpreted it.

    ``url`` is the public one with its raw query, as the carrier knows it; ``form``
    has every pair of the body in order, repeats and blanks included.
    """

    method: str
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    form: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    body: bytes = field(default=b"", repr=False)

    def __post_init__(self):
        object.__setattr__(self, "headers", Headers(self.headers))


# ------------------------------------------------------------
# The contract
# ------------------------------------------------------------


class Carrier(ABC):
    """One account at one carrier. A new carrier implements the abstract methods.

    ``keywords`` are the words that the carrier acts on and answers by itself on an
    ordinary number; a line may differ and says so itself.
    ``inbound_reply`` is the (status, content type, body) that tells the carrier we
    have an inbound text and that it shall not answer in our name.
    ``has_a_wire`` says that a text goes out through :mod:`wire`, which tells when.
    ``codes`` is what each of its error codes says. Where the codes of refusals and of
    reports are counted apart, the adapter puts a word before them.
    ``line_hints`` is what some of them say of the recipient's line besides:
    "unreachable" (the phone was off, or away) or "gone" (likewise, and the number may
    have been ported or given back).
    ``finds_after`` is how many seconds after a lost answer it makes sense to
    :meth:`find` the text; () where nobody can be asked. What the carrier's list still
    lacks ``absence_proven_after`` seconds later was never taken; with None the list
    proves nothing of what it lacks.
    ``repeats_safely`` says that a text handed over again under the same uuid within a
    day is taken once; :meth:`find` then does just that.
    ``asks_for`` is the carrier's own word for each credential that it has, ``needs``
    are those without which nothing works.
    ``lists_received`` says that :meth:`received` knows what came in while we were
    down, ``sets_webhooks`` that :meth:`set_inbound_url` works, ``looks_up`` that
    :meth:`lookup` does, ``lists_opt_outs`` that :meth:`opted_out` does.
    A text may carry ``max_media`` pictures of ``max_media_bytes`` together.
    """

    name = ""
    label = ""
    max_body_length = 1600
    keywords = Keywords()
    inbound_reply: tuple[int, str, str] = (204, "text/plain", "")
    has_a_wire = True
    codes: Mapping[str, Meaning] = {}
    line_hints: Mapping[str, str] = {}
    finds_after: tuple[int, ...] = ()
    absence_proven_after: int | None = None
    asks_for: Mapping[str, str] = {
        "account_sid": "Account SID",
        "auth_token": "Auth token",
        "shared_key": "Webhook shared key",
    }
    needs: tuple[str, ...] = ("account_sid", "auth_token")
    repeats_safely = False
    lists_received = False
    sets_webhooks = False
    looks_up = False
    lists_opt_outs = False
    max_media = 0
    max_media_bytes = 0

    def __init__(self, credentials: Credentials):
        self.credentials = credentials

    @classmethod
    def meaning(cls, code: str) -> Meaning:
        """What one of the carrier's error codes says.

        A code nobody has listed is ``PERMANENT``: it ends the text, and is no word
        against the number.
        """
        return cls.codes.get(code, Meaning.PERMANENT)

    @abstractmethod
    def send(self, text: OutboundText) -> Accepted:
        """Hands one text over, once; never repeats a request by itself.

        :raises CarrierError: and nothing else
        """

    @abstractmethod
    def find(self, text: OutboundText, since: float) -> list[Accepted]:
        """What the carrier has that could be this text, the oldest first.

        Those are the texts of its own list with the same sender and recipient that
        were created at ``since`` (seconds since the epoch) or later, each with its
        present state as a report. Where the clocks may differ, a little earlier counts
        too. Those with another body come along, marked as ``other_words``, where the
        carrier may have changed it.

        Where the carrier :attr:`repeats_safely`, this hands the text over again, and
        gives the answer. ``TextRefused`` then says that it was not taken before
        either; no other error says anything of that.

        :raises CarrierError: and nothing else; also when the list is too long to
            say that the text is not in it, and where there is none
        """

    @abstractmethod
    def owns(self, number: str) -> bool:
        """The carrier's word that this account holds the number.

        :raises CarrierError: and nothing else
        """

    @abstractmethod
    def numbers(self) -> list[OwnedNumber]:
        """The numbers of this account that can text, in the carrier's order.

        :raises CarrierError: and nothing else
        """

    def set_inbound_url(self, owned: OwnedNumber, url: str) -> None:
        """Has the carrier post the texts that come to a number to ``url``.

        :raises CarrierError: and nothing else
        """
        raise NotImplementedError

    def received(
        self, number: str, since: float, until: float
    ) -> Iterator[InboundText]:
        """The texts that the carrier got for one of our numbers in a time span.

        In no certain order, each with ``at``; epoch seconds, the ends included.

        :raises CarrierError: and nothing else
        """
        raise NotImplementedError

    def lookup(self, number: str) -> LineType:
        """What kind of line somebody's number is; carriers ask money for it.

        :raises CarrierError: and nothing else
        """
        raise NotImplementedError

    def opted_out(self) -> Iterator[OptOut]:
        """Everybody to whom the carrier lets no text of ours pass, in any order.

        :raises CarrierError: and nothing else
        """
        raise NotImplementedError

    def report(self, carrier_id: str) -> StatusReport | None:
        """What has become of a text of ours; None where the carrier cannot tell.

        :raises CarrierError: and nothing else
        """
        return None

    def fetch(self, media: Media, most: int) -> tuple[str, bytes]:
        """(content type, content) of something attached to an inbound text.

        Our credentials go to the carrier's own host alone.

        :param most: bytes; what is larger is refused
        :raises CarrierError: ``TextRefused`` when it will never come
        """
        raise NotImplementedError

    @abstractmethod
    def verify(self, request: WebhookRequest) -> None:
        """Returns when the carrier signed the request.

        :raises ForgedRequest: in every other case
        """

    @abstractmethod
    def parse_inbound(
        self, request: WebhookRequest
    ) -> list[InboundText | StatusReport]:
        """The texts in a verified request, or parts of texts.

        Reports too, where a carrier posts both to one address.

        :raises MalformedRequest: when what makes a text is absent
        """

    @abstractmethod
    def parse_status(self, request: WebhookRequest) -> list[StatusReport]:
        """The reports in a verified request; an unheard-of status is ``unknown``.

        :raises MalformedRequest: when what makes a report is absent
        """
