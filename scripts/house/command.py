"""``scripts/odoo``: the odoo command against our PostgreSQL."""

import signal

from . import process
from .odoo import DEMO_DATABASE, Odoo, ready
from .postgres import Postgres
from .say import Refusal

MAKE_A_DATABASE = ("server", "start")


def main(arguments: list[str]) -> int:
    """Run ``odoo ARGUMENTS`` and return its exit status."""
    with ready() as odoo:
        before = _names(odoo.postgres)
        if not {"-h", "--help", "--version"} & set(arguments):
            _prepare(odoo, arguments)
        try:
            return _run(odoo, arguments)
        finally:
            # ``odoo db`` makes databases by itself.
            for name in _names(odoo.postgres) - before:
                if name in arguments and odoo.postgres.mark(name) is None:
                    odoo.postgres.set_mark(name, "made")


def databases(arguments: list[str]) -> list[str]:
    """Return the databases that a command line of Odoo's names."""
    found = [DEMO_DATABASE]
    for position, argument in enumerate(arguments):
        if argument in ("-d", "--database"):
            found = arguments[position + 1 : position + 2]
        elif argument.startswith("--database="):
            found = [argument.removeprefix("--database=")]
        elif argument.startswith("-d") and not argument.startswith("--"):
            found = [argument[2:]]
    return [name for text in found for name in text.split(",") if name]


def _prepare(odoo: Odoo, arguments: list[str]) -> None:
    """Let nothing happen to the databases of others; make ours where need be."""
    words = [argument for argument in arguments[:1] if not argument.startswith("-")]
    command = (words or ["server"])[0]
    wanted = databases(arguments)
    for name in [*wanted, *(arguments if command == "db" else [])]:
        odoo.postgres.check_ours(name)
    missing = [name for name in wanted if not odoo.postgres.exists(name)]
    for name in missing if command in MAKE_A_DATABASE else []:
        odoo.postgres.create(name)
    if missing and command == "shell":
        raise Refusal(
            f"There is no database {missing[0]}: make it with scripts/odoo server "
            f"-d {missing[0]} -i sms_inbox --stop-after-init."
        )


def _run(odoo: Odoo, arguments: list[str]) -> int:
    # The terminal sends a Ctrl-C to Odoo too: it decides what to do about it.
    signal.signal(signal.SIGINT, lambda *_: None)
    with process.Child(odoo.command(*arguments), env=odoo.environment()) as child:
        return child.wait()


def _names(postgres: Postgres) -> set[str]:
    return set(postgres.sql("SELECT datname FROM pg_database").splitlines())
