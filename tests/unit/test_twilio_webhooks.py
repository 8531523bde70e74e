"""Twilio's signatures, over vectors worked out by hand, and what its requests say."""

from pathlib import Path
from urllib.parse import parse_qsl

import pytest

from carriers import Credentials, WebhookRequest, errors
from carriers.twilio import Twilio
from tests.simulator.webhooks import signature as signature_of

DATA = Path(__file__).resolve().parents[1] / "data"
URL = "https://example.com/sms_inbox/twilio/inbound/abc123"
SID = "SM00000000000000000000000000000001"
FORM = (
    ("AccountSid", "AC00000000000000000000000000000001"),
    ("ApiVersion", "2010-04-01"),
    ("Body", "STOP"),
    ("From", "+12025550143"),
    ("MessageSid", SID),
    ("SmsMessageSid", SID),
    ("SmsSid", SID),
    ("NumMedia", "0"),
    ("NumSegments", "1"),
    ("SmsStatus", "received"),
    ("To", "+14155552671"),
)
SETTINGS = {
    "X-Twilio-Webhooks-Signature-Settings": "key=webhooks_sharedkey_1,"
    "algorithm=HMAC_SHA256"
}
JSON_HASH = "015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862"
SHA1 = "fI+isMFndEKWjdsJxlvR7UWTKX8="
SHA256 = "u0d8yMIfdNNUWNsBOB/NF/NphM10f3FBxrMO/+rotpk="


def form_with(**changes):
    return tuple((name, changes.get(name, value)) for name, value in FORM)


def request(signature, url=URL, form=FORM, body=b"a=b", **headers):
    if signature is not None:
        headers["X-Twilio-Signature"] = signature
    return WebhookRequest("POST", url, headers, tuple(form), body)


def twilio(token="12345", shared_key=""):
    return Twilio(Credentials("AC1", token, shared_key))


def refused(carrier, forged):
    with pytest.raises(errors.ForgedRequest):
        carrier.verify(forged)
    return True


# ------------------------------------------------------------
# Signatures
# ------------------------------------------------------------


@pytest.mark.parametrize(
    ("signature", "form"),
    [
        (SHA1, FORM),
        ("iHaBZYnXKNMQIgWRtc6Gf3RZrTE=", form_with(Body="Café & crème = 😀 +1")),
        ("g2k5bvyeTJ85pbIGTvxN+q6PJyc=", FORM),  # made with :443 after the host
    ],
)
def test_a_form_that_twilio_signed_is_believed(signature, form):
    twilio().verify(request(signature, form=form))


def test_the_order_of_the_pairs_does_not_matter():
    twilio().verify(request(SHA1, form=reversed(FORM)))


def test_repeated_names_count_once_per_value():
    pairs = (("a", "2"), ("a", "1"), ("a", "1"))
    signed = request("1ooDsoSj/ph/yXzakM3vIC0COiA=", "https://e.com/", pairs)
    twilio().verify(signed)
    assert refused(twilio(), request("1ooDsoSj/ph/yXzakM3vIC0COiA=", form=pairs[1:]))


def test_a_json_body_is_believed_by_its_hash():
    url = f"https://example.com/j?bodySHA256={JSON_HASH}"
    signature = "6GDIxue6P6vEr2mLx8Gq5cr0sCg="
    twilio().verify(request(signature, url, (), b'{"a":1}'))
    assert refused(twilio(), request(signature, url, (), b'{"a":2}'))
    assert refused(twilio(), request(signature, url, (), b"\xff\xfe"))


def test_a_body_that_the_signature_does_not_cover_is_refused():
    signature = signature_of("12345", "https://example.com/j", ())
    twilio().verify(request(signature, "https://example.com/j", (), b""))
    forged = request(signature, "https://example.com/j", (), b'{"a":1}')
    assert refused(twilio(), forged)


@pytest.mark.parametrize(
    "changes",
    [
        {"form": form_with(Body="STOP ")},
        {"form": form_with(From="+12025550144")},
        {"form": (*FORM, ("Extra", ""))},
        {"form": FORM[1:]},
        {"url": URL + "?db=other"},
        {"url": URL + "/"},
        {"url": URL.replace("https", "http")},
        {"url": URL.replace("example.com", "example.org")},
        {"url": "https://example.com:port/"},
    ],
)
def test_what_twilio_did_not_sign_is_refused(changes):
    assert refused(twilio(), request(SHA1, **changes))


@pytest.mark.parametrize("signature", [None, "", "x", SHA256, SHA1[:-1], SHA1 + " "])
def test_a_missing_or_wrong_signature_is_refused(signature):
    assert refused(twilio(), request(signature))


def test_another_accounts_signature_is_refused():
    assert refused(twilio(token="54321"), request(SHA1))


def test_an_account_without_a_secret_refuses_everything():
    empty = signature_of("", URL, ())
    assert refused(twilio(token=""), request(empty, form=(), body=b""))
    assert refused(twilio(token=""), request(empty, form=(), body=b"", **SETTINGS))


