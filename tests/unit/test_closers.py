"""What only thanks or agrees after our last word is told from what wants an answer."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.closers import _ASKING, MOST_LETTERS, is_closer

CORPUS = Path(__file__).parent / "corpus"
NAMES = ("Maria Rossi", "Bikes & Co")


def sentences(name):
    return (CORPUS / name).read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("text", sentences("closers.txt"))
def test_this_closes(text):
    assert is_closer(text, names=NAMES)


@pytest.mark.parametrize("text", sentences("no_closers.txt"))
def test_this_wants_an_answer(text):
    assert not is_closer(text, names=NAMES)


def test_half_of_the_corpus_are_traps():
    closers, traps = sentences("closers.txt"), sentences("no_closers.txt")
    assert len(closers) + len(traps) >= 300
    assert len(traps) >= len(closers) * 0.9


@pytest.mark.parametrize(
    "text", ["ok", "Thanks!", "👍", "perfect", "Danke", "No thanks"]
)
def test_after_a_question_of_ours_everything_is_an_answer(text):
    assert not is_closer(text, "Shall we order the part?")


@pytest.mark.parametrize(
    "ours",
    ["Reply OK to get one.", "Antworten Sie mit JA.", "Responda SI.", "Confirm it"],
)
def test_what_asks_for_an_answer_gets_one_without_a_question_mark(ours):
    assert not is_closer("ok", ours)


def test_after_a_statement_of_ours_thanks_closes():
    assert is_closer("Thanks!", "Your bike is ready.")


def test_a_name_closes_only_for_those_whom_it_is_of():
    assert is_closer("Thanks Robert", names=["Robert Hill"])
    assert not is_closer("Thanks Robert", names=NAMES)
    assert not is_closer("Robert", names=["Robert Hill"])


def test_whoever_writes_much_has_more_to_say():
    assert not is_closer("thanks " * MOST_LETTERS)


@given(st.text(), st.text(), st.lists(st.text()))
def test_it_never_fails(text, ours, names):
    assert is_closer(text, ours, names) in (True, False)


@given(
    st.sampled_from([*sentences("closers.txt"), ""]),
    st.text(max_size=20),
    st.sampled_from(_ASKING),
    st.text(max_size=20),
)
def test_whatever_asks_never_closes(closer, before, sign, after):
    assert not is_closer(f"{closer}{before}{sign}{after}")


@given(st.sampled_from(sentences("closers.txt")), st.from_regex(r"\A[0-9]+\Z"))
def test_a_figure_is_never_a_mere_closer(closer, figure):
    assert not is_closer(f"{closer} {figure}")
