"""Odoo's own source tree: fetched from Debian, or the one SMS_INBOX_ODOO names."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

from . import cache
from .debian import Apt
from .say import Refusal, progress

PACKAGE = "odoo-19"
# Odoo's package links to files of these; the web client does not start without.
# Font Awesome must be 4.7, which only this older suite still has.
COMPANIONS = [
    "fonts-font-awesome/bookworm",
    "fonts-inconsolata",
    "fonts-montserrat",
    "fonts-ocr-b",
    "fonts-roboto-unhinted",
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
]
# The web client lists this file, and Debian leaves it out as not free.
DROPPED_BY_DEBIAN = "mail/static/lib/selfie_segmentation/selfie_segmentation.js"
# Raise when the steps below change, so that every cache makes the tree anew.
RECIPE = "1"


@dataclass(frozen=True)
class OdooSource:
    """Where Odoo's Python lives, what starts it, and which version it is."""

    python_path: Path
    launcher: Path
    core_addons: Path
    version: str


def find() -> OdooSource:
    """Return Odoo's source, fetched first if it is not there."""
    if own := os.environ.get("SMS_INBOX_ODOO"):
        return inspect(Path(own).expanduser().absolute())
    target = cache.root() / "odoo" / RECIPE
    # Odoo comes first: what it asks for covers all that follows.
    tree = cache.prepare("Odoo", target, _fetch, gigabytes=3)
    return inspect(tree)


def inspect(tree: Path) -> OdooSource:
    """Return what a tree holds: Debian's layout or a git checkout."""
    debian = tree / "usr/lib/python3/dist-packages"
    if (debian / "odoo/release.py").exists():
        source = debian, tree / "usr/bin/odoo", debian / "odoo/addons"
    else:
        source = tree, tree / "odoo-bin", tree / "addons"
    release = source[0] / "odoo/release.py"
    text = release.read_text() if release.exists() else ""
    if not re.search(r"^version_info = \(19, 0,", text, re.M) or not all(
        path.exists() for path in source
    ):
        raise Refusal(
            f"{tree} is not an Odoo 19.0 source tree: point SMS_INBOX_ODOO at one, "
            "or unset it to have Odoo fetched."
        )
    return OdooSource(*source, version=_version(tree))


def _version(tree: Path) -> str:
    note = tree / "version"
    return note.read_text().strip() if note.exists() else f"19.0 from {tree}"


def _fetch(tree: Path) -> None:
    apt = Apt("sid", "bookworm")
    apt.update()
    version = apt.version(PACKAGE)
    progress(f"Fetching Odoo ({PACKAGE} {version}, about 120 MB) ...")
    apt.unpack([PACKAGE, *COMPANIONS], tree)
    dropped = tree / "usr/lib/python3/dist-packages/odoo/addons" / DROPPED_BY_DEBIAN
    dropped.parent.mkdir(parents=True, exist_ok=True)
    dropped.touch()
    (tree / "version").write_text(f"{PACKAGE} {version}\n")
