"""How many segments a text takes: what carriers meter, limit and charge.

A text that fits the GSM-7 alphabet (3GPP TS 23.038, section 6.2.1) travels as septets;
one character outside it turns the whole text into UTF-16 code units. A text too
long for one segment is joined from parts, each of which gives some room to the
header that joins them (3GPP TS 23.040, section 9.2.3.24). What takes two units (an
escaped character, a surrogate pair) never straddles two parts.
"""

from __future__ import annotations

from typing import NamedTuple

_GSM_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_ESCAPED = frozenset("\f^{}\\[~]|€")
_GSM = _GSM_BASIC | _GSM_ESCAPED


class Encoding(NamedTuple):
    """An alphabet's name and its room, in units, per segment."""

    name: str
    alone: int
    joined: int
    joined_toll_free: int  # US and Canada; https://epicmessages.com/?p=1472


GSM_7 = Encoding("GSM-7", 160, 153, 152)
UCS_2 = Encoding("UCS-2", 70, 67, 66)


def encoding(text: str) -> Encoding:
    """The encoding a carrier picks for a text."""
    return GSM_7 if _GSM.issuperset(text) else UCS_2


def count(text: str, toll_free: bool = False) -> int:
    """The number of segments of a text; an empty one is still one.

    :param toll_free: from a toll-free number, whose parts are one unit shorter
    """
    coding = encoding(text)
    wide = _wide_characters(text, coding)
    if len(text) + sum(wide) <= coding.alone:
        return 1
    room = coding.joined_toll_free if toll_free else coding.joined
    if not any(wide):
        return -(-len(text) // room)
    return _parts(wide, room)


def _wide_characters(text: str, coding: Encoding) -> list[bool]:
    """For each character, whether it takes two units."""
    if coding is GSM_7:
        return [character in _GSM_ESCAPED for character in text]
    return [character > "\uffff" for character in text]


def _parts(wide: list[bool], room: int) -> int:
    parts, used = 1, 0
    for is_wide in wide:
        used += 1 + is_wide
        if used > room:
            parts, used = parts + 1, 1 + is_wide
    return parts
