"""What Twilio's REST API does with texts and numbers.

https://www.twilio.com/docs/messaging/api/message-resource
https://www.twilio.com/docs/iam/test-credentials (the magic numbers)
"""

import copy
import re
import threading
import time
import uuid
from datetime import date, datetime, timezone
from urllib.parse import urlsplit

from .media import NOT_FETCHED, Media
from .queues import Queues
from .segments import segments
from .shapes import inbound_form, number_row, page, public, stamp, status_form

ACCOUNT_SID = "AC00000000000000000000000000000001"
AUTH_TOKEN = "12345"
NUMBERS = ("+14155552671", "+15005550006")

SETTINGS = {
    "deliver_to": "",  # loopback base URL that stands for every public address
    "seed": 0,  # of everything that happens by chance
    "latency": 0.0,  # seconds between taking a text and answering
    "latency_jitter": 0.0,  # up to so many seconds more, by chance
    "fault_rates": {},  # faults by chance: see ``faults``
    "concurrency": 0,  # requests of one account at once, more get a 429; 0: no limit
    "queue_capacity": 0,  # segments in one sender's queue, more get 21611; 0: no limit
    "queue_rate": 0.0,  # segments a second that leave a sender's queue
    "day_cap": 0,  # segments of one sender until the reset, more fail; 0: no limit
    "body_prefix": "",  # put before what is texted, as Twilio does on trial
    "reports": True,  # False: nothing is reported at all, for speed
    "statuses": ["sent", "delivered"],  # reported after "queued", in this order
    "status_error": "",  # the ErrorCode of an undelivered or failed
    "delay": 0.0,  # seconds before each report
    "repeat": 1,  # how often each report is posted
    "hold": False,  # keep reports back until they are released
    "forge": False,  # sign everything wrongly
}

MAGIC_SENDERS = {
    "+15005550001": (21212, "The 'From' number {From} is not a valid phone number."),
    "+15005550007": (21606, "The 'From' phone number {From} is not a Twilio number."),
    "+15005550008": (21611, "This 'From' number has exceeded its queue."),
}
MAGIC_RECIPIENTS = {
    "+15005550001": (21211, "The 'To' number {To} is not a valid phone number."),
    "+15005550002": (21612, "The 'To' phone number {To} is not currently reachable."),
    "+15005550003": (21408, "Permission to send an SMS has not been enabled."),
    "+15005550004": (21610, "Attempt to send to unsubscribed recipient"),
    "+15005550009": (21614, "To number: {To}, is not a mobile number"),
}
_SETTINGS_OF_A_NUMBER = {
    "SmsUrl": "sms_url",
    "SmsMethod": "sms_method",
    "SmsApplicationSid": "sms_application_sid",
    "FriendlyName": "friendly_name",
}
DAY_CAP_REACHED = "30027"
STOP = {"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"}
START = {"START", "YES", "UNSTOP"}


class ApiError(Exception):
    """An answer of https://www.twilio.com/docs/usage/twilios-response."""

    def __init__(self, status, code, message):
        super().__init__(message)
        self.status, self.code, self.message = status, code, message

    def to_json(self):
        return {
            "code": self.code,
            "message": self.message,
            "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
            "status": self.status,
        }


