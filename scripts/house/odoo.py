"""Running Odoo with the addon: one object that knows how."""

import contextlib
import hashlib
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from . import ADDON, CHECKOUT, cache, odoo_source, postgres, process, python_env
from .odoo_source import OdooSource
from .postgres import Postgres, literal
from .python_env import PythonEnv
from .say import Refusal, progress

DEMO_DATABASE = "sms_inbox_demo"
# Variables of the caller's that would change what Odoo does behind our back.
UNWANTED = ("PGDATABASE", "PGDATABASE_TEMPLATE", "PGAPPNAME", "ODOO_DEV")
UNWANTED += ("PYTHONHOME", "PYTHONDONTWRITEBYTECODE")
KEPT_TEMPLATES = 4
INSTALL_LIMIT = 1200  # seconds
# The mark of a test database; the process that it belongs to follows.
BORROWED = f"test on {socket.gethostname()} by process"


@contextlib.contextmanager
def ready(*, tools: bool = False) -> Iterator["Odoo"]:
    """Set up everything missing; give an Odoo to run while the block lasts."""
    source = odoo_source.find()
    env = python_env.find(tools=tools)
    with postgres.running(env) as server:
        yield Odoo(source, env, server)


@dataclass(frozen=True)
class Odoo:
    """A source tree, a Python and a PostgreSQL that belong together."""

    source: OdooSource
    env: PythonEnv
    postgres: Postgres

    def command(self, *arguments: str) -> list[str]:
        """Return the command line of ``odoo ARGUMENTS``."""
        return [str(self.env.python), str(self.source.launcher), *arguments]

    def environment(self) -> dict[str, str]:
        """Return the environment that Odoo runs in."""
        outer = {k: v for k, v in os.environ.items() if k not in UNWANTED}
        return {
            **outer,
            **self.postgres.environment,
            "ODOO_RC": str(self._configuration()),
            "PATH": f"{self.env.folder / 'bin'}:{outer.get('PATH', os.defpath)}",
            "PYTHONPATH": str(self.source.python_path),
            "PYTHONPYCACHEPREFIX": str(cache.folder("pycache")),
        }

    @property
    def data_folder(self) -> Path:
        """Return where Odoo keeps files: a folder for each database server."""
        host, port = (self._server(name) for name in ("PGHOST", "PGPORT"))
        key = hashlib.sha256(f"{host}:{port}".encode()).hexdigest()[:8]
        return cache.folder("odoo-data", key)

    def _server(self, name: str) -> str:
        return self.postgres.environment.get(name) or os.environ.get(name, "")

    def _configuration(self) -> Path:
        addons = [str(self.source.core_addons)]
        if (ADDON / "__manifest__.py").exists():
            addons.append(str(CHECKOUT))
        text = (
            "[options]\n"
            f"addons_path = {','.join(addons)}\n"
            f"data_dir = {self.data_folder}\n"
            f"db_name = {DEMO_DATABASE}\n"
            "http_interface = 127.0.0.1\n"
        )
        key = hashlib.sha256(text.encode()).hexdigest()[:12]
        path = cache.folder("configuration") / f"{key}.conf"
        if not path.exists():
            path.write_text(text)
        return path

    def install(
        self,
        database: str,
        modules: Sequence[str],
        *,
        update: Sequence[str] = (),
        demo: bool = False,
    ) -> None:
        """Install (and update) modules in an existing database, or refuse."""
        log = cache.folder("logs") / f"install-{database}.log"
        arguments = ["-d", database, "-i", ",".join(modules), "--stop-after-init"]
        arguments += ["-u", ",".join(update)] if update else []
        arguments += ["--with-demo"] if demo else ["--without-demo"]
        try:
            status = self.run_logged(arguments, log, timeout=INSTALL_LIMIT)
        except subprocess.TimeoutExpired:
            status = 1
        if status or not self._installed(database, modules):
            names = ", ".join(modules)
            raise Refusal(f"Installing {names} did not succeed: {log} says why.")

    def run_logged(self, arguments: list[str], log: Path, timeout: float) -> int:
        """Run ``odoo server`` without HTTP to its end; its output goes to a log."""
        command = self.command("server", "--no-http", "--max-cron-threads=0")
        with log.open("w") as output:
            return process.run(
                [*command, *arguments],
                timeout=timeout,
                env=self.environment(),
                stdout=output,
                stderr=output,
            )

    def _installed(self, database: str, modules: Sequence[str]) -> bool:
        names = ", ".join(map(literal, modules))
        query = f"state = 'installed' AND name IN ({names})"
        statement = f"SELECT count(*) FROM ir_module_module WHERE {query}"
        return self.postgres.sql(statement, database) == str(len(modules))

    def fresh_database(
        self, name: str, modules: Sequence[str], *, demo: bool = False
    ) -> None:
        """Make a database for tests with these modules, replacing one of ours.

        The first time they are installed in a template; as long as the addon stays
        as it is, the next ones are copies of that, made in a second or two. It is
        for this process to drop; what killed ones left is dropped here.
        """
        with cache.lock("database template"):
            template = self._template(modules, demo)
            self._drop_forgotten()
            self.drop_database(name)
            self.postgres.create(name, template)
            self.postgres.set_mark(name, f"{BORROWED} {os.getpid()}")
            self._copy_files(template, name)

    def _drop_forgotten(self) -> None:
        for name, note in self.postgres.ours().items():
            borrowed, _, pid = note.rpartition(" ")
            if borrowed == BORROWED and not Path(f"/proc/{pid}").exists():
                self.drop_database(name)

    def drop_database(self, name: str) -> None:
        """Drop a database of ours and its files."""
        self.postgres.drop(name)
        shutil.rmtree(self.data_folder / "filestore" / name, ignore_errors=True)

    def _template(self, modules: Sequence[str], demo: bool) -> str:
        with_addon = ADDON.name in modules
        parts = [*sorted(modules), str(demo), self.source.version]
        parts += [cache.content_hash(ADDON)] if with_addon else []
        key = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]
        name = f"sms_inbox_template_{key}"
        if self.postgres.mark(name) != "complete template":
            progress(f"Installing {', '.join(modules)} in a new database ...")
            self._drop_old_templates()
            self.drop_database(name)
            self.postgres.create(name)
            self.install(name, modules, demo=demo)
            self.postgres.set_mark(name, "complete template")
        return name

    def _drop_old_templates(self) -> None:
        names = self.postgres.sql(
            "SELECT datname FROM pg_database WHERE datname LIKE 'sms_inbox_template_%' "
            "ORDER BY oid DESC"
        ).split()
        for name in names[KEPT_TEMPLATES - 1 :]:
            self.drop_database(name)

    def _copy_files(self, source: str, target: str) -> None:
        files = self.data_folder / "filestore"
        if (files / source).exists():
            # Hard links: Odoo never changes a stored file, it only adds and removes.
            shutil.copytree(files / source, files / target, copy_function=os.link)
