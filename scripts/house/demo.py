"""``scripts/demo``: a database with demo data, and a server to look at it."""

import argparse

from . import ADDON, GLUES, cache
from .odoo import DEMO_DATABASE, Odoo, ready
from .postgres import literal
from .say import Refusal, progress
from .server import odoo_server, port_in_use

MODULES = ["sms_inbox", "contacts", "crm"]
INSTALLING = "installing the demo"


def main(arguments: list[str]) -> None:
    """Serve the demo until Ctrl-C."""
    chosen = _parse(arguments)
    _check_port(chosen.port)
    in_use = f"A demo runs on the database {chosen.db} already: end it, or give --db."
    with ready() as odoo, cache.claim(f"demo {chosen.db}", in_use):
        _prepare(odoo, chosen.db, chosen.reset)
        _check_port(chosen.port)
        url = f"http://127.0.0.1:{chosen.port}"
        _set_base_url(odoo, chosen.db, url)
        progress(f"Starting Odoo ({odoo.source.version}) ...")
        log = cache.folder("logs") / f"demo-{chosen.db}.log"
        options = ["--workers=0", "--max-cron-threads=2"]
        with odoo_server(odoo, chosen.db, chosen.port, options, log) as server:
            print(
                f"SMS Inbox is ready at {url} (login admin, password admin)",
                flush=True,
            )
            server.child.wait()
            raise Refusal(f"Odoo has ended: {log} says why.")


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/demo",
        description="Start Odoo with the addon, demo data and the sandbox carrier.",
    )
    parser.add_argument("--port", type=int, default=8069)
    parser.add_argument("--db", default=DEMO_DATABASE, metavar="NAME")
    parser.add_argument("--reset", action="store_true", help="begin with new data")
    return parser.parse_args(arguments)


def _check_port(port: int) -> None:
    if not 1024 <= port <= 65535:
        raise Refusal(f"Port {port} cannot be used: give --port 1024 to 65535.")
    if port_in_use(port):
        raise Refusal(f"Port {port} is in use: choose another one with --port.")


def _prepare(odoo: Odoo, database: str, reset: bool) -> None:
    """Have the database there, with the addon as it is now."""
    server = odoo.postgres
    server.check_ours(database)
    if reset or server.mark(database) == INSTALLING:
        odoo.drop_database(database)
    wanted = f"addon {cache.content_hash(ADDON, *GLUES.values())}"
    if not server.exists(database):
        progress(f"Installing the demo in the database {database} (a minute) ...")
        server.create(database)
        server.set_mark(database, INSTALLING)
        odoo.install(database, MODULES, demo=True)
        server.set_mark(database, wanted)
        _silence_odoobot(odoo, database)
    elif server.mark(database) != wanted:
        progress("The addon has changed: updating the database ...")
        odoo.install(database, MODULES, update=["sms_inbox"], demo=True)
        server.set_mark(database, wanted)


def _silence_odoobot(odoo: Odoo, database: str) -> None:
    # its greeting would cover a phone's whole screen
    odoo.postgres.sql("UPDATE res_users SET odoobot_state = 'disabled'", database)


def _set_base_url(odoo: Odoo, database: str, url: str) -> None:
    odoo.postgres.sql(
        "INSERT INTO ir_config_parameter (key, value) "
        f"VALUES ('web.base.url', {literal(url)}) "
        "ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value",
        database,
    )
