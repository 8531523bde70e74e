"""What Twilio posts to us: signed status callbacks and inbound texts.

https://www.twilio.com/docs/usage/webhooks/webhooks-security
https://www.twilio.com/docs/usage/webhooks/webhook-shared-keys
"""

import base64
import hashlib
import hmac
import http.client
import threading
import time
import uuid
from collections import deque
from urllib.parse import urlencode, urlsplit

LOOPBACK = ("127.0.0.1", "localhost", "::1")
TIMEOUT = 15  # seconds, Twilio's own; https://www.twilio.com/docs/api/errors/11205
WORKERS = 4


def signature(secret, url, pairs, digest=hashlib.sha1):
    """The signature over a URL and the form's pairs, as Twilio documents it."""
    names = sorted({name for name, _value in pairs})
    signed = url
    for name in names:
        for value in sorted({v for n, v in pairs if n == name}):
            signed += name + value
    mac = hmac.new(secret.encode(), signed.encode(), digest)
    return base64.b64encode(mac.digest()).decode()


def signature_headers(account, url, pairs):
    """The headers that prove a request comes from Twilio for this account."""
    if not account["shared_key"]:
        token = account["auth_token"]
        return {"X-Twilio-Signature": signature(token, url, pairs)}
    key = account["shared_key"]
    settings = f"key={account['shared_key_id']},algorithm=HMAC_SHA256"
    return {
        "X-Twilio-Signature": signature(key, url, pairs, hashlib.sha256),
        "X-Twilio-Webhooks-Signature-Settings": settings,
    }


class Webhooks:
    """Posts webhooks to ``deliver_to`` in place of the public address they name.

    A delivery belongs to a text; the deliveries of one text go out in order, those of
    several texts side by side. ``log`` has every post made and its answer.
    """

    def __init__(self, settings):
        self.settings = settings
        self.log = []
        self._condition = threading.Condition()
        self._ready = deque()
        self._held = []
        self._busy = 0
        for _ in range(WORKERS):
            threading.Thread(target=self._work, daemon=True).start()

    def schedule(self, deliver):
        """Runs ``deliver()`` soon, or at the release when callbacks are held."""
        with self._condition:
            (self._held if self.settings["hold"] else self._ready).append(deliver)
            self._condition.notify_all()

    def release(self, backwards=False):
        """Lets everything held go out in turn, the last first when ``backwards``."""
        with self._condition:
            released, self._held = self._held, []
            turns = released[::-1] if backwards else released
            self._ready.append(lambda: [deliver() for deliver in turns])
            self._condition.notify_all()
        return len(released)

    def settle(self, timeout):
        """Whether everything not held has been delivered within ``timeout`` s."""
        with self._condition:
            return self._condition.wait_for(
                lambda: not self._ready and not self._busy, timeout
            )

    def reset(self):
        """Forgets what is held or waiting, and the log."""
        with self._condition:
            self._held.clear()
            self._ready.clear()
            self.log.clear()

    def post(self, account, url, pairs, forged=False):
        """Posts one signed webhook; gives the entry it leaves in the log."""
        headers = signature_headers(account, url, pairs)
        if forged or self.settings["forge"]:
            headers["X-Twilio-Signature"] = base64.b64encode(b"forged" * 3).decode()
        body = urlencode(pairs).encode()
        return self.deliver(url, body, _twilio_headers() | headers, {"form": pairs})

    def deliver(self, url, body, headers, said):
        """Posts a body as any carrier does; gives the entry it leaves in the log."""
        entry = {"url": url, **said, "at": time.time(), "status": None}
        try:
            entry["status"], entry["body"] = self._exchange(url, body, headers)
        except (OSError, http.client.HTTPException, ValueError) as failure:
            entry["error"] = type(failure).__name__
        self.log.append(entry)
        return entry

    def get(self, url):
        """Fetches what an address of ours gives; "status" is None without an answer."""
        entry = {"url": url, "at": time.time(), "status": None, "headers": {}}
        try:
            answer, entry["content"] = self._request("GET", url)
            entry["status"], entry["headers"] = answer.status, dict(answer.headers)
        except (OSError, http.client.HTTPException, ValueError) as failure:
            entry["error"] = type(failure).__name__
        return entry

    def _exchange(self, url, body, headers):
        answer, said = self._request("POST", url, body, headers)
        return answer.status, said.decode("utf-8", "replace")

    def _request(self, method, url, body=None, headers=None):
        public = urlsplit(url)
        local = urlsplit(self.settings["deliver_to"] or url)
        if local.hostname not in LOOPBACK:
            raise ValueError("the simulator posts to this machine only")
        path = (public.path or "/") + (f"?{public.query}" if public.query else "")
        connection = http.client.HTTPConnection(
            local.hostname, local.port or 80, timeout=TIMEOUT
        )
        try:
            headers = _proxy_headers(public) | (headers or {})
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer, answer.read()
        finally:
            connection.close()

    def _work(self):
        while True:
            with self._condition:
                self._condition.wait_for(lambda: self._ready)
                deliver = self._ready.popleft()
                self._busy += 1
            try:
                deliver()
            finally:
                with self._condition:
                    self._busy -= 1
                    self._condition.notify_all()


def _twilio_headers():
    return {
        "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
        "User-Agent": "TwilioProxy/1.1",
        "I-Twilio-Idempotency-Token": str(uuid.uuid4()),
    }


def _proxy_headers(public):
    """What the proxy before a production Odoo adds."""
    return {
        "Host": public.netloc,
        "X-Forwarded-Host": public.netloc,
        "X-Forwarded-Proto": public.scheme,
        "X-Forwarded-For": "203.0.113.7",
    }
