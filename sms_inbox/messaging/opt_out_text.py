"""A text as the recogniser of opt-outs reads it: plain words and ends of sentences."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable

# Words of a text's beginning, and of its end, that are read: more than any text has.
MOST_WORDS = 400
STOP_SIGNS = "🛑✋⛔🚫🖕"
_APOSTROPHES = str.maketrans(dict.fromkeys("’‘`´ʼ′＇", "'"))
_REPEATED = re.compile(r"([^\W\d_])\1{2,}")
# Addresses and amounts are one word each; a quotation mark or an emoji is none.
_PIECES = re.compile(
    r"""(?P<whole>https?://\S+|\S+@\S+|\d+(?:[.,:]\d+)+)
      | (?P<word>[^\W_]+(?:'(?:t|s|m|re|ll|ve|d)\b)?)
      | (?P<question>[?？؟]+[?!.]*)
      | (?P<end>[.!\n。！…]+)
      | (?P<colon>:)
      | (?P<pause>[,;()،]|(?<=\s)[-–—]+(?=\s)|[–—])
    """,
    re.VERBOSE,
)
_NUMBER_SIGN = re.compile(r"#(?!\w)")
MARKS = ".?,:"
# After a word that is written like a name, with a capital inside of a sentence.
NAMED = "~"
_MARKS = {"question": "?", "end": ".", "pause": ",", "colon": ":"}
_SPELLED = re.compile(
    r"(?<![^ ])s (?:(?P<mark>[.,:]) )?t (?:[.,:] )?o (?:[.,:] )?p (?(mark)(?:[.,:] )?)"
)
# "Do. Not. Text. Me." is one sentence.
_STACCATO = re.compile(r"(?<=[.?,] )(?:[^ .?,:]+ \. ){2,}[^ .?,:]+ (?=[.?,])")
# What phones write when somebody dictates the marks.
_DICTATED = (
    (re.compile(r"(?<![^ ])comma "), ", "),
    (re.compile(r"(?<![^ ])question mark "), "? "),
    (re.compile(r"(?<![^ ])period (?=\.|i |please |do |dont |stop |thank )"), ". "),
)
# What phones send when somebody only marks a text of ours with a heart or a thumb.
_REACTION = re.compile(
    r"""^\s*(?:\w+\s)?(?:liked|loved|disliked|laughed\ at|emphasi[sz]ed|questioned
      |reacted\ \S+\ to|removed\ an?\ \w+\ from|aim[ée]|adore|aime|ador[óo]
      |gost(?:ou|ei)
      |(?:le|me)\ (?:gust[óo]|encant[óo])|gef[äa]llt|liebt|piace|ha\ messo)
      [^"“«„\w]*["“«„].*["”»“]\s*$""",
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)

# Slips of the fingers on "stop": neighbours of each letter on common keyboards.
_NEIGHBOURS = {"s": "adwxze", "t": "ry56g", "o": "ip0l9k", "p": "o0l"}
# These are words of their own, so they are asked about and never acted upon.
LIKE_STOP = frozenset("stoop shop step top atop strop slop swop stp sto sop".split())


def _slips() -> frozenset[str]:
    """Neighbouring keys, letters in the wrong order, and a letter twice."""
    word, found = "stop", set()
    for at, letter in enumerate(word):
        before, after = word[:at], word[at + 1 :]
        found |= {before + other + after for other in _NEIGHBOURS[letter]}
        found |= {before + letter + other + after for other in _NEIGHBOURS[letter]}
        found.add(before + letter * 2 + after)
        if after:
            found.add(before + after[0] + letter + after[1:])
    return frozenset(found - LIKE_STOP - {word, "stow", "stir", "stip", "stopa"})


STOP_SLIPS = _slips()


def normalise(text: str) -> str:
    """The words of a text in small letters, each with a space after it.

    Without accents, emoji and quotation marks; letters that stand three times or more
    count once. "." and "?" end sentences, "," and ":" make a pause; it begins and ends
    with a ".". A word that was written like a name has a "~" after it.
    Only the first and the last 400 words of a longer text are read.
    """
    words = _words(text)
    if len(words) > 2 * MOST_WORDS:
        words = [*words[:MOST_WORDS], ".", *words[-MOST_WORDS:]]
    joined = "".join(f"{word} " for word in _tidy([".", *words, "."]))
    return _as_meant(joined)


def _as_meant(joined: str) -> str:
    """With dictated marks as marks, and without the dots between single words."""
    joined = _SPELLED.sub("stop ", joined)
    for words, mark in _DICTATED:
        joined = words.sub(mark, joined)
    joined = _STACCATO.sub(_in_one, joined)
    return "".join(f"{word} " for word in _tidy([*joined.split(), "."]))


def _in_one(match: re.Match) -> str:
    text = match.group()
    return text if "stop " in text else text.replace(". ", "")


def words_of(text: str) -> list[str]:
    """The words alone, as :func:`normalise` writes them."""
    return [word for word in _words(text) if word not in MARKS]


def is_reaction(text: str) -> bool:
    """Whether it only says that somebody liked or disliked a text of ours."""
    return len(text) < 2000 and bool(_REACTION.match(text))


def without_ours(normal: str, ours: Iterable[str]) -> str:
    """A normalised text without what it quotes of ours, except a word or two."""
    for text in ours:
        quoted = normalise(text).strip(". ") + " "
        if quoted.count(" ") > 2:
            normal = normal.replace(f" {quoted}", " ")
        for sentence in re.split(r"[.?] ", quoted):
            if sentence.count(" ") > 2:
                normal = normal.replace(f" {sentence}", " ")
    return normal


def _words(text: str) -> list[str]:
    found: list[str] = []
    for piece in _PIECES.finditer(_folded(text)):
        mark = _MARKS.get(piece.lastgroup)
        word = piece.group().replace("'", "")
        begins = not found or found[-1] in ".?"
        named = not begins and word.istitle() and len(word) > 2
        found.append(mark or word.casefold() + (NAMED if named else ""))
    return found


def _folded(text: str) -> str:
    """Without accents and repetitions, as compatible letters."""
    text = unicodedata.normalize("NFKD", text.translate(_APOSTROPHES))
    text = "".join(
        letter
        for letter in _NUMBER_SIGN.sub(" number ", text)
        if unicodedata.category(letter) not in ("Mn", "Cf", "Cc") or letter == "\n"
    )
    return _REPEATED.sub(r"\1", text)


def _tidy(words: list[str]) -> list[str]:
    """No two marks in a row: the end of a sentence is worth more than a pause."""
    tidy: list[str] = []
    for word in words:
        if word in MARKS and tidy and tidy[-1] in MARKS:
            if word == "?" or tidy[-1] in ",:":
                tidy[-1] = word
        else:
            tidy.append("stop" if word in STOP_SLIPS else word)
    return tidy


class Spelling:
    """Finds the word that was meant, where one letter is missing, added or moved.

    Only inside of long words: a wrong letter, or one more at the end, soon makes
    another word ("massage", "removed"). The words that matter most are found with any
    slip, and the longest of them with two.
    """

    SHORTEST = 6
    TWO_SLIPS = 9

    def __init__(
        self,
        words: Collection[str],
        others: Collection[str] = (),
        matter: Collection[str] = (),
    ):
        """
        :param others: real words that are never taken for one of ``words``
        :param matter: those of ``words`` that are found with any slip
        """
        self._known = frozenset(words) | frozenset(others)
        self._meant: dict[str, str] = {}
        for word in sorted(words):
            if len(word) >= self.SHORTEST and word.isalpha():
                for slip in _slips_inside(word):
                    self._meant.setdefault(slip, word)
        self._shorter: dict[str, set[str]] = {}
        for word in sorted(matter):
            for shorter in _without_letters(word, self._slips_of(word)):
                self._shorter.setdefault(shorter, set()).add(word)

    def correct(self, normal: str) -> str:
        """A normalised text with the words that were meant."""
        return "".join(f"{self._correct(word)} " for word in normal.split())

    def _correct(self, word: str) -> str:
        if word.endswith(NAMED):
            plain = self._correct(word[:-1])
            return plain if plain in self._known else word
        if word in self._known or len(word) < self.SHORTEST - 1:
            return word
        if word in self._meant:
            return self._meant[word]
        for at in range(1, len(word) - 1):
            shorter = word[:at] + word[at + 1 :]
            if len(shorter) >= self.SHORTEST and shorter in self._known:
                return shorter
        return self._nearest(word)

    def _nearest(self, word: str) -> str:
        """The word that matters and is nearest, or the word itself."""
        if len(word) > 16 or not word.isalpha():
            return word
        near = set()
        for shorter in _without_letters(word, self._slips_of(word)):
            near |= self._shorter.get(shorter, set())
        found = [(_distance(word, meant), meant) for meant in near]
        slips, meant = min(found, default=(9, word))
        return meant if slips <= self._slips_of(meant) else word

    def _slips_of(self, word: str) -> int:
        return 2 if len(word) >= self.TWO_SLIPS else 1


def _slips_inside(word: str) -> set[str]:
    found = {word[:at] + word[at + 1 :] for at in range(1, len(word) - 1)}
    for at in range(1, len(word) - 1):
        found.add(word[:at] + word[at + 1] + word[at] + word[at + 2 :])
    return found - {word}


def _without_letters(word: str, most: int) -> set[str]:
    """The word, and the word without so many of its letters. The first stays."""
    found = last = {word}
    for _ in range(most):
        last = {
            each[:at] + each[at + 1 :] for each in last for at in range(1, len(each))
        }
        found = found | last
    return found


def _distance(one: str, other: str) -> int:
    """How many letters are wrong, missing, added or moved by one place."""
    before, last = [], list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        line = [row]
        for column, another in enumerate(other, 1):
            cost = min(
                last[column] + 1,
                line[-1] + 1,
                last[column - 1] + (letter != another),
            )
            if (
                row > 1
                and column > 1
                and one[row - 2 : row] == (another + other[column - 2])
            ):
                cost = min(cost, before[column - 2] + 1)
            line.append(cost)
        before, last = last, line
    return last[-1]
