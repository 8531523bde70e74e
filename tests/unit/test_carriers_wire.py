"""HTTP as every carrier uses it."""

import threading
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import requests

from carriers import errors, wire


class Answer(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.cookies.append(self.headers["Cookie"])
        self.send_response(302)
        self.send_header("Set-Cookie", "who=first-account")
        self.send_header("Location", "/elsewhere")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write("é".encode())

    def log_message(self, *args):
        pass


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    server = HTTPServer(("127.0.0.1", 0), Answer)
    server.cookies = []
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def test_a_shared_session_keeps_no_cookie_and_follows_no_redirect(server):
    session = wire.session()
    url = f"http://127.0.0.1:{server.server_port}/"
    for _ in range(2):
        request = requests.Request("GET", url)
        assert wire.exchange(session, request, (5, 5)).status_code == 302
    assert server.cookies == [None, None]
    assert len(session.cookies) == 0


def test_the_environments_proxies_are_read_once_for_an_address(server, monkeypatch):
    session = wire.session()
    request = requests.Request("GET", f"http://127.0.0.1:{server.server_port}/")
    assert wire.exchange(session, request, (5, 5)).status_code == 302
    monkeypatch.setenv("NO_PROXY", "")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    assert wire.exchange(session, request, (5, 5)).status_code == 302
    with pytest.raises(errors.TryLater):
        wire.exchange(wire.session(), request, (5, 5))


def test_an_answer_is_read_as_utf_8(server):
    request = requests.Request("GET", f"http://127.0.0.1:{server.server_port}/")
    assert wire.exchange(wire.session(), request, (5, 5)).text == "é"


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("0", 0), ("120", 120), (" 5 ", 5), ("999999999", 86400)]
    + [(bad, None) for bad in ("", "soon", "-1", "nan", "1e9", "²", "9" * 40)],
)
def test_retry_after_in_seconds(header, seconds):
    assert wire.seconds(header) == seconds


def test_retry_after_as_a_date():
    now = datetime.now(timezone.utc)
    hours = {
        hours: wire.seconds(format_datetime(now + timedelta(hours=hours), True))
        for hours in (-24, 2, 200)
    }
    assert hours[-24] == 0
    assert 3600 < hours[2] <= 7200
    assert hours[200] == 86400
