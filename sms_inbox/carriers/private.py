"""Carriers' own sentences, made fit for a log."""

import re
from collections.abc import Iterable

_SHORTEST = 8  # characters; shorter values are words of the carrier's sentence too
_LOOKS_PRIVATE = re.compile(r"[+(]*\d[\d().\s-]{5,}\d|\b[A-Z]{2}[0-9a-f]{32}\b")


def without_private(sentence: str, private: Iterable[object]) -> str:
    """A carrier's sentence without what we sent, which it may quote.

    :param private: what was sent: numbers, words, addresses
    """
    for value in private:
        if len(str(value)) >= _SHORTEST:
            sentence = sentence.replace(str(value), "…")
    return _LOOKS_PRIVATE.sub("…", sentence)
