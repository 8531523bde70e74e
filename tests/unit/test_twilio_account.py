"""What Twilio says of an account's numbers, and of what came in and went out."""

import time

import pytest

from carriers import Media, errors, twilio

from .carrier_contract import RECIPIENT, SENDER
from .carrier_contract import outbound as a_text

OURS = "https://texts.example.com/sms_inbox/twilio/token/inbound"


@pytest.fixture
def carrier(credentials):
    return twilio.Twilio(credentials)


def by_number(carrier):
    return {owned.number: owned for owned in carrier.numbers()}


def test_it_lists_phone_numbers_and_short_codes(carrier, simulator):
    simulator.account(
        numbers=[SENDER, "55555"],
        number_settings={
            SENDER: {"friendly_name": "Sales", "sms_url": "https://a.example.com/"}
        },
    )
    first, second = carrier.numbers()
    assert (first.number, first.name, first.kind) == (SENDER, "Sales", "")
    assert first.inbound_url == "https://a.example.com/"
    assert (second.number, second.kind) == ("55555", "short_code")


def test_it_leaves_out_what_cannot_text(carrier, simulator):
    fax = {"capabilities": {"voice": True, "sms": False}}
    simulator.account(numbers=[SENDER, RECIPIENT], number_settings={RECIPIENT: fax})
    assert list(by_number(carrier)) == [SENDER]


def test_an_application_shows_in_place_of_the_address_it_replaces(carrier, simulator):
    app = {"sms_application_sid": "AP01", "sms_url": OURS}
    simulator.account(numbers=[SENDER], number_settings={SENDER: app})
    assert by_number(carrier)[SENDER].inbound_url == "AP01"


def test_it_reads_every_page_of_numbers(carrier, simulator, monkeypatch):
    monkeypatch.setattr(twilio, "_PAGE", 2)
    numbers = [f"+1415555010{i}" for i in range(5)]
    simulator.account(numbers=numbers)
    assert list(by_number(carrier)) == numbers


@pytest.mark.parametrize("number", [SENDER, "55555"])
def test_it_sets_the_address_for_texts_and_nothing_else(carrier, simulator, number):
    simulator.account(numbers=[SENDER, "55555"])
    carrier.set_inbound_url(by_number(carrier)[number], OURS)
    assert {n: o.inbound_url for n, o in by_number(carrier).items()} == {
        SENDER: "",
        "55555": "",
    } | {number: OURS}
    (update,) = [r for r in simulator.requests() if r["method"] == "POST"]
    assert update["form"].keys() <= {"SmsUrl", "SmsMethod", "SmsApplicationSid"}
    assert update["form"]["SmsMethod"] == "POST"


def test_it_takes_texts_back_from_an_application(carrier, simulator):
    simulator.account(
        numbers=[SENDER], number_settings={SENDER: {"sms_application_sid": "AP01"}}
    )
    carrier.set_inbound_url(by_number(carrier)[SENDER], OURS)
    assert by_number(carrier)[SENDER].inbound_url == OURS


def test_an_address_that_twilio_refuses_is_a_carrier_error(carrier, simulator):
    simulator.account(numbers=[SENDER])
    with pytest.raises(errors.AccountUnusable):
        carrier.set_inbound_url(by_number(carrier)[SENDER], "https://a_b.example.com/")


def received(carrier, since=-3600, until=3600):
    now = time.time()
    return list(carrier.received(SENDER, now + since, now + until))


def test_it_lists_what_came_in_as_the_webhook_would_tell_it(carrier, simulator):
    simulator.receive("", RECIPIENT, SENDER, "Grüße\0 😀", sid="SM1")
    (text,) = received(carrier)
    assert (text.key, text.sender, text.recipient) == ("SM1", RECIPIENT, SENDER)
    assert text.body == "Grüße 😀"
    assert text.segments == 1
    assert abs(text.at - time.time()) < 60


def test_it_lists_no_text_of_ours_and_no_other_numbers(carrier, simulator):
    carrier.send(a_text(sender="+15005550006", recipient=SENDER))
    simulator.receive("", RECIPIENT, "+15005550006", "to another number")
    assert received(carrier) == []


@pytest.mark.parametrize("span", [(-3600, -1800), (1800, 3600)])
def test_it_lists_nothing_outside_of_the_time_span(carrier, simulator, span):
    simulator.receive("", RECIPIENT, SENDER, "Hello")
    assert received(carrier, *span) == []


def test_it_lists_every_page(carrier, simulator, monkeypatch):
    monkeypatch.setattr(twilio, "_PAGE", 2)
    for i in range(5):
        simulator.receive("", RECIPIENT, SENDER, f"text {i}")
    assert {text.body for text in received(carrier)} == {f"text {i}" for i in range(5)}


def test_a_list_that_breaks_off_is_a_carrier_error(carrier, simulator, monkeypatch):
    monkeypatch.setattr(twilio, "_PAGE", 2)
    for i in range(5):
        simulator.receive("", RECIPIENT, SENDER, f"text {i}")
    texts = carrier.received(SENDER, 0, time.time() + 60)
    next(texts)
    simulator.fault("503", on="read")
    with pytest.raises(errors.CarrierError):
        list(texts)


def test_the_report_it_gives_is_the_one_the_webhook_brings(carrier, simulator):
    simulator.settings(statuses=[])
    sid = carrier.send(a_text()).carrier_id
    assert carrier.report(sid).state == "sending"
    simulator.report(sid, "undelivered", "30006")
    report = carrier.report(sid)
    assert (report.state, report.error_code) == ("undelivered", "30006")
    assert report.key == f"{sid}:undelivered"


def test_of_a_text_that_is_gone_it_reports_nothing(carrier):
    assert carrier.report("SM00000000000000000000000000000009") is None


@pytest.mark.parametrize("fault", ["dropped_before", "500", "503", "429", "garbage"])
def test_questions_without_an_answer_are_carrier_errors(carrier, simulator, fault):
    simulator.receive("", RECIPIENT, SENDER, "Hello")
    for question in (carrier.numbers, lambda: received(carrier)):
        simulator.fault(fault, on="read")
        with pytest.raises(errors.CarrierError):
            question()


def test_what_is_attached_to_a_listed_text_is_looked_up_when_it_is_fetched(
    carrier, simulator
):
    attached = [("image/png", b"one"), ("image/jpeg", b"two")]
    simulator.receive("", RECIPIENT, SENDER, "Look", media=attached)
    before = len(simulator.requests())
    (text,) = received(carrier)
    assert len(simulator.requests()) == before + 1, "a request for the list alone"
    assert [carrier.fetch(media, 100) for media in text.media] == attached
    beyond = Media(text.media[0].url.replace("#0", "#7"))
    with pytest.raises(errors.TextRefused):
        carrier.fetch(beyond, 100)


def test_a_number_that_uses_get_says_so(carrier, simulator):
    settings = {"sms_url": OURS, "sms_method": "GET"}
    simulator.account(numbers=[SENDER], number_settings={SENDER: settings})
    assert by_number(carrier)[SENDER].inbound_url == f"GET {OURS}"
