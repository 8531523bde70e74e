"""The language in which words and phrases of opt-outs are written, and what is shipped.

A phrase is plain words, which match whatever their case, accents and apostrophes:

==============  ====================================================================
``(a|b c)``     one of these
``[a]``         this or nothing
``<name>``      one of the list of that name (a row of the kind ``list``, whose text is
                ``name: a|b c``), in the phrase's own language or in ``any``
``..``          up to four words
``,``           a pause
``?``           the end of a question
``.``           the end of a sentence
``#``           a word with a figure in it
``@``           a word that is written like a name, or one of the list ``name``
``^``           a sentence begins here, or it did with words of the list ``lead``
``$``           a clause ends here, or only words of the list ``tail`` follow
``a + b``       a sentence that has both, in any order (a clause for ``clause``)
==============  ====================================================================

A row of the language ``any`` that names lists which only languages of their own have is
a rule for all of these languages: it is read once in each that has all of the lists.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from enum import Enum
from functools import cached_property, lru_cache
from pathlib import Path
from typing import NamedTuple

from .opt_out_text import Spelling, words_of

FILE = Path(__file__).parents[1] / "data" / "sms_inbox_phrases.csv"
ANY = "any"
FIGURE = r"(?:[^ ]*\d[^ ]* )"
NAME = "(?:[^ ]+~ |"
# These turn round what follows them, so they are never passed over.
GAP = "(?:(?!(?:not|no|nicht|pas|non|nao|stop) )[^ .?,:]+ ){0,4}?"
_SIGNS = {"..": GAP, ",": ", ", "?": "[?] ", ".": "[.?] ", "#": FIGURE}
_PIECES = re.compile(r"\s*(\.\.|<\w*>?|[()\[\]|^$,?]|[^\s()\[\]|^$,?<>]+|\S)")
_DEEPEST = 5
# Lists whose single words are looked up, in no phrase.
JUDGED_BY = ("apart", "plain", "from", "owner", "roll", "about_texts")
_NO_WORD = ""


class StrEnum(str, Enum):
    """As of Python 3.11."""

    __str__ = str.__str__


class Intent(StrEnum):
    """What a text says of further texts. Doubtful ones are for a person to decide."""

    OPT_OUT = "opt_out"
    REVIEW = "review"
    WRONG_PERSON = "wrong_person"
    OPT_IN = "opt_in"
    HELP = "help"
    NONE = "none"


class Kind(StrEnum):
    """Where the words of a row must stand to count.

    ``WORD`` is the whole text, ``SENTENCE`` a sentence of its own too, ``PHRASE``
    anywhere. ``HINT`` counts only beside something doubtful, and is doubtful alone.
    ``CLAUSE`` counts where its clause has no other words than those of the list
    ``plain``; so does ``BARE``, but only where the texts are named or nothing else is,
    and ``NAMED``, only where they are named.
    ``TOPIC`` names the texts, and says nothing alone.
    ``TURN`` takes back what stands beside it. ``LIST`` is a list of words for phrases.
    """

    WORD = "word"
    SENTENCE = "sentence"
    PHRASE = "phrase"
    HINT = "hint"
    CLAUSE = "clause"
    BARE = "bare"
    NAMED = "named"
    TOPIC = "topic"
    TURN = "turn"
    LIST = "list"


class Row(NamedTuple):
    """One row of the data: a word or a phrase of a language, and what it means."""

    id: str
    language: str
    intent: str
    kind: str
    text: str


class BadPhrase(ValueError):
    """A phrase that cannot be read: ``reason`` is one of "bracket", "list", "empty"."""

    def __init__(self, reason: str, what: str):
        super().__init__(f"{reason}: {what}")
        self.reason, self.what = reason, what


class Phrase:
    """A row that was read. It cannot match without a word of each of its ``anchors``.

    ``loose``: its parts stand in any order in a sentence.
    """

    def __init__(self, row: Row, source: str, anchors: list[frozenset[str]]):
        self.row, self.source, self.anchors = row, source, anchors
        self.loose = "+" in row.text

    def may_match(self, words: frozenset[str]) -> bool:
        """Whether it can match a text of these words."""
        return all(map(words.intersection, self.anchors))

    @cached_property
    def pattern(self) -> re.Pattern:
        """What it looks like, compiled when a text first needs it."""
        if self.row.kind in (Kind.WORD, Kind.SENTENCE):
            return re.compile(rf"(?:{self.source})\Z")
        return re.compile(rf"(?<![^ ]){self.source}")


class Phrases:
    """A set of rows that were read. Make it with :func:`compiled`, which remembers."""

    def __init__(self, rows: Iterable[Row]):
        """:raise BadPhrase: if a row cannot be read"""
        rows = list(rows)
        lists, known = _lists(rows), {}
        self._of_kind: dict[str, list[Phrase]] = {kind: [] for kind in Kind}
        for row in rows:
            for own in _in_each_language(row, lists):
                self._of_kind[row.kind].append(_read(own, lists, known))
        self._index = {kind: _indexed(each) for kind, each in self._of_kind.items()}
        self.exact = _exact(self._of_kind)
        self.spelling = Spelling(
            _vocabulary(rows), _vocabulary(rows, "others"), _vocabulary(rows, "spelled")
        )
        self.courtesy = re.compile(_union(lists, "courtesy"))
        self.greeting = re.compile(_union(lists, "greeting"))
        self.complaint = re.compile(rf"(?<![^ ]){_union(lists, 'complaint')}")
        self.yes = re.compile(_union(lists, "yes") + r"\Z")
        self._listed = {
            key: frozenset(_words_in(lists, *key))
            for key in lists
            if key[1] in JUDGED_BY
        }
        for (language, name), text in lists.items():
            if name == "texts":
                single = frozenset(map(str.strip, text.split("|")))
                self._listed[language, name] = single
        for language in {language for language, name in lists}:
            plain = self.listed(language, "plain") - self.listed(language, "apart")
            self._listed[language, "plain"] = plain
        self.breaks = _breaks(lists)
        self.joint = re.compile(rf"(?<![^ ])(?:[.?,:] |{_union(lists, 'joint')})")
        self.opening = re.compile(rf"(?<![^ ]){_union(lists, 'opening')}")
        self.closing = re.compile(rf"(?<![^ ]){_union(lists, 'closing')}")

    def listed(self, language: str, name: str) -> frozenset[str]:
        """The single words of a list that clauses, or texts, are judged by."""
        return self._listed.get((language, name), frozenset())

    def of(self, kind: Kind, words: frozenset[str]) -> list[Phrase]:
        """The phrases of a kind that can match a text of these words."""
        phrases, index = self._of_kind[kind], self._index[kind]
        found = set().union(*(index[word] for word in words if word in index))
        found |= index[_NO_WORD]
        return [phrases[at] for at in sorted(found) if phrases[at].may_match(words)]


@lru_cache(maxsize=8)
def compiled(rows: tuple[Row, ...]) -> Phrases:
    """The phrases of these rows, compiled once for each set of rows.

    :raise BadPhrase: if a row cannot be read
    """
    return Phrases(rows)


@lru_cache(maxsize=1)
def shipped_rows() -> tuple[Row, ...]:
    """The rows of the file that comes with the addon."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return tuple(Row(**row) for row in csv.DictReader(file))


