"""What Twilio's look-ups find: https://www.twilio.com/docs/lookup/v2-api

A wrong number is a good answer with ``valid`` false; what the package could not find
out is an error inside of a good answer. Canadian numbers need an approved account.
"""

import re

from .api import ApiError

PREFIX = "/v2/PhoneNumbers/"
CANADA = ("+1416", "+1514", "+1604", "+1902")  # some of its area codes
NEEDS_APPROVAL = 60601
SHORTEST, LONGEST = 8, 16  # characters, with the +
# Types of which Twilio names no network.
NAMELESS = ("personal", "tollFree", "premium", "sharedCost", "uan", "voicemail")


def find(account, number, query):
    """The look-up of a number; the account says what is out of the ordinary.

    :param account: with ``lines``, number -> any of valid, validation_errors, country,
        and the fields of the package; ``canada`` says that it is approved
    """
    if not re.fullmatch(r"\+[1-9][0-9]{0,18}", number):
        absent = f"The requested resource {PREFIX}{number} was not found"
        raise ApiError(404, 20404, absent)
    told = dict(account.get("lines", {}).get(number, {}))
    errors = told.pop("validation_errors", _errors(number))
    valid, country = told.pop("valid", not errors), told.pop("country", "US")
    asked = "line_type_intelligence" in query.get("Fields", "").split(",")
    approved = account.get("canada") or not number.startswith(CANADA)
    return {
        "calling_country_code": number[1] if valid else None,
        "country_code": country if valid else None,
        "phone_number": number,
        "national_format": number[2:] if valid else None,
        "valid": valid,
        "validation_errors": errors,
        "line_type_intelligence": _package(told, approved) if asked and valid else None,
        "caller_name": None,
        "sim_swap": None,
        "url": f"https://lookups.twilio.com{PREFIX}{number}",
    }


def _errors(number):
    if len(number) < SHORTEST:
        return ["TOO_SHORT"]
    return ["TOO_LONG"] if len(number) > LONGEST else []


def _package(told, approved):
    """Each set of data has its price, and comes only when it is asked for."""
    known = {
        "type": "mobile",
        "carrier_name": "T-Mobile USA, Inc.",
        "mobile_country_code": "310",
        "mobile_network_code": "260",
        "error_code": None if approved else NEEDS_APPROVAL,
    } | told
    if known["error_code"] or known["type"] in NAMELESS:
        nothing = dict.fromkeys(known)
        kept = {"error_code": known["error_code"]}
        if not known["error_code"]:
            kept["type"] = known["type"]
        return nothing | kept
    return known
