"""What Telnyx's API does with texts and numbers, beside Twilio's in one process.

https://developers.telnyx.com/api-reference/messages/send-a-message
https://developers.telnyx.com/docs/development/api-fundamentals/idempotency

It shares the settings, the faults, the journal and the deliveries with Twilio's. The
``statuses`` of the settings are Twilio's words, which become Telnyx's here.
"""

import asyncio
import base64
import json
import re
import threading
import time
import uuid
from urllib.parse import unquote

from . import telnyx_shapes as shapes
from .api import NUMBERS, START, STOP
from .segments import segments
from .wire import Answer

API_KEY = "KEY0000000000000000000000000000_simulator"
PROFILE = "3fa85f64-5717-4562-b3fc-2c963f66afa6"
SEED = bytes(range(32)).hex()  # of the key that signs
OPTED_OUT = "+15005550004"
STATUSES = {"undelivered": "delivery_failed", "failed": "sending_failed"}
MOST_MEDIA = 10
LONGEST = 16 * 1024  # bytes of a request
CANADA = ("+1416", "+1514", "+1604", "+1902")  # some of its area codes
STORE = "/v2/store/"  # in place of a host of its own


class Refusal(Exception):
    """An answer that is an error."""

    def __init__(self, status, code, title, pointer=""):
        super().__init__(title)
        self.answer = Answer(status, shapes.error(code, title, pointer))


