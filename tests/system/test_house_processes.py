"""Whatever ends a script, nothing that it started stays behind."""

import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from house import CHECKOUT, cache, server
from tests.system.waiting import first_line, until

DATABASE = "sms_inbox_test_processes"
DEADLINE = 60  # seconds; things normally take two or three


@pytest.fixture(scope="module")
def own_cache(tmp_path_factory):
    """A cache with a PostgreSQL of its own; the large parts are the real ones."""
    folder = tmp_path_factory.mktemp("cache")
    for name in ("odoo", "python", "pycache"):
        if (cache.root() / name).exists():
            (folder / name).symlink_to(cache.root() / name)
    odoo(folder, "server", "-d", DATABASE, "-i", "base", "--stop-after-init")
    return folder


def environment(folder):
    # Without PG*, which stand for a server that is not ours to stop.
    kept = {k: v for k, v in os.environ.items() if not k.startswith("PG")}
    return {**kept, "SMS_INBOX_CACHE": str(folder)}


def odoo(folder, *arguments, **options):
    return subprocess.run(
        [CHECKOUT / "scripts/odoo", *arguments],
        env=environment(folder),
        check=True,
        capture_output=True,
        **options,
    )


def start(folder):
    """Start a server; return its script and its address once it answers."""
    port = server.free_port()
    script = subprocess.Popen(
        [CHECKOUT / "scripts/odoo", "server", "-d", DATABASE, f"--http-port={port}"],
        env=environment(folder),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    url = f"http://127.0.0.1:{port}/web/health"
    until(lambda: answers(url))
    return script, url


def answers(url):
    try:
        with urllib.request.urlopen(url, timeout=5):
            return True
    except (urllib.error.URLError, OSError):
        return False


def processes(folder):
    """Return the processes that work with this cache."""
    mark = f"SMS_INBOX_CACHE={folder}\0".encode()
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            words = (path / "cmdline").read_bytes()
            if mark in (path / "environ").read_bytes() or bytes(folder) in words:
                found.append(words.replace(b"\0", b" ").decode())
        except OSError:
            continue  # it has just ended, or it is another user's
    return found


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP", "SIGKILL"])
def test_nothing_outlives_a_script(own_cache, name):
    script, _url = start(own_cache)
    assert any("postgres" in process for process in processes(own_cache))
    if name == "SIGINT":  # as a terminal sends it: to all in the foreground
        os.killpg(script.pid, signal.SIGINT)
    else:
        script.send_signal(getattr(signal, name))
    script.wait(DEADLINE)
    until(lambda: not processes(own_cache))


def test_the_first_script_to_end_leaves_postgresql_to_the_other(own_cache):
    script, url = start(own_cache)
    odoo(own_cache, "shell", "-d", DATABASE, input=b"print(env.uid)\n")
    login = url.replace("/web/health", "/web/login")  # needs the database
    until(lambda: answers(login))
    script.terminate()
    script.wait(DEADLINE)
    until(lambda: not processes(own_cache))


def test_a_killed_postgresql_comes_back_while_it_is_used(own_cache):
    script, url = start(own_cache)
    data = own_cache / "postgres/18/postmaster.pid"
    first = first_line(data)
    os.kill(int(first), signal.SIGKILL)
    until(lambda: first_line(data) not in ("", first))
    until(lambda: answers(url.replace("/web/health", "/web/login")))
    script.terminate()
    script.wait(DEADLINE)
    until(lambda: not processes(own_cache))


def test_a_guard_kills_even_what_has_gone_its_own_way(tmp_path):
    """A grandchild in a session of its own, whose parent is gone, counts as well."""
    note = tmp_path / "pid"
    wanderer = (
        "import os, time, pathlib\n"
        "if os.fork(): time.sleep(600)\n"
        "os.setsid()\n"
        f"pathlib.Path({str(note)!r}).write_text(str(os.getpid()))\n"
        "time.sleep(600)\n"
    )
    parent = (
        "import sys\n"
        "from house import process\n"
        f"process.background([sys.executable, '-c', {wanderer!r}]).wait()\n"
    )
    script = subprocess.Popen(
        [sys.executable, "-c", parent],
        env={**os.environ, "PYTHONPATH": str(CHECKOUT / "scripts")},
    )
    until(lambda: note.exists() and note.read_text())
    script.kill()
    script.wait(DEADLINE)
    until(lambda: not Path(f"/proc/{note.read_text()}").exists())
