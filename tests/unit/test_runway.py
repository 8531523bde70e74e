"""Calls to carriers side by side: each at its moment, the urgent ones first."""

import threading
import time
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests

from carriers import Accepted, OutboundText, OutcomeUnknown, TextRefused, wire
from carriers.runway import Job, Runway


class Carrier:
    """Notes what it is given and when; answers what ``answer`` gives."""

    has_a_wire = False

    def __init__(self, answer=None):
        self.calls = []
        self.answer = answer or (lambda text: Accepted(text.uuid))

    def send(self, text):
        self.calls.append((text.uuid, time.monotonic()))
        return self.answer(text)


def job(number, carrier, rank=0, start=0.0, distances=(), account=1):
    text = OutboundText(str(number), "+14155550100", "+12025550143", "Hi", "")
    start = start or time.monotonic()
    return Job(rank, start, number, account, carrier, text, distances)


def land(runway, count):
    landed = []
    while len(landed) < count:
        landed += runway.landed()
    return landed


def test_every_job_lands_with_the_carriers_answer():
    carrier = Carrier()
    with Runway(4) as runway:
        runway.take([job(number, carrier) for number in range(20)])
        landed = land(runway, 20)
    answers = {landing.job.attempt_id: landing.outcome.carrier_id for landing in landed}
    assert answers == {number: str(number) for number in range(20)}
    assert runway.busy == 0


def test_what_is_urgent_leaves_before_what_waited_longer():
    carrier = Carrier()
    with Runway(1) as runway:
        runway.take([job(1, carrier, rank=3), job(2, carrier, rank=3), job(3, carrier)])
        land(runway, 3)
    assert [uuid for uuid, _at in carrier.calls] == ["3", "1", "2"]


def test_a_job_never_begins_before_its_slot():
    carrier = Carrier()
    start = time.monotonic() + 0.05
    with Runway(2) as runway:
        runway.take([job(1, carrier, start=start)])
        land(runway, 1)
    assert carrier.calls[0][1] >= start


def test_texts_of_one_limit_keep_their_distance_from_what_really_left():
    # all slots are long past, as they are when the machine was busy
    carrier = Carrier()
    past = time.monotonic() - 0.5
    distances = (("line", 0.02),)
    with Runway(5) as runway:
        runway.take(
            [job(n, carrier, start=past, distances=distances) for n in range(5)]
        )
        land(runway, 5)
    times = sorted(at for _uuid, at in carrier.calls)
    gaps = [later - earlier for earlier, later in zip(times, times[1:], strict=False)]
    # what is measured here is a little later than what was decided there
    assert min(gaps) > 0.018


def test_an_error_of_the_carrier_lands_as_the_outcome():
    def refuse(_text):
        raise TextRefused("21211", "No.")

    with Runway(1) as runway:
        runway.take([job(1, Carrier(refuse))])
        (landing,) = land(runway, 1)
    assert landing.outcome.code == "21211"


def test_a_fault_of_an_adapter_leaves_the_outcome_unknown():
    def break_off(_text):
        raise RuntimeError("a defect")

    with Runway(1) as runway:
        runway.take([job(1, Carrier(break_off))])
        (landing,) = land(runway, 1)
    assert isinstance(landing.outcome, OutcomeUnknown)


def test_what_comes_too_late_is_put_back_and_never_called():
    carrier = Carrier()
    with Runway(1) as runway:
        runway.take([job(1, carrier, start=time.monotonic() - 2.1)])
        (landing,) = land(runway, 1)
    assert (landing.outcome, carrier.calls) == (None, [])


def test_jobs_of_an_account_can_be_called_off_before_they_begin():
    hold = threading.Event()
    carrier = Carrier(lambda text: hold.wait(10) and Accepted(text.uuid))
    later = time.monotonic() + 60
    with Runway(1) as runway:
        runway.take([job(1, carrier), job(2, carrier, start=later)])
        runway.take([job(3, carrier, start=later, account=2)])
        off = runway.call_off(1)
        assert [landing.job.attempt_id for landing in off if not landing.outcome][
            -1
        ] == 2
        off += runway.call_off(2)
        hold.set()
        if len(off) < 3:
            land(runway, 3 - len(off))
    assert "2" not in [uuid for uuid, _at in carrier.calls]


def test_one_slow_call_holds_up_no_other():
    quick_is_through = threading.Event()

    def answer(text):
        if text.uuid == "1":
            assert quick_is_through.wait(10)
        return Accepted(text.uuid)

    with Runway(2) as runway:
        runway.take([job(1, Carrier(answer)), job(2, Carrier())])
        (first,) = land(runway, 1)
        quick_is_through.set()
        land(runway, 1)
    assert first.job.attempt_id == 2


def test_the_bell_rings_when_something_landed():
    with Runway(1) as runway:
        assert not runway.hush()
        runway.take([job(1, Carrier())])
        land(runway, 1)
        assert runway.hush()
        assert not runway.hush()


class Wired(Carrier):
    """One that says when its request goes out, as HTTP does."""

    has_a_wire = True

    def __init__(self, session, url):
        super().__init__()
        self.session, self.url = session, url

    def send(self, text):
        request = requests.Request("GET", self.url, headers={"X-Text": text.uuid})
        wire.exchange(self.session, request, (5, 5))
        return Accepted(text.uuid)


class Arrivals(BaseHTTPRequestHandler):
    """Notes what comes, and when."""

    protocol_version = "HTTP/1.1"
    seen = []

    def do_GET(self):
        self.seen.append((self.headers["X-Text"], time.monotonic()))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_args):
        """Nothing."""


@pytest.fixture
def wired(monkeypatch):
    monkeypatch.setattr(Arrivals, "seen", [])
    server = ThreadingHTTPServer(("127.0.0.1", 0), Arrivals)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    with closing(wire.session()) as session:
        yield Wired(session, f"http://127.0.0.1:{server.server_port}")
    server.shutdown()
    thread.join()
    server.server_close()


def test_what_is_ready_before_its_slot_waits_at_the_wire(wired):
    with Runway(2) as runway:
        runway.take([job(1, wired)])  # opens the connection
        land(runway, 1)
        starts = [time.monotonic() + 0.03 * n for n in (1, 2, 3)]
        runway.take([job(n, wired, start=at) for n, at in enumerate(starts, 2)])
        land(runway, 3)
    came = dict(Arrivals.seen)
    assert all(came[str(n)] >= at for n, at in enumerate(starts, 2))


def test_the_plan_comes_after_those_that_wait():
    runway = Runway(1)  # no thread runs, so all of them wait
    start = time.monotonic() + 60
    shared = [
        job(n, Carrier(), start=start, distances=(("line", 0.1), ("brand", 0.05)))
        for n in range(3)
    ]
    runway.take([*shared, job(9, Carrier(), distances=(("brand", 0.05),))])
    plan = runway.plan()
    assert plan["line"] == pytest.approx(start + 0.3)
    # the brand is held up by its slowest line, as the texts leave one after the other
    assert plan["brand"] == pytest.approx(start + 0.25)
