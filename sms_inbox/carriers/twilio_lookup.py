"""Twilio's look-up of a number's line.

https://www.twilio.com/docs/lookup/v2-api/line-type-intelligence
"""

from __future__ import annotations

from urllib.parse import quote

from twilio.rest import Client

from .errors import CarrierError, Meaning, TextRefused, error
from .json_body import storable
from .recipients import LineType
from .twilio_http import only_carrier_errors

_PACKAGE = "line_type_intelligence"
# "unknown", and whatever Twilio adds, tells nothing.
_LINES = {
    "mobile": "mobile",
    "landline": "landline",
    "fixedVoip": "fixed_voip",
    "nonFixedVoip": "nonfixed_voip",
    "personal": "personal",
    "tollFree": "toll_free",
    "premium": "premium_rate",
    "sharedCost": "shared_cost",
    "uan": "uan",
    "voicemail": "voicemail",
    "pager": "pager",
}
# The tables of assigned ranges lag behind: this says that no known range has it.
_MAY_EXIST = "INVALID_BUT_POSSIBLE"
# The package's own errors come with a good answer. Those that are not here say that
# there is no answer for this number, as 60600 (not in service, or out of reach), 60601
# (Canadian, and the account is not approved for these) and 60607 (the country).
_ERRORS = {
    "60606": (Meaning.ACCOUNT, "Look-ups are not switched on for this account."),
    "60608": (Meaning.RETRY, "Twilio could not find out just now."),
    "60611": (Meaning.ACCOUNT_DAY, "The account's look-ups are used up."),
    "60613": (Meaning.RETRY, "Twilio knows little just now."),
    "60616": (Meaning.SLOW, "Twilio had too many look-ups at once."),
}
_NO_ANSWER = (Meaning.PERMANENT, "Twilio has no answer for this number.")
_ABSENT = "20404"


def line_type(client: Client, number: str) -> LineType:
    """What kind of line a number is; a number that is none is "invalid".

    :raises CarrierError: and nothing else
    """
    asked = client.lookups.v2.phone_numbers(quote(number, safe=""))
    try:
        with only_carrier_errors():
            found = asked.fetch(fields=_PACKAGE)
            told = found.line_type_intelligence
            return _line_type(found, told if isinstance(told, dict) else {})
    except TextRefused as refusal:
        if refusal.code != _ABSENT:
            raise
        # Twilio's own sentence quotes the address, and so the number
        raise _error(_ABSENT) from None


def _line_type(found, told: dict) -> LineType:
    if found.valid is False and found.validation_errors != [_MAY_EXIST]:
        return LineType("invalid", country=_words(found.country_code))
    if code := _words(told.get("error_code")):
        raise _error(code)
    return LineType(
        kind=_LINES.get(_words(told.get("type")), ""),
        network=_words(told.get("carrier_name")),
        network_code=_words(told.get("mobile_network_code")),
        country=_words(found.country_code),
    )


def _error(code: str) -> CarrierError:
    meaning, sentence = _ERRORS.get(code, _NO_ANSWER)
    return error(meaning, code, sentence)


def _words(value: object) -> str:
    told = isinstance(value, str | int) and not isinstance(value, bool)
    return storable(str(value)).strip() if told else ""
