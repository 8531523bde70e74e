"""Twilio's REST API: who may ask, what is asked, and what goes wrong with it."""

import asyncio
import base64
from collections import Counter
from urllib.parse import parse_qsl, unquote

from . import lookups
from .api import ApiError
from .media import STORE
from .wire import Answer

PREFIX = "/2010-04-01/Accounts/"
NUMBERS = ("IncomingPhoneNumbers", "SMS/ShortCodes")


class Rest:
    """Answers the requests to the API, and notes each in the journal."""

    def __init__(self, api, faults, journal):
        self.api = api
        self.faults = faults
        self.journal = journal
        self.reset()

    def reset(self):
        """Forgets the requests that still wait for their answers."""
        self._in_flight = Counter()  # by account SID

    async def handle(self, request):
        """The answer, or None when the connection is to break."""
        creates = request.method == "POST" and request.path.endswith("/Messages.json")
        if request.path.startswith(STORE):
            return self.api.media.from_store(request)
        fault, retry_after = self.faults.next("create" if creates else "read")
        record = self.journal.begin(request, creates, fault)
        answer = None
        try:
            answer = await self._faulty(request, record, fault, retry_after)
        finally:
            self.journal.end(record, answer)
        return answer

    async def _faulty(self, request, record, fault, retry_after):
        if fault in ("dropped_before", "reset"):
            return None
        if fault in ("429", "500", "503"):
            return refusal(int(fault), retry_after)
        answer = await self._in_turn(request, record)
        if fault == "garbage":
            return Answer(201, "<!doctype html><title>Welcome</title>")
        if fault == "nameless":
            return Answer(201, {})
        return None if fault == "lost" else answer

    async def _in_turn(self, request, record):
        """The answer after its latency, while the account has not too many open."""
        sid = account_sid(request)
        most, in_flight = self.api.settings["concurrency"], self._in_flight
        if most and in_flight[sid] >= most:
            return refusal(429)
        in_flight[sid] += 1
        try:
            answer = self._carry_out(request, sid, record)
            if latency := self.faults.latency():
                await asyncio.sleep(latency)
            return answer
        finally:
            in_flight[sid] -= 1

    def _carry_out(self, request, sid, record):
        try:
            self._authenticate(request, sid)
            answer = self._resource(request, sid, record["form"])
        except ApiError as failure:
            return Answer(failure.status, failure.to_json())
        except (KeyError, ValueError):
            return Answer(400, ApiError(400, 20001, "Bad request").to_json())
        if answer.status == 201:
            record["sid"] = answer.content["sid"]
            record["segments"] = int(answer.content["num_segments"])
        return answer

    def _authenticate(self, request, sid):
        """Whether the request knows the token of the account in its path."""
        account = self.api.accounts.get(sid)
        right = account and f"{sid}:{account['auth_token']}".encode()
        given = request.headers.get("authorization", "")
        if not right or given != f"Basic {base64.b64encode(right).decode()}":
            raise ApiError(401, 20003, "Authenticate")

    def _resource(self, request, sid, form):
        if request.path.startswith(lookups.PREFIX):
            number = unquote(request.path.removeprefix(lookups.PREFIX))
            account = self.api.accounts[sid]
            return Answer(200, lookups.find(account, number, request.query))
        name = request.path.removeprefix(f"{PREFIX}{sid}/")
        route = request.method, name.removesuffix(".json")
        if route == ("POST", "Messages"):
            pairs = parse_qsl(request.body.decode())
            media = [value for name, value in pairs if name == "MediaUrl"]
            return Answer(201, self.api.create(sid, form, media))
        if route == ("GET", "Messages"):
            return Answer(200, self.api.list_texts(sid, request.query))
        if route == ("GET", "IncomingPhoneNumbers"):
            return Answer(200, self.api.list_numbers(sid, request.query))
        if route == ("GET", "SMS/ShortCodes"):
            return Answer(200, self.api.list_numbers(sid, request.query, short=True))
        if request.method == "GET" and route[1].endswith("/Media"):
            text_id = route[1].split("/")[1]
            return Answer(200, self.api.media.list_of(text_id, request.path))
        if request.method == "GET" and "/Media/" in name:
            return self.api.media.where(name.rpartition("/")[2])
        if request.method == "GET" and name.startswith("Messages/"):
            return Answer(200, self.api.fetch(sid, route[1].removeprefix("Messages/")))
        resource, _, key = route[1].rpartition("/")
        if request.method == "POST" and resource in NUMBERS:
            return Answer(200, self.api.update_number(sid, key, form))
        raise ApiError(404, 20404, f"The resource {request.path} was not found")


def account_sid(request):
    """The account that a request is for, or ""."""
    if request.path.startswith(lookups.PREFIX):
        return _user(request)
    if not request.path.startswith(PREFIX):
        return ""
    return request.path.removeprefix(PREFIX).partition("/")[0].removesuffix(".json")


def _user(request):
    """Who asks; the address of a look-up names nobody."""
    _scheme, _, given = request.headers.get("authorization", "").partition(" ")
    try:
        return base64.b64decode(given).decode().partition(":")[0]
    except ValueError:
        return ""


def refusal(status, retry_after=None):
    """Too many requests, or the page of a proxy."""
    headers = {} if retry_after is None else {"Retry-After": retry_after}
    if status == 429:
        error = ApiError(429, 20429, "Too Many Requests")
        return Answer(429, error.to_json(), headers)
    return Answer(status, "<h1>The proxy is unwell</h1>", headers)
