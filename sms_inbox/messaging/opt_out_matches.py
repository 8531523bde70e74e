"""What of the words and phrases is found in a text, and where."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from .opt_out_clauses import MOST_PLACES, Spans, parts_of, requests
from .phrases import Intent, Kind, Phrase, Phrases

# Words that an exact one has, where it is looked for astray.
MOST_WORDS = 3
# Exact words astray that are each tried to be left out.
MOST_STRAYS = 3


class Match(NamedTuple):
    """A phrase that is found in a text, and where."""

    phrase: Phrase
    kind: str
    intent: str
    begin: int
    end: int
    wide: bool = False
    parts: Spans = ()

    def has(self, begin: int, end: int) -> bool:
        """Whether it needs some of the words there."""
        parts = self.parts or ((self.begin, self.end),)
        return any(part[0] < end and begin < part[1] for part in parts)

    def apart_from(self, other: Match) -> bool:
        return self.begin >= other.end or other.begin >= self.end

    def yields_to(self, other: Match) -> bool:
        """Whether another one says otherwise of the same words.

        What does not count may begin or end elsewhere, and within a wide phrase;
        what is doubtful takes all.
        """
        same = (self.begin, self.end) == (other.begin, other.end)
        inside = other.begin <= self.begin and self.end <= other.end
        around = self.begin <= other.begin and other.end <= self.end and not same
        if other.intent == Intent.NONE:
            inside = (self.wide or not around) and not self.apart_from(other)
        return inside and _RANK[other.intent] > _RANK[self.intent]


_RANK = {
    Intent.OPT_OUT: 0,
    Intent.WRONG_PERSON: 1,
    Intent.REVIEW: 2,
    Intent.NONE: 3,
}


def found_in(normal: str, phrases: Phrases) -> list[Match]:
    """All that matches, but for what says otherwise of the same words."""
    words = frozenset(normal.split())
    found = [*_sentences(normal, words, phrases), *_phrases(normal, words, phrases)]
    return [m for m in found if not any(m.yields_to(other) for other in found)]


def is_certain(match: Match) -> bool:
    return match.intent == Intent.OPT_OUT and match.kind != Kind.HINT


def of_intent(found: list[Match], intent: Intent) -> list[Match]:
    return [match for match in found if match.intent == intent]


def _phrases(normal: str, words: frozenset[str], phrases: Phrases) -> list[Match]:
    found = []
    for kind in (Kind.PHRASE, Kind.HINT):
        for phrase in phrases.of(kind, words):
            for match in islice(phrase.pattern.finditer(normal), MOST_PLACES):
                span, intent = match.span(), phrase.row.intent
                weight = Kind.HINT if _astray(normal, *span, phrases) else kind
                parts = parts_of(match)
                found.append(Match(phrase, weight, intent, *span, parts=parts))
    for phrase, kind, place in requests(normal, words, phrases):
        span, intent = (place.begin, place.end), phrase.row.intent
        found.append(Match(phrase, kind, intent, *span, True, place.parts))
    return found


def _astray(normal: str, begin: int, end: int, phrases: Phrases) -> bool:
    """Whether it is just an exact word that has not a sentence for itself."""
    text = normal[begin:end]
    bare = stripped(text, phrases)
    if bare.count(" ") > 2 or not phrases.exact.fullmatch(bare):
        return False
    if normal[end] == "?":
        return True
    begins = normal[max(begin - 2, 0)] in ".?"
    ends = normal[end : end + 1] in ".?,:" and text.endswith(bare)
    return not begins and not ends


def _sentences(normal: str, words: frozenset[str], phrases: Phrases) -> list[Match]:
    """The exact words that are sentences of their own among others.

    Those that opt out count in the first and the last one only.
    """
    known = phrases.of(Kind.SENTENCE, words)
    spans = [m.span() for m in re.finditer(r"(?<=[.?] )[^.?]+(?=[.?] )", normal)]
    found = []
    for begin, end in spans if known else ():
        text = stripped(normal[begin:end], phrases)
        asked = normal[end] == "?"
        for phrase in known:
            opts_out = phrase.row.intent == Intent.OPT_OUT
            if opts_out and (asked or (begin, end) not in (spans[0], spans[-1])):
                continue
            if phrase.pattern.match(text):
                kind = phrase.row.kind
                found.append(Match(phrase, kind, phrase.row.intent, begin, end))
    return found + _clauses(normal, known)


def _clauses(normal: str, known: list[Phrase]) -> list[Match]:
    """The exact words before the first pause of a text, and after its last one.

    What follows on the first may be about anything, unless it is short.
    """
    found = []
    first = re.match(r"[.] (?:please |pls |plz )?([^,.?:]+), (.*)", normal)
    last = re.search(r", (?:please |pls |plz )?([^,.?:]+)[.] \Z", normal)
    for match in filter(None, (first, last)):
        if match[1].count(" ") > 2:
            continue
        short = match is last or len(plain(match[2]).split()) <= 2
        kind = Kind.SENTENCE if short else Kind.HINT
        for phrase in known:
            if phrase.row.intent == Intent.OPT_OUT and phrase.pattern.match(match[1]):
                span = match.start(1), match.end(1)
                found.append(Match(phrase, kind, Intent.OPT_OUT, *span))
    return found


# ------------------------------------------------------------
# EXACT WORDS ASTRAY
# ------------------------------------------------------------


def without_strays(
    normal: str, certain: list[Match], phrases: Phrases
) -> Iterator[str]:
    """The text without the exact words that nothing certain needs.

    Those of one word, those of up to three, and each of the first few alone.
    """
    for longest in (MOST_WORDS, 1):
        strays = list(_strays(normal, certain, phrases, longest))
        if strays:
            yield _without(normal, strays)
    for stray in strays[:MOST_STRAYS] if len(strays) > 1 else ():
        yield _without(normal, [stray])


def _without(normal: str, spans: list[tuple[int, int]]) -> str:
    for begin, end in reversed(spans):
        normal = normal[:begin] + normal[end:]
    return normal


def _strays(
    normal: str, certain: list[Match], phrases: Phrases, longest: int
) -> Iterator[tuple[int, int]]:
    """Where the exact words of so many words at most are."""
    at = 0
    while at < len(normal):
        end = at + _exact_at(normal[at:], phrases, longest)
        if end > at and not any(match.has(at, end) for match in certain):
            yield at, end
        else:
            end = normal.index(" ", at) + 1
        at = end


def _exact_at(text: str, phrases: Phrases, longest: int) -> int:
    """How many characters the longest exact word has that a text begins with."""
    words = text.split(" ", longest)[:longest]
    for count in range(len(words), 0, -1):
        begin = " ".join(words[:count]) + " "
        if phrases.exact.fullmatch(begin):
            return len(begin)
    return 0


# ------------------------------------------------------------
# WITHOUT WHAT SAYS NOTHING
# ------------------------------------------------------------


def plain(normal: str) -> str:
    return re.sub(r"(?<![^ ])[.?,:] ", "", normal)


def stripped(normal: str, phrases: Phrases) -> str:
    """Without polite words around it, and without whom it greets."""
    greeting = rf"\A[.] {phrases.greeting.pattern}(?:[^ .?,:]+ ){{0,2}}[.,] "
    text = plain(re.sub(greeting, "", normal))
    text = re.sub(rf"\A(?:{phrases.courtesy.pattern})+", "", text)
    return re.sub(rf"(?<![^ ])(?:{phrases.courtesy.pattern})+\Z", "", text)


def once(text: str) -> str:
    """A word that is said again and again, once."""
    return re.sub(r"\A([^ ]+ )\1+\Z", r"\1", text)
