"""Requests that are recognised by what they are made of, not by stock phrases.

Their phrases are wide ("stop", up to four words, "messages"), so they count only in a
clause that speaks of nothing else: where each word is one of the list ``plain``.
"Stop the messages" counts; in "stop the drum beside the message board" there is a drum.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from .phrases import Kind, Phrase, Phrases

# A word that no list knows is mostly an adjective; more of them have a subject.
MOST_STRANGE = 2
_LISTS = {"list", "lists"}
_PHONE = re.compile(r"[\d.,:]{3,15}")


class Request(NamedTuple):
    """Where a wide phrase stands, and how sure it is: ``phrase`` or ``hint``."""

    phrase: Phrase
    kind: Kind
    begin: int
    end: int


def requests(normal: str, words: frozenset[str], phrases: Phrases) -> Iterator[Request]:
    """The wide phrases that count in a normalised text."""
    for phrase in phrases.of(Kind.CLAUSE, words):
        for match in phrase.pattern.finditer(normal):
            clause = _clause(normal, *match.span(), phrases)
            strange = _strange(clause, phrase, phrases)
            if not strange:
                yield Request(phrase, Kind.PHRASE, *match.span())
            elif strange <= MOST_STRANGE and _may_mean_texts(clause, phrase, phrases):
                yield Request(phrase, Kind.HINT, *match.span())
    yield from _bare(normal, words, phrases)


def _bare(normal: str, words: frozenset[str], phrases: Phrases) -> Iterator[Request]:
    """The requests that leave out what they are about, where something else says it."""
    for phrase in phrases.of(Kind.BARE, words):
        for match in phrase.pattern.finditer(normal):
            begin, end = match.span()
            clause = _clause(normal, begin, end, phrases)
            if _strange(clause, phrase, phrases):
                continue
            rest = normal[:begin] + "* " + normal[end:]
            if not _strange(normal, phrase, phrases) or _names_texts(
                rest, words, phrases
            ):
                yield Request(phrase, Kind.PHRASE, begin, end)


def _may_mean_texts(clause: str, phrase: Phrase, phrases: Phrases) -> bool:
    words = frozenset(clause.split())
    apart = phrases.apart.get(phrase.row.language, frozenset())
    return not words & apart and _names_texts(clause, words, phrases)


def _names_texts(rest: str, words: frozenset[str], phrases: Phrases) -> bool:
    topics = phrases.of(Kind.TOPIC, words)
    return any(topic.pattern.search(rest) for topic in topics)


def _clause(normal: str, begin: int, end: int, phrases: Phrases) -> str:
    """The clause around a place: between marks and words that join or begin clauses."""
    before = 0
    for pattern in (phrases.joint, phrases.opening):
        for joint in pattern.finditer(normal, before, end):
            if joint.start() <= begin:
                before = max(before, min(joint.end(), begin))
    after = phrases.joint.search(normal, end)
    close = phrases.closing.search(normal, end)
    ends = [joint.start() for joint in (after, close) if joint]
    return normal[before : min(ends, default=len(normal))]


def _strange(text: str, phrase: Phrase, phrases: Phrases) -> int:
    """How many words of a text have a subject of their own."""
    language = phrase.row.language
    plain = phrases.plain.get(language, frozenset())
    plain -= phrases.apart.get(language, frozenset())
    texts = phrases.texts.get(language, frozenset())
    words = ["", "", "", *text.split(), ""]
    return sum(
        word not in plain
        and word not in ".?,:*"
        and not _PHONE.fullmatch(word)
        and not _says_which(words, at, texts)
        for at, word in enumerate(words)
        if word
    )


def _says_which(words: list[str], at: int, texts: frozenset[str]) -> bool:
    """Whether a word only says which texts ("boat offers"), which list or whose."""
    before, following = words[at - 3 : at], words[at + 1]
    which = following in texts or (following in _LISTS and "your" in before)
    whose = "from" in before[1:] and bool(texts & set(before))
    return which or whose
