"""The tables of the page about carriers say what the code does."""

import re
from pathlib import Path

import pytest

from carriers import base, errors
from carriers.sandbox import Sandbox
from carriers.twilio_codes import BY_MEANING

from .carrier_contract import outbound

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "carriers.md").read_text()
WORDS = (ROOT / "sms_inbox" / "words.py").read_text()


def rows(columns):
    """The cells of every row of the page's tables with so many columns."""
    lines = (line.strip("| ") for line in PAGE.splitlines() if line[:1] == "|")
    cells = [re.split(r" \| ", line) for line in lines]
    return [
        row for row in cells if len(row) == columns and row[0][-1:] in ".0123456789"
    ]


def sentences():
    """{meaning: what users read of it}, from the module that needs Odoo to run."""
    found = re.findall(r'Meaning\.(\w+): env\._\(\s*"([^"]+)"', WORDS)
    return {errors.Meaning[name]: sentence for name, sentence in found}


def test_every_meaning_stands_there_once_in_the_words_that_users_read():
    assert set(sentences()) == set(errors.Meaning)
    assert sorted(row[0] for row in rows(4)) == sorted(sentences().values())


def test_every_code_stands_beside_its_meaning():
    codes = {row[0]: row[3] for row in rows(4)}
    assert codes == {sentences()[meaning]: of for meaning, of in BY_MEANING.items()}


@pytest.mark.parametrize(("number", "words"), rows(2))
def test_the_sandbox_says_so(number, words, monkeypatch):
    monkeypatch.setattr(Sandbox, "delay", 0)
    sandbox = Sandbox(base.Credentials("", ""))
    try:
        (report,) = sandbox.send(outbound(recipient=number)).reports
    except errors.CarrierError as error:
        assert error.text == words
    else:
        assert sentences()[sandbox.meaning(report.error_code)] == words


@pytest.mark.parametrize(
    ("number", "scope"), [("+15005550007", "set aside"), ("+15005550008", "held")]
)
def test_the_sandbox_stops_such_a_sender(number, scope, monkeypatch):
    monkeypatch.setattr(Sandbox, "delay", 0)
    assert re.search(rf"{re.escape(number)}[^+]* is {scope}", PAGE)
    with pytest.raises(errors.Refused) as refusal:
        Sandbox(base.Credentials("", "")).send(outbound(sender=number))
    assert refusal.value.scope == "number"
    stays = isinstance(refusal.value, errors.SenderMisconfigured)
    assert stays == (scope == "set aside")
