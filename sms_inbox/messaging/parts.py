"""Long texts that come in parts, each by itself, in whatever order.

Some carriers pass on the parts of a long text as the sender's phone cut it. They share
a reference of one or two bytes (3GPP TS 23.040, 9.2.3.24.1), which a phone soon uses
again. So an index that came already begins another text: what was begun before waits
for no more than its end.
"""

from collections.abc import Iterable
from dataclasses import dataclass

# Seconds after the first part; the others come within moments, or never.
PATIENCE = 600
GAP = "[…]"


@dataclass(frozen=True)
class Piece:
    """One part of a text: ``index`` of ``total``, from 1.

    It waits for the others ``until`` then (epoch seconds).
    """

    key: int
    index: int
    total: int
    body: str
    until: float


def is_part(index: int, total: int) -> bool:
    """Whether these can be the numbers of a part of a longer text."""
    return total > 1 and 1 <= index <= total


def join(pieces: Iterable[Piece], now: float) -> tuple[list, list]:
    """The texts that these parts make, and what waits on.

    :param pieces: of one sender, recipient, reference and total, as they came
    :return: (texts, waiting), both lists of lists of pieces in the order of their
        index. A text is whole, or has waited long enough.
    """
    texts: list[dict[int, Piece]] = []
    begun: list[dict[int, Piece]] = []
    for piece in pieces:
        if not begun or piece.index in begun[-1]:
            begun.append({})
        begun[-1][piece.index] = piece
        if len(begun[-1]) == piece.total:
            texts.append(begun.pop())
    texts += [text for text in begun if until(text.values()) <= now]
    waiting = [text for text in begun if until(text.values()) > now]
    return [_in_order(text) for text in texts], [_in_order(text) for text in waiting]


def until(pieces: Iterable[Piece]) -> float:
    """Until when a text waits for its other parts: as long as its first part does."""
    return min(piece.until for piece in pieces)


def body(pieces: list[Piece]) -> str:
    """The words of a text, with a gap marked where parts of it never came."""
    words, expected = [], 1
    for piece in pieces:
        if piece.index > expected:
            words.append(GAP)
        words.append(piece.body)
        expected = piece.index + 1
    if expected <= pieces[-1].total:
        words.append(GAP)
    return "".join(words)


def _in_order(text: dict[int, Piece]) -> list[Piece]:
    return [text[index] for index in sorted(text)]
