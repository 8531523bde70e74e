"""Whether a number can receive texts, judged from its shape, or from its kind of line.

The numbering plans of most countries give mobile phones ranges of their own. North
America's and Mexico's do not: there, only the carrier can tell (:func:`looked_up`).
"""

from __future__ import annotations

from typing import NamedTuple

import phonenumbers
from phonenumbers import PhoneNumberType

from . import numbers

TEXTABLE = "textable"  # proven: a text of theirs, or a delivery; never by kind alone
LIKELY = "likely"
UNLIKELY = "unlikely"
NOT_TEXTABLE = "not_textable"
UNKNOWN = "unknown"


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
    mobile_line         the carrier says that it is a mobile phone
    landline            the carrier says that it is a landline
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


# What a carrier tells of a line ("" when it does not know) goes before the shape.
_BY_KIND = {of.line_type: of for of in _BY_LINE.values() if of.line_type} | {
    "mobile": Evidence(LIKELY, "mobile_line", "mobile"),
    "landline": Evidence(UNLIKELY, "landline", "landline"),
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
        return Evidence(NOT_TEXTABLE, "impossible")
    line_type = phonenumbers.number_type(parsed)
    return _BY_LINE.get(line_type, Evidence(UNKNOWN, "unassigned_range"))


def _no_number(number: str) -> Evidence:
    if numbers.is_short_code(number):
        return Evidence(NOT_TEXTABLE, "short_code", "short_code")
    if any(character.isalpha() for character in number):
        return Evidence(NOT_TEXTABLE, "alphanumeric", "alphanumeric")
    return Evidence(NOT_TEXTABLE, "impossible")
