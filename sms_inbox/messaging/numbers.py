"""What a phone number is: how people write it, store it and show it.

Stored numbers are E.164 with a plus ("+12025550143"). Short codes (3 to 8 digits) and
alphanumeric senders ("ACME") are senders too, but nobody can be texted at one.
"""

from __future__ import annotations

import re
import unicodedata

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, ValidationResult

_NORTH_AMERICA = 1
_SHORT_CODE = re.compile(r"[0-9]{3,8}")


class NumberError(ValueError):
    """This cannot be texted; ``reason`` says why, in one of these words.

    empty, letters, extension, short_code, no_country, unknown_country, no_area_code,
    too_short, too_long, not_a_number.
    """

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


def parse(text: str, country: str | None = None) -> str:
    """The E.164 form of a number that somebody wrote.

    A number is accepted when its length is possible, assigned or not: the tables of
    assigned ranges lag behind the carriers, and lack every range kept for examples.
    What numbering plans rule out for good is refused, see :func:`_check_area_code`.

    :param country: ISO code of the country to assume where the text names none
    :raises NumberError: when it cannot be texted
    """
    text = _visible(text or "").strip()
    if not text:
        raise NumberError("empty")
    number = _parsed(text, country)
    if number.extension:
        raise NumberError("extension")
    if _has_letters(text):
        # Vanity numbers parse, but so does half of a sentence.
        raise NumberError("letters")
    _check_length(number, text)
    _check_area_code(number, text)
    return _e164(number)


def sender(text: str) -> str:
    """An inbound sender as we store it: E.164 where it is a number, else unchanged.

    Carriers that leave out the plus still mean an international number.
    """
    text = text.strip()
    if is_short_code(text) or _has_letters(text):
        return text
    try:
        return parse(text if text.startswith("+") else f"+{text}")
    except NumberError:
        return text


def is_short_code(text: str) -> bool:
    """Whether this is a short code: three to eight digits and nothing else."""
    return bool(_SHORT_CODE.fullmatch(text))


def pretty(number: str) -> str:
    """A stored number as people read it ("+1 202 555 0143"), or as it is."""
    parsed = stored(number)
    if parsed is None:
        return number
    style = phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, style).replace("-", " ")


def country(number: str) -> str:
    """The ISO code of a stored number's country, "" when it has none.

    A number in no assigned range gets the main country of its code.
    """
    parsed = stored(number)
    if parsed is None:
        return ""
    region = phonenumbers.region_code_for_number(
        parsed
    ) or phonenumbers.region_code_for_country_code(parsed.country_code)
    return region if region.isalpha() and region != "ZZ" else ""


def stored(number: str) -> PhoneNumber | None:
    """A stored number taken apart; None for short codes, words and the impossible."""
    if not number.startswith("+"):
        return None
    try:
        return phonenumbers.parse(number)
    except NumberParseException:
        return None


def _visible(text: str) -> str:
    """Without the direction marks that address books and web pages copy along."""
    return "".join(c for c in text if unicodedata.category(c) != "Cf")


def _parsed(text: str, country: str | None) -> PhoneNumber:
    try:
        return phonenumbers.parse(text, country.upper() if country else None)
    except NumberParseException as failure:
        raise NumberError(_problem(text, failure)) from None


def _problem(text: str, failure: NumberParseException) -> str:
    if _has_letters(text):
        return "letters"
    if is_short_code(text):
        return "short_code"
    if failure.error_type == NumberParseException.INVALID_COUNTRY_CODE:
        return "unknown_country" if text.startswith("+") else "no_country"
    return {
        NumberParseException.NOT_A_NUMBER: "not_a_number",
        NumberParseException.TOO_LONG: "too_long",
    }.get(failure.error_type, "too_short")


def _check_length(number: PhoneNumber, text: str) -> None:
    verdict = phonenumbers.is_possible_number_with_reason(number)
    if verdict == ValidationResult.IS_POSSIBLE:
        return
    if verdict == ValidationResult.IS_POSSIBLE_LOCAL_ONLY:
        raise NumberError("no_area_code")
    if verdict == ValidationResult.TOO_LONG:
        raise NumberError("too_long")
    raise NumberError("short_code" if is_short_code(text) else "too_short")


def _check_area_code(number: PhoneNumber, text: str) -> None:
    """No area code of North America begins with 0 or 1.

    A number that begins so without a + was meant for another country.
    """
    area = phonenumbers.national_significant_number(number)
    if number.country_code == _NORTH_AMERICA and area[0] in "01":
        raise NumberError("not_a_number" if text.startswith("+") else "no_country")


def _has_letters(text: str) -> bool:
    return any(character.isalpha() for character in text.removeprefix("tel:"))


def _e164(number: PhoneNumber) -> str:
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
