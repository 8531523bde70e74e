"""The forms and JSON in which Twilio shows a text."""

import time
from urllib.parse import urlencode


def stamp(seconds=None):
    """A moment, now by itself, as in the API: RFC 2822 in UTC."""
    return time.strftime("%a, %d %b %Y %H:%M:%S +0000", time.gmtime(seconds))


def public(text):
    """A text as the API shows it."""
    return {name: value for name, value in text.items() if not name.startswith("_")}


def page(path, key, rows, query):
    """One page of a list, with the relative address of the next."""
    size = min(max(int(query.get("PageSize", 50)), 1), 1000)
    number = max(int(query.get("Page", 0)), 0)
    shown = rows[number * size : (number + 1) * size]
    more = len(rows) > (number + 1) * size
    rest = query | {"PageSize": size, "Page": number + 1}
    return {
        key: [public(row) for row in shown],
        "page": number,
        "page_size": size,
        "start": number * size,
        "end": number * size + max(len(shown) - 1, 0),
        "uri": path,
        "next_page_uri": f"{path}?{urlencode(rest)}" if more else None,
    }


def number_row(account_sid, index, number):
    """https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource"""
    short = not number.startswith("+")
    return {
        "sid": f"{'SC' if short else 'PN'}{index:032x}",
        "account_sid": account_sid,
        "short_code" if short else "phone_number": number,
        "friendly_name": number,
        "capabilities": {"voice": not short, "sms": True, "mms": True},
        "sms_url": "",
        "sms_method": "POST",
        "sms_application_sid": "",
        "voice_url": "https://voice.example.com/",
    }


def inbound_form(text, extra):
    """https://www.twilio.com/docs/messaging/guides/webhook-request"""
    sid = text["sid"]
    form = {
        "ToCountry": "US",
        "SmsMessageSid": sid,
        "NumMedia": "0",
        "FromZip": "",
        "SmsSid": sid,
        "SmsStatus": "received",
        "Body": text["body"],
        "To": text["to"],
        "NumSegments": text["num_segments"],
        "MessageSid": sid,
        "AccountSid": text["account_sid"],
        "From": text["from"],
        "ApiVersion": "2010-04-01",
    }
    return list((form | extra).items())


def status_form(text, status, error_code):
    """https://www.twilio.com/docs/messaging/guides/track-outbound-message-status"""
    form = {
        "SmsSid": text["sid"],
        "SmsStatus": status,
        "MessageStatus": status,
        "To": text["to"],
        "MessageSid": text["sid"],
        "AccountSid": text["account_sid"],
        "From": text["from"],
        "ApiVersion": "2010-04-01",
    }
    if status in ("delivered", "undelivered"):
        form["RawDlrDoneDate"] = time.strftime("%y%m%d%H%M", time.gmtime())
    return list((form | ({"ErrorCode": error_code} if error_code else {})).items())
