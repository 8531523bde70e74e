"""``scripts/lint``: the style and the usual mistakes, in every language we use."""

import argparse
import hashlib
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from . import ADDON, CHECKOUT, GLUES, cache, python_env
from .node import PINS, Node
from .python_env import PythonEnv
from .say import progress

ADDONS = [ADDON, *GLUES.values()]
FOLDERS = [*(addon.name for addon in ADDONS), "scripts", "tests", "benchmarks"]
SKIPPED = {"__pycache__", "node_modules", "lib"}
PRETTY = {".js", ".cjs", ".mjs", ".xml", ".scss", ".css", ".yml", ".yaml"}


@dataclass
class Check:
    """One tool over some files; ``fix`` is its command line that writes."""

    name: str
    files: list[Path]
    command: list[str]
    fix: list[str] | None = None
    environment: dict[str, str] = field(default_factory=lambda: dict(os.environ))


def main(arguments: list[str]) -> int:
    """Run every check; 0 if nothing was found."""
    parser = argparse.ArgumentParser(prog="scripts/lint", description=__doc__)
    parser.add_argument("--fix", action="store_true", help="write what can be mended")
    fix = parser.parse_args(arguments).fix
    env = python_env.find(tools=True)
    results = [_run(check, fix) for check in _checks(env, Node(env))]
    if not all(results):
        return 1
    print("Lint is clean.", flush=True)
    return 0


def _checks(env: PythonEnv, node: Node) -> Iterator[Check]:
    python = [path for path in _files() if _is_python(path)]
    pretty = [path for path in _files() if path.suffix in PRETTY]
    script = [path for path in pretty if path.suffix in (".js", ".cjs", ".mjs")]
    ruff = str(env.folder / "bin/ruff")
    cached = ["--cache-dir", str(cache.folder("lint", "ruff"))]
    cached += ["--quiet", "--output-format=concise"]
    linting = [ruff, "check", *cached]
    yield Check("ruff check", python, [*linting, "--no-fix"], [*linting, "--fix"])
    formatting = [ruff, "format", *cached]
    yield Check("ruff format", python, [*formatting, "--check"], formatting)
    prettier, nodes = node.command("prettier", "--log-level=warn"), node.environment()
    writing = [*prettier, "--write"]
    yield Check("prettier", pretty, [*prettier, "--check"], writing, nodes)
    eslint = node.command("eslint", "--max-warnings=0")
    yield Check("eslint", script, eslint, [*eslint, "--fix"], nodes)
    if (ADDON / "__manifest__.py").exists():
        yield _pylint(env)


def _pylint(env: PythonEnv) -> Check:
    command = [str(env.python), "-m", "pylint", "--rcfile=.pylintrc-mandatory"]
    files = [path for path in _files() if set(ADDONS) & set(path.parents)]
    return Check("pylint-odoo", files, [*command, *(a.name for a in ADDONS)])


def _run(check: Check, fix: bool) -> bool:
    """Run a check unless the same files were clean before."""
    if not check.files:
        return True
    if fix and check.fix:
        _call(check, check.fix)
    stamp = cache.folder("lint") / f"{check.name.replace(' ', '-')}-{_key(check)}"
    if stamp.exists():
        return True
    progress(f"{check.name} ...")
    if _call(check, check.command):
        return False
    stamp.touch()
    return True


def _call(check: Check, command: list[str]) -> int:
    # pylint takes the addons as a whole, the others take files.
    paths = [] if ADDON.name in command else [_relative(path) for path in check.files]
    environment = {**check.environment, "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.call([*command, *paths], cwd=CHECKOUT, env=environment)


def _key(check: Check) -> str:
    settings = [*CHECKOUT.glob(".pylintrc*"), *CHECKOUT.glob("*.cjs")]
    settings += [CHECKOUT / ".editorconfig", CHECKOUT / "pyproject.toml"]
    settings += [PINS / "package-lock.json"]
    settings += [python_env.TOOLS]
    digest = hashlib.sha256(" ".join(check.command).encode())
    for path in [*sorted(settings), *check.files]:
        digest.update(_relative(path).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def _files() -> list[Path]:
    """Return the files to look at: those in our folders and at the top."""
    found = [path for path in CHECKOUT.iterdir() if path.is_file()]
    for folder in FOLDERS:
        found += (CHECKOUT / folder).rglob("*")
    return sorted(
        path
        for path in found
        if path.is_file() and not SKIPPED & set(path.relative_to(CHECKOUT).parts)
    )


def _is_python(path: Path) -> bool:
    if path.parent == CHECKOUT / "scripts" and not path.suffix:
        return path.read_bytes().startswith(b"#!/usr/bin/env python3")
    return path.suffix == ".py"


def _relative(path: Path) -> str:
    return str(path.relative_to(CHECKOUT))
