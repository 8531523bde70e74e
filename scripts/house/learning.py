"""``scripts/learn``: weighs the parts of example sentences, see ``opt_out_learned``.

The same sentences give the same file, whatever the machine.
"""

import csv
import importlib
import random
import sys
import zlib
from array import array

from . import CHECKOUT
from .say import progress

SENTENCES = CHECKOUT / "tests" / "unit" / "opt_out"
ROUNDS = 12
PACE = 0.15  # of a step
SHRINK = 1e-6  # of a weight at each step, so that rare ones stay small
FIRST = 1e-8

# the rules are importable by themselves, without Odoo
sys.path.append(str(CHECKOUT / "sms_inbox"))
learned = importlib.import_module("messaging.opt_out_learned")
opt_out_text = importlib.import_module("messaging.opt_out_text")


def main(arguments: list[str]) -> int:
    """Learn from all sentences and write the addon's file."""
    written = packed(taught())
    learned.FILE.write_bytes(written)
    progress(f"{learned.FILE.name}: {len(written):,} bytes")
    return 0


def taught() -> list[float]:
    """Return all weights, those of each of ``INTENTS`` after the other's."""
    known = [
        (learned.slots_of(opt_out_text.normalise(text)), expected)
        for text, expected in sentences()
    ]
    return [weight for intent in learned.INTENTS for weight in learn(known, intent)]


def sentences() -> list[tuple[str, str]]:
    """Return each sentence with what it is; what is doubtful is left out."""
    found = {}
    for path in sorted(SENTENCES.rglob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if row["expected"] != "review":
                    found[row["text"]] = row["expected"]
    return list(found.items())


def learn(known: list[tuple[list[int], str]], intent: str) -> list[float]:
    """Return the weights of a logistic regression, by AdaGrad's steps.

    :param known: the slots of each example, and what it is

    Duchi, Hazan and Singer, Journal of Machine Learning Research 12 (2011).
    """
    weights, steps = [0.0] * learned.SLOTS, [FIRST] * learned.SLOTS
    known = [(slots, expected == intent) for slots, expected in known]
    shuffle = random.Random(1).shuffle
    for _round in range(ROUNDS):
        shuffle(known)
        for slots, is_so in known:
            _step(weights, steps, slots, is_so)
    return weights


def _step(weights, steps, slots, is_so):
    total = sum(weights[slot] for slot in slots)
    off = learned.logistic(total, len(slots)) - is_so
    slope = off / (len(slots) or 1) ** 0.5
    for slot in slots:
        steps[slot] += slope * slope
        weights[slot] -= PACE * (slope / steps[slot] ** 0.5 + SHRINK * weights[slot])


def packed(weights: list[float]) -> bytes:
    """Return weights as the addon reads them."""
    whole = (round(weight * learned.SCALE) for weight in weights)
    kept = array("b", (max(-127, min(127, number)) for number in whole))
    return zlib.compress(kept.tobytes(), 9)
