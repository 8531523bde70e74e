import pytest

from carriers import errors, values
from carriers.recipients import LineType
from carriers.sandbox import Sandbox

from .carrier_contract import RECIPIENT, UUID, CarrierContract, NoWebhooks, outbound


@pytest.fixture(autouse=True)
def _no_delay(monkeypatch):
    monkeypatch.setattr(Sandbox, "delay", 0)


@pytest.fixture
def carrier():
    return Sandbox(values.Credentials("sandbox", "a-token-of-its-own"))


class TestSandboxContract(CarrierContract, NoWebhooks):
    @pytest.fixture
    def opted_out(self):
        return "+15005550004"

    @pytest.fixture
    def lose_answers(self):
        return lambda: "+15005550011"

    @pytest.fixture
    def drop_texts(self):
        return lambda: "+15005550012"

    @pytest.fixture
    def taken(self):
        return lambda: 0  # it keeps no list

    @pytest.fixture
    def looked_up(self):
        return RECIPIENT, LineType("mobile")

    @pytest.fixture
    def attached(self):
        return values.Media("data:image/png;base64,AAEC"), "image/png", b"\0\1\2"

    @pytest.fixture
    def request_of_anybody(self):
        return values.WebhookRequest("POST", "https://e.com", {}, (("From", "+1"),))


def test_a_text_is_delivered_at_once(carrier):
    accepted = carrier.send(outbound())
    assert accepted.carrier_id == "SB" + UUID.replace("-", "")
    assert [(r.carrier_id, r.state) for r in accepted.reports] == [
        (accepted.carrier_id, "delivered")
    ]


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        ("+12025550143", "mobile"),
        ("+12025550110", "landline"),
        ("+15005550010", "landline"),
        ("+12025550120", "fixed_voip"),
        ("+12025550130", "nonfixed_voip"),
        ("+12025550140", ""),
        ("+12025550150", "invalid"),
        ("+442079460018", "landline"),
        # where the range tells, the last digits do not
        ("+447911123410", "mobile"),
        ("+18005551210", "toll_free"),
        ("+19005551210", "premium_rate"),
        ("+1202555", "invalid"),
        ("ACME", "invalid"),
    ],
)
def test_a_look_up_finds_what_the_page_says(carrier, number, kind):
    assert carrier.lookup(number).kind == kind


def test_a_phone_out_of_reach_is_no_word_against_its_number(carrier):
    (report,) = carrier.send(outbound(recipient="+15005550013")).reports
    assert (report.state, report.error_code) == ("undelivered", "30003")
    assert carrier.line_hints["30003"] == "unreachable"


@pytest.mark.parametrize("recipient", ["+15005550010", "+442079460018"])
def test_a_landline_gets_nothing(carrier, recipient):
    (report,) = carrier.send(outbound(recipient=recipient)).reports
    assert (report.state, report.error_code) == ("undelivered", "30006")
    assert carrier.meaning("30006") is errors.Meaning.LANDLINE


@pytest.mark.parametrize(
    ("recipient", "code", "meaning"),
    [
        ("+15005550001", "21211", errors.Meaning.BAD_NUMBER),
        ("+15005550002", "21612", errors.Meaning.PERMANENT),
        ("+15005550003", "21408", errors.Meaning.PERMANENT),
        ("+15005550004", "21610", errors.Meaning.OPT_OUT),
        ("+15005550009", "21614", errors.Meaning.LANDLINE),
    ],
)
def test_magic_recipients_are_refused(carrier, recipient, code, meaning):
    with pytest.raises(errors.TextRefused) as refusal:
        carrier.send(outbound(recipient=recipient))
    assert (refusal.value.code, refusal.value.meaning) == (code, meaning)


@pytest.mark.parametrize(
    ("sender", "code", "decision"),
    [
        ("+15005550001", "21212", errors.SenderMisconfigured),
        ("+15005550007", "21606", errors.SenderMisconfigured),
        ("+15005550008", "21611", errors.TryLater),
    ],
)
def test_magic_senders_are_refused(carrier, sender, code, decision):
    with pytest.raises(decision) as refusal:
        carrier.send(outbound(sender=sender))
    assert refusal.value.code == code


def test_a_full_queue_holds_up_the_number(carrier):
    with pytest.raises(errors.TryLater) as refusal:
        carrier.send(outbound(sender="+15005550008"))
    assert refusal.value.meaning is errors.Meaning.QUEUE_FULL
    assert refusal.value.scope == "number"


def test_a_lost_text_turns_out_delivered(carrier):
    (found,) = carrier.find(outbound(recipient="+15005550011"), 0)
    assert [report.state for report in found.reports] == ["delivered"]


def test_a_refused_text_is_not_found(carrier):
    assert carrier.find(outbound(recipient="+15005550004"), 0) == []


def test_a_hand_over_takes_the_delay(carrier, monkeypatch):
    waits = []
    monkeypatch.setattr("carriers.sandbox.time.sleep", waits.append)
    monkeypatch.setattr(Sandbox, "delay", 0.6)
    carrier.send(outbound())
    assert waits == [0.6]


def test_it_owns_every_number(carrier):
    assert carrier.owns("+14155552671")
