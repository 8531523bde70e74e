"""The contract between the inbox and whoever carries its texts.

A carrier is one file with one subclass of :class:`Carrier`. It takes and returns the
plain values of :mod:`.values`, knows nothing of Odoo, and may be called from any
thread.

Every failure is one of those in ``errors``; its words hold nothing private (a text, a
number, a secret), so that it can carry none into a log.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping

from .errors import Meaning
from .keywords import Keywords
from .recipients import LineType, OptOut
from .values import (
    Accepted,
    Credentials,
    InboundText,
    Media,
    OutboundText,
    OwnedNumber,
    StatusReport,
    WebhookRequest,
)


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
