"""The tables of the page about carriers say what the code does."""

import re
from pathlib import Path

import pytest

from carriers import CARRIERS, Credentials, errors
from carriers.sandbox import Sandbox
from messaging import textability

from .carrier_contract import outbound

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "carriers.md").read_text()
WORDS = (ROOT / "sms_inbox" / "words.py").read_text()
REAL = [carrier for carrier in CARRIERS.values() if carrier.has_a_wire]


def tables(*header):
    """The rows of every table of the page whose header begins so."""
    rows, in_one = [], False
    for line in PAGE.splitlines():
        cells = re.split(r" \| ", line.strip("| ")) if line[:1] == "|" else []
        if in_one and cells and not line.startswith("|---"):
            rows.append(cells)
        in_one = bool(cells) and (in_one or cells[: len(header)] == list(header))
    return rows


def sentences():
    """{meaning: what users read of it}, from the module that needs Odoo to run."""
    found = re.findall(r'Meaning\.(\w+): env\._\(\s*"([^"]+)"', WORDS)
    return {errors.Meaning[name]: sentence for name, sentence in found}


def test_every_meaning_stands_there_once_in_the_words_that_users_read():
    assert set(sentences()) == set(errors.Meaning)
    explained = [
        row[0]
        for happens in ("what happens", "what happens besides")
        for row in tables("it says", happens)
    ]
    assert sorted(explained) == sorted(sentences().values())


def test_every_carrier_has_a_column_of_codes():
    (header,) = re.findall(r"^\| it says \| (Twilio.*) \|$", PAGE, re.MULTILINE)
    assert header.split(" | ") == [carrier.label for carrier in REAL]


@pytest.mark.parametrize("carrier", REAL, ids=lambda carrier: carrier.name)
def test_every_code_stands_beside_its_meaning(carrier):
    column = REAL.index(carrier) + 1
    told = {row[0]: row[column] for row in tables("it says", REAL[0].label)}
    codes = {sentence: [] for sentence in sentences().values()}
    for code, meaning in carrier.codes.items():
        codes[sentences()[meaning]].append(code)
    assert told == {says: " ".join(of) or "–" for says, of in codes.items()}


@pytest.mark.parametrize("carrier", REAL, ids=lambda carrier: carrier.name)
def test_what_a_failed_text_says_of_a_number_stands_there(carrier):
    column = REAL.index(carrier) + 1
    kinds = ("landline", "no_number", "unreachable", "gone")
    codes = {kind: [] for kind in kinds}
    for code, meaning in carrier.codes.items():
        hint = carrier.line_hints.get(code, "")
        if kind := textability.failure(meaning.value, hint):
            codes[kind].append(code)
    told = [row[column] for row in tables("the carrier says", REAL[0].label)]
    assert told[:4] == [" ".join(codes[kind]) or "–" for kind in kinds]


@pytest.mark.parametrize("carrier", REAL, ids=lambda carrier: carrier.name)
def test_what_it_can_do_stands_there(carrier):
    column = REAL.index(carrier) + 1
    labels = [each.label for each in REAL]
    rows = {row[0]: row[column] for row in tables("what", *labels)}
    megabytes = carrier.max_media_bytes // 1_000_000
    pictures = f"{carrier.max_media}, together {megabytes} MB"
    assert rows["pictures in a text"] == (pictures if carrier.max_media else "none")
    fetched = "its list is fetched" in rows["who opted out"]
    assert fetched == carrier.lists_opt_outs
    assert ("**Look up**" in rows["what kind of line a number is"]) == carrier.looks_up
    repeats = "handed over again" in rows["a lost answer"]
    assert repeats == carrier.repeats_safely


@pytest.mark.parametrize(("number", "words"), tables("text to"))
def test_the_sandbox_says_so(number, words, monkeypatch):
    monkeypatch.setattr(Sandbox, "delay", 0)
    sandbox = Sandbox(Credentials("", ""))
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
        Sandbox(Credentials("", "")).send(outbound(sender=number))
    assert refusal.value.scope == "number"
    stays = isinstance(refusal.value, errors.SenderMisconfigured)
    assert stays == (scope == "set aside")
