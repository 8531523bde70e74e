"""What Twilio's REST API does with texts and numbers.

https://www.twilio.com/docs/messaging/api/message-resource
https://www.twilio.com/docs/iam/test-credentials (the magic numbers)
"""

import re
import threading
import time
import uuid
from email.utils import formatdate
from urllib.parse import urlencode, urlsplit

ACCOUNT_SID = "AC00000000000000000000000000000001"
AUTH_TOKEN = "12345"
NUMBERS = ("+14155552671", "+15005550006")

SETTINGS = {
    "deliver_to": "",  # loopback base URL that stands for every public address
    "latency": 0.0,  # seconds between taking a text and answering
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
        self.reset()

    def reset(self):
        """One account that owns NUMBERS, and no texts."""
        with self.lock:
            self.accounts, self.texts, self.stopped = {}, {}, set()
            self.settings.update(SETTINGS)
            self.add_account({"sid": ACCOUNT_SID, "auth_token": AUTH_TOKEN})

    def add_account(self, values):
        """Makes or changes an account; ``shared_key`` turns on SHA-256 signatures."""
        account = self.accounts.setdefault(
            values["sid"],
            {
                "auth_token": AUTH_TOKEN,
                "numbers": list(NUMBERS),
                "shared_key": "",
                "shared_key_id": "webhooks_sharedkey_1",
            },
        )
        account.update(values)
        return account

    # ------------------------------------------------------------
    # Texts
    # ------------------------------------------------------------

    def create(self, sid, form):
        """Takes a text, or raises the ApiError that Twilio would answer."""
        with self.lock:
            _check_form(form)
            self._check_sender(self.accounts[sid], form["From"])
            self._check_recipient(form)
            text = self._store(sid, form, "outbound-api", "queued")
        if form.get("StatusCallback"):
            self.webhooks.schedule(lambda: self._report(text))
        return public(text)

    def receive(self, values):
        """A text from outside: stored, and posted ``repeat`` times to its url."""
        account = self.accounts[values["account_sid"]]
        form = {"From": values["from"], "To": values["to"], "Body": values["body"]}
        with self.lock:
            text = self._store(account["sid"], form, "inbound", "received")
            self._keyword(form)
        if values.get("sid"):
            text["sid"] = values["sid"]
        pairs = inbound_form(text, values.get("extra", {}))
        return [
            self.webhooks.post(account, values["url"], pairs, values["forged"])
            for _ in range(values["repeat"] if values["url"] else 0)
        ]

    def report(self, sid, status, error_code="", forged=False):
        """Posts one status of one text now."""
        text = self.texts[sid]
        account = self.accounts[text["account_sid"]]
        text.update(status=status, error_code=int(error_code) if error_code else None)
        text["date_sent"] = text["date_sent"] or formatdate()
        pairs = status_form(text, status, error_code)
        return self.webhooks.post(account, text["_callback"], pairs, forged)

    def _report(self, text):
        for status in self.settings["statuses"]:
            time.sleep(self.settings["delay"])
            failed = status in ("undelivered", "failed")
            error_code = self.settings["status_error"] if failed else ""
            for _ in range(self.settings["repeat"]):
                self.report(text["sid"], status, error_code)

    def _store(self, sid, form, direction, status):
        name = "SM" + uuid.uuid4().hex
        path = f"/2010-04-01/Accounts/{sid}/Messages/{name}"
        now = formatdate()
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
            "num_segments": str(segments(form["Body"])),
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
        """The newest first, filtered by To and From."""
        with self.lock:
            texts = [t for t in self.texts.values() if t["account_sid"] == sid]
        rows = [public(t) for t in reversed(texts) if _matches(t, query)]
        return page(
            f"/2010-04-01/Accounts/{sid}/Messages.json", "messages", rows, query
        )

    def list_numbers(self, sid, query, short=False):
        """The account's numbers; Twilio's filter matches parts of a number."""
        field = "short_code" if short else "phone_number"
        wanted = query.get("ShortCode" if short else "PhoneNumber", "").strip("+ ")
        rows = [
            {"sid": f"PN{i:032x}", "account_sid": sid, field: number}
            for i, number in enumerate(self.accounts[sid]["numbers"], 1)
            if short != number.startswith("+") and wanted in number
        ]
        name = "SMS/ShortCodes" if short else "IncomingPhoneNumbers"
        key = "short_codes" if short else "incoming_phone_numbers"
        return page(f"/2010-04-01/Accounts/{sid}/{name}.json", key, rows, query)


def public(text):
    """A text as the API shows it."""
    return {name: value for name, value in text.items() if not name.startswith("_")}


def segments(body):
    """Twilio's own count, near enough for a simulator: plain ASCII or not."""
    alone, joined = (160, 153) if body.isascii() else (70, 67)
    units = len(body.encode("utf-16-le")) // 2
    return 1 if units <= alone else -(-units // joined)


def page(path, key, rows, query):
    """One page of a list, with the relative address of the next."""
    size = min(max(int(query.get("PageSize", 50)), 1), 1000)
    number = max(int(query.get("Page", 0)), 0)
    shown = rows[number * size : (number + 1) * size]
    more = len(rows) > (number + 1) * size
    rest = query | {"PageSize": size, "Page": number + 1}
    return {
        key: shown,
        "page": number,
        "page_size": size,
        "start": number * size,
        "end": number * size + max(len(shown) - 1, 0),
        "uri": path,
        "next_page_uri": f"{path}?{urlencode(rest)}" if more else None,
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


def _matches(text, query):
    if query.get("To", text["to"]) != text["to"]:
        return False
    return query.get("From", text["from"]) == text["from"]


def _check_form(form):
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
        _check_callback(form["StatusCallback"])


def _check_callback(url):
    host = urlsplit(url).hostname or ""
    if not url.startswith(("http://", "https://")) or "_" in host or "." not in host:
        raise ApiError(400, 21609, f"The StatusCallback URL {url} is not a valid URL.")
