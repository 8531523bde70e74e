"""Why a carrier does not have a text, and what the caller does about it.

Every failure is one of these, and each class is one decision of the caller::

    CarrierError                 (code, text)
        Refused                  the carrier does not have the text; why: ``meaning``
            TryLater             again, after ``retry_after`` seconds when it is given
            TextRefused          never again: this text, or this recipient
            SenderMisconfigured  nothing from this sender until somebody repairs it
            AccountUnusable      nothing from this account until somebody repairs it
        OutcomeUnknown           the answer was lost: find out before any second try
    WebhookError
        ForgedRequest            the carrier did not sign this
        MalformedRequest         the carrier signed it, but what we need is not in it

The meaning says the rest: how much has to wait (``scope``), and for how long.

=============  =======  ==========================================================
meaning        scope    what the caller does
=============  =======  ==========================================================
Later (TryLater); ``retry_after`` goes before the times given here
----------------------------------------------------------------------------------
SLOW           account  pauses the account: 0.1 s, then twice as long each time up
                        to 30 s; no try is counted
SENDER_SLOW    number   pauses the number for 60 s
QUEUE_FULL     number   pauses the number for 10 min or more; no try is counted
SENDER_WAIT    number   tries the number once an hour; no try is counted
DEFER_DAY      text     tries it again at 00:05 in :data:`DAY_ZONE`
ACCOUNT_DAY    account  pauses the account to the next day; no try is counted
QUIET_HOURS    text     tries it again an hour later
RETRY          text     tries it again after minutes, a few times
LOOP           text     tries it again after 60 s
Never again (TextRefused)
----------------------------------------------------------------------------------
LANDLINE       text     marks the recipient as not textable
BAD_NUMBER     text     marks the recipient as no number
OPT_OUT        text     records the opt-out and cancels what is queued for the pair
BLOCKED        text     nothing more; it may be the phone, the network or a STOP
FILTERED       text     does not send it again; sets the number aside when it happens
                        to many of its texts, and tells a manager
PERMANENT      text     nothing more; it is no word against either number
MEDIA          text     nothing more; the attachment is at fault
EXPIRED        text     nothing more; a person decides
BUG            text     nothing more; we asked for something that makes no sense
INFO           text     nothing: a warning, the text itself was not stopped
Somebody has to repair something
----------------------------------------------------------------------------------
CONFIG_SENDER  number   stops the number and keeps its queue, tells an administrator
ACCOUNT        account  stops the account and keeps its queues, likewise
The answer was lost (OutcomeUnknown)
----------------------------------------------------------------------------------
UNKNOWN_SENT   text     looks for it at the carrier before any second try
=============  =======  ==========================================================

A code may come at once, as the answer to a hand-over, or later in a status report.
"""

from __future__ import annotations

from enum import Enum

# T-Mobile counts a brand's day here, whoever carries the text:
# https://support.twilio.com/hc/en-us/articles/1260804800549
DAY_ZONE = "America/Los_Angeles"


class Meaning(Enum):
    """What a carrier's error code says; one list for all carriers."""

    SLOW = "slow"  # too many calls of this account at once
    SENDER_SLOW = "sender_slow"  # this sender is faster than it may be
    QUEUE_FULL = "queue_full"  # the sender's queue at the carrier is full
    SENDER_WAIT = "sender_wait"  # the sender is still being set up at the carrier
    DEFER_DAY = "defer_day"  # the recipient's network takes no more today
    ACCOUNT_DAY = "account_day"  # the account may send no more today
    QUIET_HOURS = "quiet_hours"  # it is night where the recipient lives
    RETRY = "retry"  # a passing fault on the way
    LOOP = "loop"  # two machines answering each other
    UNKNOWN_SENT = "unknown_sent"  # nobody can say whether it left
    LANDLINE = "landline"  # the recipient is no mobile phone
    BAD_NUMBER = "bad_number"  # there is no such recipient
    PERMANENT = "permanent"  # this text will not pass; says nothing of the number
    OPT_OUT = "opt_out"  # the recipient told the carrier to stop
    BLOCKED = "blocked"  # stopped on the recipient's side, without saying by whom
    FILTERED = "filtered"  # held for spam: never send the same words again
    CONFIG_SENDER = "config_sender"  # the sender is not registered, or not ours
    ACCOUNT = "account"  # credentials, suspension, money
    MEDIA = "media"  # an attachment could not be fetched or carried
    EXPIRED = "expired"  # waited longer than its validity
    BUG = "bug"  # we asked for something that makes no sense
    INFO = "info"  # a warning; the text itself was not stopped

    @property
    def scope(self) -> str:
        """What the code holds up: "text", "number" (the sender's) or "account"."""
        return _SCOPES.get(self, "text")


