"""What the unit tests share: one simulator, and hypothesis without a stopwatch."""

import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl

import hypothesis
import pytest

from carriers import Credentials
from tests.simulator.client import Simulator

hypothesis.settings.register_profile(
    "house",
    deadline=None,
    database=None,
    derandomize="SMS_INBOX_SEED" not in os.environ,
)
hypothesis.settings.load_profile("house")


@pytest.fixture(scope="session")
def _simulator_process():
    with Simulator() as simulator:
        yield simulator


@pytest.fixture
def simulator(_simulator_process, monkeypatch):
    """A simulator that has seen nothing yet."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    _simulator_process.reset()
    return _simulator_process


@pytest.fixture
def credentials(simulator):
    """An account of the simulator, with a token that no other test has."""
    token = "a-token-of-its-own"
    simulator.account(auth_token=token)
    return Credentials(simulator.account_sid, token, api_base_url=simulator.url)


class Listener(BaseHTTPRequestHandler):
    """Stands where Odoo will stand, and remembers what it was told."""

    def do_POST(self):
        raw = self.rfile.read(int(self.headers["Content-Length"]))
        form = dict(parse_qsl(raw.decode(), keep_blank_values=True))
        self.server.bodies.append(raw)
        self.server.heard.append((self.path, dict(self.headers), form))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *args):
        pass


@pytest.fixture
def odoo(simulator):
    """A listener that the simulator reports to, with what it ``heard``."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Listener)
    server.heard, server.bodies = [], []
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    simulator.settings(deliver_to=f"http://127.0.0.1:{server.server_port}")
    yield server
    server.shutdown()
    server.server_close()
