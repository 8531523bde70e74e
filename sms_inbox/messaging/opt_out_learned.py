"""A second opinion on texts in which no phrase is found, learned from examples.

Phrases are certain and say why, but nobody can write down every wording. Here pieces of
words and words that stand together count for or against an opt-out, each by a weight
that ``scripts/learn`` reckons from the sentences of ``tests/unit/opt_out``. It never
opts anybody out: it has a person asked.
"""

from __future__ import annotations

import math
import zlib
from array import array
from functools import cache
from pathlib import Path

FILE = Path(__file__).resolve().parents[1] / "data" / "sms_inbox_learned.bin"
SLOTS = 1 << 17  # weights; features that meet in one share it
SCALE = 24  # a weight is kept as so many times itself, from -127 to 127
ASK = 0.8  # likelihood from which a person is asked
FEWEST_WORDS = 3  # shorter texts are exact words, or nothing
MOST_WORDS = 80  # that are looked at


def likelihood(normal: str) -> float:
    """How likely it is, from 0 to 1, that a normalised text opts out."""
    slots = slots_of(normal)
    weights = _weights()
    return logistic(sum(weights[slot] for slot in slots) / SCALE, len(slots))


def is_to_be_asked(normal: str) -> bool:
    """Whether a person is to read it, though no phrase is found in it."""
    words = [word for word in normal.split() if word.isalnum()]
    return len(words) >= FEWEST_WORDS and likelihood(normal) >= ASK


def logistic(total: float, count: int) -> float:
    """The likelihood by a sum of so many weights: long texts are no surer for it."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total / math.sqrt(count or 1)))))


def slots_of(normal: str) -> list[int]:
    """Where the weights of a normalised text's features are, each once."""
    words = normal.split()[:MOST_WORDS]
    found = dict.fromkeys(_word_features(words))
    text = " ".join(words)
    for size in (3, 4, 5):
        found |= dict.fromkeys(
            text[at : at + size] for at in range(len(text) - size + 1)
        )
    return [zlib.crc32(feature.encode()) % SLOTS for feature in found]


def _word_features(words):
    """Up to three words in a row, and two with another one between them."""
    for at in range(len(words)):
        for size in (1, 2, 3):
            yield "|".join(("", *words[at : at + size]))
        yield "_".join(("", *words[at : at + 3 : 2]))


@cache
def _weights() -> array:
    return array("b", zlib.decompress(FILE.read_bytes()))
