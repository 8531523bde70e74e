"""Debian packages, unpacked into the cache: nothing is installed, no root needed."""

import shutil
from pathlib import Path

from . import cache, process
from .say import Refusal

KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
SUITES = {"stable", "oldstable", "testing", "unstable", "sid"}
SUITES |= {"bookworm", "trixie", "forky"}


def mirror() -> tuple[str, str]:
    """Return the address and the suite of the machine's own Debian source."""
    fields = "$(REPO_URI)\t$(RELEASE)\t$(COMPONENT)\t$(ORIGIN)"
    text = _run(["apt-get", "indextargets", "--format", fields, "Created-By: Packages"])
    mirrors = [_debian_source(line) for line in text.splitlines()]
    if found := next(filter(None, mirrors), None):
        return found
    raise Refusal(
        "This machine has no Debian package source: set SMS_INBOX_ODOO to an "
        "Odoo 19.0 source tree instead."
    )


def _debian_source(line: str) -> tuple[str, str] | None:
    address, suite, component, origin = line.split("\t")
    # The origin is known only once the machine has fetched its lists; before
    # that apt leaves the placeholder as it is. The keyring decides in the end.
    if origin == "Debian" or (origin.startswith("$") or not origin):
        if suite in SUITES and component == "main":
            return address, suite
    return None


class Apt:
    """apt-get with lists and archives of its own, for the given suites."""

    def __init__(self, *suites: str):
        self.suites = suites
        self.folder = cache.folder("apt", "-".join(suites))

    def update(self) -> None:
        """Fetch the package lists."""
        for name in ("lists/partial", "archives/partial"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        address, _suite = mirror()
        lines = [f"deb [signed-by={KEYRING}] {address} {s} main" for s in self.suites]
        (self.folder / "sources.list").write_text("\n".join(lines) + "\n")
        self._apt("apt-get", "update", "-o", "APT::Update::Error-Mode=any")

    def unpack(self, packages: list[str], target: Path) -> None:
        """Fetch packages (``name`` or ``name/suite``) and unpack them in target."""
        downloads = target / ".downloads"
        downloads.mkdir(parents=True, exist_ok=True)
        self._apt("apt-get", "download", *packages, cwd=downloads)
        for package in sorted(downloads.glob("*.deb")):
            _run(["dpkg", "-x", str(package), str(target)])
        shutil.rmtree(downloads)

    def missing(self, packages: list[str]) -> list[str]:
        """Return the packages that installing these would add to the system."""
        text = self._apt(
            *("apt-get", "install", "--simulate", "--no-install-recommends"),
            *("-o", "Debug::NoLocking=1", *packages),
        )
        lines = (line.split() for line in text.splitlines())
        return [words[1] for words in lines if words[:1] == ["Inst"]]

    def version(self, package: str) -> str:
        """Return the version of a package that would be fetched."""
        text = self._apt("apt-cache", "show", "--no-all-versions", package)
        lines = [line for line in text.splitlines() if line.startswith("Version: ")]
        return lines[0].removeprefix("Version: ")

    def _apt(self, tool: str, *arguments: str, cwd: Path | None = None) -> str:
        options = {
            "Dir::Etc::sourcelist": self.folder / "sources.list",
            "Dir::Etc::sourceparts": "/dev/null",
            "Dir::Etc::preferences": "/dev/null",
            "Dir::Etc::preferencesparts": "/dev/null",
            "Dir::State::Lists": self.folder / "lists",
            "Dir::Cache": self.folder,
            "APT::Sandbox::User": "root",
            "Acquire::Retries": "3",
        }
        pairs = [part for k, v in options.items() for part in ("-o", f"{k}={v}")]
        return _run([tool, *pairs, *arguments], cwd=cwd)


def _run(command: list[str], cwd: Path | None = None) -> str:
    if not shutil.which(command[0]):
        raise Refusal(
            f"{command[0]} is not here, so Debian's packages cannot be fetched: "
            "set SMS_INBOX_ODOO to an Odoo 19.0 source tree and have chromium on PATH."
        )
    result = process.capture(command, cwd=cwd)
    if result.returncode:
        raise Refusal(_reason(command, result.stdout + result.stderr))
    return result.stdout


def _reason(command: list[str], output: str) -> str:
    if "No space left on device" in output or "enough free space" in output:
        return (
            f"The disk is full: free some space for {cache.root()}, or set "
            "SMS_INBOX_CACHE to a folder on a larger disk."
        )
    lines = [line for line in output.splitlines() if line.startswith(("E:", "dpkg"))]
    return (
        "Debian's package mirror cannot be used, so check the network and the "
        f"machine's apt sources ({command[0]} says: {(lines or ['nothing'])[-1]})."
    )
