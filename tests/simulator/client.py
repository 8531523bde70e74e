"""The simulator in a test: starts the process, pulls its strings, ends it."""

import base64
import json
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

from .api import ACCOUNT_SID, AUTH_TOKEN, NUMBERS

ROOT = Path(__file__).resolve().parents[2]
TIMEOUT = 60  # seconds for any control request
PAGE = 5000  # rows at once, so that the simulator is never busy for long


class Simulator:
    """A running simulator.

    >>> with Simulator() as twilio:
    ...     twilio.settings(deliver_to="http://127.0.0.1:8069")
    ...     # account: twilio.account_sid, twilio.auth_token, api_base_url = twilio.url
    ...     twilio.fault("lost")
    ...     ...
    ...     assert twilio.settle()
    """

    account_sid = ACCOUNT_SID
    auth_token = AUTH_TOKEN
    numbers = NUMBERS

    def __enter__(self):
        command = [sys.executable, "-m", "tests.simulator", "--until-stdin-closes"]
        self._process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        # The port is printed once the socket listens, so this line is readiness.
        port = self._process.stdout.readline().decode().strip()
        if not port:
            raise RuntimeError("the simulator did not start")
        self.url = f"http://127.0.0.1:{port}"
        return self

    def __exit__(self, *_exception):
        self._process.kill()
        self._process.wait()
        self._process.stdin.close()
        self._process.stdout.close()

    def settings(self, **values):
        """Changes any of ``api.SETTINGS``; gives all of them."""
        return self._post("settings", values)

    def account(self, sid=ACCOUNT_SID, **values):
        """Makes or changes an account: auth_token, numbers, shared_key, lines."""
        return self._post("account", {"sid": sid} | values)

    def fault(self, kind, count=1, on="create", retry_after=None):
        """Breaks the next ``count`` requests; the kinds are those of ``Faults``."""
        values = {"kind": kind, "count": count, "on": on, "retry_after": retry_after}
        self._post("fault", values)

    def receive(
        self,
        url,
        sender,
        recipient,
        body,
        *,
        account_sid=ACCOUNT_SID,
        sid=None,
        extra=None,
        repeat=1,
        forged=False,
        media=(),
    ):
        """Lets a text arrive from outside; ``url`` is the public webhook, or "".

        ``media`` are pairs of (content type, bytes) that are attached.

        Gives one entry per post, with the answer's "status" and "body". Without a
        url the text is only stored, as when our side could not be reached.
        """
        return self._post(
            "receive",
            {
                "url": url,
                "from": sender,
                "to": recipient,
                "body": body,
                "account_sid": account_sid,
                "sid": sid,
                "extra": extra or {},
                "repeat": repeat,
                "forged": forged,
                "base": self.url,
                "media": [
                    (content_type, base64.b64encode(content).decode())
                    for content_type, content in media
                ],
            },
        )

    def report(self, sid, status, error_code="", forged=False):
        """Posts one status report now; gives its entry, with the answer's status."""
        values = {"status": status, "error_code": error_code, "forged": forged}
        return self._post("report", {"sid": sid} | values)

    def release(self, backwards=False):
        """Lets the reports held go out; gives how many texts they belong to."""
        return self._post("release", {"backwards": backwards})

    def settle(self, timeout=30.0):
        """Waits until every report not held was answered; False when time is up."""
        return self._post("settle", {"timeout": timeout})

    def reset(self):
        """Forgets texts, requests, faults, accounts and settings."""
        self._post("reset", {})

    def requests(self):
        """Every API request in order: at, monotonic, connection, path, form, ..."""
        return self._rows("requests")

    def arrivals(self, after=0):
        """Every request to create a text in order, without the first ``after``.

        In few words, for many of them: at (epoch) and monotonic, both taken as soon
        as the request was read, sender, recipient, body, uuid of the attempt,
        segments and sid when it was taken, and the answer's status and code, or the
        fault that broke the connection.
        """
        return self._rows("arrivals", after)

    def summary(self):
        """Sums over all arrivals: see ``Journal.summary``."""
        return self._call("GET", "summary")

    def texts(self):
        """Every text the simulator has, oldest first, in and out."""
        return self._rows("texts")

    def fetched(self):
        """All that was fetched from us: sid, url, status, headers, size, sha256."""
        return self._rows("fetched")

    def deliveries(self):
        """Every webhook posted: url, form, at, and the answer's status."""
        return self._rows("deliveries")

    def _rows(self, name, after=0):
        rows, size = [], -1
        while len(rows) > size:
            size = len(rows)
            rows += self._call("GET", f"{name}?after={after + size}&limit={PAGE}")
        return rows

    def _post(self, name, values):
        return self._call("POST", name, json.dumps(values).encode())

    def _call(self, method, name, body=None):
        request = urllib.request.Request(
            f"{self.url}/_control/{name}", data=body, method=method
        )
        # Whatever proxy the environment names, it is not for this machine.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=TIMEOUT) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as failure:
            raise ValueError(json.load(failure)["error"]) from None
