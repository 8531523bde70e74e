"""The second opinion: learned from sentences, for where no phrase is found."""

import csv
import zlib
from array import array
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from house import learning
from messaging import opt_out_learned
from messaging.opt_out import LEARNED, Intent, classify, judge
from messaging.opt_out_text import normalise
from messaging.phrases import Phrases, Row, shipped_rows

EXAMPLES = Path(__file__).parent / "opt_out" / "learned"


def sentences(expected):
    for path in sorted(EXAMPLES.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if row["expected"] == expected:
                    yield row["text"]


INNOCENT = list(sentences("none"))


@pytest.mark.parametrize(
    "text",
    (
        "kei SMS meh bitte",
        "fate sparire il mio numero dal vostro elenco x favore",
        "könnts mich von den sms abmelden bitte danke 😊",
    ),
)
def test_a_wording_that_nobody_wrote_down_opts_out_where_it_is_sure(text):
    assert judge(text)[:2] == (Intent.OPT_OUT, LEARNED)


@pytest.mark.parametrize(
    "text",
    (
        # an exact word astray
        "Stop please x",
        # wrong persons
        "You've got the wrong no. love, I don't have a dog",
        "Deve haver engano, não sou o Sr. Teixeira",
        "Acho que se enganaram na pessoa, não tenho nenhum carro na oficina",
    ),
)
def test_else_it_is_asked_about(text):
    assert judge(text)[:2] == (Intent.REVIEW, LEARNED)


@pytest.mark.parametrize(
    "text",
    (
        "Stop!! don't cut the tree, the landlord hasn't agreed",
        "Stopp! Nicht losfahren, die Kinder stehen noch draußen",
        "Stop! non partite, mancano ancora due bambini",
    ),
)
def test_an_exact_word_among_others_that_sound_unlike_it_is_asked_about(text):
    assert classify(text) is Intent.REVIEW
    assert judge(text).rule != LEARNED


def test_most_certain_ones_that_no_phrase_finds_are_asked_about():
    certain = list(sentences("opt_out"))
    found = [classify(text) for text in certain]
    assert found.count(Intent.NONE) < len(certain) / 50
    assert found.count(Intent.OPT_OUT) > len(certain) * 0.85


@pytest.mark.parametrize(
    "text",
    (
        "I'm at work, STOP",
        "The roof was done in 2020. Stop",
        "STOP - Mary Johnson, 14 Elm Street, Springfield",
    ),
)
def test_an_exact_word_in_capitals_or_at_the_end_counts_whatever_is_around_it(text):
    assert classify(text) is Intent.OPT_OUT


def test_a_word_of_stopping_is_never_taken_for_nothing():
    assert classify("please just stop, the car is sold") is Intent.REVIEW
    assert classify("This must stop, I work nights") is Intent.REVIEW


def test_nothing_is_sure_where_no_word_is_of_texts():
    text = "Tirem-me disso, não me interessa receber nada da vossa loja"
    assert judge(text)[:2] == (Intent.REVIEW, LEARNED)


def test_what_sounds_unlike_an_opt_out_is_asked_about():
    text = "You can stop reminding me, I'm literally in your waiting room"
    found = judge(text)
    assert (found.intent, found.rule) == (Intent.REVIEW, "en_stop_texting_me")


def test_what_somebody_wrote_down_counts_whatever_it_sounds_like():
    text = "I will wait in your waiting room"
    ours = Row("ours", "en", "opt_out", "phrase", "in your waiting room")
    hint = ours._replace(kind="hint")
    assert classify(text) is Intent.NONE
    assert classify(text, Phrases((*shipped_rows(), ours))) is Intent.OPT_OUT
    assert classify(text, Phrases((*shipped_rows(), hint))) is Intent.REVIEW


def test_of_a_thousand_innocent_ones_at_most_one_is_asked_about_for_it():
    found = [judge(text) for text in INNOCENT]
    asked = [each for each in found if each.rule == LEARNED]
    assert len(asked) <= len(INNOCENT) / 1000, asked
    assert {each.intent for each in asked} <= {Intent.REVIEW}


def test_a_phrase_that_does_not_count_takes_a_wording_out_of_its_reach():
    text = "Stop please x"
    ours = Row("ours", "en", "none", "phrase", "stop please x")
    assert classify(text, Phrases((*shipped_rows(), ours))) is Intent.NONE


def test_short_texts_are_left_to_the_exact_words():
    assert not opt_out_learned.is_likely(normalise("texts spam"))


@given(st.text())
def test_any_text_has_a_likelihood(text):
    likely = opt_out_learned.likelihoods(normalise(text))
    assert all(0 <= each <= 1 for each in likely.values())


def test_the_weights_are_what_the_sentences_teach():
    """``scripts/learn`` was run since; the last figure of a sum may differ."""
    taught = array("b", zlib.decompress(learning.packed(learning.taught())))
    kept = array("b", zlib.decompress(opt_out_learned.FILE.read_bytes()))
    assert len(taught) == len(kept)
    assert all(abs(a - b) <= 1 for a, b in zip(taught, kept, strict=True))
