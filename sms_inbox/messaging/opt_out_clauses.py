"""Requests that are recognised by what they are made of, not by stock phrases.

Their phrases are wide ("stop", up to four words, "messages"), so they count only in a
clause that speaks of nothing else: where each word is one of the list ``plain``.
"Stop the messages" counts; in "stop the drum beside the message board" there is a drum.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from .phrases import Kind, Phrase, Phrases

# A word that no list knows is mostly an adjective; more of them have a subject.
MOST_STRANGE = 2
# Who says it more often says nothing new.
MOST_PLACES = 9
_PHONE = re.compile(r"[\d.,:]{3,15}")
_BEFORE = ". "
Spans = tuple[tuple[int, int], ...]
# No break between clauses of a language that has no words for it.
_MARKS = re.compile(r"(?<![^ ])[,:] ")


class Place(NamedTuple):
    """Where a phrase stands, its parts, and the clause around it."""

    begin: int
    end: int
    parts: Spans
    clause: str = ""


class Request(NamedTuple):
    """A wide phrase, how sure it is (``phrase`` or ``hint``), and where it stands."""

    phrase: Phrase
    kind: Kind
    place: Place


def parts_of(match: re.Match, offset: int = 0) -> Spans:
    """Where the parts of a phrase stand, or all of it if it has no parts."""
    groups = range(1, match.re.groups + 1) or (0,)
    return tuple((match.start(g) + offset, match.end(g) + offset) for g in groups)


def requests(normal: str, words: frozenset[str], phrases: Phrases) -> Iterator[Request]:
    """The wide phrases that count in a normalised text."""
    text = _Text(normal, words, phrases)
    for phrase in phrases.of(Kind.CLAUSE, words):
        for place in text.places(phrase):
            strange = text.strange(place.clause, phrase.row.language)
            if not strange:
                yield Request(phrase, Kind.PHRASE, place)
            elif strange <= MOST_STRANGE and text.may_mean_texts(place.clause, phrase):
                yield Request(phrase, Kind.HINT, place)
    for kind in (Kind.BARE, Kind.NAMED):
        for phrase in phrases.of(kind, words):
            for place in text.places(phrase):
                if text.completes(phrase, place):
                    yield Request(phrase, Kind.PHRASE, place)


class _Text:
    """A normalised text and its clauses, each found and judged once."""

    def __init__(self, normal: str, words: frozenset[str], phrases: Phrases):
        self.normal, self.words, self.phrases = normal, words, phrases
        self._judged: dict[tuple[str, str], int] = {}
        self._clauses: dict[str, list[tuple[int, int]]] = {}

    def places(self, phrase: Phrase) -> Iterator[Place]:
        """Where a phrase stands, and the clause that it stands in."""
        if phrase.loose:
            for begin, end in self._clauses_of(phrase.row.language):
                clause = self.normal[begin:end]
                match = phrase.pattern.search(f"{_BEFORE}{clause}. ")
                if match:
                    parts = parts_of(match, begin - len(_BEFORE))
                    yield Place(begin, end, parts, clause)
            return
        for match in islice(phrase.pattern.finditer(self.normal), MOST_PLACES):
            begin, end = match.span()
            clause = _clause(self.normal, begin, end, self.phrases)
            yield Place(begin, end, parts_of(match), clause)

    def _clauses_of(self, language: str) -> list[tuple[int, int]]:
        """Where the clauses are that may be requests in that language."""
        if language not in self._clauses:
            pattern = self.phrases.breaks.get(language, _MARKS)
            self._clauses[language] = [
                (begin, end)
                for begin, end in _divided(self.normal, pattern)
                if self.strange(self.normal[begin:end], language) <= MOST_STRANGE
            ]
        return self._clauses[language]

    def strange(self, text: str, language: str) -> int:
        """How many words of a text have a subject of their own."""
        key = language, text
        if key not in self._judged:
            self._judged[key] = _strange(text, language, self.phrases)
        return self._judged[key]

    def completes(self, phrase: Phrase, place: Place) -> bool:
        """Whether something else says what a request leaves out."""
        language = phrase.row.language
        if self.strange(place.clause, language):
            return False
        if phrase.row.kind == Kind.BARE and not self.strange(self.normal, language):
            return True
        rest = self.normal[: place.begin] + "* " + self.normal[place.end :]
        return _names_texts(rest, self.words, self.phrases)

    def may_mean_texts(self, clause: str, phrase: Phrase) -> bool:
        words = frozenset(clause.split())
        apart = self.phrases.listed(phrase.row.language, "apart")
        return not words & apart and _names_texts(clause, words, self.phrases)


def _divided(normal: str, pattern: re.Pattern) -> Iterator[tuple[int, int]]:
    """Where the clauses of a text are."""
    for sentence in re.finditer(r"[^.? ][^ ]* (?:[^.? ][^ ]* )*", normal):
        begin, last = sentence.span()
        for place in pattern.finditer(normal, begin, last):
            if place.start() > begin:
                yield begin, place.start()
            begin = place.end()
        if begin < last:
            yield begin, last


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


def _strange(text: str, language: str, phrases: Phrases) -> int:
    """How many words of a text have a subject of their own."""
    plain, apart = (phrases.listed(language, name) for name in ("plain", "apart"))
    words = ["", "", "", *text.split(), ""]
    return sum(
        word not in plain
        and word not in ".?,:*"
        and not _PHONE.fullmatch(word)
        and (word in apart or not _says_which(words, at, language, phrases))
        for at, word in enumerate(words)
        if word
    )


def _says_which(words: list[str], at: int, language: str, phrases: Phrases) -> bool:
    """Whether a word only says which texts ("boat offers"), which list or whose.

    The list ``from`` has what stands between texts and whose they are, ``owner`` what
    makes a list theirs, and ``roll`` what a list is called.
    """
    texts, links, owners, rolls = (
        phrases.listed(language, name) for name in ("texts", "from", "owner", "roll")
    )
    before, following = words[at - 3 : at], words[at + 1]
    which = following in texts or (following in rolls and owners & set(before))
    return bool(which or (links & set(before[1:]) and texts & set(before)))
