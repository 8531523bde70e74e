"""The stand-in for Telnyx answers and signs as Telnyx's documentation says."""

import json
import urllib.error
import urllib.request

import pytest

from carriers import Credentials, ForgedRequest, WebhookRequest
from carriers.telnyx import Telnyx
from tests.simulator.telnyx_client import TelnyxSimulator

from .simulator_calls import PUBLIC, RECIPIENT, SENDER

STATUS = f"{PUBLIC}/sms_inbox/telnyx/token/status/u-1"
INBOUND = f"{PUBLIC}/sms_inbox/telnyx/token/inbound"


@pytest.fixture
def telnyx(simulator):
    return TelnyxSimulator(simulator)


def call(telnyx, method, path, values=None, headers=None, key=None):
    """(status, JSON) of one request to the API."""
    request = urllib.request.Request(
        f"{telnyx.url}/v2/{path}",
        data=None if values is None else json.dumps(values).encode(),
        headers={"Authorization": f"Bearer {key or telnyx.api_key}", **(headers or {})},
        method=method,
    )
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as failure:
        return failure.code, json.load(failure)


def send(telnyx, key="", **changes):
    values = {"to": RECIPIENT, "from": SENDER, "text": "Hi there"} | changes
    headers = {"Idempotency-Key": key} if key else {}
    return call(telnyx, "POST", "messages", values, headers)


def verified(telnyx, path, headers, body):
    """The request, if Telnyx signed it."""
    request = WebhookRequest("POST", PUBLIC + path, headers, (), body)
    carrier = Telnyx(Credentials("", "KEY", telnyx.public_key))
    carrier.verify(request)
    return carrier, request


def test_a_new_text_looks_as_documented(telnyx):
    status, answer = send(telnyx)
    text = answer["data"]
    assert status == 200
    assert (text["direction"], text["to"][0]["status"]) == ("outbound", "queued")
    assert call(telnyx, "GET", f"messages/{text['id']}") == (200, answer)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"from": "+14155550000"}, "40305"),
        ({"to": "12025550143"}, "40310"),
        ({"to": "+15005550004"}, "40300"),
        ({"text": ""}, "40316"),
        ({"media_urls": ["https://e.com/x"] * 11}, "40317"),
        ({"text": "x" * 20000}, "40302"),
    ],
)
def test_what_is_wrong_is_answered_as_telnyx_does(telnyx, changes, code):
    status, answer = send(telnyx, **changes)
    assert (status, answer["errors"][0]["code"]) == (400, code)
    assert telnyx.texts() == []


def test_a_wrong_key_is_an_authentication_error(telnyx):
    status, answer = call(telnyx, "GET", "phone_numbers/messaging", key="wrong")
    assert (status, answer["errors"][0]["code"]) == (401, "10009")


def test_the_same_key_and_body_are_one_text(telnyx):
    first, again = send(telnyx, "key-1"), send(telnyx, "key-1")
    assert first == again and len(telnyx.texts()) == 1
    assert send(telnyx, "key-2") != first and send(telnyx) != send(telnyx)
    assert len(telnyx.texts()) == 4


def test_the_same_key_with_another_body_is_refused(telnyx):
    send(telnyx, "key-1")
    assert send(telnyx, "key-1", text="Hi")[0] == 422
    assert len(telnyx.texts()) == 1


def test_only_a_success_is_repeated(telnyx):
    assert send(telnyx, "key-1", **{"from": "+14155550000"})[0] == 400
    assert send(telnyx, "key-1")[0] == 200


def test_reports_are_signed_and_go_to_the_texts_own_address(telnyx, simulator, odoo):
    simulator.settings(statuses=["sent", "undelivered"], status_error="40001")
    _status, answer = send(telnyx, webhook_url=STATUS)
    assert simulator.settle()
    reports = []
    for (path, headers, _form), body in zip(odoo.heard, odoo.bodies, strict=True):
        carrier, request = verified(telnyx, path, headers, body)
        reports += carrier.parse_status(request)
    assert [(r.status, r.error_code) for r in reports] == [
        ("sent", ""),
        ("delivery_failed", "40001"),
    ]
    assert {report.carrier_id for report in reports} == {answer["data"]["id"]}
    assert {path for path, *_ in odoo.heard} == {STATUS.removeprefix(PUBLIC)}


def test_a_text_from_outside_goes_to_the_address_of_the_profile(telnyx, odoo):
    path = f"messaging_profiles/{telnyx.profile}"
    assert call(telnyx, "PATCH", path, {"webhook_url": INBOUND})[0] == 200
    entries = telnyx.receive(RECIPIENT, SENDER, "Hello", repeat=2)
    assert [entry["status"] for entry in entries] == [204, 204]
    ((path, headers, _form), *_), (body, again) = odoo.heard, odoo.bodies
    carrier, request = verified(telnyx, path, headers, body)
    (text,) = carrier.parse_inbound(request)
    assert (text.sender, text.body) == (RECIPIENT, "Hello")
    assert body == again


@pytest.mark.parametrize("how", [{"forged": True}, {"age": 400}])
def test_it_can_forge_and_be_late(telnyx, odoo, how):
    telnyx.receive(RECIPIENT, SENDER, "Hello", url=INBOUND, **how)
    path, headers, _form = odoo.heard[0]
    with pytest.raises(ForgedRequest):
        verified(telnyx, path, headers, odoo.bodies[0])


def test_who_said_stop_is_refused_until_start(telnyx):
    for word, status in (("STOP", 400), ("START", 200)):
        telnyx.receive(RECIPIENT, SENDER, word, url="http://127.0.0.1:9/x")
        assert send(telnyx)[0] == status


def test_a_lost_answer_leaves_the_text_there(telnyx, simulator):
    for fault, texts in (("dropped_before", 0), ("lost", 1)):
        simulator.fault(fault)
        with pytest.raises((OSError, urllib.error.URLError)):
            send(telnyx)
        assert len(telnyx.texts()) == texts


def test_what_it_took_is_in_the_summary_as_twilios_texts_are(telnyx, simulator):
    send(telnyx, webhook_url=STATUS)
    send(telnyx, to="+15005550004")
    summary = simulator.summary()
    assert (summary["taken"], summary["arrivals"]) == (1, 2)
    (first, _second) = simulator.arrivals()
    assert (first["sender"], first["uuid"], first["segments"]) == (SENDER, "u-1", 1)


def test_a_reset_forgets_everything(telnyx, simulator):
    send(telnyx, "key-1")
    telnyx.account(numbers=[])
    simulator.reset()
    assert telnyx.texts() == []
    assert send(telnyx, "key-1")[0] == 200
