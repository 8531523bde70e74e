"""A PostgreSQL server whose commits survive a power cut, for what is to be durable.

The server that the scripts share runs with fsync off, given on its command line, which
no later setting overrules. So this is one of its own, with its data in the cache, and
with PostgreSQL's own defaults. A server that PG* variables name is taken as it is.
"""

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path

from house import cache, embedded, process
from house.odoo import Odoo
from house.postgres import Postgres
from house.psql import DatabaseError, psql
from house.say import Refusal, progress

ADDONS = Path(__file__).with_name("addons")
NAME = "durable"
SETTINGS = ("fsync", "synchronous_commit", "full_page_writes", "wal_sync_method")
START_LIMIT = 60  # seconds


class ProbedOdoo(Odoo):
    """An Odoo that finds the probe's addon too."""

    def command(self, *arguments: str) -> list[str]:
        """Return the command line of ``odoo ARGUMENTS``."""
        word, *rest = arguments
        folders = (self.source.core_addons, ADDONS.parents[2], ADDONS)
        path = ",".join(str(folder) for folder in folders)
        return super().command(word, f"--addons-path={path}", *rest)


@contextlib.contextmanager
def odoo_on_it(odoo: Odoo) -> Iterator[ProbedOdoo]:
    """Give the same Odoo with a database server that waits for the disk."""
    with contextlib.ExitStack() as stack:
        server = odoo.postgres
        if server.environment:
            server = stack.enter_context(_running(server.programs))
        yield ProbedOdoo(odoo.source, odoo.env, server)


def settings(server: Postgres) -> str:
    """Return what the server promises, in one line."""
    return ", ".join(f"{name}={server.sql(f'SHOW {name}')}" for name in SETTINGS)


@contextlib.contextmanager
def _running(programs: Path) -> Iterator[Postgres]:
    refusal = "Another benchmark uses the durable PostgreSQL: wait for its end."
    with cache.claim(f"postgres-{NAME}", refusal):
        data, sockets = _data_folder(programs), _socket_folder()
        log = cache.folder("logs") / f"postgresql-{NAME}.log"
        with log.open("w") as output, _child(programs, data, sockets, output) as child:
            place = {"PGHOST": str(sockets), "PGPORT": embedded.PORT}
            _wait(programs, place, child, log)
            yield Postgres(programs, {**place, "PGUSER": embedded.ROLE})


def _child(programs, data, sockets, output):
    postgres = [programs / "bin/postgres", "-D", data]
    options = ("listen_addresses=", f"unix_socket_directories={sockets}")
    options += ("log_checkpoints=off", f"port={embedded.PORT}")
    postgres += [word for option in options for word in ("-c", option)]
    return process.background(
        [*embedded._unprivileged(), *postgres], stdout=output, stderr=output
    )


def _wait(programs, place, child, log):
    """Wait for the server, and see that Odoo's role is there."""
    keeper = {**place, "PGUSER": embedded.KEEPER_ROLE}
    known = f"SELECT count(*) FROM pg_roles WHERE rolname = '{embedded.ROLE}'"
    deadline = time.monotonic() + START_LIMIT
    while time.monotonic() < deadline and child.poll() is None:
        with contextlib.suppress(DatabaseError):
            if psql(programs, keeper, known) == "0":
                psql(programs, keeper, f"CREATE ROLE {embedded.ROLE} LOGIN CREATEDB")
                # or it cannot drop a database that is being vacuumed
                psql(programs, keeper, f"GRANT pg_signal_backend TO {embedded.ROLE}")
            return
        time.sleep(0.05)
    raise Refusal(f"The durable PostgreSQL does not start: {log} says why.")


def _data_folder(programs: Path) -> Path:
    data = cache.folder("postgres") / f"{embedded.MAJOR}-{NAME}"
    if not (data / "PG_VERSION").exists():
        progress("Preparing the durable PostgreSQL ...")
        embedded._make_private(data)
        command = [programs / "bin/initdb", "-D", data, "-U", embedded.KEEPER_ROLE]
        command += ["--auth=trust", "--encoding=UTF8", "--locale-provider=builtin"]
        command += ["--builtin-locale=C.UTF-8", "--no-locale"]
        if process.capture([*embedded._unprivileged(), *command]).returncode:
            raise Refusal(f"The durable PostgreSQL cannot be prepared in {data}.")
    return data


def _socket_folder() -> Path:
    folder = Path(f"{embedded.socket_folder()}-{NAME}")
    embedded._make_private(folder)
    return folder