# ------------------------------------------------------------
# COMPILING
# ------------------------------------------------------------


def _lists(rows: list[Row]) -> dict[tuple[str, str], str]:
    """{(language, name): its alternatives}, those of equal name in one."""
    lists: dict[tuple[str, str], str] = {}
    for row in rows:
        if row.kind == Kind.LIST:
            name, colon, text = row.text.partition(":")
            if not colon or not re.fullmatch(r"\w+", name.strip()) or not text.strip():
                raise BadPhrase("list", row.text)
            key = (row.language, name.strip())
            lists[key] = f"{lists[key]}|{text}" if key in lists else text
    return lists


def _indexed(phrases: list[Phrase]) -> dict[str, set[int]]:
    """{word: the phrases that may hang on it}, with those that hang on none."""
    index: dict[str, set[int]] = {_NO_WORD: set()}
    for at, phrase in enumerate(phrases):
        for word in min(phrase.anchors, key=len, default={_NO_WORD}):
            index.setdefault(word, set()).add(at)
    return index


def _in_each_language(row: Row, lists) -> list[Row]:
    """The row in the languages that it is for: its own, or all that have its lists."""
    if row.kind == Kind.LIST:
        return []
    named = {n for n in re.findall(r"<(\w+)>", row.text) if (ANY, n) not in lists}
    if row.language != ANY or not named:
        return [row]
    languages = sorted({language for language, name in lists})
    having = [each for each in languages if all((each, n) in lists for n in named)]
    return [row._replace(language=each) for each in having] or [row]


def _exact(of_kind: dict[str, list[Phrase]]) -> re.Pattern:
    """All exact words that opt out, wherever they stand."""
    sources = [
        phrase.source
        for kind in (Kind.WORD, Kind.SENTENCE)
        for phrase in of_kind[kind]
        if phrase.row.intent == Intent.OPT_OUT
    ]
    return re.compile(f"(?<![^ ])(?:{'|'.join(sources) or '(?!)'})")


def _vocabulary(rows: list[Row], name: str = "") -> set[str]:
    """The words of all rows, or those of the lists of one name."""
    begin = f"{name}:" if name else ""
    texts = (row.text for row in rows if row.text.startswith(begin))
    return {word for text in texts for word in words_of(text.replace("..", " "))}


def _words_in(lists, language: str, name: str) -> set[str]:
    """The words of a list, and of the lists that it names."""
    found: set[str] = set()
    for key in {(language, name), (ANY, name)} & lists.keys():
        text = lists[key]
        found |= set(words_of(re.sub(r"<\w+>|\.\.", " ", text)))
        for inner in re.findall(r"<(\w+)>", text):
            found |= _words_in(lists, language, inner)
    return found


