"""A queue with numbers and limits on real servers, and what stands in its database."""

import json
import os
import signal
import subprocess
from contextlib import contextmanager
from pathlib import Path

from benchmarks import texts
from house import process
from house.psql import DatabaseError
from tests.system.inbox import PASSWORD, Rpc
from tests.system.waiting import PATIENCE, until

ROOT = Path(__file__).resolve().parents[2]
MODULES = ["sms_inbox", "contacts"]
SET_UP = """
import json
import os
from benchmarks.world import World
plan = json.loads({plan!r})
made = dict(World.build(env, plan))
env.cr.commit()
print("MADE " + json.dumps(made))
"""
# limits that numbers share, each on top of what the numbers are within already
SHARED_LIMITS = """
import json
for fields, phones in json.loads({limits!r}):
    shared = env["sms.inbox.limit"].create(fields)
    lines = env["sms.inbox.line"].search([("number", "in", phones)])
    for line in lines:
        top = line.limit_id._chain()[-1:]
        if top != shared:
            top.parent_id = shared
env.cr.commit()
"""
# what is attached to texts of which only it matters that they have something
PICTURES = """
    WITH text AS (
        UPDATE sms_inbox_message SET media_count = 1
         WHERE state = 'queued' AND body LIKE '{words}%'
     RETURNING id, company_id)
    INSERT INTO sms_inbox_media (uuid, message_id, company_id, content_type, state)
    SELECT replace(gen_random_uuid()::text, '-', ''), id, company_id, 'image/png',
           'here'
      FROM text
"""


class Queue:
    """The numbers of a database, by their phone numbers; texts are put in by SQL."""

    def __init__(self, odoo, database, twilio):
        self.odoo, self.database, self.twilio = odoo, database, twilio
        self.numbers = {}

    def sql(self, statement):
        return self.odoo.postgres.sql(statement, self.database)

    def build(self, *companies, **parameters):
        """Make companies: see ``benchmarks.world.World.build``."""
        phones = [phone for company in companies for phone in company["numbers"]]
        self.twilio.account(numbers=phones)
        plan = {
            "companies": companies,
            "parameters": parameters,
            "twilio": [
                self.twilio.url,
                self.twilio.account_sid,
                self.twilio.auth_token,
            ],
            "password": PASSWORD,
        }
        output = self.shell(SET_UP.format(plan=json.dumps(plan)))
        (made,) = [line for line in output.splitlines() if line.startswith("MADE ")]
        self.numbers |= json.loads(made.removeprefix("MADE "))

    def share(self, *limits):
        """Make limits that numbers share: (fields, phone numbers) of each."""
        self.shell(SHARED_LIMITS.format(limits=json.dumps(limits)))

    def attach_pictures(self, words):
        """Make texts that wait and begin with these words carry a picture."""
        self.sql(PICTURES.format(words=words))

    def shell(self, code, status=0):
        """Run Python inside of an Odoo without a server, until it ends."""
        command = ("shell", "-d", self.database, "--no-http", "--log-level=warn")
        environment = self.odoo.environment()
        environment["PYTHONPATH"] += f":{ROOT}"
        done = subprocess.run(
            self.odoo.command(*command),
            input=code,
            env=environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        assert done.returncode == status, done.stderr[-3000:]
        assert "Traceback" not in done.stderr, done.stderr[-3000:]
        return done.stdout

    def put(self, phone, count, wake=True, **how):
        """Queue texts from a number to as many contacts: see ``benchmarks.texts``."""
        self.sql(texts.queue(self.numbers[phone], count, **how))
        if wake:
            self.wake()

    def wake(self):
        """What queueing a text does at its commit, if there is a server to hear it."""
        self.sql("NOTIFY sms_inbox_queue")
        self._trigger("ir_cron_dispatch")

    def _trigger(self, *names):
        wanted = ", ".join(f"'{name}'" for name in names)
        self.sql(
            "INSERT INTO ir_cron_trigger (cron_id, call_at) "
            "SELECT res_id, now() AT TIME ZONE 'UTC' FROM ir_model_data "
            f"WHERE name IN ({wanted})"
        )
        self.odoo.postgres.sql(f"SELECT pg_notify('cron_trigger', '{self.database}')")

    def begin(self):
        """Wake the servers that are just starting until the first text has left."""
        after = len(self.twilio.arrivals())
        until(lambda: self.wake() or len(self.twilio.arrivals()) > after, pause=0.5)

    def states(self):
        """How many texts are in which state."""
        rows = self.sql("SELECT state, count(*) FROM sms_inbox_message GROUP BY state")
        pairs = (row.split("|") for row in rows.splitlines())
        return {state: int(count) for state, count in pairs}

    def waiting(self):
        """How many texts have not come to an end."""
        states = self.states()
        return sum(states.get(state, 0) for state in ("queued", "sending", "unknown"))

    def end_leases(self):
        """Let the time pass that a dead sender's texts are kept for it."""
        self.sql(
            "UPDATE sms_inbox_attempt SET lease_until = lease_until - '1h'::interval"
        )

    def look_for_lost(self):
        """Have lost answers looked for, after :meth:`age_lost`."""
        self.age_lost()
        self._trigger("ir_cron_dispatch", "ir_cron_find_lost")

    def age_lost(self):
        """Let the time pass after which a carrier's list proves what it lacks."""
        self.sql(
            "UPDATE sms_inbox_attempt SET lost_at = lost_at - '1h'::interval, "
            "look_at = now() AT TIME ZONE 'UTC' - '1 s'::interval "
            "WHERE state = 'unknown' AND look_at IS NOT NULL"
        )

    def agent(self, url, login):
        """Calls as one of the people that ``build`` made."""
        return Rpc(url, self.database, login, PASSWORD)


@contextmanager
def database_of(odoo, name):
    """Give a database with the addon, dropped in the end."""
    odoo.fresh_database(name, MODULES)
    try:
        yield name
    finally:
        drop(odoo, name)


def drop(odoo, name):
    """Drop a database as soon as nobody works in it."""
    until(lambda: _dropped(odoo, name))


def _dropped(odoo, name):
    try:
        odoo.drop_database(name)
    except DatabaseError:
        return False  # autovacuum is at work in it, which nobody may interrupt
    return True


@contextmanager
def scheduler(queue, *options):
    """A server that runs scheduled actions only; gives a way to kill it outright."""
    command = queue.odoo.command(
        *("server", "-d", queue.database, "--no-http", "--max-cron-threads=2"), *options
    )
    child = process.background(
        command,
        env=queue.odoo.environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    with child:
        yield lambda: kill(child, command)


def kill(child, command):
    """SIGKILL to the server itself, not to the guard that watches it."""
    words = "\0".join(map(str, command)).encode()
    for path in Path("/proc").glob("[0-9]*"):
        try:
            is_it = (path / "cmdline").read_bytes().rstrip(b"\0") == words
        except OSError:
            continue  # it has just ended
        if is_it:
            signal_now(int(path.name))
    child.wait(PATIENCE)


def signal_now(pid, number=signal.SIGKILL):
    """Send a signal to a process that a test started."""
    os.kill(pid, number)
