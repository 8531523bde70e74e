"""The simulator's limits, its faults by chance, and what its journal holds."""

import contextlib
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.simulator.segments import segments

from .simulator_calls import CALLBACK, RECIPIENT, SENDER, send


def outcomes(simulator, count=40):
    """How each of several texts ends."""
    for _ in range(count):
        with contextlib.suppress(ConnectionError):
            send(simulator)
    return [(row["fault"], row["status"]) for row in simulator.arrivals()]


def test_faults_by_chance_are_the_same_for_the_same_seed(simulator):
    seen = []
    for seed in (7, 7, 8):
        simulator.reset()
        rates = {"lost": 0.2, "429": 0.2}
        simulator.settings(seed=seed, fault_rates=rates, latency_jitter=0.001)
        seen.append(outcomes(simulator))
    assert seen[0] == seen[1] != seen[2]
    assert {fault for fault, _status in seen[0]} == {"lost", "429", None}


# ------------------------------------------------------------
# Limits
# ------------------------------------------------------------


def test_more_at_once_than_the_account_may_is_too_many(simulator):
    simulator.settings(concurrency=2, latency=0.5)
    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(lambda _: send(simulator), range(5)))
    assert sorted(status for status, _ in answers) == [201, 201, 429, 429, 429]
    assert {a["code"] for status, a in answers if status == 429} == {20429}
    assert len(simulator.texts()) == 2


def test_a_reset_forgets_who_still_waits(simulator):
    simulator.settings(latency=1.0)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(send, simulator)
        while not simulator.summary()["in_flight"]:
            pass
        simulator.reset()
        simulator.settings(concurrency=1)
        assert send(simulator)[0] == waiting.result()[0] == 201
    assert simulator.summary()["in_flight"] == 0
    assert simulator.summary()["answers"] == {"201": 1}


def test_a_full_queue_is_the_senders_own(simulator):
    simulator.settings(queue_capacity=3)
    assert send(simulator, Body="a" * 161)[0] == 201
    assert send(simulator, Body="a" * 161)[1]["code"] == 21611
    assert send(simulator)[0] == 201
    assert send(simulator)[1]["code"] == 21611
    assert send(simulator, From="+15005550006")[0] == 201


def test_a_queue_empties_at_its_rate(simulator):
    simulator.settings(queue_capacity=1, queue_rate=1e6)
    assert [send(simulator)[0] for _ in range(3)] == [201] * 3


def test_over_the_days_cap_a_text_is_taken_and_fails_later(simulator, odoo):
    simulator.settings(day_cap=2)
    for body in ("a" * 161, "b"):
        assert send(simulator, Body=body, StatusCallback=CALLBACK)[0] == 201
    assert simulator.settle()
    over = [form for _, _, form in odoo.heard if form.get("ErrorCode")]
    assert [(f["MessageStatus"], f["ErrorCode"]) for f in over] == [("failed", "30027")]
    assert [t["status"] for t in simulator.texts()] == ["delivered", "failed"]


def test_without_reports_a_text_still_comes_to_its_end(simulator, odoo):
    simulator.settings(reports=False, day_cap=1)
    answers = [send(simulator, StatusCallback=CALLBACK)[1] for _ in range(2)]
    assert [answer["status"] for answer in answers] == ["queued", "queued"]
    assert simulator.settle() and odoo.heard == simulator.deliveries() == []
    ends = [(text["status"], text["error_code"]) for text in simulator.texts()]
    assert ends == [("delivered", None), ("failed", 30027)]


# ------------------------------------------------------------
# The journal
# ------------------------------------------------------------


def test_an_arrival_says_what_came_when_and_what_was_answered(simulator):
    begun = time.monotonic()
    send(simulator, Body="a" * 161, StatusCallback=CALLBACK)
    send(simulator, To="+15005550004")
    taken, refused = simulator.arrivals()
    assert (taken["sender"], taken["recipient"]) == (SENDER, RECIPIENT)
    assert (taken["uuid"], taken["segments"], taken["status"]) == ("u-1", 2, 201)
    assert taken["sid"] == simulator.texts()[0]["sid"]
    assert (refused["status"], refused["code"], refused["sid"]) == (400, 21610, None)
    assert begun <= taken["monotonic"] <= refused["monotonic"] <= time.monotonic()
    assert simulator.arrivals(after=1) == [refused]


def test_the_sums_agree_with_the_arrivals(simulator):
    for body in ("a", "a" * 161, "a" * 1601):
        send(simulator, Body=body, StatusCallback=CALLBACK)
    simulator.fault("dropped_before")
    with pytest.raises(ConnectionError):
        send(simulator)
    send(simulator, From="+15005550006")
    arrivals, sums = simulator.arrivals(), simulator.summary()
    assert sums["arrivals"] == sums["requests"] == len(arrivals) == 5
    assert sums["answers"] == {"201": 3, "400/21617": 1, "dropped_before": 1}
    assert (sums["taken"], sums["segments"], sums["twice"]) == (3, 4, 1)
    assert sums["senders"][SENDER] == {
        "texts": 2,
        "segments": 3,
        "first": arrivals[0]["monotonic"],
        "last": arrivals[1]["monotonic"],
    }
    assert sums["in_flight"] == 0 and sums["most_in_flight"] == 1


def test_long_lists_come_whole(simulator, monkeypatch):
    monkeypatch.setattr("tests.simulator.client.PAGE", 2)
    for i in range(5):
        send(simulator, Body=f"text {i}")
    bodies = [f"text {i}" for i in range(5)]
    assert [row["body"] for row in simulator.arrivals()] == bodies
    assert [row["body"] for row in simulator.texts()] == bodies
    assert len(simulator.requests()) == 5


@pytest.mark.parametrize(
    ("body", "parts"),
    [
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("a" * 152 + "€" + "a" * 152, 3),
        ("ç", 1),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        ("日" * 66 + "😀" + "日" * 66, 3),
        ("a" * 1600, 11),
    ],
)
def test_it_counts_segments_by_itself(simulator, body, parts):
    assert send(simulator, Body=body)[1]["num_segments"] == str(parts)


@pytest.mark.parametrize("body", ["a" * 305, "€" + "a" * 303, "日" * 133])
def test_toll_free_parts_are_shorter(body):
    assert segments(body, "+18005550100", RECIPIENT) == 3
    assert segments(body, SENDER, RECIPIENT) == 2
    assert segments(body, "+18005550100", "+442079460018") == 2