class Api:
    """Accounts, their numbers and texts, in memory."""

    def __init__(self, webhooks, settings):
        self.webhooks = webhooks
        self.settings = settings
        self.lock = threading.RLock()
        self.media = Media(webhooks)
        self.reset()

    def reset(self):
        """One account that owns NUMBERS, and no texts."""
        with self.lock:
            self.accounts, self.texts, self.pairs = {}, {}, {}
            self.stopped, self.queues = set(), Queues(self.settings)
            self.media.reset()
            self.settings.update(copy.deepcopy(SETTINGS))
            self.add_account({"sid": ACCOUNT_SID, "auth_token": AUTH_TOKEN})

    def add_account(self, values):
        """Makes or changes an account; ``shared_key`` turns on SHA-256 signatures."""
        account = self.accounts.setdefault(
            values["sid"],
            {
                "auth_token": AUTH_TOKEN,
                "numbers": list(NUMBERS),
                "number_settings": {},  # by number: what its resource says otherwise
                "shared_key": "",
                "shared_key_id": "webhooks_sharedkey_1",
                "lines": {},  # by number: what a look-up finds, see ``lookups``
            },
        )
        account.update(values)
        return account

    # ------------------------------------------------------------
    # Texts
    # ------------------------------------------------------------

    def create(self, sid, form, media=()):
        """Takes a text, or raises the ApiError that Twilio would answer."""
        form = {"Body": ""} | form if media else form
        with self.lock:
            _check_form(form, media)
            self._check_sender(self.accounts[sid], form["From"])
            self._check_recipient(form)
            # with pictures it is one message, however long its words are
            parts = 1 if media else segments(form["Body"], form["From"], form["To"])
            if not self.queues.add(form["From"], parts):
                raise ApiError(429, *MAGIC_SENDERS["+15005550008"])
            form = form | {"Body": self.settings["body_prefix"] + form["Body"]}
            text = self._store(sid, form, "outbound-api", "queued", parts)
            text |= {"num_media": str(len(media)), "_media": media}
            statuses = self._fate(form["From"], parts)
        answer = public(text)
        if not self.settings["reports"]:
            text["status"], text["error_code"] = self._silently(text, statuses)
        elif form.get("StatusCallback"):
            self.webhooks.schedule(lambda: self._report(text, statuses))
        return answer

    def receive(self, values):
        """A text from outside: stored, and posted ``repeat`` times to its url."""
        account = self.accounts[values["account_sid"]]
        form = {"From": values["from"], "To": values["to"], "Body": values["body"]}
        with self.lock:
            parts = segments(values["body"])
            text = self._store(account["sid"], form, "inbound", "received", parts)
            self._keyword(form)
        if values.get("sid"):
            text["sid"] = values["sid"]
        media = self.media.keep(values.get("base"), text, values.get("media", ()))
        pairs = inbound_form(text, media | values.get("extra", {}))
        return [
            self.webhooks.post(account, values["url"], pairs, values["forged"])
            for _ in range(values["repeat"] if values["url"] else 0)
        ]

    def report(self, sid, status, error_code="", forged=False):
        """Posts one status of one text now."""
        text = self.texts[sid]
        account = self.accounts[text["account_sid"]]
        text.update(status=status, error_code=int(error_code) if error_code else None)
        text["date_sent"] = text["date_sent"] or stamp()
        pairs = status_form(text, status, error_code)
        return self.webhooks.post(account, text["_callback"], pairs, forged)

    def _fate(self, sender, parts):
        """[(status, error code)] that a new text will have in turn."""
        if not self.queues.count_day(sender, parts):
            return [("failed", DAY_CAP_REACHED)]
        bad, error_code = ("undelivered", "failed"), self.settings["status_error"]
        return [(s, error_code if s in bad else "") for s in self.settings["statuses"]]

    def _silently(self, text, statuses):
        status, error_code = statuses[-1] if statuses else (text["status"], "")
        return status, int(error_code) if error_code else None

    def _report(self, text, statuses):
        if not self.media.fetch(text["sid"], text["_media"]):
            statuses = [("failed", NOT_FETCHED)]
        for status, error_code in statuses:
            time.sleep(self.settings["delay"])
            for _ in range(self.settings["repeat"]):
                self.report(text["sid"], status, error_code)

    def _store(self, sid, form, direction, status, parts):
        name = "SM" + uuid.uuid4().hex
        path = f"/2010-04-01/Accounts/{sid}/Messages/{name}"
        now = stamp()
        text = {
            "account_sid": sid,
            "api_version": "2010-04-01",
            "body": form["Body"],
            "date_created": now,
            "date_sent": now if direction == "inbound" else None,
            "date_updated": now,
            "direction": direction,
            "error_code": None,
            "error_message": None,
            "from": form["From"],
            "messaging_service_sid": None,
            "num_media": "0",
            "num_segments": str(parts),
            "price": None,
            "price_unit": "USD",
            "sid": name,
            "status": status,
            "subresource_uris": {"media": f"{path}/Media.json"},
            "to": form["To"],
            "uri": f"{path}.json",
            "_callback": form.get("StatusCallback", ""),
        }
        self.texts[name] = text
        self.pairs.setdefault((sid, form["From"], form["To"]), []).append(text)
        return text

    def _check_sender(self, account, sender):
        if sender in MAGIC_SENDERS:
            code, message = MAGIC_SENDERS[sender]
            status = 429 if code == 21611 else 400
            raise ApiError(status, code, message.format(From=sender))
        if sender not in account["numbers"]:
            message = MAGIC_SENDERS["+15005550007"][1].format(From=sender)
            raise ApiError(400, 21606, message)

    def _check_recipient(self, form):
        recipient = form["To"]
        stopped = (form["From"], recipient) in self.stopped
        magic = MAGIC_RECIPIENTS.get("+15005550004" if stopped else recipient)
        if magic or not re.fullmatch(r"\+[1-9][0-9]{6,14}", recipient):
            code, message = magic or MAGIC_RECIPIENTS["+15005550001"]
            raise ApiError(400, code, message.format(To=recipient))

    def _keyword(self, form):
        pair = (form["To"], form["From"])
        word = form["Body"].strip().upper()
        if word in STOP:
            self.stopped.add(pair)
        elif word in START:
            self.stopped.discard(pair)

    # ------------------------------------------------------------
    # Reading
    # ------------------------------------------------------------

    def fetch(self, sid, name):
        text = self.texts.get(name)
        if not text or text["account_sid"] != sid:
            raise ApiError(404, 20404, f"The requested resource {name} was not found")
        return public(text)

    def list_texts(self, sid, query):
        """The newest first, filtered by To, From and DateSent."""
        with self.lock:
            # An inbox looks for one pair among very many texts.
            pair = self.pairs.get((sid, query.get("From"), query.get("To")), [])
            narrow = "From" in query and "To" in query
            texts = list(pair if narrow else self.texts.values())
        rows = [
            text
            for text in reversed(texts)
            if text["account_sid"] == sid and _matches(text, query)
        ]
        path = f"/2010-04-01/Accounts/{sid}/Messages.json"
        return page(path, "messages", rows, query)

    def list_numbers(self, sid, query, short=False):
        """The account's numbers; Twilio's filter matches parts of a number."""
        wanted = query.get("ShortCode" if short else "PhoneNumber", "").strip("+ ")
        rows = [
            row
            for number, row in self._numbers(sid)
            if short != number.startswith("+") and wanted in number
        ]
        name = "SMS/ShortCodes" if short else "IncomingPhoneNumbers"
        key = "short_codes" if short else "incoming_phone_numbers"
        return page(f"/2010-04-01/Accounts/{sid}/{name}.json", key, rows, query)

    def update_number(self, sid, name, form):
        """Changes what the form names of a number, and nothing else."""
        for number, row in self._numbers(sid):
            if row["sid"] == name:
                if form.get("SmsUrl"):
                    check_url(form["SmsUrl"])
                changes = {_SETTINGS_OF_A_NUMBER[key]: form[key] for key in form}
                settings = self.accounts[sid]["number_settings"]
                settings[number] = settings.get(number, {}) | changes
                return row | changes
        raise ApiError(404, 20404, f"The requested resource {name} was not found")

    def _numbers(self, sid):
        """(number, its resource) of all numbers of an account."""
        account = self.accounts[sid]
        for i, number in enumerate(account["numbers"], 1):
            row = number_row(sid, i, number)
            yield number, row | account["number_settings"].get(number, {})


