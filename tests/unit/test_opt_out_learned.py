"""The second opinion: learned from sentences, for a person to decide."""

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
        "Stop please x",
        "kei SMS meh bitte",
        "fate sparire il mio numero dal vostro elenco x favore",
        "Tirem-me disso, não me interessa receber nada da vossa loja",
        "könnts mich von den sms abmelden bitte danke 😊",
        # wrong persons
        "You've got the wrong no. love, I don't have a dog",
        "Deve haver engano, não sou o Sr. Teixeira",
        "Acho que se enganaram na pessoa, não tenho nenhum carro na oficina",
    ),
)
def test_a_wording_that_nobody_wrote_down_is_asked_about(text):
    found = judge(text)
    assert (found.intent, found.rule) == (Intent.REVIEW, LEARNED)


def test_most_certain_ones_that_no_phrase_finds_are_asked_about():
    certain = list(sentences("opt_out"))
    found = [classify(text) for text in certain]
    assert found.count(Intent.NONE) < len(certain) / 50
    assert found.count(Intent.OPT_OUT) > len(certain) * 0.85


def test_what_is_learned_opts_nobody_out():
    rules = {judge(text).intent for text in INNOCENT if judge(text).rule == LEARNED}
    assert rules <= {Intent.REVIEW}


def test_of_a_thousand_innocent_ones_at_most_one_is_asked_about_for_it():
    asked = [text for text in INNOCENT if judge(text).rule == LEARNED]
    assert len(asked) <= len(INNOCENT) / 1000, asked


def test_a_phrase_that_does_not_count_takes_a_wording_out_of_its_reach():
    text = "Stop please x"
    ours = Row("ours", "en", "none", "phrase", "stop please x")
    assert classify(text, Phrases((*shipped_rows(), ours))) is Intent.NONE


def test_short_texts_are_left_to_the_exact_words():
    assert not opt_out_learned.is_to_be_asked(normalise("texts spam"))


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