def test_a_shared_key_signs_with_sha_256():
    twilio("unused", "12345").verify(request(SHA256, **SETTINGS))
    assert refused(twilio("12345", "unused"), request(SHA256, **SETTINGS))


def test_the_request_alone_cannot_choose_the_algorithm():
    assert refused(twilio("12345"), request(SHA256, **SETTINGS))
    assert refused(twilio("unused", "12345"), request(SHA1, **SETTINGS))
    assert refused(twilio("unused", "12345"), request(SHA256))


def test_an_account_without_a_shared_key_asks_for_sha_1_whatever_is_claimed():
    twilio("12345").verify(request(SHA1, **SETTINGS))


def test_an_account_with_a_shared_key_still_believes_its_auth_token():
    twilio("12345", "other").verify(request(SHA1))


def test_a_shared_key_alone_does_not_make_an_empty_token_a_secret():
    empty = signature_of("", URL, ())
    assert refused(twilio("", "12345"), request(empty, form=(), body=b""))


# ------------------------------------------------------------
# What is said
# ------------------------------------------------------------


def recorded(name):
    body = (DATA / name).read_bytes()
    form = tuple(parse_qsl(body.decode(), keep_blank_values=True))
    return WebhookRequest("POST", URL, {}, form, body)


def test_an_inbound_text_is_read():
    (text,) = twilio().parse_inbound(recorded("twilio_inbound.form"))
    assert text.key == text.carrier_id == SID
    assert (text.sender, text.recipient) == ("+12025550143", "+14155552671")
    assert text.body == "Café & crème = 😀 +1"
    assert (text.segments, text.media) == (1, ())
    assert text.raw["FromState"] == "DC" and text.raw["FromZip"] == ""


def test_media_without_a_word_is_a_text_too():
    (text,) = twilio().parse_inbound(recorded("twilio_inbound_media.form"))
    assert text.body == ""
    assert [media.content_type for media in text.media] == ["image/jpeg", "image/png"]
    assert text.media[1].url.endswith("/ME2")


def test_a_report_is_read():
    (report,) = twilio().parse_status(recorded("twilio_status_undelivered.form"))
    assert report.carrier_id == "SM00000000000000000000000000000003"
    assert (report.state, report.error_code) == ("undelivered", "30006")
    assert report.key.endswith(":undelivered")
    assert report.raw["RawDlrDoneDate"] == "2611231000"


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("accepted", "sending"),
        ("scheduled", "sending"),
        ("queued", "sending"),
        ("sending", "sending"),
        ("sent", "sent"),
        ("delivered", "delivered"),
        ("read", "delivered"),
        ("undelivered", "undelivered"),
        ("failed", "failed"),
        ("canceled", "failed"),
        ("partially_delivered", "unknown"),
        ("melted", "unknown"),
    ],
)
def test_every_status_has_a_state(status, state):
    form = (("MessageSid", "SM1"), ("MessageStatus", status))
    (report,) = twilio().parse_status(request(None, form=form))
    assert (report.state, report.status) == (state, status)
    assert report.key == f"SM1:{status}"


@pytest.mark.parametrize("missing", ["From", "To"])
def test_a_text_without_its_parties_is_malformed(missing):
    form = [pair for pair in FORM if pair[0] != missing]
    with pytest.raises(errors.MalformedRequest, match=missing):
        twilio().parse_inbound(request(None, form=form))


def test_a_text_without_an_id_is_malformed():
    form = [pair for pair in FORM if not pair[0].endswith("Sid")]
    with pytest.raises(errors.MalformedRequest, match="MessageSid"):
        twilio().parse_inbound(request(None, form=form))


def test_the_old_names_of_the_id_still_do():
    form = [pair for pair in FORM if pair[0] not in ("MessageSid", "SmsMessageSid")]
    (text,) = twilio().parse_inbound(request(None, form=form))
    assert text.carrier_id == SID


@pytest.mark.parametrize("form", [(("MessageSid", "SM1"),), (("MessageStatus", "x"),)])
def test_half_a_report_is_malformed(form):
    with pytest.raises(errors.MalformedRequest):
        twilio().parse_status(request(None, form=form))


def test_a_nul_character_is_dropped():
    (text,) = twilio().parse_inbound(request(None, form=form_with(Body="a\0b")))
    assert text.body == "ab"


@pytest.mark.parametrize("segments", ["", "0", "many", "-1", "99999"])
def test_a_count_that_is_none_is_left_out(segments):
    form = form_with(NumSegments=segments)
    (text,) = twilio().parse_inbound(request(None, form=form))
    assert text.segments is None


def test_a_report_at_the_address_for_texts_is_a_report():
    request = recorded("twilio_status_undelivered.form")
    (report,) = twilio().parse_inbound(request)
    assert report == twilio().parse_status(request)[0]
    assert report.state == "undelivered"
