"""``scripts/bench``: measures the addon, side by side with what it is held against."""

import importlib
import os
import sys

from . import CHECKOUT
from .odoo import ready
from .say import Refusal

FOLDER = CHECKOUT / "benchmarks"
COMMON = (
    "__init__",
    "bare_client",
    "in_odoo",
    "inbox_fill",
    "inbox_plain",
    "setting",
    "table",
    "texts",
    "world",
)


def names() -> list[str]:
    """Return what can be measured."""
    found = (path.stem for path in FOLDER.glob("*.py"))
    return sorted(name.replace("_", "-") for name in found if name not in COMMON)


def main(arguments: list[str]) -> int:
    """Run ``benchmarks/NAME.py`` with everything set up that it needs."""
    name, *rest = arguments or [""]
    if name not in names():
        raise Refusal(f"Say what to measure: scripts/bench {'|'.join(names())} [ARGS].")
    sys.path.append(str(CHECKOUT))
    # whatever proxy the environment names, the carrier is on this machine
    os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1"
    module = importlib.import_module(f"benchmarks.{name.replace('-', '_')}")
    chosen = module.parse(rest)
    with ready(tools=True) as odoo:
        return module.main(odoo, chosen)
