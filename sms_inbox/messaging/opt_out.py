"""Whether a text says that somebody wants no more texts, in any reasonable wording.

US law asks for it: 47 CFR 64.1200(a)(10), where consent can be revoked in any manner
that a reasonable person would understand. What is certain counts at once; what is
doubtful is for a person to decide; what only looks like it must not count.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from .opt_out_clauses import MOST_PLACES, Spans, parts_of, requests
from .opt_out_learned import UNLIKE, UNLIKE_BUT_A_WORD, is_likely, is_sure, is_unlike
from .opt_out_text import STOP_SIGNS, is_reaction, normalise, without_ours
from .phrases import ANY, Intent, Kind, Phrase, Phrases, compiled, shipped_rows

SHIPPED = compiled(shipped_rows())
_OURS = frozenset(shipped_rows())
LEARNED = "learned"  # the rule of what no phrase is found in
# In longer texts the words may be about anything, so a person reads them.
LONG = 90
# Words that an exact one has, where it is looked for astray.
MOST_WORDS = 3
# Exact words astray that are each tried to be left out.
MOST_STRAYS = 3


class Finding(NamedTuple):
    """What a text says of further texts.

    ``rule`` is the identifier of the row that matched, ``words`` what it matched.
    """

    intent: Intent
    rule: str = ""
    language: str = ""
    words: str = ""


class _Match(NamedTuple):
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

    def apart_from(self, other: _Match) -> bool:
        return self.begin >= other.end or other.begin >= self.end

    def yields_to(self, other: _Match) -> bool:
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
# The word of the footers in capitals, before what is not in capitals.
_SHOUTED = re.compile(r"\s*STOP\b(?=.*[a-z])", re.DOTALL)
_NOTHING = Finding(Intent.NONE)


def classify(text: str, phrases: Phrases = SHIPPED, ours: Iterable[str] = ()) -> Intent:
    """What a text says of further texts; :func:`judge` says why too.

    :param ours: our latest texts to them, which theirs may quote
    """
    return judge(text, phrases, ours).intent


def judge(text: str, phrases: Phrases = SHIPPED, ours: Iterable[str] = ()) -> Finding:
    """What a text says of further texts, and by which rule. Never fails on any text.

    :param ours: our latest texts to them, which theirs may quote
    """
    if is_reaction(text):
        return _NOTHING
    normal = phrases.spelling.correct(without_ours(normalise(text), ours))
    words = frozenset(normal.split())
    if words <= set(".?,:"):
        sign = next((sign for sign in STOP_SIGNS if sign in text), "")
        return Finding(Intent.REVIEW, "sign", "any", sign) if sign else _NOTHING
    found = _whole(normal, words, phrases)
    return found or _parts(normal, words, phrases, bool(_SHOUTED.match(text)))


def is_yes(text: str, phrases: Phrases = SHIPPED) -> bool:
    """Whether a text is just a yes. Only who asked knows what it means."""
    return bool(phrases.yes.match(_plain(normalise(text))))


# ------------------------------------------------------------
# THE WHOLE TEXT
# ------------------------------------------------------------


def _whole(normal: str, words: frozenset[str], phrases: Phrases) -> Finding | None:
    """What it is as one of the exact words, with polite words around it or without."""
    plain = _plain(normal)
    polite = _once(_stripped(normal, phrases))
    candidates = phrases.of(Kind.WORD, words) + phrases.of(Kind.SENTENCE, words)
    for phrase in sorted(candidates, key=lambda p: p.row.intent != Intent.OPT_OUT):
        exact_only = phrase.row.kind == Kind.WORD and _doubtful(phrase)
        for text in {plain} if exact_only else {plain, polite}:
            if phrase.pattern.match(text):
                return _finding(phrase, phrase.row.intent, text)
    return None


def _doubtful(phrase: Phrase) -> bool:
    return phrase.row.intent == Intent.REVIEW


def _plain(normal: str) -> str:
    return re.sub(r"(?<![^ ])[.?,:] ", "", normal)


def _stripped(normal: str, phrases: Phrases) -> str:
    """Without polite words around it, and without whom it greets."""
    greeting = rf"\A[.] {phrases.greeting.pattern}(?:[^ .?,:]+ ){{0,2}}[.,] "
    text = _plain(re.sub(greeting, "", normal))
    text = re.sub(rf"\A(?:{phrases.courtesy.pattern})+", "", text)
    return re.sub(rf"(?<![^ ])(?:{phrases.courtesy.pattern})+\Z", "", text)


def _once(text: str) -> str:
    """A word that is said again and again, once."""
    return re.sub(r"\A([^ ]+ )\1+\Z", r"\1", text)


# ------------------------------------------------------------
# PARTS OF IT
# ------------------------------------------------------------


def _parts(
    normal: str, words: frozenset[str], phrases: Phrases, shouted: bool
) -> Finding:
    found = _found(normal, words, phrases)
    if shouted:
        found = [m._replace(kind=Kind.PHRASE) if m.begin == 2 else m for m in found]
    turned = _turns(normal, found, words, phrases)
    finding = _weighed(normal, found, turned, phrases)
    if not (found or turned):
        return _unwritten(normal, phrases)
    if finding.intent == Intent.OPT_OUT and _hangs_on_stray(normal, found, phrases):
        return finding._replace(intent=Intent.REVIEW)
    return finding


def _unwritten(normal: str, phrases: Phrases) -> Finding:
    """What it seems to be, as no phrase is found."""
    if _is_sure(normal, phrases):
        intent = Intent.OPT_OUT
    elif is_likely(normal):
        intent = Intent.REVIEW
    else:
        return _NOTHING
    return Finding(intent, LEARNED, ANY, _plain(normal).strip())


def _is_sure(normal: str, phrases: Phrases) -> bool:
    """Whether all of it sounds like an opt-out; an exact word astray may mislead."""
    return is_sure(normal) and not any(_strays(normal, [], phrases, MOST_WORDS))


def _found(normal: str, words: frozenset[str], phrases: Phrases) -> list[_Match]:
    """All that matches, but for what says otherwise of the same words."""
    found = [*_sentences(normal, words, phrases), *_phrases(normal, words, phrases)]
    return [m for m in found if not any(m.yields_to(other) for other in found)]


def _hangs_on_stray(normal: str, found: list[_Match], phrases: Phrases) -> bool:
    """Whether it would say something else without an exact word that stands astray.

    Such a word, in the midst of a sentence, may tear apart what made it innocent.
    """
    certain = [match for match in found if _is_certain(match)]
    for left in _without_strays(normal, certain, phrases) if certain else ():
        if not any(map(_is_certain, _found(left, frozenset(left.split()), phrases))):
            return True
    return False


def _without_strays(
    normal: str, certain: list[_Match], phrases: Phrases
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
    normal: str, certain: list[_Match], phrases: Phrases, longest: int
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


def _is_certain(match: _Match) -> bool:
    return match.intent == Intent.OPT_OUT and match.kind != Kind.HINT


def _weighed(
    normal: str, found: list[_Match], turned: bool, phrases: Phrases
) -> Finding:
    """What all that was found amounts to."""
    wrong = _of(found, Intent.WRONG_PERSON)
    hints = [match for match in found if match.kind == Kind.HINT]
    certain = [match for match in found if _is_certain(match)]
    doubtful = _of(found, Intent.REVIEW) + hints
    certain += [hint for hint in hints if any(map(hint.apart_from, doubtful))]
    if wrong:
        return _NOTHING if turned else _said(wrong[0], normal)
    if certain:
        doubted = turned and not _is_sure(normal, phrases)
        doubted = doubted or _is_doubtful(normal, certain)
        return _said(certain[0], normal, Intent.REVIEW if doubted else None)
    if not doubtful or turned:
        return _NOTHING
    if doubtful == hints and all(map(_is_ours, hints)) and is_unlike(normal):
        return _NOTHING
    sure = doubtful == hints and _is_sure(normal, phrases)
    return _said(doubtful[0], normal, Intent.OPT_OUT if sure else Intent.REVIEW)


def _is_doubtful(normal: str, certain: list[_Match]) -> bool:
    """Whether it is too long to be sure, or sounds unlike what was found in it."""
    exact = all(match.kind in (Kind.WORD, Kind.SENTENCE) for match in certain)
    least = UNLIKE_BUT_A_WORD if exact else UNLIKE
    unlike = all(map(_is_ours, certain)) and is_unlike(normal, least)
    return unlike or len(_plain(normal).split()) > LONG


def _is_ours(match: _Match) -> bool:
    """Whether it is a row as shipped. What somebody else wrote says what it says."""
    return match.phrase.row in _OURS


def _of(found: list[_Match], intent: Intent) -> list[_Match]:
    return [match for match in found if match.intent == intent]


def _said(match: _Match, normal: str, intent: Intent | None = None) -> Finding:
    words = normal[match.begin : match.end]
    return _finding(match.phrase, intent or match.intent, words)


def _finding(phrase: Phrase, intent: str, words: str) -> Finding:
    row = phrase.row
    return Finding(Intent(intent), row.id, row.language, words.strip(" .?,:"))


def _phrases(normal: str, words: frozenset[str], phrases: Phrases) -> list[_Match]:
    found = []
    for kind in (Kind.PHRASE, Kind.HINT):
        for phrase in phrases.of(kind, words):
            for match in islice(phrase.pattern.finditer(normal), MOST_PLACES):
                span, intent = match.span(), phrase.row.intent
                weight = Kind.HINT if _astray(normal, *span, phrases) else kind
                parts = parts_of(match)
                found.append(_Match(phrase, weight, intent, *span, parts=parts))
    for phrase, kind, place in requests(normal, words, phrases):
        span, intent = (place.begin, place.end), phrase.row.intent
        found.append(_Match(phrase, kind, intent, *span, True, place.parts))
    return found


def _astray(normal: str, begin: int, end: int, phrases: Phrases) -> bool:
    """Whether it is just an exact word that has not a sentence for itself."""
    text = normal[begin:end]
    stripped = _stripped(text, phrases)
    if stripped.count(" ") > 2 or not phrases.exact.fullmatch(stripped):
        return False
    if normal[end] == "?":
        return True
    begins = normal[max(begin - 2, 0)] in ".?"
    ends = normal[end : end + 1] in ".?,:" and text.endswith(stripped)
    return not begins and not ends


def _sentences(normal: str, words: frozenset[str], phrases: Phrases) -> list[_Match]:
    """The exact words that are sentences of their own among others.

    Those that opt out count in the first and the last one only.
    """
    known = phrases.of(Kind.SENTENCE, words)
    spans = [m.span() for m in re.finditer(r"(?<=[.?] )[^.?]+(?=[.?] )", normal)]
    found = []
    for begin, end in spans if known else ():
        text = _stripped(normal[begin:end], phrases)
        asked = normal[end] == "?"
        for phrase in known:
            opts_out = phrase.row.intent == Intent.OPT_OUT
            if opts_out and (asked or (begin, end) not in (spans[0], spans[-1])):
                continue
            if phrase.pattern.match(text):
                kind = phrase.row.kind
                found.append(_Match(phrase, kind, phrase.row.intent, begin, end))
    return found + _clauses(normal, known, spans)


def _clauses(normal: str, known: list[Phrase], spans) -> list[_Match]:
    """The exact words before the first pause of a text, and after its last one.

    What follows on the first may be about anything, unless it is short.
    """
    found = []
    first = re.match(r"[.] (?:please |pls |plz )?([^,.?:]+), (.*)", normal)
    last = re.search(r", (?:please |pls |plz )?([^,.?:]+)[.] \Z", normal)
    for match in filter(None, (first, last)):
        if match[1].count(" ") > 2:
            continue
        short = match is last or len(_plain(match[2]).split()) <= 2
        kind = Kind.SENTENCE if short else Kind.HINT
        for phrase in known:
            if phrase.row.intent == Intent.OPT_OUT and phrase.pattern.match(match[1]):
                span = match.start(1), match.end(1)
                found.append(_Match(phrase, kind, Intent.OPT_OUT, *span))
    return found


def _turns(
    normal: str, found: list[_Match], words: frozenset[str], phrases: Phrases
) -> bool:
    """Whether something beside what was found takes it back, or asks for something."""
    rest = _rest(normal, found)
    spoken = {match.phrase.row.language for match in found}
    for phrase in phrases.of(Kind.TURN, words):
        known = phrase.row.language in spoken or ANY in spoken
        if known and phrase.pattern.search(rest):
            return True
    asked = (sentence.rpartition(". ")[2] for sentence in rest.split("? ")[:-1])
    return any(
        len(question.split()) > 3 and not phrases.complaint.search(question)
        for question in asked
        if "*" not in question
    )


def _rest(normal: str, found: list[_Match]) -> str:
    """The text with a "*" in place of each thing that was found."""
    rest, at = "", 0
    for match in sorted(found, key=lambda match: match.begin):
        if match.begin >= at:
            rest += normal[at : match.begin] + "* , "
        at = max(at, match.end)
    return rest + normal[at:]
