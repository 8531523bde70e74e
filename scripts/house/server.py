"""A running Odoo server, for the demo and for tests."""

import contextlib
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from . import cache, process
from .odoo import Odoo
from .say import Refusal

START_LIMIT = 300  # seconds


@dataclass(frozen=True)
class Server:
    """An Odoo that answers at ``url``; its log grows at ``log``."""

    url: str
    log: Path
    child: process.Child


def free_port() -> int:
    """Return a loopback port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def port_in_use(port: int) -> bool:
    """Tell whether something already listens on this loopback port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


@contextlib.contextmanager
def odoo_server(
    odoo: Odoo,
    database: str,
    port: int | None = None,
    extra_args: Sequence[str] = (),
    log_path: Path | None = None,
) -> Iterator[Server]:
    """Start Odoo as a child that dies with us, wait for HTTP, stop it in the end."""
    port = port or free_port()
    log = log_path or cache.folder("logs") / f"server-{port}.log"
    arguments = ["-d", database, f"--http-port={port}"]
    if not any(arg.startswith("--gevent-port") for arg in extra_args):
        arguments.append(f"--gevent-port={free_port()}")
    with log.open("w") as output:
        child = process.background(
            odoo.command("server", *arguments, *extra_args),
            env=odoo.environment(),
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    with child:
        server = Server(f"http://127.0.0.1:{port}", log, child)
        _wait_for_http(server)
        yield server


def _wait_for_http(server: Server) -> None:
    deadline = time.monotonic() + START_LIMIT
    while time.monotonic() < deadline and server.child.poll() is None:
        # The login page comes only when the database's registry is loaded.
        with contextlib.suppress(OSError):
            with urllib.request.urlopen(f"{server.url}/web/login", timeout=60):
                return
        time.sleep(0.1)
    raise Refusal(f"Odoo did not start: {server.log} says why.")
