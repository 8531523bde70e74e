"""How many parts a text goes out in; written from 3GPP TS 23.038 and 23.040.

Twilio's own differences: https://www.twilio.com/docs/glossary/what-sms-character-limit
and, on toll-free numbers, parts that are one unit shorter.
"""

GSM_7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
ESCAPED = frozenset("^{}\\[~]|€\f")
TOLL_FREE = tuple(f"+18{d}" for d in ("00", "33", "44", "55", "66", "77", "88"))


def segments(body, sender="", recipient=""):
    """The parts of a body, which is not empty, from one number to another."""
    shorter = sender.startswith(TOLL_FREE) and recipient.startswith("+1")
    if GSM_7.issuperset(body):
        return parts([1] * len(body), 160, 153 - shorter)
    if (GSM_7 | ESCAPED).issuperset(body):
        return parts([1 + (c in ESCAPED) for c in body], 160, 153 - shorter)
    return parts([1 + (c > "\uffff") for c in body], 70, 67 - shorter)


def parts(units, alone, joined):
    """A character's units stay together, so a part may end one early."""
    if sum(units) <= alone:
        return 1
    count, room = 1, joined
    for unit in units:
        if unit > room:
            count, room = count + 1, joined
        room -= unit
    return count
