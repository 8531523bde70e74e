"""What Telnyx's error codes say.

https://developers.telnyx.com/docs/messaging/messages/error-codes and, from 10001 to
20100, https://developers.telnyx.com/development/api-fundamentals/api-errors

Some are told at once, as the answer to a request, some later in a report. Telnyx adds
codes as it likes; one that is not here is ``PERMANENT``.
"""

from .errors import Meaning

BY_MEANING = {
    Meaning.SLOW: "10011",
    # 40018: AT&T counts the segments of a minute.
    Meaning.SENDER_SLOW: "40011 40018",
    Meaning.QUEUE_FULL: "40318",
    Meaning.SENDER_WAIT: "40151 40320",
    # T-Mobile's daily cap of a brand.
    Meaning.DEFER_DAY: "40016",
    # The spending limit of a messaging profile, which is one of a day.
    Meaning.ACCOUNT_DAY: "40333",
    Meaning.RETRY: "40004 40006",
    Meaning.LOOP: "40007",
    # An unexpected error or a time-out at Telnyx, perhaps after it took the text.
    Meaning.UNKNOWN_SENT: "10007 10008",
    Meaning.LANDLINE: "40001",
    Meaning.BAD_NUMBER: "40012 40310",
    # 10001 and 10002 are about one of two numbers: the error's source says which.
    # 40301, 40309 and 40319 say that this pair of numbers or this country does not
    # work, which must not stop the sender for all others.
    Meaning.PERMANENT: "10001 10002 40008 40009 40301 40309 40319",
    Meaning.OPT_OUT: "40300",
    Meaning.FILTERED: "40002 40003 40015 40017 40322",
    Meaning.CONFIG_SENDER: "40010 40013 40100 40150 40305 40306 40312 40315 40321"
    " 40323 40329 40331",
    Meaning.ACCOUNT: "10009 10010 20002 20006 20012 20013 20100 40314",
    # 40308: the sender carries no pictures; its other texts pass.
    Meaning.MEDIA: "40308 40317",
    Meaning.EXPIRED: "40005 40014",
    Meaning.BUG: "10003 10004 10005 10006 10015 10016 40302 40304 40311 40313 40316"
    " 40328",
}
# 40008: no delivery, for whatever reason the recipient's side has.
LINE_HINTS = {"40008": "unreachable"}
CODES = {
    code: meaning for meaning, codes in BY_MEANING.items() for code in codes.split()
}
