"""Nothing is sent twice and nothing is lost, whatever dies and whenever it does.

These tests kill PostgreSQL too, so they have one of their own.
"""

import random
import signal

import pytest

from house import cache
from house import odoo as house_odoo
from tests.system.outbox import (
    MODULES,
    Queue,
    drop,
    scheduler,
    signal_now,
    until,
)

BASE, DATABASE = "sms_inbox_crash_base", "sms_inbox_crash"
PHONE = "+14157772001"
TEXTS = 600
KILLS = 8
SEED = random.Random(20261124)
ENDED = ("sent", "delivered")

# Where the dispatcher dies, and what its text has come to by then at the carrier.
STEPS = {
    "inside_the_claim": """
from odoo.addons.sms_inbox.models.sms_inbox_attempt import SmsInboxAttempt as Attempt
began = Attempt._begin
def _begin(self, *args):
    began(self, *args)
    self.env.flush_all()
    os._exit(9)
Attempt._begin = _begin
""",
    "between_claim_and_call": """
from odoo.addons.sms_inbox.carriers.runway import Runway
Runway.take = lambda self, jobs: os._exit(9) if jobs else None
""",
    "between_call_and_answer": """
from odoo.addons.sms_inbox.models.sms_inbox_attempt import SmsInboxAttempt as Attempt
Attempt._write_down_safely = lambda self, landed: os._exit(9)
""",
    "inside_the_writing_down": """
from odoo.addons.sms_inbox.models.sms_inbox_attempt import SmsInboxAttempt as Attempt
written = Attempt._write_down
def _write_down(self, landed):
    written(self, landed)
    self.env.flush_all()
    os._exit(9)
Attempt._write_down = _write_down
""",
}
DISPATCH = """
import os
{patch}
env["sms.inbox.dispatcher"]._cron_dispatch()
"""


@pytest.fixture(scope="module")
def own_odoo(tmp_path_factory):
    """An Odoo with a PostgreSQL that nobody else uses; the large parts are shared."""
    folder = tmp_path_factory.mktemp("cache")
    for name in ("apt", "browser", "odoo", "python", "pycache"):
        if (cache.root() / name).exists():
            (folder / name).symlink_to(cache.root() / name)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SMS_INBOX_CACHE", str(folder))
        # without PG*, which stand for a server that is not ours to kill
        for name in ("PGHOST", "PGPORT", "PGUSER", "PGPASSWORD"):
            patch.delenv(name, raising=False)
        with house_odoo.ready(tools=True) as ready:
            ready.fresh_database(BASE, MODULES)
            yield ready, folder


@pytest.fixture
def queue(own_odoo, twilio):
    odoo, _folder = own_odoo
    # Copied block by block through the log, a sequence would fall back in a crash.
    copy = f"CREATE DATABASE {DATABASE} TEMPLATE {BASE} STRATEGY FILE_COPY"
    odoo.postgres.sql(copy)
    odoo.postgres.set_mark(DATABASE, "made")
    twilio.settings(reports=False, latency=0.02)
    queue = Queue(odoo, DATABASE, twilio)
    queue.build({"name": "Bikes", "numbers": {PHONE: {"rate": 60.0}}}, in_flight="10")
    yield queue
    drop(odoo, DATABASE)


def finish(queue):
    """Let a server settle everything that others left behind."""
    with scheduler(queue):
        until(lambda: _settled(queue), pause=0.5)


def _settled(queue):
    queue.end_leases()
    queue.look_for_lost()
    queue.wake()
    return not queue.waiting()


def taken(queue):
    """The bodies of the texts that the carrier has, each as often as it has it."""
    return sorted(row["body"] for row in queue.twilio.arrivals() if row["sid"])


def assert_each_once(queue, count):
    assert queue.twilio.summary()["twice"] == 0
    bodies = taken(queue)
    assert len(bodies) == len(set(bodies)), "a text came twice"
    assert len(bodies) == count, "a text was lost"
    assert set(queue.states()) <= set(ENDED)


def test_a_server_killed_at_any_moment_sends_every_text_once(queue):
    queue.put(PHONE, TEXTS, wake=False)
    for _kill in range(KILLS):
        goal = len(taken(queue)) + SEED.randrange(1, 40)
        with scheduler(queue) as kill:
            queue.end_leases()
            queue.begin()
            until(lambda goal=goal: queue.twilio.summary()["taken"] >= goal)
            kill()
    assert len(taken(queue)) < TEXTS, "it was over before the last kill"
    finish(queue)
    assert_each_once(queue, TEXTS)


@pytest.mark.parametrize("step", STEPS)
def test_a_dispatcher_that_dies_at_a_step_leaves_nothing_undone(queue, step):
    queue.put(PHONE, 5, wake=False)
    queue.shell(DISPATCH.format(patch=STEPS[step]), status=9)
    before = queue.states()
    assert before.get("sent", 0) == 0  # else it did not die where it was to
    finish(queue)
    assert_each_once(queue, 5)


def test_postgresql_may_be_restarted_at_any_moment(own_odoo, queue):
    _odoo, folder = own_odoo
    queue.put(PHONE, TEXTS, wake=False)
    # with workers: without, Odoo's own threads for scheduled actions end for good
    with scheduler(queue, "--workers=1"):
        queue.begin()
        until(lambda: queue.twilio.summary()["taken"] >= 60)
        for goal in (120, 180):
            _restart_at_once(queue, folder)
            queue.wake()
            until(lambda goal=goal: _has_come(queue, goal), pause=0.5)
        until(lambda: _settled(queue), pause=0.5)
    assert_each_once(queue, TEXTS)


def _has_come(queue, goal):
    """Whether so many texts have come; the dead one's lease must not hold them up."""
    queue.end_leases()
    queue.wake()
    return queue.twilio.summary()["taken"] >= goal


def _restart_at_once(queue, folder):
    """What ``pg_ctl restart -m immediate`` does; the keeper starts it again."""
    note = next((folder / "postgres").glob("*/postmaster.pid"))
    first = note.read_text().split()[0]
    signal_now(int(first), signal.SIGQUIT)
    until(lambda: note.exists() and note.read_text().split()[:1] not in ([], [first]))
    until(lambda: _answers(queue))


def _answers(queue):
    from house.psql import DatabaseError

    try:
        return queue.sql("SELECT 1")
    except DatabaseError:
        return False


def test_lost_answers_and_broken_connections_end_with_every_text_once(queue):
    rates = {"lost": 0.1, "dropped_before": 0.1, "garbage": 0.05, "503": 0.05}
    queue.twilio.settings(seed=7, fault_rates=rates)
    queue.put(PHONE, 100, wake=False)
    with scheduler(queue):
        queue.begin()
        until(lambda: queue.twilio.summary()["arrivals"] >= 100)
        queue.twilio.settings(fault_rates={})
        until(lambda: _settled(queue), pause=0.5)
    assert_each_once(queue, 100)


def test_a_text_is_unknown_with_a_reason_until_the_carrier_is_asked(queue):
    queue.twilio.fault("lost")
    queue.put(PHONE, 1, wake=False)
    with scheduler(queue):
        queue.begin()
        until(lambda: queue.states() == {"unknown": 1})
        assert queue.sql("SELECT error_text FROM sms_inbox_message")
        assert len(taken(queue)) == 1
        until(lambda: _settled(queue), pause=0.5)
    assert_each_once(queue, 1)
