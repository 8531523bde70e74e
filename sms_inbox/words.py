"""The user's words for what the plain Python rules answer with an identifier."""

import re
from datetime import datetime, timedelta

from odoo.exceptions import ValidationError
from odoo.tools import format_date, posix_to_ldml
from odoo.tools.misc import babel_locale_parse, format_time, get_lang

from .carriers import Meaning
from .messaging import numbers


def e164(env, number, country=None):
    """The E.164 form of a number that somebody wrote.

    :param country: code of the country to assume where the number names none
    :raise ValidationError: that tells its writer what to do
    """
    try:
        return numbers.parse(number, country)
    except numbers.NumberError as error:
        raise ValidationError(number_problem(env, error.reason)) from error


def number_problem(env, reason):
    """What its writer is to do about a number that cannot be texted."""
    return {
        "empty": env._("Enter a phone number."),
        "letters": env._("A phone number has no letters; write its digits."),
        "extension": env._("Extensions cannot be texted; leave the extension out."),
        "short_code": env._("Short codes cannot be texted; enter a full phone number."),
        "no_country": env._(
            "Start the number with + and its country code, such as +1 or +44."
        ),
        "unknown_country": env._(
            "No country has this code; check the digits after the +."
        ),
        "no_area_code": env._("The area code is missing; enter the whole number."),
        "too_short": env._("This number is too short; check that no digit is missing."),
        "too_long": env._(
            "This number is too long; check that no digit is written twice."
        ),
        "not_a_number": env._("This is not a phone number; check it digit by digit."),
    }[reason]


def textability_reason(env, reason):
    """Why a number's shape or line tells that it can or cannot be texted."""
    return {
        "mobile_shape": env._("It looks like a mobile number."),
        "landline_shape": env._("It looks like a landline; few of them take texts."),
        "shape_undecided": env._("Its shape does not tell mobile from landline."),
        "toll_free": env._("It is toll-free; some of these take texts."),
        "voip": env._("It is an internet line; some of these take texts."),
        "personal": env._("It follows its owner to any kind of line."),
        "unassigned_range": env._("No known range has this number."),
        "premium_rate": env._("It is a premium-rate number."),
        "shared_cost": env._("It is a shared-cost number."),
        "pager": env._("It is a pager."),
        "company_number": env._("It is one number for a company's many lines."),
        "voicemail": env._("It is a mailbox."),
        "short_code": env._("It is a short code."),
        "alphanumeric": env._("It is a name, not a number."),
        "impossible": env._("There can be no such number."),
        "unreadable": env._("It cannot be read; begin it with + and its country."),
        "mobile_line": env._("The carrier says that it is a mobile phone."),
        "landline": env._("The carrier says that it is a landline."),
        "fixed_voip": env._("It is an office's internet line; some take texts."),
        "nonfixed_voip": env._("It is an internet line of a kind that takes texts."),
        "no_such_number": env._("The carrier says that there is no such number."),
        "delivered": env._("A text was delivered to it."),
        "texted_us": env._("They texted us."),
        "failed_landline": env._("A text failed, as it is a landline."),
        "failed_no_number": env._("A text failed, as there is no such number."),
        "failed_since": env._("Texts got through before, but the last one failed."),
        "unreachable": env._("Three texts in a row did not reach the phone."),
        "person_can": env._("Somebody here says that it can be texted."),
        "person_cannot": env._("Somebody here says that it cannot be texted."),
    }[reason]


def textability_label(env, verdict):
    """Why a number can or cannot be texted, who says so and since when.

    In the language and time zone of the context, as "Landline, by Twilio look-up on 3
    May"; the sentence of :func:`textability_reason` where there is no date.

    :param verdict: a ``textability.Verdict``
    """
    if not verdict.at:
        return textability_reason(env, verdict.reason)
    told = {"who": verdict.by, "when": _when(env, verdict.at)}
    if verdict.source == "look_up":
        line = _kind_of_line(env, verdict.reason)
        return env._("%(line)s, by %(who)s look-up %(when)s", line=line, **told)
    return {
        "delivered": env._("Delivered to it %(when)s", **told),
        "texted_us": env._("They texted us %(when)s", **told),
        "failed_landline": env._("Failed as a landline %(when)s", **told),
        "failed_no_number": env._("Failed as no number at all %(when)s", **told),
        "failed_since": env._(
            "Texts got through before, but the last one failed %(when)s", **told
        ),
        "unreachable": env._(
            "Failed three times as unreachable, the last time %(when)s", **told
        ),
        "person_can": env._("Marked by %(who)s %(when)s: can be texted", **told),
        "person_cannot": env._("Marked by %(who)s %(when)s: cannot be texted", **told),
    }[verdict.reason]


