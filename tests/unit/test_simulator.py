"""The stand-in for Twilio answers and signs as Twilio's documentation says."""

import base64
import subprocess
import sys
import urllib.error
import urllib.request
from urllib.parse import urlencode

import pytest
from twilio.request_validator import RequestValidator

from tests.simulator.client import ROOT, Simulator
from tests.simulator.webhooks import signature

from .simulator_calls import CALLBACK, MESSAGES, PUBLIC, RECIPIENT, SENDER, call, send


def test_a_new_text_looks_as_documented(simulator):
    status, text = send(simulator)
    assert status == 201
    assert text["status"] == "queued" and text["direction"] == "outbound-api"
    assert text["num_segments"] == "1" and text["date_sent"] is None
    assert text["uri"].endswith(f"/Messages/{text['sid']}.json")
    assert call(simulator, text["uri"]) == (200, text)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"To": ""}, 21604),
        ({"From": ""}, 21603),
        ({"Body": ""}, 21602),
        ({"To": "12025550143"}, 21211),
        ({"From": "+14155550000"}, 21606),
        ({"To": "+15005550004"}, 21610),
        ({"ValidityPeriod": "36001"}, 21624),
        ({"StatusCallback": "http://localhost/x"}, 21609),
    ],
)
def test_what_is_wrong_is_answered_as_twilio_does(simulator, changes, code):
    status, error = send(simulator, **changes)
    assert (status, error["status"], error["code"]) == (400, 400, code)
    assert error["more_info"].endswith(str(code))
    assert simulator.texts() == []


def test_a_wrong_token_is_an_authentication_error(simulator):
    status, error = call(simulator, MESSAGES, {}, token="wrong")
    assert (status, error["code"]) == (401, 20003)


@pytest.mark.parametrize(
    "path", ["/", "/2010-04-01/Accounts/{sid}/Calls.json", "/2010-04-01/Accounts"]
)
def test_unknown_paths_get_a_json_error(simulator, path):
    status, error = call(simulator, path)
    assert status in (401, 404) and error["code"] in (20003, 20404)


def test_a_list_comes_in_pages_the_newest_first(simulator):
    for i in range(5):
        send(simulator, Body=f"text {i}")
    send(simulator, To="+12025550199")
    path, bodies = f"{MESSAGES}?To=%2B12025550143&PageSize=2", []
    while path:
        _status, page = call(simulator, path)
        bodies += [text["body"] for text in page["messages"]]
        path = page["next_page_uri"]
    assert bodies == [f"text {i}" for i in (4, 3, 2, 1, 0)]


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("DateSent>=2000-01-01", 1),
        ("DateSent<=2000-01-01", 0),
        ("DateSent=2000-01-01", 0),
        ("DateSent>=2000-01-01T10:00:00Z", 1),
        ("DateSent<=2000-01-01T10:00:00Z", 0),
    ],
)
def test_a_filter_by_date_sent_misses_what_still_waits(simulator, query, count):
    simulator.receive("", RECIPIENT, SENDER, "sent, so it has a date")
    send(simulator)
    _status, page = call(simulator, f"{MESSAGES}?{query}")
    assert len(page["messages"]) == count


def test_a_list_needs_the_token(simulator):
    assert call(simulator, MESSAGES, token="wrong")[1]["code"] == 20003


def test_reports_are_signed_over_the_public_address(simulator, odoo):
    _status, text = send(simulator, StatusCallback=CALLBACK)
    assert simulator.settle()
    validator = RequestValidator(simulator.auth_token)
    for path, headers, form in odoo.heard:
        assert f"{PUBLIC}{path}" == CALLBACK
        assert headers["Host"] == headers["X-Forwarded-Host"] == "texts.example.com"
        assert headers["X-Forwarded-Proto"] == "https"
        assert form["MessageSid"] == text["sid"]
        assert validator.validate(CALLBACK, form, headers["X-Twilio-Signature"])
    assert [form["MessageStatus"] for _, _, form in odoo.heard] == ["sent", "delivered"]


def test_a_shared_key_signs_with_sha_256(simulator, odoo):
    simulator.account(shared_key="a shared key")
    send(simulator, StatusCallback=CALLBACK)
    assert simulator.settle()
    _path, headers, form = odoo.heard[0]
    settings = headers["X-Twilio-Webhooks-Signature-Settings"]
    assert settings.endswith("algorithm=HMAC_SHA256")
    assert RequestValidator("a shared key").validate(
        CALLBACK, form, headers["X-Twilio-Signature"], "HMAC_SHA256"
    )


def test_the_signing_helper_matches_the_documented_example():
    pairs = [("a", "2"), ("a", "1"), ("a", "1")]
    expected = "1ooDsoSj/ph/yXzakM3vIC0COiA="
    assert signature("12345", "https://e.com/", pairs) == expected


def test_reports_come_repeated_and_out_of_order(simulator, odoo):
    simulator.settings(statuses=["undelivered", "sent"], status_error="30003", repeat=2)
    send(simulator, StatusCallback=CALLBACK)
    assert simulator.settle()
    assert [
        (form["MessageStatus"], form.get("ErrorCode")) for _, _, form in odoo.heard
    ] == [("undelivered", "30003")] * 2 + [("sent", None)] * 2


def test_reports_can_be_held_and_released_backwards(simulator, odoo):
    simulator.settings(hold=True, statuses=["delivered"])
    sids = [send(simulator, StatusCallback=CALLBACK)[1]["sid"] for _ in range(2)]
    assert simulator.settle() and odoo.heard == []
    assert simulator.release(backwards=True) == 2
    assert simulator.settle()
    assert [form["MessageSid"] for _, _, form in odoo.heard] == sids[::-1]


