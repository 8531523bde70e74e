"""Whoever finds our webhooks learns nothing, breaks nothing, and leaves a count."""

import base64
import http.client
import os
from collections import Counter
from contextlib import contextmanager, suppress
from random import Random
from urllib.parse import quote, urlencode, urlsplit

import pytest

from tests.simulator.webhooks import signature
from tests.system.inbox import PUBLIC, Inbox

CALLS = 3000
# what must be in no log line, wherever in a request it stood
MARK, NUMBER = "marked-words", "+12025557733"
FORM = "application/x-www-form-urlencoded"
CUT_OFF = "the connection was cut off"
LARGE = 200_000  # bytes; more than any text has


class Caller:
    """Makes one call after the other, each drawn from what strangers might try."""

    def __init__(self, server, inbox, other, draw):
        self.address, self.draw = urlsplit(server.url), draw
        self.inbound = urlsplit(inbox.inbound_url).path
        self.other = urlsplit(other.inbound_url).path
        self.secret = inbox.twilio.auth_token
        self.kinds = [getattr(self, name) for name in dir(self) if name[:2] == "a_"]

    def form(self, **values):
        return {
            "MessageSid": f"SM{self.draw.randrange(10**9)}",
            "AccountSid": "AC00000000000000000000000000000001",
            "From": NUMBER,
            "To": "+14155550001",
            "Body": MARK,
            **values,
        }

    def some_bytes(self, most=300):
        return self.draw.randbytes(self.draw.randrange(most))

    def signed(self, path, form, secret=None):
        pairs = list(form.items())
        signed = signature(secret or self.secret, PUBLIC + path, pairs)
        return {"X-Twilio-Signature": signed, "Content-Type": FORM}

    def status_path(self):
        noise = self.some_bytes(40).replace(b"/", b"")
        uuid = self.draw.choice(("x" * 32, quote(noise) or "0", MARK))
        return self.inbound.replace("/inbound", f"/status/{uuid}")

    # ------------------------------------------------------------
    # Each gives (path, headers, body)
    # ------------------------------------------------------------

    def a_form_that_nobody_signed(self):
        path = self.draw.choice((self.inbound, self.status_path()))
        return path, {"Content-Type": FORM}, urlencode(self.form())

    def a_signature_that_is_noise(self):
        noise = base64.b64encode(self.some_bytes(60)).decode()
        wrong = self.draw.choice((noise, "é", "=" * 28, " ", "A" * 5000))
        headers = {"X-Twilio-Signature": wrong, "Content-Type": FORM}
        return self.inbound, headers, urlencode(self.form())

    def a_signature_of_another_secret(self):
        form = self.form()
        headers = self.signed(self.inbound, form, "another secret")
        return self.inbound, headers, urlencode(form)

    def a_signature_for_another_account(self):
        form = self.form()
        headers = self.signed(self.other, form)
        return self.inbound, headers, urlencode(form)

    def a_signature_over_another_body(self):
        headers = self.signed(self.inbound, self.form(Body="what was signed"))
        return self.inbound, headers, urlencode(self.form())

    def a_doubled_field(self):
        form = self.form()
        headers = self.signed(self.inbound, form)
        return self.inbound, headers, urlencode(form) + f"&Body={MARK}2"

    def a_body_of_noise(self):
        types = (FORM, "application/json", "text/plain", "multipart/form-data", "", "é")
        content_type = self.draw.choice(types)
        return self.inbound, {"Content-Type": content_type}, self.some_bytes()

    def a_form_in_a_bad_encoding(self):
        body = self.draw.choice((b"Body=%ff%fe", b"Body=\xff", b"%" * 50, b"a=%00&b"))
        return self.inbound, {"Content-Type": FORM}, body

    def a_form_in_another_charset(self):
        content_type = f"{FORM}; charset={self.draw.choice(('utf-7', 'nonsense', ''))}"
        return self.inbound, {"Content-Type": content_type}, f"Body={MARK}"

    def a_thousand_fields(self):
        return self.inbound, {"Content-Type": FORM}, "a=1&" * 2000

    def a_signed_form_without_what_makes_a_text(self):
        form = self.form()
        del form[self.draw.choice(("MessageSid", "From", "To"))]
        return self.inbound, self.signed(self.inbound, form), urlencode(form)

    def a_key_that_no_index_holds(self):
        form = self.form(MessageSid="S" * 3000)
        return self.inbound, self.signed(self.inbound, form), urlencode(form)

    def a_call_to_an_address_of_nobody(self):
        tokens = ("x", MARK, "%00", "%ff", "..", "'--", "a" * 3000, "%E2%80%AE")
        token, end = self.draw.choice(tokens), self.draw.choice(("inbound", "status/1"))
        carrier = self.draw.choice(("twilio", "telnyx", "sandbox", "nobody", "%00"))
        return f"/sms_inbox/{carrier}/{token}/{end}", {}, urlencode(self.form())

    def a_call_in_the_name_of_another_carrier(self):
        path = self.inbound.replace("twilio", self.draw.choice(("telnyx", "sandbox")))
        return path, {"telnyx-signature-ed25519": "x"}, '{"data": {}}'

    def a_huge_body(self):
        return self.inbound, {"Content-Type": FORM}, "Body=" + MARK * (LARGE // 12)

    def a_huge_header(self):
        return self.inbound, {"X-Large": MARK * 5000}, ""

    def a_crowd_of_headers(self):
        return self.inbound, _many_headers(90), ""

    def a_header_of_noise(self):
        noise = bytes(b for b in self.some_bytes(100) if b not in b"\r\n\0")
        headers = {"X-Forwarded-Host": noise, "X-Forwarded-Proto": noise}
        return self.inbound, headers, urlencode(self.form())

    def a_query_beside_the_form(self):
        form = self.form()
        query = urlencode({"Body": MARK, "self": "1", "token": "2"})
        return f"{self.inbound}?{query}", self.signed(self.inbound, form), ""

    # ------------------------------------------------------------

    def call(self, kind):
        """The status of the answer, or ``CUT_OFF``, and its body."""
        path, headers, body = kind()
        body = _bytes(body)
        connection = http.client.HTTPConnection(
            self.address.hostname, self.address.port, timeout=60
        )
        try:
            connection.putrequest("POST", path)
            for name, value in {**headers, "Content-Length": len(body)}.items():
                connection.putheader(name, _bytes(value))
            with suppress(OSError):  # it may be refused before all of it was sent
                connection.endheaders(body)
            answer = connection.getresponse()
            return answer.status, answer.read()
        except (ConnectionError, http.client.RemoteDisconnected):
            return CUT_OFF, b""
        finally:
            connection.close()


def _many_headers(count):
    return {f"X-{n}": MARK for n in range(count)}


def _bytes(value):
    return value if isinstance(value, bytes) else str(value).encode()


def allowed(kind):
    """The statuses that may be; what is too large may be cut off while it comes."""
    is_large = kind.__name__ == "a_huge_body"
    return {*range(400, 500), *([CUT_OFF] if is_large else [])}


@pytest.fixture
def other(inbox, server, twilio):
    """Another company's inbox on the same server."""
    running, database = server
    return Inbox(running.url, database, twilio, None)


def test_strangers_get_a_refusal_and_leave_a_count_alone(inbox, other, server):
    running, _database = server
    seed = int(os.environ.get("SMS_INBOX_SEED", 1))
    caller = Caller(running, inbox, other, Random(seed))
    refused = Counter()
    with log_of(running) as log:
        for number in range(CALLS):
            kind = caller.kinds[number % len(caller.kinds)]
            status, body = caller.call(kind)
            what = f"seed {seed}, call {number}: {kind.__name__} gave {status}"
            assert status in allowed(kind), what
            assert MARK.encode() not in body and NUMBER.encode() not in body, what
            refused[status] += 1
    assert set(refused) >= {400, 403, 404, 413}
    assert_says_nothing(log, "Traceback", " ERROR ", " WARNING ")
    assert inbox.texts() == other.texts() == []
    assert_nothing_stored_but_counts(inbox, other)


@pytest.mark.parametrize("headers", [{"X-Large": MARK * 10_000}, _many_headers(500)])
def test_headers_that_odoos_own_web_server_refuses_stay_out_of_the_log(
    inbox, other, server, headers
):
    """Odoo's server ends the connection, with a traceback that names no header."""
    running, _database = server
    caller = Caller(running, inbox, other, Random(0))
    with log_of(running) as log:
        status, _body = caller.call(lambda: (caller.inbound, headers, MARK))
    assert status in (431, CUT_OFF)
    assert_says_nothing(log)


@contextmanager
def log_of(running):
    """A list that has the lines that are logged meanwhile, in the end."""
    lines, before = [], running.log.stat().st_size
    yield lines
    with running.log.open("rb") as log:
        log.seek(before)
        lines += log.read().decode("utf-8", "replace").splitlines()


def assert_says_nothing(log, *words):
    assert log
    for word in (MARK, NUMBER.strip("+"), *words):
        assert [line for line in log if word in line][:3] == []


def assert_nothing_stored_but_counts(inbox, other):
    accounts = [inbox.account_id, other.account_id]
    domain = [("account_id", "in", accounts)]
    assert inbox.admin("sms.inbox.webhook.event", "search_count", domain) == 0
    rows = inbox.admin(
        "sms.inbox.refusal", "search_read", domain, ["account_id", "reason", "count"]
    )
    reasons = [(row["account_id"][0], row["reason"]) for row in rows]
    hours = 2  # the calls may have been made in two of them
    assert max(Counter(reasons).values()) <= hours
    assert {account for account, _reason in reasons} == {inbox.account_id}
    assert sum(row["count"] for row in rows) >= CALLS // 2
