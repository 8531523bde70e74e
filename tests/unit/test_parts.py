from hypothesis import given
from hypothesis import strategies as st

from messaging.parts import GAP, Piece, body, is_part, join

NEVER = float("inf")


def pieces(indexes, total, until=NEVER):
    return [Piece(key, i, total, f"<{i}>", until) for key, i in enumerate(indexes)]


def whole(total):
    return "".join(f"<{index}>" for index in range(1, total + 1))


def shuffled(total):
    return st.permutations(range(1, total + 1))


@given(st.integers(2, 9).flatmap(shuffled))
def test_parts_are_joined_when_all_are_there_whatever_their_order(order):
    total = len(order)
    assert join(pieces(order[:-1], total), now=0)[0] == []
    (text,), waiting = join(pieces(order, total), now=0)
    assert body(text) == whole(total)
    assert waiting == []


@given(st.lists(st.integers(2, 4).flatmap(shuffled), min_size=1))
def test_texts_with_the_same_reference_one_after_the_other_do_not_mix(orders):
    total = len(orders[0])
    orders = [order for order in orders if len(order) == total]
    texts, waiting = join(pieces(sum(orders, []), total), now=0)
    assert [body(text) for text in texts] == [whole(total)] * len(orders)
    assert waiting == []


@given(st.lists(st.integers(1, 4), max_size=40), st.integers(0, 40))
def test_it_makes_no_difference_when_the_waiting_ones_are_looked_at_again(came, cut):
    """Whether many parts are joined at once, or some at a time."""
    came = pieces(came, 4)
    at_once, waits = join(came, now=0)
    before, rest = join(came[:cut], now=0)
    rest = sorted(sum(rest, []), key=lambda piece: piece.key)
    after, still_waits = join(rest + came[cut:], now=0)
    assert before + after == at_once
    assert still_waits == waits


@given(st.lists(st.integers(1, 4), max_size=20))
def test_no_part_is_lost_or_doubled(came):
    came = pieces(came, 4)
    kept = sum((sum(lists, []) for lists in join(came, now=0)), [])
    assert sorted(kept, key=lambda piece: piece.key) == came


@given(st.sets(st.integers(1, 6), min_size=1, max_size=5))
def test_what_waited_long_enough_is_shown_with_its_gaps_marked(came):
    ((text,), waiting) = join(pieces(sorted(came), 6, until=600), now=600)
    assert waiting == []
    said = body(text)
    assert [index for index in range(1, 7) if f"<{index}>" in said] == sorted(came)
    assert GAP in said
    assert GAP * 2 not in said


def test_a_text_waits_as_long_as_its_first_part():
    first, second = Piece(1, 1, 3, "a", 600), Piece(2, 2, 3, "b", 700)
    assert join([first, second], now=599)[1] == [[first, second]]
    assert join([first, second], now=600)[0] == [[first, second]]


def test_gaps_are_marked_where_they_are():
    assert body(pieces([2, 5], 6)) == f"{GAP}<2>{GAP}<5>{GAP}"
    assert body(pieces([1, 3], 3)) == f"<1>{GAP}<3>"


def test_numbers_that_make_no_sense_are_no_part():
    assert is_part(1, 2)
    for index, total in ((1, 1), (0, 2), (3, 2), (1, 0)):
        assert not is_part(index, total)
