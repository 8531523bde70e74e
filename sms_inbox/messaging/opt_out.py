"""Whether a text says that somebody wants no more texts, in any reasonable wording.

US law asks for it: 47 CFR 64.1200(a)(10), where consent can be revoked in any manner
that a reasonable person would understand. What is certain counts at once; what is
doubtful is for a person to decide; what only looks like it must not count.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from .opt_out_learned import (
    SURE_OF_THE_REST,
    UNLIKE_BUT_A_WORD,
    is_likely,
    is_sure,
    is_unlike,
)
from .opt_out_matches import (
    Match,
    found_in,
    is_certain,
    of_intent,
    once,
    plain,
    stripped,
    without_strays,
)
from .opt_out_text import STOP_SIGNS, is_reaction, normalise, without_ours
from .phrases import ANY, Intent, Kind, Phrase, Phrases, compiled, shipped_rows

SHIPPED = compiled(shipped_rows())
# A rule for any language is read as one of each.
_OURS = frozenset((row.id, row.text) for row in shipped_rows())
LEARNED = "learned"  # the rule of what no phrase is found in
# In longer texts the words may be about anything, so a person reads them.
LONG = 90


class Finding(NamedTuple):
    """What a text says of further texts.

    ``rule`` is the identifier of the row that matched, ``words`` what it matched.
    """

    intent: Intent
    rule: str = ""
    language: str = ""
    words: str = ""


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
    return bool(phrases.yes.match(plain(normalise(text))))


# ------------------------------------------------------------
# THE WHOLE TEXT
# ------------------------------------------------------------


def _whole(normal: str, words: frozenset[str], phrases: Phrases) -> Finding | None:
    """What it is as one of the exact words, with polite words around it or without."""
    bare = plain(normal)
    polite = once(stripped(normal, phrases))
    candidates = phrases.of(Kind.WORD, words) + phrases.of(Kind.SENTENCE, words)
    for phrase in sorted(candidates, key=lambda p: p.row.intent != Intent.OPT_OUT):
        exact_only = phrase.row.kind == Kind.WORD and _doubtful(phrase)
        for text in {bare} if exact_only else {bare, polite}:
            if phrase.pattern.match(text):
                return _finding(phrase, phrase.row.intent, text)
    return None


def _doubtful(phrase: Phrase) -> bool:
    return phrase.row.intent == Intent.REVIEW


# ------------------------------------------------------------
# PARTS OF IT
# ------------------------------------------------------------


def _parts(
    normal: str, words: frozenset[str], phrases: Phrases, shouted: bool
) -> Finding:
    found = found_in(normal, phrases)
    if shouted:
        found = [m._replace(kind=Kind.PHRASE) if m.begin == 2 else m for m in found]
    turned = _turns(normal, found, words, phrases)
    if not (found or turned):
        return _unwritten(normal, phrases)
    finding = _weighed(normal, found, turned, phrases)
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
    return Finding(intent, LEARNED, ANY, plain(normal).strip())


def _is_sure(normal: str, phrases: Phrases) -> bool:
    """Whether it sounds like an opt-out, without the exact words in it too.

    They may stand astray, and tear apart what makes it innocent. Where no word is of
    texts, other things may be meant.
    """
    about = phrases.listed(ANY, "about_texts")
    if about.isdisjoint(normal.split()) or not is_sure(normal):
        return False
    lefts = without_strays(normal, [], phrases)
    return all(_is_sure_of_the_rest(left, phrases) for left in lefts)


def _is_sure_of_the_rest(left: str, phrases: Phrases) -> bool:
    found = found_in(left, phrases)
    return is_sure(left, SURE_OF_THE_REST) and not of_intent(found, Intent.NONE)


def _hangs_on_stray(normal: str, found: list[Match], phrases: Phrases) -> bool:
    """Whether it would say something else without an exact word that stands astray.

    Such a word, in the midst of a sentence, may tear apart what made it innocent.
    """
    certain = [match for match in found if is_certain(match)]
    for left in without_strays(normal, certain, phrases) if certain else ():
        if not any(map(is_certain, found_in(left, phrases))):
            return True
    return False


def _weighed(
    normal: str, found: list[Match], turned: bool, phrases: Phrases
) -> Finding:
    """What all that was found amounts to."""
    wrong = of_intent(found, Intent.WRONG_PERSON)
    hints = [match for match in found if match.kind == Kind.HINT]
    certain = [match for match in found if is_certain(match)]
    doubtful = of_intent(found, Intent.REVIEW) + hints
    certain += [hint for hint in hints if any(map(hint.apart_from, doubtful))]
    if wrong and turned:
        return _NOTHING
    if wrong or certain:
        said = wrong or certain
        doubted = turned or _is_doubtful(normal, said)
        return _said(said[0], normal, Intent.REVIEW if doubted else None)
    if not doubtful or turned:
        return _NOTHING
    intent = Intent.REVIEW
    if doubtful == hints and all(map(_is_ours, hints)):
        intent = _what_hints_mean(normal, phrases)
    return _said(doubtful[0], normal, intent) if intent != Intent.NONE else _NOTHING


def _what_hints_mean(normal: str, phrases: Phrases) -> Intent:
    """What a text is in which nothing but hints is found, by how it sounds."""
    if _is_sure(normal, phrases):
        return Intent.OPT_OUT
    has_word = any(without_strays(normal, [], phrases))
    unlike = is_unlike(normal, Intent.OPT_OUT)
    return Intent.NONE if unlike and not has_word else Intent.REVIEW


def _is_doubtful(normal: str, said: list[Match]) -> bool:
    """Whether it is too long to be sure, or sounds unlike what was found in it."""
    opts_out = said[0].intent == Intent.OPT_OUT
    long = opts_out and len(plain(normal).split()) > LONG
    return long or all(_sounds_unlike(normal, match) for match in said)


def _sounds_unlike(normal: str, match: Match) -> bool:
    """Whether all else sounds unlike it. A word that ends a text says what it says."""
    if not _is_ours(match):
        return False
    intent = Intent(match.intent)
    if match.phrase.row.kind not in (Kind.WORD, Kind.SENTENCE):
        return is_unlike(normal, intent)
    leads = match.kind == Kind.SENTENCE and normal[match.end :].strip(" .,:?")
    return bool(leads) and is_unlike(normal, intent, UNLIKE_BUT_A_WORD)


def _is_ours(match: Match) -> bool:
    """Whether it is a row as shipped. What somebody else wrote says what it says."""
    row = match.phrase.row
    return (row.id, row.text) in _OURS


def _said(match: Match, normal: str, intent: Intent | None = None) -> Finding:
    words = normal[match.begin : match.end]
    return _finding(match.phrase, intent or match.intent, words)


def _finding(phrase: Phrase, intent: str, words: str) -> Finding:
    row = phrase.row
    return Finding(Intent(intent), row.id, row.language, words.strip(" .?,:"))


def _turns(
    normal: str, found: list[Match], words: frozenset[str], phrases: Phrases
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


def _rest(normal: str, found: list[Match]) -> str:
    """The text with a "*" in place of each thing that was found."""
    rest, at = "", 0
    for match in sorted(found, key=lambda match: match.begin):
        if match.begin >= at:
            rest += normal[at : match.begin] + "* , "
        at = max(at, match.end)
    return rest + normal[at:]