def _kind_of_line(env, reason):
    return {
        "mobile_line": env._("Mobile phone"),
        "landline": env._("Landline"),
        "no_such_number": env._("No such number"),
        "toll_free": env._("Toll-free number"),
        "voip": env._("Internet line"),
        "fixed_voip": env._("Internet line of an office"),
        "nonfixed_voip": env._("Internet line of a kind that takes texts"),
        "personal": env._("Number that follows its owner"),
        "premium_rate": env._("Premium-rate number"),
        "shared_cost": env._("Shared-cost number"),
        "pager": env._("Pager"),
        "company_number": env._("Company number"),
        "voicemail": env._("Mailbox"),
    }[reason]


def _when(env, seconds):
    """A day in words ("yesterday", "on 3 May", "on 3 May 2025")."""
    zone = env.tz
    day = datetime.fromtimestamp(seconds, zone).date()
    today = datetime.now(zone).date()
    if day == today:
        return env._("today")
    if day == today - timedelta(days=1):
        return env._("yesterday")
    style = "d MMMM" if day.year == today.year else "d MMMM yyyy"
    return env._("on %s", format_date(env, day, date_format=style))


def time_format(env):
    """How the user's language writes a time of day, in hours and minutes (LDML).

    Before "PM" without a leading zero, as Odoo's own short times have it.
    """
    lang = get_lang(env)
    with_seconds = posix_to_ldml(lang.time_format, babel_locale_parse(lang.code))
    return re.sub(r"\W?s+", "", with_seconds).replace("hh", "h")


def time_of_day(env, moment):
    """A time of day in words ("06:29"), of a ``time`` or of a naive moment in UTC."""
    return format_time(env, moment, time_format=time_format(env))


def delivery_problem(env, meaning):
    """What a carrier's error code says of a text that did not arrive."""
    return {
        Meaning.SLOW: env._("The carrier had too many texts at once."),
        Meaning.SENDER_SLOW: env._("Our number sent faster than it may."),
        Meaning.QUEUE_FULL: env._("Our number has too many texts at the carrier."),
        Meaning.SENDER_WAIT: env._("Our number is still being set up at the carrier."),
        Meaning.DEFER_DAY: env._("The carrier takes no more texts today."),
        Meaning.ACCOUNT_DAY: env._("The carrier account sends no more texts today."),
        Meaning.QUIET_HOURS: env._("It is too early or too late where they live."),
        Meaning.LOOP: env._("Two machines seem to answer each other."),
        Meaning.BLOCKED: env._("Their phone or network blocks our texts."),
        Meaning.RETRY: env._("The phone could not be reached. It may be switched off."),
        Meaning.UNKNOWN_SENT: env._("The carrier does not know whether it arrived."),
        Meaning.LANDLINE: env._(
            "This is a landline, or its network cannot be reached."
        ),
        Meaning.BAD_NUMBER: env._("There is no such number."),
        Meaning.PERMANENT: env._("The carrier could not deliver it."),
        Meaning.OPT_OUT: env._("They told the carrier that they want no texts."),
        Meaning.FILTERED: env._("The carrier took it for spam. Do not send it again."),
        Meaning.CONFIG_SENDER: env._(
            "Our number is not set up at the carrier for this."
        ),
        Meaning.ACCOUNT: env._("The carrier account cannot be used at the moment."),
        Meaning.MEDIA: env._("Something attached could not be delivered."),
        Meaning.EXPIRED: env._("It waited too long at the carrier."),
        Meaning.BUG: env._("The carrier did not understand what we asked for."),
        Meaning.INFO: env._("The carrier sent a warning."),
    }[meaning]


def credential(env, label):
    """A carrier's own word for a credential (``Carrier.asks_for``), translated."""
    return {
        "Account SID": env._("Account SID"),
        "Auth token": env._("Auth token"),
        "Webhook shared key": env._("Webhook shared key"),
        "API key": env._("API key"),
        "Public key": env._("Public key"),
        "Messaging profile ID": env._("Messaging profile ID"),
    }.get(label, label)


def language(env, code):
    """The name of a language such as "en", in the user's own language."""
    names = babel_locale_parse(get_lang(env).code).languages
    return names.get(code, env._("any language"))
