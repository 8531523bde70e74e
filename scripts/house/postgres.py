"""PostgreSQL: databases of ours on our own server, or on the one PG* names."""

import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path

from . import embedded
from .psql import DatabaseError, psql
from .python_env import PythonEnv
from .say import Refusal

OUTSIDE = ("PGHOST", "PGPORT", "PGUSER", "PGPASSWORD")
MARK = "sms_inbox"
DROP_TRIES = 20  # half a second apart


class Postgres:
    """A server to make databases on. We drop only what bears our mark."""

    def __init__(self, programs: Path, environment: dict[str, str]):
        self.programs = programs
        self.environment = environment

    def sql(self, statement: str, database: str = "postgres") -> str:
        """Run one SQL statement and return psql's unadorned answer."""
        return psql(self.programs, self.environment, statement, database)

    def mark(self, database: str) -> str | None:
        """Return what we noted on a database of ours, None if it is not ours."""
        comment = self.sql(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database "
            f"WHERE datname = {literal(database)}"
        )
        words = comment.split(maxsplit=1)
        return " ".join(words[1:]) if words[:1] == [MARK] else None

    def set_mark(self, database: str, note: str) -> None:
        """Mark a database as ours, with a note for later."""
        comment = literal(f"{MARK} {note}")
        self.sql(f"COMMENT ON DATABASE {identifier(database)} IS {comment}")

    def exists(self, database: str) -> bool:
        """Tell whether there is a database of that name."""
        name = literal(database)
        return bool(self.sql(f"SELECT 1 FROM pg_database WHERE datname = {name}"))

    def check_ours(self, database: str) -> None:
        """Refuse to touch a database that somebody else made."""
        if self.exists(database) and self.mark(database) is None:
            raise Refusal(
                f"The database {database} was not made by these scripts and is left "
                "alone: choose another name with --db (or -d)."
            )

    def create(self, database: str, template: str = "template0") -> None:
        """Make a database as Odoo would, empty or as a copy, and mark it."""
        collation = " LC_COLLATE 'C'" if template == "template0" else ""
        self.sql(
            f"CREATE DATABASE {identifier(database)} ENCODING 'UTF8'{collation} "
            f"TEMPLATE {identifier(template)}"
        )
        self.set_mark(database, "made")
        if collation:
            self.sql("CREATE EXTENSION IF NOT EXISTS pg_trgm", database)

    def drop(self, database: str) -> None:
        """Drop a database of ours, whoever is connected; nothing if there is none."""
        self.check_ours(database)
        statement = f"DROP DATABASE IF EXISTS {identifier(database)} WITH (FORCE)"
        for tries_left in reversed(range(DROP_TRIES)):
            try:
                self.sql(statement)
                return
            except DatabaseError as error:
                # PostgreSQL's own cleaner is at work there, and may not be ended by us
                if not tries_left or "terminate process" not in str(error):
                    raise
                time.sleep(0.5)

    def ours(self) -> dict[str, str]:
        """Return our databases with their notes."""
        text = self.sql(
            "SELECT datname, shobj_description(oid, 'pg_database') FROM pg_database "
            f"WHERE shobj_description(oid, 'pg_database') LIKE '{MARK} %'"
        )
        rows = (line.split("|", 1) for line in text.splitlines())
        return {name: note.removeprefix(f"{MARK} ") for name, note in rows}


def literal(text: str) -> str:
    """Quote a string for SQL."""
    return "'" + text.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """Quote a name for SQL."""
    return '"' + name.replace('"', '""') + '"'


@contextlib.contextmanager
def running(env: PythonEnv) -> Iterator[Postgres]:
    """Give a PostgreSQL server for as long as the block runs."""
    programs = env.site_packages / "pgserver/pginstall"
    if any(name in os.environ for name in OUTSIDE) and not _inside_another_run():
        yield _outside_server(programs)
    else:
        with embedded.server(programs) as place:
            yield Postgres(programs, place)


def _inside_another_run() -> bool:
    return os.environ.get("PGHOST") == str(embedded.socket_folder())


def _outside_server(programs: Path) -> Postgres:
    server = Postgres(programs, {})
    try:
        role, allowed = server.sql(
            "SELECT current_user, rolcreatedb OR rolsuper FROM pg_roles "
            "WHERE rolname = current_user"
        ).split("|")
    except DatabaseError:
        raise Refusal(
            "The PostgreSQL that the PG* variables name cannot be reached or refuses "
            "the login: check PGHOST, PGPORT, PGUSER and PGPASSWORD, or unset them."
        ) from None
    if role == "postgres" or allowed != "t":
        raise Refusal(
            f"Odoo cannot use the database role {role}: set PGUSER to another one "
            "than postgres that may create databases (CREATEDB)."
        )
    return server
