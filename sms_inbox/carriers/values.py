"""The plain values that the inbox and a carrier hand to each other.

What is private (a text, a number, a secret) stays out of every ``repr``, so that none
can carry it into a log.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field


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
    knows already. ``other_words`` says that what :meth:`.Carrier.find` gave has not the
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