def _matches(text, query):
    if query.get("To", text["to"]) != text["to"]:
        return False
    if query.get("From", text["from"]) != text["from"]:
        return False
    return all(
        _sent_in_time(text, name, value)
        for name, value in query.items()
        if name.startswith("DateSent")
    )


def _sent_in_time(text, name, value):
    """DateSent=, DateSent<= and DateSent>= a day in UTC, or a moment."""
    if not text["date_sent"]:
        return False
    sent = datetime.strptime(text["date_sent"], "%a, %d %b %Y %H:%M:%S %z")
    if len(value) == len("2026-11-23"):
        sent, bound = sent.date(), date.fromisoformat(value)
    else:
        bound = datetime.fromisoformat(value.removesuffix("Z"))
        bound = bound.replace(tzinfo=bound.tzinfo or timezone.utc)
    if name == "DateSent":
        return sent == bound
    return sent <= bound if name == "DateSent<" else sent >= bound


def _check_form(form, media=()):
    if len(media) > 10:
        raise ApiError(400, 21623, "A text has at most 10 media.")
    for url in media:
        check_url(url, 21620)
    if media and not form["Body"]:
        form = form | {"Body": " "}
    for name, code in (("To", 21604), ("From", 21603), ("Body", 21602)):
        if not form.get(name):
            raise ApiError(400, code, f"A '{name}' is required.")
    if len(form["Body"]) > 1600:
        raise ApiError(400, 21617, "The message body exceeds 1600 characters.")
    if form["To"] == form["From"]:
        raise ApiError(400, 21266, "'To' and 'From' number cannot be the same")
    validity = form.get("ValidityPeriod", "36000")
    if not re.fullmatch(r"[0-9]{1,5}", validity) or not 1 <= int(validity) <= 36000:
        raise ApiError(400, 21624, "The validity period is out of range.")
    if form.get("StatusCallback"):
        check_url(form["StatusCallback"])


def check_url(url, code=21609):
    """Raises what Twilio answers to an address that it cannot reach."""
    host = urlsplit(url).hostname or ""
    if not url.startswith(("http://", "https://")) or "_" in host or "." not in host:
        raise ApiError(400, code, f"The URL {url} is not a valid URL.")