def _breaks(lists) -> dict[str, re.Pattern]:
    """{language: what separates its clauses}, but for the ends of sentences."""
    names = ("joint", "opening", "closing")
    found: dict[str, list[str]] = {}
    for (language, name), text in lists.items():
        if name in names:
            source = _Reader(text, language, lists).result()[0]
            found.setdefault(language, []).append(source)
    return {
        language: re.compile(rf"(?<![^ ])(?:[,:] |{'|'.join(sources)})")
        for language, sources in found.items()
    }


def _is_optional(text: str) -> bool:
    """Whether nothing of it must be there."""
    needed = re.sub(r"\[[^\[\]]*\]", " ", text)
    return not words_of(needed.replace("..", " "))


def _union(lists, name: str) -> str:
    """A regular expression of a list of all languages together, or one of nothing."""
    found = [
        _Reader(text, language, lists).result()[0]
        for (language, each), text in lists.items()
        if each == name
    ]
    return f"(?:{'|'.join(found)})" if found else "(?!)"


def _read(row: Row, lists, known) -> Phrase:
    parts = row.text.split("+")
    read = [_Reader(part, row.language, lists, known).result() for part in parts]
    if any(map(_is_optional, parts)):
        raise BadPhrase("empty", row.text)
    source = read[0][0]
    if len(parts) > 1:
        ahead = "".join(rf"(?=(?:[^.?]* )?({part}))" for part, anchors in read)
        source = rf"(?<=[.?] ){ahead}[^.?]+"
    return Phrase(row, source, [anchors for part, anchors in read if anchors])


class _Reader:
    """Reads one phrase; gives a regular expression and the words it hangs on."""

    def __init__(self, text: str, language: str, lists, known=None):
        self.text, self.language, self.lists = text, language, lists
        self.known = {} if known is None else known
        self.pieces = _PIECES.findall(text)
        self.at = self.depth = 0

    def result(self) -> tuple[str, frozenset[str] | None]:
        result = self._alternatives(None)
        if self.at < len(self.pieces):
            raise BadPhrase("bracket", self.text)
        return result

    def _alternatives(self, closing: str | None):
        sources, anchors = [], []
        while True:
            source, words = self._sequence()
            sources.append(source)
            anchors.append(words)
            piece = self._next()
            if piece == "|":
                continue
            if piece != closing:
                raise BadPhrase("bracket", self.text)
            if "" in sources:
                raise BadPhrase("empty", self.text)
            union = None if None in anchors else frozenset().union(*anchors)
            return f"(?:{'|'.join(sources)})", union

    def _sequence(self):
        source, anchors = "", []
        while self._peek() not in ("|", ")", "]", None):
            part, words = self._piece(self._next())
            source += part
            if words:
                anchors.append(words)
        return source, min(anchors, key=len, default=None)

    def _piece(self, piece: str):
        if piece == "(":
            return self._alternatives(")")
        if piece == "[":
            return f"{self._alternatives(']')[0]}?", None
        if piece in _SIGNS:
            return _SIGNS[piece], None
        if piece == "@":
            return NAME + self._own_and_any("name") + ")", None
        if piece == "^":
            return rf"(?<=[.?,:] )(?:{self._own_and_any('lead')}){{0,8}}", None
        if piece == "$":
            return rf"(?:{self._own_and_any('tail')}){{0,6}}(?=[.?,] )", None
        if piece.startswith("<"):
            return self._list(piece)
        return self._words(piece)

    def _list(self, piece: str):
        for language in (self.language, ANY):
            if piece.endswith(">") and (language, piece[1:-1]) in self.lists:
                return self._read_list((language, piece[1:-1]))
        raise BadPhrase("list", piece)

    def _read_list(self, key):
        if self.depth >= _DEEPEST:
            raise BadPhrase("list", f"<{key[1]}>")
        if key not in self.known:
            reader = _Reader(self.lists[key], key[0], self.lists, self.known)
            reader.depth = self.depth + 1
            self.known[key] = reader.result()
        return self.known[key]

    def _own_and_any(self, name: str) -> str:
        names = (name, "courtesy") if name == "tail" else (name,)
        keys = [(self.language, n) for n in names] + [(ANY, n) for n in names]
        found = [self._read_list(key)[0] for key in keys if key in self.lists]
        return "|".join(found) or "(?!)"

    def _words(self, piece: str):
        words = words_of(piece)
        if not words:
            raise BadPhrase("bracket", self.text)
        source = "".join(f"{re.escape(word)} " for word in words)
        return source, frozenset({max(words, key=len)})

    def _peek(self):
        return self.pieces[self.at] if self.at < len(self.pieces) else None

    def _next(self):
        piece = self._peek()
        if piece is not None:
            self.at += 1
        return piece
