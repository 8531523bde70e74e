"""The embedded PostgreSQL: one server for all scripts, running while any needs it."""

import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from . import cache, process
from .psql import DatabaseError, psql
from .say import Refusal, progress

ROLE, KEEPER_ROLE, PORT = "odoo", "keeper", "5432"
MAJOR = "18"  # of the embedded server; another one cannot read its data
NOBODY = 65534  # the user that PostgreSQL runs as when a script runs as root
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "200",
    # The data here are for trying things out: they need to outlive killed
    # processes, which they do, but not a power cut, and so need not wait for it.
    "fsync": "off",
    "log_checkpoints": "off",
}


@contextlib.contextmanager
def server(programs: Path) -> Iterator[dict[str, str]]:
    """Keep the server running for the block; give the PG* variables to reach it."""
    locks = cache.folder("locks")
    with open(locks / "postgres-users", "w") as users:
        # Waits while an earlier server is being stopped.
        fcntl.flock(users, fcntl.LOCK_SH)
        with cache.lock("PostgreSQL"):
            _start(programs, locks)
        try:
            yield _place(ROLE)
        finally:
            _leave(users)


def _place(role: str) -> dict[str, str]:
    host = str(socket_folder())
    return {"PGHOST": host, "PGPORT": PORT, "PGUSER": role, "PGPASSWORD": ""}


def _start(programs: Path, locks: Path) -> None:
    if _locked(locks / "postgres-keeper"):
        return
    data = _data_folder(programs)
    _make_private(socket_folder())
    keeper = _spawn_keeper(programs, data, locks)
    _wait_until_ready(programs, keeper)
    known = f"SELECT 1 FROM pg_roles WHERE rolname = '{ROLE}'"
    if not psql(programs, _place(KEEPER_ROLE), known):
        psql(programs, _place(KEEPER_ROLE), f"CREATE ROLE {ROLE} LOGIN CREATEDB")


def _spawn_keeper(programs: Path, data: Path, locks: Path) -> subprocess.Popen:
    settings = {**SETTINGS, "unix_socket_directories": str(socket_folder())}
    options = [part for k, v in settings.items() for part in ("-c", f"{k}={v}")]
    postgres = [programs / "bin/postgres", "-D", data, *options]
    script = Path(__file__).with_name("postgres_keeper.py")
    with open(cache.folder("logs") / "postgresql.log", "w") as log:
        return subprocess.Popen(
            [sys.executable, "-S", script, locks, *_unprivileged(), *postgres],
            start_new_session=True,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )


def _wait_until_ready(programs: Path, keeper: subprocess.Popen) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and keeper.poll() is None:
        with contextlib.suppress(DatabaseError):
            psql(programs, _place(KEEPER_ROLE), "SELECT 1")
            return
        time.sleep(0.05)
    log = cache.folder("logs") / "postgresql.log"
    raise Refusal(f"The embedded PostgreSQL does not start: {log} says why.")


def _leave(users) -> None:
    """Give the server up, and see it stopped if nobody else uses it."""
    fcntl.flock(users, fcntl.LOCK_UN)
    deadline = time.monotonic() + 15
    while _locked(cache.folder("locks") / "postgres-keeper"):
        if _used_by_others(users) or time.monotonic() > deadline:
            return
        time.sleep(0.02)


def _used_by_others(users) -> bool:
    """Tell whether other scripts hold the server: not so the keeper, closing it."""
    return not _take(users, fcntl.LOCK_EX) and _take(users, fcntl.LOCK_SH)


def _locked(path: Path) -> bool:
    # Asked for shared, so that two who ask do not take each other for a keeper.
    with open(path, "a") as file:
        return not _take(file, fcntl.LOCK_SH)


def _take(file, kind: int) -> bool:
    """Tell whether a lock can be had now, and give it back at once."""
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    fcntl.flock(file, fcntl.LOCK_UN)
    return True


def _data_folder(programs: Path) -> Path:
    """Return the data folder, made first if there is none."""
    data = cache.folder("postgres") / MAJOR
    if (data / "PG_VERSION").exists():
        return data
    progress("Preparing the embedded PostgreSQL ...")
    fresh = data.with_suffix(".new")
    shutil.rmtree(fresh, ignore_errors=True)
    _make_private(fresh)
    initdb = [programs / "bin/initdb", "-D", fresh, "-U", KEEPER_ROLE, "--no-sync"]
    options = ["--auth=trust", "--encoding=UTF8", "--locale-provider=builtin"]
    options += ["--builtin-locale=C.UTF-8", "--no-locale"]
    command = [*_unprivileged(), *initdb, *options]
    result = process.capture(command)
    if result.returncode:
        reason = (result.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise Refusal(f"The embedded PostgreSQL cannot be prepared: {reason}.")
    fresh.rename(data)
    return data


def socket_folder() -> Path:
    """Return where the server's socket is: nowhere else does it listen."""
    # A socket's path may have 107 characters only, so it cannot lie in the cache.
    key = hashlib.sha256(str(cache.root()).encode()).hexdigest()[:8]
    return Path(f"/tmp/sms-inbox-{os.getuid()}-{key}")


def _make_private(path: Path) -> None:
    """Make a folder that PostgreSQL owns and nobody else can enter."""
    path.mkdir(mode=0o700, exist_ok=True)
    if path.lstat().st_uid not in (os.getuid(), _owner()):
        raise Refusal(f"{path} belongs to another user: remove it, then try again.")
    path.chmod(0o700)
    if os.getuid() == 0:
        os.chown(path, _owner(), -1)


def _owner() -> int:
    return NOBODY if os.getuid() == 0 else os.getuid()


def _unprivileged() -> list[str]:
    """Return what to put before a command that refuses to run as root.

    The one capability that is kept lets it reach a cache in root's own home; the
    secure bit has the kernel's access() know about it.
    """
    if os.getuid() != 0:
        return []
    keep = "+dac_override"
    return [
        *("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"),
        *(f"--inh-caps={keep}", f"--ambient-caps={keep}", "--pdeathsig=INT"),
        "--securebits=+no_setuid_fixup",
    ]
