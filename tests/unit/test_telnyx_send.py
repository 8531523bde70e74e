"""Telnyx's adapter against the simulator: what is sent, what refused, what repeated."""

import base64
import json
import socket
from io import BytesIO
from pathlib import Path

import pytest
import requests

from carriers import errors
from carriers.telnyx import Telnyx
from carriers.telnyx_codes import BY_MEANING, CODES
from carriers.telnyx_http import _refusal
from carriers.values import Credentials, Media, OwnedNumber
from tests.simulator.telnyx_client import TelnyxSimulator

from .carrier_contract import BODY, RECIPIENT, SENDER, STATUS_URL
from .carrier_contract import outbound as a_text

INBOUND_URL = "https://texts.example.com/sms_inbox/telnyx/token/inbound"


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
# What is sent
# ------------------------------------------------------------


def test_telnyx_gets_exactly_the_text(carrier, telnyx):
    accepted = carrier.send(a_text(body="Grüße & 1 + 1 = 😀\n"))
    (text,) = telnyx.texts()
    assert text["id"] == accepted.carrier_id
    assert text["text"] == "Grüße & 1 + 1 = 😀\n"
    assert text["from"]["phone_number"] == SENDER
    assert text["to"][0]["phone_number"] == RECIPIENT
    assert text["webhook_url"] == STATUS_URL
    assert accepted.segments == 1 and accepted.reports == ()


def test_pictures_go_along_and_words_may_be_missing(carrier, telnyx):
    urls = ("https://texts.example.com/1.png", "https://texts.example.com/2.png")
    carrier.send(a_text(body="", media=urls))
    (text,) = telnyx.texts()
    assert [media["url"] for media in text["media"]] == list(urls)
    assert text["type"] == "MMS" and text["text"] == ""


def test_without_an_address_no_reports_are_asked_for(carrier, telnyx):
    carrier.send(a_text(status_url=""))
    assert telnyx.texts()[0]["webhook_url"] is None


def test_without_a_base_url_requests_go_to_telnyx(monkeypatch):
    hosts = []

    def no_network(host, *_args, **_kwargs):
        hosts.append(host)
        raise socket.gaierror("no network in this test")

    monkeypatch.setattr(socket, "getaddrinfo", no_network)
    for proxy in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(proxy, raising=False)
    with pytest.raises(errors.TryLater):
        Telnyx(Credentials("", "KEY", "x")).send(a_text())
    assert hosts == ["api.telnyx.com"]


def test_a_file_of_passwords_does_not_replace_the_key(carrier, telnyx, monkeypatch):
    found = []
    monkeypatch.setattr("requests.sessions.get_netrc_auth", found.append)
    carrier.send(a_text())
    assert found == [] and len(telnyx.texts()) == 1


# ------------------------------------------------------------
# Refusals
# ------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "code", "decision", "meaning"),
    [
        ({"recipient": "+15005550004"}, "40300", errors.TextRefused, "opt_out"),
        ({"recipient": "12025550143"}, "40310", errors.TextRefused, "bad_number"),
        ({"body": ""}, "40316", errors.TextRefused, "bug"),
        (
            {"sender": "+14155550000"},
            "40305",
            errors.SenderMisconfigured,
            "config_sender",
        ),
        ({"media": ("https://e.com/x",) * 11}, "40317", errors.TextRefused, "media"),
        ({"body": "x" * 20000}, "40302", errors.TextRefused, "bug"),
        ({"body": "\ud83d"}, "", errors.TextRefused, "bug"),
    ],
)
def test_what_telnyx_refuses(carrier, telnyx, changes, code, decision, meaning):
    with pytest.raises(decision) as refusal:
        carrier.send(a_text(**changes))
    error = refusal.value
    assert (error.code, error.meaning.value) == (code, meaning)
    assert telnyx.texts() == []
    for private in (SENDER, RECIPIENT, "14155550000", BODY):
        assert private not in str(error)


@pytest.mark.parametrize("key", ["", "wrong", "🔑", "a\nb"])
def test_a_wrong_key_is_the_accounts_fault(telnyx, key):
    with pytest.raises(errors.AccountUnusable):
        adapter(telnyx, key).send(a_text())


