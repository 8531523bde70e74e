"""The Python that runs Odoo and the tools: a virtual environment in the cache."""

import hashlib
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from . import CHECKOUT, cache, process
from .debian import Apt, mirror
from .say import Refusal, progress

REQUIREMENTS = CHECKOUT / "requirements"
TOOLS = REQUIREMENTS / "tools.txt"


@dataclass(frozen=True)
class PythonEnv:
    """A virtual environment with what was asked for in it."""

    folder: Path

    @property
    def python(self) -> Path:
        """Return the interpreter."""
        return self.folder / "bin/python"

    @property
    def site_packages(self) -> Path:
        """Return where its packages live."""
        return next(self.folder.glob("lib/python3.*/site-packages"))


def find(*, tools: bool = False) -> PythonEnv:
    """Return the environment for Odoo, with the test and lint tools if asked."""
    version, interpreter = _interpreter()
    pins = [REQUIREMENTS / f"odoo-{version}.txt"]
    folder = cache.root() / "python" / f"{version}-{_key(pins[0])}"

    def build(target: Path) -> None:
        progress(f"Installing what Odoo needs for Python {version} ...")
        _make_venv(interpreter, target)
        _install(target, pins)

    cache.prepare("Python packages", folder, build)
    if tools:
        _add_tools(PythonEnv(folder), pins[0])
    return PythonEnv(folder)


def supported() -> list[str]:
    """Return the Python versions there are pins for, the best tried first."""
    versions = [path.stem.removeprefix("odoo-") for path in REQUIREMENTS.glob("odoo-*")]
    return sorted(versions, key=lambda version: (version != "3.11", version))


def _add_tools(env: PythonEnv, odoo_pins: Path) -> None:
    stamp = env.folder / f".tools-{_key(TOOLS)}"
    if stamp.exists():
        return
    with cache.lock("test tools"):
        if not stamp.exists():
            progress("Installing the test and lint tools ...")
            _install(env.folder, [odoo_pins, TOOLS])
            stamp.touch()


def _key(pins: Path) -> str:
    return hashlib.sha256(pins.read_bytes()).hexdigest()[:12]


def _interpreter() -> tuple[str, str]:
    running = "{}.{}".format(*sys.version_info)
    if running in supported():
        return running, sys.executable
    for version in supported():
        command = shutil.which(f"python{version}")
        if command and _runs(command):
            return version, command
    raise Refusal(
        f"Python {running} is not supported: install Python "
        f"{' or '.join(supported())} and put it on PATH."
    )


def _runs(command: str) -> bool:
    # A version manager puts commands on PATH for versions that are not chosen.
    probe = [command, "-c", "import venv, ctypes, ssl"]
    return subprocess.run(probe, capture_output=True).returncode == 0


def _make_venv(interpreter: str, target: Path) -> None:
    _run([interpreter, "-m", "venv", "--without-pip", "--clear", str(target)])
    python = target / "bin/python"
    probe = [python, "-c", "import ensurepip"]
    if subprocess.run(probe, capture_output=True).returncode == 0:
        _run([str(python), "-m", "ensurepip", "--default-pip"])
    else:
        _install_debian_pip(python, target)


def _install_debian_pip(python: Path, target: Path) -> None:
    """Take pip from Debian's package: a fresh Debian keeps it out of Python."""
    apt = Apt(mirror()[1])
    apt.update()
    apt.unpack(["python3-pip-whl"], target / "debian")
    wheel = next(target.glob("debian/usr/share/python-wheels/pip-*.whl"))
    _run([str(python), f"{wheel}/pip", "install", "--no-index", str(wheel)])
    shutil.rmtree(target / "debian")


def _install(target: Path, pins: list[Path]) -> None:
    options = [part for path in pins for part in ("--requirement", str(path))]
    pip = [str(target / "bin/python"), "-m", "pip", "install", "--quiet"]
    _run([*pip, "--disable-pip-version-check", "--no-warn-script-location", *options])


def _run(command: list[str]) -> None:
    environment = {**os.environ, "PYTHONNOUSERSITE": "1"}
    environment.pop("PYTHONPATH", None)
    result = process.capture(command, env=environment)
    if result.returncode:
        raise Refusal(_reason(command, result.stdout + result.stderr))


def _reason(command: list[str], output: str) -> str:
    if "No space left on device" in output:
        return (
            f"The disk is full: free some space for {cache.root()}, or set "
            "SMS_INBOX_CACHE to a folder on a larger disk."
        )
    lines = [line for line in output.splitlines() if "ERROR:" in line]
    if "pip" not in command:
        lines = output.splitlines()[-1:]
    return (
        "The Python packages cannot be installed, so check the network and pip's "
        f"settings ({(lines or ['no reason given'])[-1].strip()})."
    )
