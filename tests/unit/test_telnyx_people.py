"""What Telnyx tells of other people's numbers: look-ups and opt-outs."""

import json
import logging
import urllib.request

import pytest

from carriers import errors
from carriers.recipients import KINDS, LineType
from carriers.telnyx import Telnyx, _line_type
from carriers.values import Credentials
from tests.simulator.telnyx_client import TelnyxSimulator

from .carrier_contract import NOWHERE, RECIPIENT, SENDER


@pytest.fixture
def telnyx(simulator):
    return TelnyxSimulator(simulator)


@pytest.fixture
def carrier(telnyx):
    return adapter(telnyx)


def adapter(telnyx, key=None, profile=""):
    key = telnyx.api_key if key is None else key
    return Telnyx(Credentials(profile, key, telnyx.public_key, api_base_url=telnyx.url))


# ------------------------------------------------------------
# Look-ups
# ------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        ("mobile", "mobile"),
        ("fixed line", "landline"),
        ("voip", "voip"),
        ("toll free", "toll_free"),
        ("personal number", "personal"),
        ("premium rate", "premium_rate"),
        ("shared cost", "shared_cost"),
        ("pager", "pager"),
        ("uan", "uan"),
        ("voicemail", "voicemail"),
        ("fixed line or mobile", ""),
        ("unknown", ""),
        ("carrier pigeon", ""),
        (None, ""),
    ],
)
def test_each_kind_of_line_has_one_word(carrier, telnyx, told, kind):
    telnyx.account(lines={RECIPIENT: {"type": told}})
    assert carrier.lookup(RECIPIENT).kind == kind
    assert kind in KINDS


def test_a_number_that_is_none_is_invalid_whatever_its_type(carrier, telnyx):
    telnyx.account(lines={RECIPIENT: {"valid": False}})
    assert carrier.lookup(RECIPIENT).kind == "invalid"


def test_without_a_primary_network_it_is_who_holds_the_number(carrier, telnyx):
    line = {"normalized_carrier": None, "name": "Somebody LLC", "country": "PR"}
    telnyx.account(lines={RECIPIENT: line})
    found = carrier.lookup(RECIPIENT)
    assert (found.network, found.country) == ("Somebody LLC", "PR")


@pytest.mark.parametrize(
    "found",
    [
        {},
        {"carrier": None},
        {"carrier": []},
        {"carrier": ["mobile"]},
        {"carrier": {}, "country_code": None, "valid_number": None},
        {"carrier": {"type": ["mobile"], "name": {}, "mobile_network_code": True}},
    ],
)
def test_what_is_not_told_is_empty(found):
    assert _line_type(found) == LineType()


def test_a_code_may_come_as_a_number_and_a_name_with_what_no_database_holds():
    carrier = {"name": " A\0B ", "mobile_network_code": 866}
    told = LineType(network="AB", network_code="866")
    assert _line_type({"carrier": carrier}) == told


def test_a_number_is_asked_for_in_an_address_that_can_be_masked(carrier, simulator):
    carrier.lookup(RECIPIENT)
    request = simulator.requests()[-1]
    assert request["path"] == f"/v2/number_lookup/%2B{RECIPIENT[1:]}"


@pytest.mark.parametrize(
    ("number", "decision", "code"),
    [
        ("12025550143", errors.TextRefused, "10005"),  # 404
        ("+14165550143", errors.TextRefused, "10015"),  # 422: Canada is not enabled
    ],
)
def test_a_look_up_that_is_refused_quotes_no_number(carrier, number, decision, code):
    with pytest.raises(decision) as refusal:
        carrier.lookup(number)
    assert refusal.value.code == code
    assert number.strip("+") not in str(refusal.value)


def test_a_wrong_key_is_the_accounts_fault(telnyx):
    wrong = adapter(telnyx, "wrong")
    for ask in (lambda: wrong.lookup(RECIPIENT), lambda: list(wrong.opted_out())):
        with pytest.raises(errors.AccountUnusable):
            ask()


@pytest.mark.parametrize("fault", ["lost", "garbage", "429", "500"])
def test_a_question_that_fails_is_one_of_the_contracts_errors(
    carrier, simulator, fault
):
    for ask in (lambda: carrier.lookup(RECIPIENT), lambda: list(carrier.opted_out())):
        simulator.fault(fault, on="read")
        with pytest.raises(errors.CarrierError):
            ask()


# ------------------------------------------------------------
# Opt-outs
# ------------------------------------------------------------


def stop(telnyx, *people, ours=SENDER):
    for number in people:
        telnyx.receive(number, ours, "STOP", url=NOWHERE)


def test_who_starts_again_is_no_more_in_the_list(carrier, telnyx):
    stop(telnyx, RECIPIENT)
    assert [opt_out.recipient for opt_out in carrier.opted_out()] == [RECIPIENT]
    telnyx.receive(RECIPIENT, SENDER, "START", url=NOWHERE)
    assert list(carrier.opted_out()) == []


def test_all_pages_are_read_each_when_its_turn_comes(
    carrier, telnyx, simulator, monkeypatch
):
    monkeypatch.setattr("carriers.telnyx._PAGE", 2)
    people = [f"+1202555014{digit}" for digit in range(5)]
    stop(telnyx, *people)
    before = len(simulator.requests())
    listed = carrier.opted_out()
    assert next(listed).recipient == people[0]
    assert len(simulator.requests()) == before + 1
    assert [opt_out.recipient for opt_out in listed] == people[1:]
    assert len(simulator.requests()) == before + 3


def test_an_accounts_profile_alone_is_listed(telnyx):
    stop(telnyx, RECIPIENT)
    assert len(list(adapter(telnyx, profile=telnyx.profile).opted_out())) == 1
    assert list(adapter(telnyx, profile="another").opted_out()) == []


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"from": None, "to": RECIPIENT}, [("", RECIPIENT, None)]),
        ({"to": RECIPIENT, "created_at": "soon"}, [("", RECIPIENT, None)]),
        (
            {"from": "X", "to": RECIPIENT, "created_at": "1970-01-01 00:01:00+00:00"},
            [("X", RECIPIENT, 60.0)],
        ),
        ({"from": SENDER, "to": None}, []),
        ({}, []),
        ("nonsense", []),
    ],
)
def test_a_row_that_tells_less_raises_nothing(carrier, monkeypatch, row, told):
    answer = {"data": [row], "meta": None}
    monkeypatch.setattr("carriers.telnyx.Api.call", lambda *_args, **_how: answer)
    listed = [(row.sender, row.recipient, row.at) for row in carrier.opted_out()]
    assert listed == told


def test_nothing_private_is_logged(carrier, telnyx, caplog):
    stop(telnyx, RECIPIENT)
    caplog.set_level(logging.DEBUG)
    # The addon masks the addresses that urllib3 logs: sms_inbox/log_mask.py.
    caplog.set_level(logging.INFO, "urllib3.connectionpool")
    carrier.lookup(RECIPIENT)
    told = f"{list(carrier.opted_out())}{caplog.text}"
    for private in (SENDER, RECIPIENT, telnyx.api_key):
        assert private.strip("+") not in told


# ------------------------------------------------------------
# The stand-in
# ------------------------------------------------------------


def test_the_simulator_hides_numbers_unless_they_are_asked_for(telnyx):
    stop(telnyx, RECIPIENT)
    request = urllib.request.Request(
        f"{telnyx.url}/v2/messaging_optouts",
        headers={"Authorization": f"Bearer {telnyx.api_key}"},
    )
    with urllib.request.urlopen(request) as answer:
        (row,) = json.load(answer)["data"]
    assert row["to"] == "+1202555****"
