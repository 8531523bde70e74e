"""What Twilio's error codes say: https://www.twilio.com/docs/api/errors

Some are told at once, as the answer to a request, some later in a status report.
Twilio adds codes as it likes; one that is not here is ``PERMANENT``.
"""

from .errors import Meaning

BY_MEANING = {
    Meaning.SLOW: "20429",
    Meaning.SENDER_SLOW: "30022 63018",
    Meaning.QUEUE_FULL: "21611 30001",
    Meaning.SENDER_WAIT: "30024 30035",
    Meaning.DEFER_DAY: "30023 30027",
    Meaning.ACCOUNT_DAY: "63038",
    Meaning.QUIET_HOURS: "30610",
    Meaning.RETRY: "20503 21730 30003 30008 30017 30410",
    Meaning.LOOP: "14107",
    Meaning.UNKNOWN_SENT: "20500",
    Meaning.LANDLINE: "21614 21635 30006",
    Meaning.BAD_NUMBER: "21211 21217 21265 21266",
    # 21408, 21608, 21612 and 30018 say that this pair of numbers or this country does
    # not work, which must not stop the sender for all others. 30005 may be a number
    # that was just ported.
    Meaning.PERMANENT: "21408 21608 21612 30005 30018",
    Meaning.OPT_OUT: "21610",
    # 30004: by the phone, by the network, or by a STOP on the toll-free network, which
    # also reaches us as a text. 30640: by Twilio, for somebody who is known to sue.
    Meaning.BLOCKED: "30004 30640",
    Meaning.FILTERED: "30007 30450",
    Meaning.CONFIG_SENDER: "21212 21606 21659 21660 21701 21703 21704 21705"
    " 30032 30033 30034",
    # 21609: Twilio does not like our public address, which all texts carry.
    Meaning.ACCOUNT: "20003 20005 21609 30002",
    Meaning.MEDIA: "11200 21620 21623 30011 30019",
    Meaning.EXPIRED: "30036",
    Meaning.BUG: "20404 21602 21603 21604 21617 21618 21619 21624 30010 30045 90007",
    Meaning.INFO: "11205 30009 30025 30026 30039 57012",
}
# 30003 may be a phone that is switched off, 30005 a number that was just ported.
LINE_HINTS = {"30003": "unreachable", "30005": "gone"}
CODES = {
    code: meaning for meaning, codes in BY_MEANING.items() for code in codes.split()
}
