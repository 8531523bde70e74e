import dataclasses
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

import carriers
from carriers import errors, values

WORDS = st.text(max_size=40)
RAW = st.dictionaries(WORDS, WORDS, max_size=4)
INBOUND = st.builds(
    values.InboundText,
    carrier_id=WORDS,
    sender=WORDS,
    recipient=WORDS,
    body=WORDS,
    segments=st.none() | st.integers(1, 11),
    media=st.lists(st.builds(values.Media, WORDS, WORDS), max_size=3).map(tuple),
    raw=RAW,
)
REPORTS = st.builds(
    values.StatusReport,
    carrier_id=WORDS,
    state=st.sampled_from(values.STATES),
    error_code=WORDS,
    raw=RAW,
    status=WORDS,
)


@given(INBOUND)
def test_an_inbound_text_survives_storage(text):
    assert values.InboundText.from_json(text.to_json()) == text


@given(REPORTS)
def test_a_report_survives_storage(report):
    assert values.StatusReport.from_json(report.to_json()) == report


@given(INBOUND)
def test_stored_json_has_no_nul_that_a_database_would_refuse(text):
    assert "\0" not in text.to_json()


def test_an_inbound_texts_key_is_its_id():
    assert values.InboundText("SM1", "+1", "+2", "x").key == "SM1"


def test_two_states_of_one_text_have_two_keys():
    sent = values.StatusReport("SM1", "sent", status="sent")
    read = values.StatusReport("SM1", "delivered", status="read")
    assert (sent.key, read.key) == ("SM1:sent", "SM1:read")


def test_a_report_in_unheard_of_words_keeps_them_in_its_key():
    assert values.StatusReport("SM1", "unknown", status="melted").key == "SM1:melted"


@pytest.mark.parametrize("name", ["x-signature", "X-Signature", "X-SIGNATURE"])
def test_headers_match_whatever_their_case(name):
    request = values.WebhookRequest("POST", "https://e.com", {"X-Signature": "abc"})
    assert request.headers[name] == request.headers.get(name) == "abc"
    assert name in request.headers
    assert "X-Other" not in request.headers


# For each meaning, the caller's decision and what it holds up.
DECISIONS = {
    "slow": (errors.TryLater, "account"),
    "sender_slow": (errors.TryLater, "number"),
    "queue_full": (errors.TryLater, "number"),
    "sender_wait": (errors.TryLater, "number"),
    "defer_day": (errors.TryLater, "text"),
    "account_day": (errors.TryLater, "account"),
    "quiet_hours": (errors.TryLater, "text"),
    "retry": (errors.TryLater, "text"),
    "loop": (errors.TryLater, "text"),
    "unknown_sent": (errors.OutcomeUnknown, "text"),
    "config_sender": (errors.SenderMisconfigured, "number"),
    "account": (errors.AccountUnusable, "account"),
    "landline": (errors.TextRefused, "text"),
    "bad_number": (errors.TextRefused, "text"),
    "permanent": (errors.TextRefused, "text"),
    "opt_out": (errors.TextRefused, "text"),
    "blocked": (errors.TextRefused, "text"),
    "filtered": (errors.TextRefused, "text"),
    "media": (errors.TextRefused, "text"),
    "expired": (errors.TextRefused, "text"),
    "bug": (errors.TextRefused, "text"),
    "info": (errors.TextRefused, "text"),
}


@pytest.mark.parametrize("meaning", errors.Meaning)
def test_each_meaning_is_one_decision_of_one_scope(meaning):
    error = errors.error(meaning, "1", "words")
    assert (type(error), error.scope) == DECISIONS[meaning.value]
    assert error.meaning is meaning


@pytest.mark.parametrize("meaning", errors.Meaning)
def test_each_meaning_is_explained(meaning):
    assert f"\n{meaning.name} " in errors.__doc__


def test_only_an_unknown_outcome_is_no_refusal():
    unknown = errors.error(errors.Meaning.UNKNOWN_SENT, "", "lost")
    assert not isinstance(unknown, errors.Refused)
    assert isinstance(unknown, errors.CarrierError)


def test_a_refusal_carries_the_carriers_advice():
    assert errors.error(errors.Meaning.SLOW, "429", "slow", 3.0).retry_after == 3.0


def test_an_error_reads_as_its_sentence_and_code():
    assert str(errors.Refused("21610", "Stopped.")) == "Stopped. (21610)"
    assert str(errors.Refused("", "Stopped.")) == "Stopped."


@pytest.mark.parametrize(
    "value",
    [
        values.Credentials("AC1", "private-1", "private-2"),
        values.OutboundText("u", "private-3", "private-4", "private-5", "private-6"),
        values.InboundText(
            "SM1",
            "private-7",
            "private-8",
            "private-9",
            raw={"Body": "private-9"},
            media=(values.Media("private-10"),),
        ),
        values.StatusReport("SM1", "sent", raw={"To": "private-11"}),
        values.WebhookRequest(
            "POST",
            "https://e.com/private-12",
            {"Authorization": "private-13"},
            (("Body", "private-14"),),
            b"private-15",
        ),
    ],
)
def test_a_repr_shows_nothing_private(value):
    assert "private" not in repr(value)
    assert "private" in json.dumps(dataclasses.asdict(value), default=dict_or_text)


def dict_or_text(value):
    return value.decode() if isinstance(value, bytes) else dict(value)


def test_every_carrier_is_found_by_its_name():
    for name, carrier in carriers.CARRIERS.items():
        assert carriers.get(name) is carrier
        assert carrier.name == name
        assert carrier.label


def test_an_unknown_carrier_is_a_key_error():
    with pytest.raises(KeyError):
        carriers.get("pigeon")
