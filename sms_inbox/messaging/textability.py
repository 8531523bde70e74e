"""Whether a number can receive texts: what is known of it, and what follows from that.

What is known are pieces of evidence. Their sources, in rising weight:

=========  ==========================================================================
shape      the number's own range (:func:`offline`)
look_up    a carrier's word for the kind of line (:func:`looked_up`)
delivery   what became of a text to it (:func:`failure`, or that it was delivered)
inbound    a text from it
word       what a person said of it
=========  ==========================================================================

The numbering plans of most countries give mobile phones ranges of their own. North
America's and Mexico's do not: there, only the carrier can tell.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import phonenumbers
from phonenumbers import PhoneNumberType

from . import numbers

TEXTABLE = "textable"  # proven: a text of theirs, or a delivery; never by kind alone
LIKELY = "likely"
UNLIKELY = "unlikely"
NOT_TEXTABLE = "not_textable"
UNKNOWN = "unknown"

SOURCES = ("shape", "look_up", "delivery", "inbound", "word")  # in rising weight
ENOUGH = 3  # texts in a row that did not reach the phone, before that says something
DAY = 86400.0  # seconds
# A number that behaves as if it had moved is looked up again, but not every day.
HINT_PAUSE = 7 * DAY


# ------------------------------------------------------------
# WHAT THE NUMBER ITSELF AND ITS LINE TELL
# ------------------------------------------------------------


class Evidence(NamedTuple):
    """A state, why, and the kind of line ("" when the shape does not tell).

    ``reason`` is an identifier; whoever shows it has the words:

    ==================  ======================================================
    mobile_shape        the range belongs to mobile phones
    landline_shape      the range belongs to landlines (some accept texts)
    shape_undecided     mobile phones and landlines share the range
    toll_free           some toll-free numbers accept texts, some do not
    voip                some internet lines accept texts, some do not
    personal            a number that follows its owner to any kind of line
    unassigned_range    the length is right, no range is known
    premium_rate        the person called earns by the minute
    shared_cost         caller and called share the charge
    pager               a pager
    company_number      one number for a company's many lines (UAN)
    voicemail           a mailbox
    short_code          three to eight digits
    alphanumeric        a sender's name, not a number
    impossible          no number has this length or this country code
    unreadable          what was written cannot be read as a number
    mobile_line         the carrier says that it is a mobile phone
    landline            the carrier says that it is a landline
    fixed_voip          an internet line at a place; some accept texts, some do not
    nonfixed_voip       an internet line of no place, as of apps that take texts
    no_such_number      the carrier says that there is no such number
    ==================  ======================================================
    """

    state: str
    reason: str
    line_type: str = ""


_BY_LINE = {
    PhoneNumberType.MOBILE: Evidence(LIKELY, "mobile_shape", "mobile"),
    PhoneNumberType.FIXED_LINE: Evidence(UNLIKELY, "landline_shape", "landline"),
    PhoneNumberType.FIXED_LINE_OR_MOBILE: Evidence(UNKNOWN, "shape_undecided"),
    PhoneNumberType.TOLL_FREE: Evidence(UNKNOWN, "toll_free", "toll_free"),
    PhoneNumberType.VOIP: Evidence(UNKNOWN, "voip", "voip"),
    PhoneNumberType.PERSONAL_NUMBER: Evidence(UNKNOWN, "personal", "personal"),
    PhoneNumberType.PREMIUM_RATE: Evidence(
        NOT_TEXTABLE, "premium_rate", "premium_rate"
    ),
    PhoneNumberType.SHARED_COST: Evidence(NOT_TEXTABLE, "shared_cost", "shared_cost"),
    PhoneNumberType.PAGER: Evidence(NOT_TEXTABLE, "pager", "pager"),
    PhoneNumberType.UAN: Evidence(NOT_TEXTABLE, "company_number", "uan"),
    PhoneNumberType.VOICEMAIL: Evidence(NOT_TEXTABLE, "voicemail", "voicemail"),
}
_UNASSIGNED = Evidence(UNKNOWN, "unassigned_range")
_SHORT_CODE = Evidence(NOT_TEXTABLE, "short_code", "short_code")
_NAME = Evidence(NOT_TEXTABLE, "alphanumeric", "alphanumeric")
_IMPOSSIBLE = Evidence(NOT_TEXTABLE, "impossible")
UNREADABLE = Evidence(UNKNOWN, "unreadable")
# All that a shape can tell, by its reason.
SHAPES = {
    shape.reason: shape
    for shape in (
        *_BY_LINE.values(),
        *(_UNASSIGNED, _SHORT_CODE, _NAME, _IMPOSSIBLE, UNREADABLE),
    )
}
# Shapes of which a carrier can tell more.
UNDECIDED = ("shape_undecided", "unassigned_range", "voip", "personal")

# What a carrier tells of a line ("" when it does not know) goes before the shape.
_BY_KIND = {of.line_type: of for of in _BY_LINE.values() if of.line_type} | {
    "mobile": Evidence(LIKELY, "mobile_line", "mobile"),
    "landline": Evidence(UNLIKELY, "landline", "landline"),
    "fixed_voip": Evidence(UNKNOWN, "fixed_voip", "voip"),
    "nonfixed_voip": Evidence(LIKELY, "nonfixed_voip", "voip"),
    "invalid": Evidence(NOT_TEXTABLE, "no_such_number"),
}


def looked_up(kind: str) -> Evidence | None:
    """The evidence in a carrier's word for a kind of line; None where it is none."""
    return _BY_KIND.get(kind)