class Telnyx:
    """Accounts by their API keys, their numbers and texts, in memory."""

    def __init__(self, webhooks, settings, faults, journal):
        self.webhooks, self.settings = webhooks, settings
        self.faults, self.journal = faults, journal
        self.lock = threading.RLock()
        self.reset()

    def reset(self):
        """One account that owns NUMBERS, all in one profile, and no texts."""
        with self.lock:
            self.accounts, self.messages, self.answers = {}, {}, {}
            # (ours, theirs) -> the row in the list of opt-outs
            self.stopped, self.store = {}, {}
            self.account()

    # ------------------------------------------------------------
    # What a test does
    # ------------------------------------------------------------

    def account(self, key=API_KEY, **values):
        """Makes or changes an account: numbers, seed, profile, webhook_url, lines.

        ``lines`` are what a look-up finds: number -> fields of ``shapes.line``.
        """
        made = {
            "numbers": list(NUMBERS),
            "seed": SEED,
            "profile": PROFILE,
            "webhook_url": "",
            "lines": {},
        }
        account = self.accounts.setdefault(key, made)
        account.update(values)
        return account | {"public_key": shapes.public_key(account["seed"])}

    def texts(self):
        """Every text, oldest first, in and out."""
        return list(self.messages.values())

    def receive(
        self, sender, recipient, text, media=(), url="", key=API_KEY, repeat=1, **how
    ):
        """A text from outside, posted to ``url`` or the profile's address.

        ``media`` are (address of this process, content type, content in base 64).
        """
        account = self.accounts[key]
        with self.lock:
            message = shapes.inbound(
                sender,
                recipient,
                text,
                [self._keep(*attached) for attached in media],
                account["profile"],
                segments(text or "-"),
            )
            self.messages[message["id"]] = message
            self._keyword(recipient, sender, text)
        url = url or account["webhook_url"]
        event = shapes.event("message.received", message, url)
        return [self._post(account, url, event, **how) for _ in range(repeat)]

    def report(self, message_id, status, code="", url="", **how):
        """Posts one status of one text now, to ``url`` or where the text says."""
        message = self.messages[message_id]
        message["to"][0]["status"] = status
        message["errors"] = [{"code": code, "title": "It failed"}] if code else []
        kind = "message.finalized" if status in shapes.FINAL else "message.sent"
        url = url or message["webhook_url"]
        account = self._owner(message["from"]["phone_number"])
        return self._post(account, url, shapes.event(kind, message, url), **how)

    def _keep(self, base_url, content_type, content):
        name = uuid.uuid4().hex
        self.store[name] = content_type, base64.b64decode(content)
        url = f"{base_url}{STORE}{name}"
        return {"url": url, "content_type": content_type, "size": len(content)}

    def _post(self, account, url, event, forged=False, age=0.0):
        body = json.dumps(event).encode()
        headers = shapes.signed(account["seed"], body, age)
        if forged or self.settings["forge"]:
            body = body.replace(b'"record_type"', b'"record_typo"')
        return self.webhooks.deliver(url, body, headers, {"json": event})

    def _owner(self, number):
        return next(a for a in self.accounts.values() if number in a["numbers"])

    def _keyword(self, ours, theirs, text):
        word = text.strip().upper()
        if word in STOP:
            profile = self._owner(ours)["profile"]
            row = shapes.opt_out(ours, theirs, word, profile)
            self.stopped[ours, theirs] = row
        elif word in START:
            self.stopped.pop((ours, theirs), None)

    # ------------------------------------------------------------
    # HTTP
    # ------------------------------------------------------------

    async def handle(self, request):
        """The answer, or None when the connection is to break."""
        if request.path.startswith(STORE):
            return self._stored(request)
        creates = request.method == "POST"
        fault, retry_after = self.faults.next("create" if creates else "read")
        record = self.journal.begin(request, creates, fault)
        record["form"] = _as_form(request.body)
        answer = None
        try:
            answer = await self._faulty(request, record, fault, retry_after)
        finally:
            self.journal.end(record, answer)
        return answer

    def _stored(self, request):
        """What is attached, to whoever has the address and shows no key."""
        found = self.store.get(request.path.removeprefix(STORE))
        if "authorization" in request.headers or not found:
            return Answer(403, "<Error>AccessDenied</Error>")
        return Answer(200, found[1], {"Content-Type": found[0]})

    async def _faulty(self, request, record, fault, retry_after):
        if fault in ("dropped_before", "reset"):
            return None
        if fault in ("429", "500", "503"):
            return _refusal(int(fault), retry_after)
        answer = self._carry_out(request, record)
        if latency := self.faults.latency():
            await asyncio.sleep(latency)
        if fault == "garbage":
            return Answer(200, "<!doctype html><title>Welcome</title>")
        if fault == "nameless":
            return Answer(200, {"data": {}})
        return None if fault == "lost" else answer

    def _carry_out(self, request, record):
        try:
            with self.lock:
                account = self._authenticate(request)
                return self._resource(request, account, record)
        except Refusal as refusal:
            return refusal.answer
        except (KeyError, TypeError, ValueError):
            return Refusal(400, "10015", "Bad Request").answer

    def _authenticate(self, request):
        scheme, _, key = request.headers.get("authorization", "").partition(" ")
        if scheme != "Bearer" or key not in self.accounts:
            raise Refusal(401, "10009", "Authentication failed")
        return self.accounts[key]

    def _resource(self, request, account, record):
        kind, _, name = request.path.removeprefix("/v2/").partition("/")
        match request.method, kind, name:
            case "POST", "messages", "":
                return self._create(request, account, record)
            case "GET", "messages", _ if name in self.messages:
                return Answer(200, {"data": self.messages[name]})
            case "GET", "phone_numbers", "messaging":
                return Answer(200, _numbers(account, request.query))
            case "GET", "phone_numbers", _ if name.endswith("/messaging"):
                wanted = name.removesuffix("/messaging")
                rows = _numbers(account, {"page[size]": 1000})["data"]
                return Answer(200, {"data": _only(rows, "id", wanted)})
            case "GET", "messaging_profiles", "":
                return Answer(200, shapes.page([_profile(account)], request.query))
            case "GET", "messaging_optouts", "":
                return Answer(200, self._opt_outs(account, request.query))
            case "GET", "number_lookup", _ if name:
                found = _line(account, unquote(name), request.query)
                return Answer(200, {"data": found})
            case "PATCH", "messaging_profiles", _ if name == account["profile"]:
                account["webhook_url"] = json.loads(request.body)["webhook_url"]
                return Answer(200, {"data": _profile(account)})
        raise Refusal(404, "10005", "Resource not found")

    # ------------------------------------------------------------
    # Texts
    # ------------------------------------------------------------

    def _create(self, request, account, record):
        """Takes a text; one that came with the same key before is not taken again."""
        key = request.headers.get("idempotency-key", "")
        if key and not re.fullmatch(r"[A-Za-z0-9_:-]{1,255}", key):
            raise Refusal(400, "10015", "Bad Request")
        known = self.answers.get((account["profile"], key)) if key else None
        if known:
            if known[0] != request.body:
                raise Refusal(422, "10015", "The key came with another request")
            return Answer(200, known[1])
        values = json.loads(request.body)
        self._check(values, account, request.body)
        parts = segments(values.get("text") or "-")
        message = shapes.outbound(values, account["profile"], parts)
        self.messages[message["id"]] = message
        record["sid"], record["segments"] = message["id"], parts
        # as it is at this moment: that is what is repeated
        said = json.loads(json.dumps({"data": message}))
        self.answers[account["profile"], key] = request.body, said
        if self.settings["reports"] and message["webhook_url"]:
            self.webhooks.schedule(lambda: self._report_all(message["id"]))
        return Answer(200, said)

    def _check(self, values, account, body):
        sender, recipient = values["from"], values["to"]
        if sender not in account["numbers"]:
            raise Refusal(400, "40305", f"Invalid 'from' address {sender}", "/from")
        if not re.fullmatch(r"\+[1-9][0-9]{6,14}", recipient):
            raise Refusal(400, "40310", f"Invalid 'to' address {recipient}", "/to")
        if recipient == OPTED_OUT or (sender, recipient) in self.stopped:
            raise Refusal(400, "40300", "Blocked due to STOP message")
        if not (values.get("text") or values.get("media_urls")):
            raise Refusal(400, "40316", "No content provided for message")
        if len(values.get("media_urls", [])) > MOST_MEDIA:
            raise Refusal(400, "40317", "Invalid MMS content")
        if len(body) > LONGEST:
            raise Refusal(400, "40302", "Message too large")

    def _report_all(self, message_id):
        for word in self.settings["statuses"]:
            time.sleep(self.settings["delay"])
            status = STATUSES.get(word, word)
            failed = status in ("delivery_failed", "sending_failed")
            code = self.settings["status_error"] if failed else ""
            for _ in range(self.settings["repeat"]):
                self.report(message_id, status, code)

    def _opt_outs(self, account, query):
        """https://developers.telnyx.com/api-reference/opt-out-management/list-opt-outs"""
        rows = [r for r in self.stopped.values() if r["from"] in account["numbers"]]
        for name in ("from", "messaging_profile_id"):
            if wanted := query.get(f"filter[{name}]"):
                rows = [row for row in rows if row[name] == wanted]
        if query.get("redaction_enabled") != "false":
            rows = [row | {"to": f"{row['to'][:-4]}****"} for row in rows]
        return shapes.page(rows, query)


