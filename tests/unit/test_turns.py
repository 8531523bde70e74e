"""Companies take turns, and within a company its numbers."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from messaging.turns import Turns

NUMBERS = st.tuples(st.sampled_from("AB"), st.sampled_from("123"))


def served(turns, items):
    """Everyone in turn, each item taken and noted as one."""
    result = []
    for item in turns.in_turn(items, lambda item: item[:2]):
        turns.note(item[:2], 1)
        result.append(item)
    return result


def test_companies_take_turns_however_much_each_has_waiting():
    items = [("A", "1", n) for n in range(6)] + [("B", "2", n) for n in range(3)]
    companies = [item[0] for item in served(Turns(), items)]
    assert companies[:6].count("A") == 3


def test_numbers_of_a_company_take_turns_within_its_share():
    items = [("A", number, n) for number in "12" for n in range(4)]
    items += [("B", "3", n) for n in range(8)]
    first = Counter(item[:2] for item in served(Turns(), items)[:8])
    assert first == {("A", "1"): 2, ("A", "2"): 2, ("B", "3"): 4}


def test_a_newcomer_begins_where_the_others_are():
    turns = Turns()
    served(turns, [("A", "1", n) for n in range(100)])
    items = [("A", "1", n) for n in range(4)] + [("B", "2", n) for n in range(4)]
    companies = [item[0] for item in served(turns, items)]
    assert companies[:4].count("B") == 2


def test_what_is_not_taken_costs_nobody_a_turn():
    turns = Turns()
    items = [("A", "1", n) for n in range(3)] + [("B", "2", n) for n in range(3)]
    order = list(turns.in_turn(items, lambda item: item[:2]))
    assert sorted(order) == sorted(items)


@given(st.lists(NUMBERS, max_size=30))
def test_each_item_comes_once_and_a_numbers_items_in_their_order(parties):
    items = [(*who, place) for place, who in enumerate(parties)]
    order = served(Turns(), items)
    assert sorted(order, key=lambda item: item[2]) == items
    for who in set(parties):
        places = [item[2] for item in order if item[:2] == who]
        assert places == sorted(places)


@given(st.lists(NUMBERS, min_size=1, max_size=60))
def test_while_both_have_something_waiting_neither_company_is_far_ahead(parties):
    items = [(*who, place) for place, who in enumerate(parties)]
    left = Counter(item[0] for item in items)
    had = Counter()
    for item in served(Turns(), items):
        had[item[0]] += 1
        left[item[0]] -= 1
        if left["A"] > 0 and left["B"] > 0:
            assert abs(had["A"] - had["B"]) <= 1