def offline(number: str) -> Evidence:
    """The evidence in a stored number itself, without asking anybody."""
    parsed = numbers.stored(number)
    if parsed is None:
        return _no_number(number)
    if not phonenumbers.is_possible_number(parsed):
        return _IMPOSSIBLE
    return _BY_LINE.get(phonenumbers.number_type(parsed), _UNASSIGNED)


def _no_number(number: str) -> Evidence:
    if numbers.is_short_code(number):
        return _SHORT_CODE
    if any(character.isalpha() for character in number):
        return _NAME
    return _IMPOSSIBLE


# ------------------------------------------------------------
# WHAT WAS SEEN AND SAID OF IT
# ------------------------------------------------------------


class Piece(NamedTuple):
    """One thing that is known of a number, beside its shape.

    ``at`` is since when (epoch seconds), ``by`` who says so, where that matters.

    =========  =======================================================================
    source     kinds
    =========  =======================================================================
    look_up    one of ``carriers.recipients.KINDS``, but for ""
    delivery   delivered; landline, no_number: definitely refused; unreachable: the
               phone was not reached; gone: likewise, and it may have been ported
    inbound    text
    word       can, cannot
    =========  =======================================================================
    """

    source: str
    kind: str
    at: float
    by: str = ""


class Verdict(NamedTuple):
    """A state, why, and which piece of evidence says so.

    ``reason`` is one of :class:`Evidence`, or:

    ================  ==============================================================
    delivered         a text was delivered to it
    texted_us         they texted us
    failed_landline   a text was refused, as it is a landline
    failed_no_number  a text was refused, as there is no such number
    failed_since      likewise, though texts got through before
    unreachable       three texts in a row did not reach the phone
    person_can        a person says that it can be texted
    person_cannot     a person says that it cannot
    ================  ==============================================================
    """

    state: str
    reason: str
    line_type: str = ""
    source: str = "shape"
    at: float = 0.0
    by: str = ""


_FAILURES = {"landline": "landline", "bad_number": "no_number"}
_PROOFS = (("delivery", "delivered"), ("inbound", "text"))
_DEFINITE = (("delivery", "landline"), ("delivery", "no_number"))
_SILENT = (("delivery", "unreachable"), ("delivery", "gone"))
_WORDS = (("word", "can"), ("word", "cannot"))
_REASONS = {
    ("delivery", "delivered"): (TEXTABLE, "delivered"),
    ("inbound", "text"): (TEXTABLE, "texted_us"),
    ("delivery", "landline"): (NOT_TEXTABLE, "failed_landline"),
    ("delivery", "no_number"): (NOT_TEXTABLE, "failed_no_number"),
    ("word", "can"): (TEXTABLE, "person_can"),
    ("word", "cannot"): (NOT_TEXTABLE, "person_cannot"),
}


def failure(meaning: str, hint: str = "") -> str:
    """The kind of evidence in a failed delivery; "" where it says nothing of the line.

    :param meaning: what the carrier's code means (a value of ``carriers.Meaning``)
    :param hint: what the code says of the line besides (``Carrier.line_hints``)
    """
    return _FAILURES.get(meaning) or hint


