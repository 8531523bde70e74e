"""Nothing is sent twice and nothing is lost, whatever dies and whenever it does.

These tests kill PostgreSQL too, so they have one of their own.
"""

import random
import signal
from contextlib import ExitStack

import pytest

from house import cache
from house import odoo as house_odoo
from tests.system.outbox import (
    MODULES,
    Queue,
    drop,
    scheduler,
    signal_now,
)
from tests.system.waiting import first_line, until

BASE, DATABASE = "sms_inbox_crash_base", "sms_inbox_crash"
PHONE = "+14157772001"
TEXTS = 600
KILLS = 8
KILLS_OF_TWO = 3
SEED = random.Random(20261124)
ENDED = ("sent", "delivered")

# Where the dispatcher dies.
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
    "after_the_writing_down": """
from odoo.addons.sms_inbox.models.sms_inbox_attempt import SmsInboxAttempt as Attempt
written = Attempt._write_down_safely
def _write_down_safely(self, landed):
    written(self, landed)
    os._exit(9)
Attempt._write_down_safely = _write_down_safely
""",
    "inside_the_putting_back": """
from odoo.addons.sms_inbox.carriers.runway import Runway
from odoo.addons.sms_inbox.models.sms_inbox_attempt import SmsInboxAttempt as Attempt
took, put_back = Runway.take, Attempt._put_back
def take(self, jobs):
    took(self, [job._replace(start=job.start - 60) for job in jobs])
def _put_back(self):
    put_back(self)
    self.env.flush_all()
    if self:
        os._exit(9)
Runway.take, Attempt._put_back = take, _put_back
""",
}
LEFT = ("after_the_writing_down",)  # where something has been written down by then
# Where the search for lost answers dies.
LOOKS = {
    "between_the_carriers_word_and_writing_it_down": """
Attempt._told = lambda self, found: os._exit(9)
""",
    "inside_the_writing_down": """
told = Attempt._told
def _told(self, found):
    told(self, found)
    self.env.flush_all()
    os._exit(9)
Attempt._told = _told
""",
}
DISPATCH = """
import os
{patch}
env["sms.inbox.dispatcher"]._cron_dispatch()
"""
LOOK = """
import os
from odoo.addons.sms_inbox.models import sms_inbox_attempt_lost
Attempt = sms_inbox_attempt_lost.SmsInboxAttempt
{patch}
env["sms.inbox.attempt"]._cron_find_lost()
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
    sent = queue.states().get("sent", 0)
    assert (sent > 0) == (step in LEFT)  # else it did not die where it was to
    finish(queue)
    assert_each_once(queue, 5)


@pytest.mark.parametrize("step", LOOKS)
@pytest.mark.parametrize("fault", ["lost", "dropped_before"])
def test_a_search_for_lost_answers_that_dies_is_made_again(queue, fault, step):
    queue.twilio.fault(fault, count=3)
    queue.put(PHONE, 3, wake=False)
    queue.shell(DISPATCH.format(patch=""))
    assert queue.states() == {"unknown": 3}
    queue.age_lost()
    queue.shell(LOOK.format(patch=LOOKS[step]), status=9)
    assert queue.states() == {"unknown": 3}
    finish(queue)
    assert_each_once(queue, 3)


def test_of_two_servers_one_goes_on_when_the_one_that_sends_is_killed(queue):
    texts = KILLS_OF_TWO * TEXTS
    queue.put(PHONE, texts, wake=False)
    with ExitStack() as servers:
        kill = servers.enter_context(scheduler(queue))
        queue.begin()
        for kills in range(KILLS_OF_TWO):
            # told from each other by their numbers of threads, and by nothing else
            threads = f"--max-cron-threads={3 + kills}"
            kill_next = servers.enter_context(scheduler(queue, threads))
            until(lambda: len(_servers(queue)) == 2)
            kill()
            goal = len(taken(queue)) + SEED.randrange(20, 60)
            until(lambda goal=goal: _has_come(queue, goal), pause=0.2)
            kill = kill_next
        assert len(taken(queue)) < texts, "it was over before the last kill"
        until(lambda: _settled(queue), pause=0.5)
    assert_each_once(queue, texts)


def _servers(queue):
    """The names of the Odoo processes that are connected to PostgreSQL."""
    return queue.sql(
        "SELECT DISTINCT application_name FROM pg_stat_activity "
        "WHERE application_name LIKE 'odoo-%'"
    ).split()


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
    first = first_line(note)
    signal_now(int(first), signal.SIGQUIT)
    until(lambda: first_line(note) not in ("", first))
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