@pytest.mark.parametrize(
    ("fault", "decision", "meaning", "pause"),
    [
        (("429", None), errors.TryLater, "slow", None),
        (("429", 7), errors.TryLater, "slow", 7.0),
        (("503", 30), errors.TryLater, "retry", 30.0),
    ],
)
def test_what_telnyx_puts_off(carrier, simulator, fault, decision, meaning, pause):
    simulator.fault(fault[0], retry_after=fault[1])
    with pytest.raises(decision) as refusal:
        carrier.send(a_text())
    assert refusal.value.meaning.value == meaning
    assert refusal.value.retry_after == pause


@pytest.mark.parametrize(
    ("status", "code", "pointer", "meaning"),
    [
        (422, "10002", "/to", "bad_number"),
        (422, "10002", "/from", "config_sender"),
        (422, "10002", "", "permanent"),
        (402, "", "", "account"),
        (403, "", "", "account"),
        (409, "", "", "unknown_sent"),
        (408, "", "", "unknown_sent"),
        (500, "40300", "", "unknown_sent"),
        (400, "99999", "", "permanent"),
    ],
)
def test_what_an_answer_means(status, code, pointer, meaning):
    answer = requests.Response()
    answer.status_code = status
    said = {"code": code, "source": {"pointer": pointer}}
    answer.raw = BytesIO(json.dumps({"errors": [said]}).encode())
    assert _refusal(answer, []).meaning.value == meaning


def test_no_code_is_listed_twice():
    listed = " ".join(BY_MEANING.values()).split()
    assert sorted(listed) == sorted(CODES)


# ------------------------------------------------------------
# Lost answers
# ------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "texts"),
    [("dropped_before", 0), ("lost", 1), ("500", 0), ("503", 0)]
    + [("garbage", 1), ("nameless", 1)],
)
def test_whatever_loses_the_answer_is_repeated_to_one_text(
    carrier, simulator, telnyx, fault, texts
):
    simulator.fault(fault)
    with pytest.raises(errors.OutcomeUnknown) as lost:
        carrier.send(a_text())
    assert len(telnyx.texts()) == texts
    assert BODY not in f"{lost.value} {lost.value.__cause__}"
    (found,) = carrier.find(a_text(), 0)
    (text,) = telnyx.texts()
    assert found.carrier_id == text["id"]
    assert [report.state for report in found.reports] == ["sending"]


def test_a_hand_over_is_never_repeated_by_itself(carrier, simulator):
    simulator.fault("lost")
    with pytest.raises(errors.CarrierError):
        carrier.send(a_text())
    assert len(simulator.requests()) == 1


def test_other_words_under_the_same_key_prove_nothing(carrier, telnyx):
    carrier.send(a_text())
    with pytest.raises(errors.OutcomeUnknown):
        carrier.find(a_text(status_url="https://elsewhere.example.com/x"), 0)
    assert len(telnyx.texts()) == 1


@pytest.mark.parametrize("fault", ["429", "503", "500", "lost", "garbage"])
def test_a_repeat_without_a_word_on_the_text_refuses_nothing(carrier, simulator, fault):
    simulator.fault(fault, retry_after=1)
    with pytest.raises((errors.TryLater, errors.OutcomeUnknown)):
        carrier.find(a_text(), 0)


def test_a_repeat_to_somebody_who_opted_out_meanwhile_is_refused(
    carrier, telnyx, simulator
):
    simulator.fault("dropped_before")
    with pytest.raises(errors.OutcomeUnknown):
        carrier.send(a_text())
    telnyx.receive(RECIPIENT, SENDER, "STOP", url="http://127.0.0.1:9/x")
    with pytest.raises(errors.TextRefused) as refusal:
        carrier.find(a_text(), 0)
    assert refusal.value.meaning is errors.Meaning.OPT_OUT


def test_what_was_taken_before_an_opt_out_is_found_after_it(carrier, telnyx, simulator):
    simulator.fault("lost")
    with pytest.raises(errors.OutcomeUnknown):
        carrier.send(a_text())
    telnyx.receive(RECIPIENT, SENDER, "STOP", url="http://127.0.0.1:9/x")
    assert len(carrier.find(a_text(), 0)) == 1


# ------------------------------------------------------------
# Reports and numbers
# ------------------------------------------------------------


def test_a_report_is_asked_for(carrier, telnyx):
    accepted = carrier.send(a_text(status_url=""))
    telnyx.report(
        accepted.carrier_id, "delivery_failed", "40001", url="http://127.0.0.1:9/x"
    )
    report = carrier.report(accepted.carrier_id)
    assert (report.state, report.error_code) == ("undelivered", "40001")
    assert carrier.report("../messages/nobody") is None