_SCOPES = {
    Meaning.SLOW: "account",
    Meaning.ACCOUNT_DAY: "account",
    Meaning.ACCOUNT: "account",
    Meaning.SENDER_SLOW: "number",
    Meaning.QUEUE_FULL: "number",
    Meaning.SENDER_WAIT: "number",
    Meaning.CONFIG_SENDER: "number",
}


class CarrierError(Exception):
    """A call to the carrier failed.

    :param code: the carrier's own code, "" when it gave none
    :param text: a sentence a person can read, free of anything private
    """

    meaning: Meaning

    def __init__(self, code: str, text: str):
        super().__init__(code, text)
        self.code = code
        self.text = text

    def __str__(self) -> str:
        return f"{self.text} ({self.code})" if self.code else self.text

    @property
    def scope(self) -> str:
        """What has to wait, or to stop: "text", "number" or "account"."""
        return self.meaning.scope


class Refused(CarrierError):
    """The carrier definitely does not have the text; ``meaning`` says why.

    ``retry_after`` is the carrier's own advice in seconds, where it gave any.
    """

    meaning = Meaning.PERMANENT

    def __init__(
        self,
        code: str,
        text: str,
        meaning: Meaning | None = None,
        retry_after: float | None = None,
    ):
        super().__init__(code, text)
        self.meaning = meaning or self.meaning
        self.retry_after = retry_after


class TryLater(Refused):
    """Too fast, too much for today, or out of reach: the same text may pass later."""

    meaning = Meaning.RETRY


class TextRefused(Refused):
    """This text will never reach this recipient."""


class SenderMisconfigured(Refused):
    """No text of this sender will pass until somebody repairs it."""

    meaning = Meaning.CONFIG_SENDER


class AccountUnusable(Refused):
    """Bad credentials, a suspended account, or an address that is no API."""

    meaning = Meaning.ACCOUNT


class OutcomeUnknown(CarrierError):
    """The answer was lost: the carrier may or may not have the text.

    Of a question it says that the carrier's answer cannot be relied upon.
    """

    meaning = Meaning.UNKNOWN_SENT


_LATER = (
    Meaning.SLOW,
    Meaning.SENDER_SLOW,
    Meaning.QUEUE_FULL,
    Meaning.SENDER_WAIT,
    Meaning.DEFER_DAY,
    Meaning.ACCOUNT_DAY,
    Meaning.QUIET_HOURS,
    Meaning.RETRY,
    Meaning.LOOP,
)
_DECISIONS = dict.fromkeys(_LATER, TryLater) | {
    Meaning.CONFIG_SENDER: SenderMisconfigured,
    Meaning.ACCOUNT: AccountUnusable,
}


def error(
    meaning: Meaning, code: str, text: str, retry_after: float | None = None
) -> CarrierError:
    """The error of the tree above that a carrier raises for a meaning."""
    if meaning is Meaning.UNKNOWN_SENT:
        return OutcomeUnknown(code, text)
    return _DECISIONS.get(meaning, TextRefused)(code, text, meaning, retry_after)


class WebhookError(Exception):
    """A request to one of our webhooks cannot be used."""


class ForgedRequest(WebhookError):
    """The signature is missing or wrong, or we have no secret to check it with.

    ``reason`` is what somebody could mend: "forged" (a wrong secret, or not the
    carrier), "unsigned", "no_secret", "other_account" (it names another account than
    ours) or "stale" (signed so long ago, or so far ahead, that a clock is wrong).
    """

    def __init__(self, text: str = "", reason: str = "forged"):
        super().__init__(text)
        self.reason = reason


class MalformedRequest(WebhookError):
    """A field without which the request means nothing is absent."""