def test_one_report_can_be_posted_by_hand(simulator, odoo):
    simulator.settings(statuses=[])
    _status, text = send(simulator, StatusCallback=CALLBACK)
    assert simulator.report(text["sid"], "failed", "30007")["status"] == 204
    assert odoo.heard[0][2]["ErrorCode"] == "30007"
    assert simulator.texts()[0]["status"] == "failed"


@pytest.mark.parametrize("forged", [False, True])
def test_a_text_arrives_signed_or_forged(simulator, odoo, forged):
    url = f"{PUBLIC}/sms_inbox/twilio/token/inbound"
    entries = simulator.receive(
        url,
        RECIPIENT,
        SENDER,
        "Où? 😀",
        extra={"FromCity": ""},
        repeat=2,
        forged=forged,
    )
    assert [entry["status"] for entry in entries] == [204, 204]
    _path, headers, form = odoo.heard[0]
    assert form["Body"] == "Où? 😀" and form["FromCity"] == ""
    assert form["MessageSid"] == odoo.heard[1][2]["MessageSid"]
    given = headers["X-Twilio-Signature"]
    validator = RequestValidator(simulator.auth_token)
    assert validator.validate(url, form, given) is not forged


def test_a_text_that_never_reached_us_is_in_the_list(simulator):
    assert simulator.receive("", RECIPIENT, SENDER, "Anybody there?") == []
    _status, page = call(simulator, f"{MESSAGES}?To=%2B14155552671")
    assert [text["direction"] for text in page["messages"]] == ["inbound"]


def test_a_stop_blocks_the_pair_until_a_start(simulator):
    simulator.receive("", RECIPIENT, SENDER, " stop ")
    assert send(simulator)[1]["code"] == 21610
    assert send(simulator, From="+15005550006")[0] == 201
    simulator.receive("", RECIPIENT, SENDER, "START")
    assert send(simulator)[0] == 201


def test_it_posts_to_no_other_machine(simulator):
    (entry,) = simulator.receive(f"{PUBLIC}/x", RECIPIENT, SENDER, "Hi")
    assert entry["status"] is None and entry["error"] == "ValueError"


def test_requests_are_recorded_as_they_arrive(simulator):
    send(simulator)
    send(simulator)
    first, second = simulator.requests()
    assert first["form"]["Body"] == "Hi there" and first["method"] == "POST"
    assert first["monotonic"] <= second["monotonic"] and first["at"] <= second["at"]


@pytest.mark.parametrize(
    ("kind", "status"), [("429", 429), ("503", 503), ("500", 500), ("garbage", 201)]
)
def test_a_fault_hits_the_next_text_only(simulator, kind, status):
    simulator.fault(kind, retry_after=9)
    form = {"To": RECIPIENT, "From": SENDER, "Body": "Hi"}
    path = MESSAGES.format(sid=simulator.account_sid)
    given = f"{simulator.account_sid}:{simulator.auth_token}".encode()
    request = urllib.request.Request(
        simulator.url + path,
        urlencode(form).encode(),
        {"Authorization": f"Basic {base64.b64encode(given).decode()}"},
    )
    try:
        answer = urllib.request.urlopen(request)
    except urllib.error.HTTPError as failure:
        answer = failure
    with answer:
        assert answer.status == status
        advice = answer.headers["Retry-After"]
        assert advice == (None if kind == "garbage" else "9")
    assert send(simulator)[0] == 201


def test_a_lost_text_was_taken_and_a_dropped_one_was_not(simulator):
    for kind, texts in (("lost", 1), ("dropped_before", 1)):
        simulator.fault(kind)
        with pytest.raises(ConnectionError):
            send(simulator)
        assert len(simulator.texts()) == texts
    lost, dropped = simulator.arrivals()
    assert (lost["fault"], bool(lost["sid"])) == ("lost", True)
    assert (dropped["fault"], dropped["sid"]) == ("dropped_before", None)


@pytest.mark.parametrize(
    "misuse",
    [
        lambda simulator: simulator.settings(latenzy=1),
        lambda simulator: simulator.report("SM1", "sent"),
        lambda simulator: simulator._post("nothing", {}),
        lambda simulator: simulator.fault("429", on="never"),
        lambda simulator: simulator.fault("boredom"),
    ],
)
def test_a_wrong_control_request_says_so(simulator, misuse):
    with pytest.raises(ValueError):
        misuse(simulator)
    assert send(simulator)[0] == 201


def test_reset_forgets_everything(simulator):
    simulator.settings(hold=True)
    simulator.account("AC" + "3" * 32)
    send(simulator)
    simulator.fault("429")
    simulator.reset()
    assert simulator.requests() == simulator.texts() == simulator.deliveries() == []
    assert simulator.settings()["hold"] is False
    assert send(simulator)[0] == 201


def test_its_process_ends_with_the_test():
    with Simulator() as simulator:
        process = simulator._process
        assert process.poll() is None
    assert process.poll() is not None


def test_its_process_ends_when_its_parent_is_killed():
    starter = (
        "import os, signal\n"
        "from tests.simulator.client import Simulator\n"
        "print(Simulator().__enter__()._process.pid, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    # The simulator inherits stderr, so its end is the end of this pipe.
    parent = subprocess.Popen(
        [sys.executable, "-c", starter],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    output, _errors = parent.communicate(timeout=60)
    assert parent.returncode < 0 and int(output) > 0
