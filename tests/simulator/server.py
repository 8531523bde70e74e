"""The simulator's HTTP: Twilio's REST API and, under ``/_control/``, its strings.

Control requests carry JSON and answer JSON:

==========================  =======================================================
POST settings               change any of ``api.SETTINGS``; answers all of them
POST account                make or change an account: sid, auth_token, numbers, ...
POST fault                  kind, count, on, retry_after: see ``Faults``
POST receive                a text from outside, posted to ``url`` when it has one
POST report                 one status report, now: sid, status, error_code, forged
POST release                let held reports go; ``backwards``: the last first
POST settle                 wait until nothing is being reported; ``timeout`` in s
POST reset                  forget everything
GET requests                every API request: time, connection, method, path, form
GET texts                   every text, oldest first
GET deliveries              every webhook posted, with the answer it got
==========================  =======================================================
"""

import base64
import itertools
import json
import socket
import struct
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from .api import Api, ApiError, public
from .webhooks import Webhooks

LONGEST_BODY = 1 << 20
RESET = struct.pack("ii", 1, 0)  # SO_LINGER: close with a RST


class Faults:
    """What goes wrong with the next requests that create a text (or, "read", others).

    "reset"      the connection breaks before the request is read
    "lost"       the request is carried out, then the connection breaks
    "garbage"    the request is carried out, the answer is a 201 that is no JSON
    "nameless"   the request is carried out, the answer is a 201 without an id
    "429", "503" refused, with ``retry_after`` when given
    "500"        an error page of some proxy
    """

    def __init__(self):
        self._lock = threading.Lock()
        self.reset()

    def reset(self):
        self._waiting = {"create": [], "read": []}

    def add(self, kind, count=1, on="create", retry_after=None):
        with self._lock:
            self._waiting[on].extend([(kind, retry_after)] * count)

    def next(self, on):
        """(kind, retry_after) for this request, or (None, None)."""
        with self._lock:
            waiting = self._waiting[on]
            return waiting.pop(0) if waiting else (None, None)


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port=0):
        settings = {}
        self.webhooks = Webhooks(settings)
        self.api = Api(self.webhooks, settings)
        self.faults = Faults()
        self.requests = []
        self.connections = itertools.count(1)
        super().__init__(("127.0.0.1", port), Handler)

    def handle_error(self, request, client_address):
        """A client that went away is no news; the tests bring it about."""

    def reset(self):
        self.faults.reset()
        self.webhooks.reset()
        self.requests.clear()
        self.api.reset()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else each small answer waits for an ACK
    wbufsize = -1

    def setup(self):
        super().setup()
        self.connection_id = next(self.server.connections)

    def do_GET(self):
        self._dispatch()

    def do_POST(self):
        self._dispatch()

    def log_message(self, *args):
        """Silent: the tests read ``requests`` instead."""

    def _dispatch(self):
        url = urlsplit(self.path)
        if url.path.startswith("/_control/"):
            self._answer(*self._control(url.path.removeprefix("/_control/")))
        else:
            self._rest(url)

    # ------------------------------------------------------------
    # Twilio's REST API
    # ------------------------------------------------------------

    def _rest(self, url):
        creates = self.command == "POST"
        fault, retry_after = self.server.faults.next("create" if creates else "read")
        record = self._record(url, fault)
        if fault == "reset":
            self._break()
            return
        record["form"] = dict(parse_qsl(self._body().decode(), True))
        if fault in ("429", "500", "503"):
            self._refuse(fault, retry_after)
            return
        status, answer = self._carry_out(url, record["form"])
        self._lag()
        if fault == "lost":
            self._break()
        elif fault == "garbage":
            self._answer(201, "<!doctype html><title>Welcome</title>")
        elif fault == "nameless":
            self._answer(201, {})
        else:
            self._answer(status, answer)

    def _carry_out(self, url, form):
        try:
            sid = self._authenticate(url.path)
            return self._resource(url, sid, form)
        except ApiError as failure:
            return failure.status, failure.to_json()
        except (KeyError, ValueError, UnicodeDecodeError):
            return 400, ApiError(400, 20001, "Bad request").to_json()

    def _authenticate(self, path):
        """The account of the path, when the request knows its token."""
        scheme, _, given = self.headers.get("Authorization", "").partition(" ")
        parts = path.split("/")
        sid = parts[3].removesuffix(".json") if len(parts) > 3 else ""
        account = self.server.api.accounts.get(sid)
        right = account and f"{sid}:{account['auth_token']}"
        if scheme != "Basic" or not right or base64.b64decode(given) != right.encode():
            raise ApiError(401, 20003, "Authenticate")
        return sid

    def _resource(self, url, sid, form):
        api, query = self.server.api, dict(parse_qsl(url.query, True))
        name = url.path.removeprefix(f"/2010-04-01/Accounts/{sid}/")
        route = self.command, name.removesuffix(".json")
        if route == ("POST", "Messages"):
            return 201, api.create(sid, form)
        if route == ("GET", "Messages"):
            return 200, api.list_texts(sid, query)
        if route == ("GET", "IncomingPhoneNumbers"):
            return 200, api.list_numbers(sid, query)
        if route == ("GET", "SMS/ShortCodes"):
            return 200, api.list_numbers(sid, query, short=True)
        if self.command == "GET" and name.startswith("Messages/"):
            return 200, api.fetch(sid, route[1].removeprefix("Messages/"))
        raise ApiError(404, 20404, f"The requested resource {url.path} was not found")

    def _refuse(self, fault, retry_after):
        headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
        if fault == "429":
            error = ApiError(429, 20429, "Too Many Requests").to_json()
            self._answer(429, error, headers)
        else:
            self._answer(int(fault), "<h1>The proxy is unwell</h1>", headers)

    def _record(self, url, fault):
        record = {
            "at": time.time(),
            "monotonic": time.monotonic(),
            "connection": self.connection_id,
            "method": self.command,
            "path": url.path,
            "query": dict(parse_qsl(url.query, True)),
            "fault": fault,
            "form": {},
        }
        self.server.requests.append(record)
        return record

    def _lag(self):
        time.sleep(self.server.api.settings["latency"])

    # ------------------------------------------------------------
    # The strings
    # ------------------------------------------------------------

    def _control(self, name):
        try:
            values = json.loads(self._body() or b"{}")
            action = getattr(self, f"_control_{self.command.lower()}_{name}")
            return 200, action(**values)
        except (AttributeError, KeyError, TypeError, ValueError) as failure:
            return 400, {"error": f"{type(failure).__name__}: {failure}"}

    def _control_get_requests(self):
        return self.server.requests

    def _control_get_texts(self):
        return [public(text) for text in self.server.api.texts.values()]

    def _control_get_deliveries(self):
        return self.server.webhooks.log

    def _control_post_settings(self, **values):
        settings = self.server.api.settings
        unknown = values.keys() - settings.keys()
        if unknown:
            raise KeyError(*unknown)
        settings.update(values)
        return settings

    def _control_post_account(self, **values):
        return self.server.api.add_account(values)

    def _control_post_fault(self, **values):
        self.server.faults.add(**values)
        return {}

    def _control_post_receive(self, **values):
        return self.server.api.receive(values)

    def _control_post_report(self, **values):
        return self.server.api.report(**values)

    def _control_post_release(self, **values):
        return self.server.webhooks.release(**values)

    def _control_post_settle(self, timeout):
        return self.server.webhooks.settle(timeout)

    def _control_post_reset(self):
        self.server.reset()
        return {}

    # ------------------------------------------------------------
    # Bytes
    # ------------------------------------------------------------

    def _body(self):
        length = int(self.headers.get("Content-Length") or 0)
        return self.rfile.read(min(length, LONGEST_BODY))

    def _answer(self, status, content, headers=None):
        is_page = isinstance(content, str)
        body = content.encode() if is_page else json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html" if is_page else "application/json")
        self.send_header("Content-Length", str(len(body)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def _break(self):
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        self.connection.close()