def test_numbers_are_those_of_the_profile_on_every_page(telnyx, monkeypatch):
    monkeypatch.setattr("carriers.telnyx._PAGE", 2)
    phones = [f"+1415555{i:04d}" for i in range(5)] + ["+18005550100", "55555"]
    telnyx.account(numbers=phones, webhook_url=INBOUND_URL)
    owned = adapter(telnyx, profile=telnyx.profile).numbers()
    assert [number.number for number in owned] == phones
    assert {number.inbound_url for number in owned} == {INBOUND_URL}
    kinds = [number.kind for number in owned[-3:]]
    assert kinds == ["long_code", "toll_free", "short_code"]
    assert adapter(telnyx, profile="another").numbers() == []


def test_it_owns_no_part_and_no_stranger(carrier):
    assert carrier.owns(SENDER)
    for number in (RECIPIENT, SENDER[:-3], "14155"):
        assert not carrier.owns(number)


def test_a_number_without_a_profile_takes_no_address(carrier, telnyx):
    telnyx.account(profile="")
    (owned, *_) = carrier.numbers()
    with pytest.raises(errors.SenderMisconfigured):
        carrier.set_inbound_url(owned, INBOUND_URL)


def test_a_filter_that_shows_more_than_asked_for_fools_nobody(carrier, monkeypatch):
    rows = [{"phone_number": f"{SENDER}1"}, {}]
    monkeypatch.setattr(carrier, "_list", lambda _path, _asked: rows)
    assert not carrier.owns(SENDER)


@pytest.mark.parametrize("fault", ["dropped_before", "500", "garbage", "429"])
def test_asking_without_an_answer_is_a_carrier_error(carrier, simulator, fault):
    for ask in (
        carrier.numbers,
        lambda: carrier.owns(SENDER),
        lambda: carrier.report("m1"),
        lambda: carrier.set_inbound_url(OwnedNumber(SENDER, "1"), INBOUND_URL),
    ):
        simulator.fault(fault, on="read")
        with pytest.raises(errors.CarrierError):
            ask()


def test_what_is_gone_from_the_store_never_comes(carrier, telnyx):
    with pytest.raises(errors.TextRefused) as refusal:
        carrier.fetch(Media(f"{telnyx.url}/v2/store/gone"), 1000)
    assert refusal.value.meaning is errors.Meaning.MEDIA


# ------------------------------------------------------------
# Signatures
# ------------------------------------------------------------

VECTOR = Path(__file__).parent / "payloads" / "telnyx" / "inbound_signed.json"


@pytest.fixture
def vector():
    from . import recorded

    payload = json.loads(VECTOR.read_text())
    return payload, recorded.request(payload)


@pytest.mark.parametrize(
    ("age", "reason"),
    [(0, ""), (300, ""), (-300, ""), (301, "stale"), (-301, "stale")]
    + [(86400, "stale"), (-(10**10), "stale")],
)
def test_a_signature_ages(vector, age, reason, monkeypatch):
    payload, request = vector
    monkeypatch.setattr("time.time", lambda: 1764000000 + age)
    key = f" {payload['secrets']['shared_key']}\n"  # as it may be pasted
    carrier = Telnyx(Credentials("", "KEY", key))
    if not reason:
        carrier.verify(request)
        return
    with pytest.raises(errors.ForgedRequest) as refusal:
        carrier.verify(request)
    assert refusal.value.reason == reason


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        ("", "no_secret"),
        ("no key", "no_secret"),
        (base64.b64encode(b"short").decode(), "no_secret"),
        (base64.b64encode(bytes(32)).decode(), "forged"),
        ("é", "no_secret"),
    ],
)
def test_a_key_that_is_none_believes_nobody(vector, key, reason, monkeypatch):
    _payload, request = vector
    monkeypatch.setattr("time.time", lambda: 1764000000)
    with pytest.raises(errors.ForgedRequest) as refusal:
        Telnyx(Credentials("", "KEY", key)).verify(request)
    assert refusal.value.reason == reason


@pytest.mark.parametrize("moment", ["", "1764000001", " 1764000000", "soon", "²"])
def test_the_moment_is_signed_too(vector, moment, monkeypatch):
    payload, request = vector
    monkeypatch.setattr("time.time", lambda: 1764000000)
    headers = dict(request.headers) | {"telnyx-timestamp": moment}
    changed = type(request)("POST", request.url, headers, (), request.body)
    with pytest.raises(errors.ForgedRequest):
        Telnyx(Credentials("", "KEY", **payload["secrets"])).verify(changed)
