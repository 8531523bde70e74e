"""People before bulk, and turns for all: with 100,000 texts in the queue."""

import os
import time

import pytest

from house.server import odoo_server
from tests.system.outbox import Queue, database_of
from tests.system.waiting import until

BULK = 100_000
BUSY, IDLE = "+14157771001", "+14157771002"
OURS, OURS_TOO, THEIRS = "+14157771003", "+14157771004", "+14157771005"
CAMPAIGN = 10.0
ADA = "+12025550143"


@pytest.fixture(scope="module")
def queue(odoo):
    """A company with a number that has 100,000 texts to send, and another company."""
    from tests.simulator.client import Simulator

    shared = {"rate": 10.0, "campaign": ["A", CAMPAIGN]}
    ours = {BUSY: {"rate": 1.0}, IDLE: {"rate": 1.0}, OURS: shared, OURS_TOO: shared}
    with database_of(odoo, f"sms_inbox_order_{os.getpid()}") as database:
        with Simulator() as twilio:
            twilio.settings(reports=False, latency=0.02)
            queue = Queue(odoo, database, twilio)
            queue.build(
                {"name": "bikes", "numbers": ours},
                {"name": "boats", "numbers": {THEIRS: shared}},
            )
            queue.put(BUSY, BULK, wake=False)
            queue.put(OURS, BULK, wake=False)
            queue.put(OURS_TOO, 500, wake=False)
            queue.put(THEIRS, 500, wake=False)
            queue.sql("ANALYZE")
            yield queue


@pytest.fixture(scope="module")
def running(queue):
    with odoo_server(
        queue.odoo, queue.database, extra_args=["--max-cron-threads=2"]
    ) as server:
        queue.begin()
        until(lambda: _senders(queue, 0).count(BUSY) >= 2)
        yield server


def _senders(queue, after):
    return [row["sender"] for row in queue.twilio.arrivals(after)]


def _reply(queue, server, phone):
    """Text Ada as an agent; gives hers, and those before it that came since."""
    agent = queue.agent(server.url, "bikes")
    number_id = queue.numbers[phone]
    conversation_id = agent("sms.inbox.conversation", "start", number_id, ADA)
    after = len(queue.twilio.arrivals())
    agent("sms.inbox.conversation", "send_text", [conversation_id], "Hello Ada")
    queued = time.time()
    *earlier, hers = until(lambda: _up_to_ada(queue.twilio.arrivals(after)))
    return [*(row for row in earlier if row["at"] >= queued), hers]


def _up_to_ada(arrivals):
    for position, row in enumerate(arrivals):
        if row["recipient"] == ADA:
            return arrivals[: position + 1]
    return None


def test_a_reply_is_the_next_text_of_its_number_before_100000_others(queue, running):
    arrivals = _reply(queue, running, BUSY)
    mine = [row["recipient"] for row in arrivals if row["sender"] == BUSY]
    assert len(mine) <= 2  # the one that had been claimed may come before


def test_a_reply_of_an_idle_number_waits_for_nobody(queue, running):
    arrivals = _reply(queue, running, IDLE)
    # in the time of one slot of the busy number, which is a second
    assert [row["sender"] for row in arrivals].count(BUSY) <= 1


def test_companies_take_turns_and_so_do_the_numbers_of_each(queue, running):
    after = len(queue.twilio.arrivals())
    parties = (OURS, OURS_TOO, THEIRS)
    rows = until(
        lambda: _first(60, [s for s in _senders(queue, after) if s in parties])
    )
    shares = [rows.count(phone) for phone in parties]
    # the first company has a number outside of the campaign too, which counts as well
    assert shares == pytest.approx([15, 15, 30], abs=5)


def _first(count, rows):
    return rows[:count] if len(rows) >= count else None


def test_a_new_queue_gets_its_turn_at_once(queue, running):
    """Whoever comes later does not wait for those who were first."""
    after = len(queue.twilio.arrivals())
    queue.put(IDLE, 1, first=900_000)
    rows = until(lambda: _up_to(IDLE, _senders(queue, after)))
    assert rows.count(BUSY) <= 2


def _up_to(phone, senders):
    return senders[: senders.index(phone) + 1] if phone in senders else None