def decide(shape: Evidence, pieces: Iterable[Piece]) -> Verdict:
    """What follows from all that is known, in whatever order it came.

    A person's word beats everything until the line itself tells otherwise later on: by
    a text that got through, or one that was definitely refused. A text that got
    through beats what was thought before. A refusal is taken back by a later look-up
    that finds a mobile phone, as the number was ported then.
    """
    known = _Known(pieces)
    told = known.told(shape)
    line, word = known.line, known.word
    if word and not (line and line.at > word.at):
        return _verdict(word, told)
    if line and line is known.refusal:
        if not (
            told.source == "look_up" and told.state == LIKELY and told.at > line.at
        ):
            return known.refused(told)
    elif line and len(known.silent) < ENOUGH:
        return _verdict(line, told)
    if len(known.silent) >= ENOUGH and (line or told.state in (LIKELY, UNKNOWN)):
        last = known.silent[-1]
        return Verdict(UNLIKELY, "unreachable", told.line_type, last.source, last.at)
    return told


def remember(pieces: Iterable[Piece]) -> list[Piece]:
    """Those on which what follows can depend, now or with whatever comes later."""
    pieces = list(pieces)
    look_ups = _in_order(piece for piece in pieces if piece.source == "look_up")
    kept = look_ups[-1:]
    for kinds in (_PROOFS[:1], _PROOFS[1:], _DEFINITE, _WORDS):
        kept += _of(pieces, kinds)[-1:]
    for kind in _SILENT:
        kept += _of(pieces, (kind,))[-ENOUGH:]
    return sorted(kept)


def look_up_due(
    shape: Evidence, pieces: Iterable[Piece], asked_at: float | None, seconds: float
) -> float | None:
    """When a carrier is to be asked (again), in epoch seconds; None: it need not be.

    :param asked_at: when it was asked last, whatever it said
    :param seconds: for how long an answer, or a proof, is believed
    """
    known = _Known(pieces)
    hint = known.moved_at
    if hint and hint > (asked_at or 0.0):
        return max(hint, asked_at + HINT_PAUSE) if asked_at else hint
    if shape.reason not in UNDECIDED:
        return None
    told = [piece.at for piece in (known.line, known.word) if piece]
    latest = max([*told, asked_at or 0.0])
    return latest + seconds if latest else 0.0


class _Known:
    """The pieces of evidence, sorted out."""

    def __init__(self, pieces: Iterable[Piece]):
        pieces = list(pieces)
        self.proof = _last(_of(pieces, _PROOFS))
        self.refusal = _last(_of(pieces, _DEFINITE))
        self.word = _last(_of(pieces, _WORDS))
        self.look_up = _last(_in_order(p for p in pieces if p.source == "look_up"))
        since = self.proof.at if self.proof else float("-inf")
        self.silent = [p for p in _of(pieces, _SILENT) if p.at > since]

    @property
    def line(self) -> Piece | None:
        """What the line itself told last."""
        if self.proof and self.refusal:
            later = self.refusal.at > self.proof.at
            return self.refusal if later else self.proof
        return self.proof or self.refusal

    @property
    def moved_at(self) -> float | None:
        """Since when it looks as if the number had been ported, or given away."""
        hints = [piece.at for piece in self.silent if piece.kind == "gone"]
        if self.proof and self.line is self.refusal:
            hints.append(self.refusal.at)
        return max(hints, default=None)

    def told(self, shape: Evidence) -> Verdict:
        """By its kind alone: as a carrier told it, else as its shape tells."""
        evidence = self.look_up and looked_up(self.look_up.kind)
        if not evidence:
            return Verdict(*shape)
        return Verdict(*evidence, "look_up", self.look_up.at, self.look_up.by)

    def refused(self, told: Verdict) -> Verdict:
        verdict = _verdict(self.refusal, told)
        if self.proof:
            return verdict._replace(state=UNLIKELY, reason="failed_since")
        return verdict


def _verdict(piece: Piece, told: Verdict) -> Verdict:
    state, reason = _REASONS[piece.source, piece.kind]
    return Verdict(state, reason, told.line_type, piece.source, piece.at, piece.by)


def _of(pieces: Iterable[Piece], kinds: Iterable[tuple[str, str]]) -> list[Piece]:
    return _in_order(piece for piece in pieces if piece[:2] in kinds)


def _in_order(pieces: Iterable[Piece]) -> list[Piece]:
    """The newest last; of the same moment the weightiest last."""
    return sorted(pieces, key=lambda p: (p.at, SOURCES.index(p.source), p))


def _last(pieces: list[Piece]) -> Piece | None:
    return pieces[-1] if pieces else None
