"""Chromium for the browser tests: the system's, or one unpacked in the cache."""

import shlex
import shutil
import subprocess
from pathlib import Path

from . import cache
from .debian import Apt, mirror
from .say import Refusal, progress

# The names, and the order, in which Odoo's own browser tests look for one.
NAMES = ["google-chrome", "chromium", "chromium-browser", "google-chrome-stable"]
PACKAGES = ["chromium", "fonts-dejavu-core", "fonts-liberation"]
PACKAGES += ["fonts-noto-color-emoji"]
# Raise when the steps below change, so that every cache makes the folder anew.
RECIPE = "1"

WRAPPER = """#!/bin/sh
# Chromium and its libraries, not installed but unpacked here. Its sandbox needs
# root's help at installation, so it runs without one: only ever on our own pages.
export LD_LIBRARY_PATH={libraries}
export FONTCONFIG_FILE={root}/fonts.conf
exec {root}/usr/lib/chromium/chromium --no-sandbox "$@"
"""

FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir>{root}/usr/share/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>{root}/font-cache</cachedir>
  <alias><family>sans-serif</family>
    <prefer><family>Liberation Sans</family><family>Noto Color Emoji</family></prefer>
  </alias>
  <alias><family>serif</family>
    <prefer><family>Liberation Serif</family><family>Noto Color Emoji</family></prefer>
  </alias>
  <alias><family>monospace</family>
    <prefer><family>Liberation Mono</family></prefer>
  </alias>
</fontconfig>
"""


def find() -> Path:
    """Return the browser's executable, fetched first if the system has none."""
    for name in NAMES:
        command = shutil.which(name)
        if command and works(command):
            return Path(command)
    suite = mirror()[1]
    target = cache.root() / "browser" / f"{suite}-{RECIPE}"
    return cache.prepare("browser", target, _fetch) / "bin/chromium"


def works(command: str | Path) -> bool:
    """Tell whether a browser starts: some systems have a mere placeholder."""
    result = subprocess.run([command, "--version"], capture_output=True)
    return result.returncode == 0


def _fetch(root: Path) -> None:
    apt = Apt(mirror()[1])
    apt.update()
    packages = sorted({*PACKAGES, *apt.missing(PACKAGES)})
    progress(f"Fetching Chromium for the tests ({len(packages)} packages) ...")
    apt.unpack(packages, root)
    (root / "fonts.conf").write_text(FONTS.format(root=root))
    wrapper = root / "bin/chromium"
    wrapper.parent.mkdir(exist_ok=True)
    place, libraries = shlex.quote(str(root)), shlex.quote(_library_path(root))
    wrapper.write_text(WRAPPER.format(root=place, libraries=libraries))
    wrapper.chmod(0o755)
    if not works(wrapper):
        raise Refusal(
            "The fetched Chromium does not start here: install a chromium of your "
            "own so that it is found on PATH."
        )


def _library_path(root: Path) -> str:
    folders = {path.parent for path in root.rglob("*.so*") if path.is_file()}
    wanted = ("lib", "usr/lib")
    return ":".join(
        str(folder)
        for folder in sorted(folders)
        # Plugins are loaded by their own path; only plain library folders count.
        if str(folder.relative_to(root)).startswith(wanted)
        and len(folder.relative_to(root).parts) <= 4
    )