def _line(account, number, query):
    """https://developers.telnyx.com/docs/identity/number-lookup"""
    if not re.fullmatch(r"\+[1-9][0-9]{6,14}", number):
        raise Refusal(404, "10005", "Resource not found")
    if number.startswith(CANADA):
        raise Refusal(422, "10015", f"{number} is a Canadian number")
    found = shapes.line(number, **account["lines"].get(number, {}))
    # each set of data has its price, and comes only when it is asked for
    return found if query.get("type") == "carrier" else found | {"carrier": None}


def _as_form(body):
    """A JSON text in the words of the journal, which are Twilio's."""
    try:
        values = json.loads(body or b"{}")
    except ValueError:
        return {}
    names = {
        "From": "from",
        "To": "to",
        "Body": "text",
        "StatusCallback": "webhook_url",
    }
    return {name: values[key] for name, key in names.items() if key in values}


def _numbers(account, query):
    rows = [
        shapes.number(phone, account["profile"], position)
        for position, phone in enumerate(account["numbers"])
    ]
    for name in ("phone_number", "messaging_profile_id"):
        if wanted := query.get(f"filter[{name}]"):
            rows = [row for row in rows if row[name] == wanted]
    return shapes.page(rows, query)


def _profile(account):
    return {
        "record_type": "messaging_profile",
        "id": account["profile"],
        "name": "Profile",
        "webhook_url": account["webhook_url"],
        "webhook_api_version": "2",
        "enabled": True,
    }


def _only(rows, name, wanted):
    for row in rows:
        if row[name] == wanted:
            return row
    raise Refusal(404, "10005", "Resource not found")


def _refusal(status, retry_after):
    headers = {} if retry_after is None else {"Retry-After": retry_after}
    if status == 429:
        return Answer(429, shapes.error("10011", "Too many requests"), headers)
    return Answer(status, "<h1>The proxy is unwell</h1>", headers)
