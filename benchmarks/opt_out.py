"""Recognising opt-outs: how many are found, and how many false alarms there are."""

import argparse
import csv
import importlib
import sys
import time
from collections import Counter
from pathlib import Path

from benchmarks import table
from house import CHECKOUT

# The rules are importable by themselves, without Odoo.
sys.path.append(str(CHECKOUT / "sms_inbox"))
opt_out = importlib.import_module("messaging.opt_out")

CORPUS = CHECKOUT / "tests" / "unit" / "opt_out"
ROUNDS = 3


def parse(arguments):
    parser = argparse.ArgumentParser(prog="scripts/bench opt-out", description=__doc__)
    parser.add_argument(
        "--file",
        type=Path,
        action="append",
        help="another corpus, with the columns language, expected and text",
    )
    parser.add_argument("--failures", action="store_true", help="print them too")
    return parser.parse_args(arguments)


def main(odoo, chosen):
    """Print what was found per language and outcome, and texts per second."""
    files = chosen.file or sorted(CORPUS.glob("*.csv"))
    rows = [row for path in files for row in _read(path)]
    found = [opt_out.classify(row["text"]).value for row in rows]
    _show(rows, found)
    if chosen.failures:
        for row, outcome in zip(rows, found, strict=True):
            if row["expected"] != outcome:
                print(f"{row['expected']} -> {outcome}: {row['text']}")
    print(f"{len(rows)} texts, {_speed(rows):,.0f} a second")
    return 0


def _read(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _show(rows, found):
    """A line for each language and outcome that is expected, and one for all."""
    outcomes = [intent.value for intent in opt_out.Intent]
    counts = Counter()
    for row, outcome in zip(rows, found, strict=True):
        for language in (row["language"], "all"):
            counts[language, row["expected"], outcome] += 1
    lines = []
    for language in [*sorted({row["language"] for row in rows}), "all"]:
        for expected in outcomes:
            taken = [counts[language, expected, outcome] for outcome in outcomes]
            if sum(taken):
                right = counts[language, expected, expected] / sum(taken)
                cells = [str(count or "-") for count in taken]
                lines.append([language, expected, f"{right:.2%}", *cells])
    heads = ["language", "expected", "right", *outcomes]
    table.show(heads, lines)


def _speed(rows):
    began = time.perf_counter()
    for _ in range(ROUNDS):
        for row in rows:
            opt_out.classify(row["text"])
    return ROUNDS * len(rows) / max(time.perf_counter() - began, 1e-9)
