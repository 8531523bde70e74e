"""A second opinion on texts in which no phrase is found, learned from examples.

Phrases are certain and say why, but nobody can write down every wording. Here pieces of
words and words that stand together count for or against an opt-out, and for or against
a wrong person, each by a weight that ``scripts/learn`` reckons from the sentences of
``tests/unit/opt_out``. What they make a sure opt-out counts; what they make
likely, a person is asked about.
"""

from __future__ import annotations

import math
import zlib
from array import array
from functools import cache, lru_cache
from pathlib import Path

from .phrases import Intent

FILE = Path(__file__).resolve().parents[1] / "data" / "sms_inbox_learned.bin"
INTENTS = (Intent.OPT_OUT, Intent.WRONG_PERSON)  # as the file has their weights
SLOTS = 1 << 17  # weights of each; features that meet in one share it
SCALE = 24  # a weight is kept as so many times itself, from -127 to 127
# likelihoods from which a person is asked
ASK = {Intent.OPT_OUT: 0.7, Intent.WRONG_PERSON: 0.5}
SURE = 0.9  # of an opt-out, from which nobody needs to be asked
SURE_OF_THE_REST = 0.5  # the same of a text without its exact words
# likelihoods below which a phrase that is found may mean something else
UNLIKE = {Intent.OPT_OUT: 0.1, Intent.WRONG_PERSON: 0.05}
UNLIKE_BUT_A_WORD = 0.25  # the same of an opt-out by an exact word among others
FEWEST_WORDS = 3  # shorter texts are exact words, or nothing
MOST_WORDS = 80  # that are looked at


def is_likely(normal: str) -> bool:
    """Whether a normalised text is likely one of ``INTENTS``."""
    likely = likelihoods(normal)
    asked = any(likely[intent] >= ASK[intent] for intent in INTENTS)
    return asked and _has_enough_words(normal)


def is_sure(normal: str, least: float = SURE) -> bool:
    """Whether a normalised text surely is an opt-out."""
    return likelihoods(normal)[Intent.OPT_OUT] >= least and _has_enough_words(normal)


def is_unlike(normal: str, intent: Intent, least: float | None = None) -> bool:
    """Whether a normalised text has little of one of ``INTENTS``."""
    least = UNLIKE[intent] if least is None else least
    return likelihoods(normal)[intent] < least and _has_enough_words(normal)


def _has_enough_words(normal: str) -> bool:
    return sum(map(str.isalnum, normal.split())) >= FEWEST_WORDS


# the text in hand is asked about several times in a row
@lru_cache(maxsize=1)
def likelihoods(normal: str) -> dict[Intent, float]:
    """How likely it is, from 0 to 1, that a normalised text is each of ``INTENTS``."""
    slots = slots_of(normal)
    return {
        intent: logistic(sum(weights[slot] for slot in slots) / SCALE, len(slots))
        for intent, weights in _weights().items()
    }


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
def _weights() -> dict[Intent, array]:
    kept = array("b", zlib.decompress(FILE.read_bytes()))
    return {
        intent: kept[SLOTS * at : SLOTS * (at + 1)] for at, intent in enumerate(INTENTS)
    }
