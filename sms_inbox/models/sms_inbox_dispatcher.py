import select
import time
from contextlib import closing, suppress
from math import inf
from typing import NamedTuple

import psycopg2

from odoo import api, fields, models, sql_db

from .. import carriers, clock, short_transaction
from ..carriers.account_pace import AccountPace
from ..carriers.runway import Runway
from ..messaging.priority import PRIORITIES, URGENT
from ..messaging.turns import Turns

IN_FLIGHT = 10  # calls to carriers at the same time, see sms_inbox.in_flight
# Texts are claimed ahead of their calls, so that no thread waits for the database: what
# leaves within a second, but at least and at most so many for each call in flight.
CLAIMED_AHEAD = (
    0.7  # seconds; what has not begun two seconds after its slot is put back
)
FEWEST_AHEAD = 4
MOST_AHEAD = 20
RATE_OVER = 0.5  # seconds over which the rate of landings is measured
REREAD = 1.0  # seconds after which accounts are read again, as they may have changed
SLICE = 30.0  # seconds of one run, after which other scheduled actions get a turn
LONGEST_RUN = 90.0  # seconds; Odoo stops a scheduled action after 120
SLOW_CALL = 1.0  # seconds; a run does not end while a call takes longer than that
POLL = 60.0  # seconds between Odoo's own looks for due scheduled actions
LONGEST_NAP = 1.0
# What lands one by one is written down together, if it lands within this time.
TOGETHER = 0.05  # seconds
TELL_EVERY = 3.0  # seconds between two times that screens are told of bulk texts
CHANNEL = "sms_inbox_queue"
BULK = PRIORITIES.index("bulk")
# What the accounts' answers said, for as long as this process lives: a run is short.
PACES = {}


class SmsInboxDispatcher(models.AbstractModel):
    """Hands queued texts to their carriers, never faster than their limits allow.

    One run claims texts and commits, calls the carriers with no transaction open, and
    writes down their answers in a transaction of its own, many at a time. Only one run
    of a lane exists at a time, on however many servers: Odoo locks the scheduled
    action's row while it runs. While one call is slow, others go on. A run that dies
    between call and answer leaves attempts whose lease ends; their texts then count as
    unknown, until the carrier says what it has.
    """

    _name = "sms.inbox.dispatcher"
    _description = "Dispatcher of queued texts"

    # ------------------------------------------------------------
    # WAKING
    # ------------------------------------------------------------

    @api.model
    def _wake(self, at=None):
        """Have the dispatchers look when this transaction commits, or at a time.

        One that runs at that moment hears it at once; one that does not is started.
        """
        if at:
            self._trigger(at)
            return
        if self.env.cr.precommit.data.setdefault("sms_inbox_woken", set()):
            return
        self.env.cr.precommit.data["sms_inbox_woken"].add(True)
        # raw SQL: reaches a run on whichever server it is, when this commits
        self.env.cr.execute("SELECT pg_notify(%s, '')", (CHANNEL,))
        self._trigger()

    @api.model
    def _trigger(self, at=None, lane=None):
        # sudo: ir.cron - whoever queues a text may start the dispatchers
        for cron_sudo in self._crons().sudo():
            if lane is not None and cron_sudo.sms_inbox_lane != lane:
                continue
            if not at or not self._is_woken_by(cron_sudo, at):
                cron_sudo._trigger(at)

    @api.model
    def _crons(self):
        return (
            self.env["ir.cron"]
            # sudo: ir.cron - whoever queues a text may start the dispatchers
            .sudo()
            .with_context(active_test=False)
            .search([("sms_inbox_lane", ">=", 0)], order="sms_inbox_lane")
        )

    @api.model
    def _is_woken_by(self, cron_sudo, at):
        a_second_later = fields.Datetime.add(at, seconds=1)
        return cron_sudo._sms_inbox_is_planned(fields.Datetime.now(), a_second_later)

    @api.model
    def _add_lane(self, lane):
        """A scheduled action that sends what is in ``lane``, beside the others."""
        crons = self._crons()
        if lane in crons.mapped("sms_inbox_lane"):
            return
        crons[:1].copy(
            {
                "name": self.env._("SMS Inbox: send what is queued in lane %s", lane),
                "sms_inbox_lane": lane,
                "code": f"model._cron_dispatch(lane={int(lane)})",
            }
        )

    # ------------------------------------------------------------
    # ONE RUN
    # ------------------------------------------------------------

    @api.model
    def _cron_dispatch(self, lane=0):
        """Send what may leave now; pace below a second inside the run."""
        run = Run(self.env, lane, Runway(self._in_flight()))
        try:
            with run.runway:
                self._run(run)
        finally:
            # also when the run broke off: the carriers' answers are there
            run.write_down()
            run.keep_distances()
            self._settle_what_earlier_runs_left()
            run.tell_of_bulk(at_once=True)
        self._come_back_in(run.wait_seconds(), lane)

    @api.model
    def _run(self, run):
        # first of all: somebody has pressed send
        run.claim()
        with Ear(self.env.cr.dbname) as run.ear:
            run.look_again()  # for what was queued before it could hear
            while run.goes_on():
                run.claim()
                run.wait()
                run.write_down()
                run.tell_of_bulk()

    @api.model
    def _in_flight(self):
        # sudo: ir.config_parameter - read for the administrator who set it
        value = self.env["ir.config_parameter"].sudo().get_param("sms_inbox.in_flight")
        return max(1, min(int(value), 100)) if (value or "").isdigit() else IN_FLIGHT

    @api.model
    def _settle_what_earlier_runs_left(self):
        for attempt in self.env["sms.inbox.attempt"]._overdue():
            self._settle_safely(attempt, attempt._lost_with_its_sender)
        texts = self.env["sms.inbox.message"]
        self._settle_safely(texts, texts._cancel_of_retired_numbers)

    @api.model
    def _settle_safely(self, records, step):
        """Take a step; a fault stops that one alone, and not the next run."""
        with short_transaction.safely(self.env, f"{records} was not settled"):
            short_transaction.run(self.env, step)

    @api.model
    def _come_back_in(self, wait, lane):
        """Have the next run begin for what is left, ``wait`` seconds from now.

        Odoo notices a time in the future only at its next look, up to a minute late,
        so the run begins a minute early and waits inside.
        """
        if wait is None:
            return
        early = wait - POLL
        later = fields.Datetime.add(fields.Datetime.now(), seconds=early)
        self._trigger(later if early > 0 else None, lane)
        short_transaction.commit(self.env)


class Ear:
    """Hears, on a connection of its own, that somebody queued a text."""

    def __init__(self, dbname):
        self._cursor = sql_db.db_connect(dbname).cursor()
        # raw SQL: the ORM has no word for it
        self._cursor.execute(f"LISTEN {CHANNEL}")
        # nothing else ever happens on this connection
        self._cursor.commit()

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        with closing(self._cursor), suppress(psycopg2.Error):
            # raw SQL: the connection goes back to a pool
            self._cursor.execute(f"UNLISTEN {CHANNEL}")
            self._cursor.commit()

    def fileno(self):
        return self._cursor._cnx.fileno()

    def heard(self):
        """Whether something was said since this was asked last."""
        connection = self._cursor._cnx
        connection.poll()
        said = bool(connection.notifies)
        connection.notifies.clear()
        return said


class Run:
    """The state of one run: what is under way, and when to look again."""

    def __init__(self, env, lane, runway):
        self.env = env
        self.lane = lane
        self.runway = runway
        self.ear = None
        self._landings = LandingRate(runway.in_flight)
        self.end = time.monotonic() + SLICE
        # One clock for the whole run, however any is set meanwhile; the database's, as
        # the next run may be another server's, whose own is seconds off.
        self._epoch = clock.of_database(env) - time.monotonic()
        self.next_look = 0.0  # epoch seconds; None: when somebody queues a text
        self.turns = Turns()  # of companies and their numbers, in segments
        # when to look at parked texts again; those that are ready go first
        self.tidy_at = inf
        self.next_parked = None  # when the next of them may leave, epoch seconds
        self._accounts = {}  # account -> AccountInUse
        self._accounts_read_at = 0.0
        self._left = []  # ids of bulk texts, of which no screen was told yet
        self._told_at = 0.0

    def now(self):
        """Epoch seconds on a clock that never jumps."""
        return time.monotonic() + self._epoch

    def monotonic(self, epoch):
        """The moment as the runway's clock shows it."""
        return epoch - self._epoch

    def plan(self):
        """{limit's id: when its next text may leave}, going by what really left."""
        return {key: at + self._epoch for key, at in self.runway.plan().items()}

    def wait_seconds(self):
        """Seconds until there is something to do; None if nothing waits."""
        if self.next_look is None:
            return None
        return max(0.0, self.next_look - self.now())

    def goes_on(self):
        if self.runway.busy:
            return True
        wait = self.wait_seconds()
        return wait is not None and wait < 2 * POLL and not self._is_over()

    def _is_over(self):
        """Whether to claim no more; not while one call hangs, or all would wait."""
        late = time.monotonic() - self.end
        if late < 0:
            return False
        return late > LONGEST_RUN - SLICE or self.runway.oldest() < SLOW_CALL

    @property
    def most(self):
        """How many texts may be claimed at a time: what leaves within a second."""
        return self._landings.within(CLAIMED_AHEAD)

    def room(self):
        """How many texts more may be claimed."""
        return max(0, self.most - self.runway.busy)

    def pace(self, account_id):
        """How many calls at once an account takes at the moment."""
        key = self.env.cr.dbname, account_id, self.runway.in_flight
        return PACES.setdefault(key, AccountPace(self.runway.in_flight))

    def account(self, account_id):
        """The adapter of an account and its public addresses, read once a second."""
        if time.monotonic() > self._accounts_read_at + REREAD:
            self._accounts.clear()
            self._accounts_read_at = time.monotonic()
        if account_id not in self._accounts:
            account = self.env["sms.inbox.account"].browse(account_id)
            self._accounts[account_id] = AccountInUse(
                account._carrier(),
                account._webhook_url("status") or "",
                account._media_url(),
            )
        return self._accounts[account_id]

    def look_again(self):
        """There may be something new in the queue."""
        self.next_look = self.tidy_at = 0.0

    def claim(self):
        if self.wait_seconds() == 0.0 and self._is_hungry():
            jobs, self.next_look = short_transaction.run(
                self.env, self.env["sms.inbox.claim"]._claim, self
            )
            self.runway.take(jobs)
            # people's texts are on their way, now that they are
            urgent = [job.text_id for job in jobs if PRIORITIES[job.rank] in URGENT]
            self._tell_screens(urgent)

    def tell_of_bulk(self, at_once=False):
        """Show which bulk texts left: once in a while, as they are many."""
        if at_once or time.monotonic() > self._told_at + TELL_EVERY:
            left, self._left, self._told_at = self._left, [], time.monotonic()
            self._tell_screens(left)

    def _tell_screens(self, texts):
        if not texts:
            return
        with short_transaction.safely(self.env, "Screens were not told"):
            threads = self.env["sms.inbox.message"].browse(texts).conversation_id
            short_transaction.run(self.env, threads._tell_screens)

    def _is_hungry(self):
        return self.runway.waiting <= self.most // 2 and not self._is_over()

    def wait(self):
        """Until something lands, or is queued, or may leave."""
        seconds = self.wait_seconds()
        if seconds is None and not self.runway.busy:
            return
        if seconds is None or not seconds and not self._is_hungry():
            seconds = LONGEST_NAP
        if self._listen(min(seconds, LONGEST_NAP)) and self.runway.waiting:
            # a first one landed: those that land right after it come along
            self._listen(min(TOGETHER, self._landings.seconds(self.runway.waiting / 2)))

    def _listen(self, seconds):
        """Wait for a text to be queued or a call to land; whether one landed."""
        rung, _, _ = select.select([self.runway.bell, self.ear], [], [], seconds)
        if self.ear in rung and self.ear.heard():
            self.look_again()
        return self.runway.bell in rung and self.runway.hush()

    def write_down(self):
        """Write down what landed together; the next of a thread waited for it."""
        landed = self.runway.landed()
        self._landings.note(len(landed))
        if not landed:
            return
        for landing in list(landed):
            pace = self.pace(landing.job.account_id)
            if pace.heed(landing.outcome):
                landed += self.runway.call_off(landing.job.account_id)
            if not isinstance(landing.outcome, carriers.Accepted):
                self.tidy_at = 0.0  # it may be parked now
        self.env["sms.inbox.attempt"]._write_down_safely(landed)
        self._left += [
            job.text_id
            for job, outcome in landed
            if job.rank == BULK and isinstance(outcome, carriers.Accepted)
        ]
        self.next_look = 0.0

    def keep_distances(self):
        """Have the next run begin from when the last texts really left."""
        gates = self.runway.gates()
        if gates:
            limits = self.env["sms.inbox.limit"].browse(gates)
            moments = {key: free_at + self._epoch for key, free_at in gates.items()}
            short_transaction.run(self.env, limits._delay, moments)


class AccountInUse(NamedTuple):
    carrier: carriers.Carrier
    status_url: str
    media_url: str


class LandingRate:
    """How many calls land in a second, as of late."""

    def __init__(self, in_flight):
        self._least = FEWEST_AHEAD * in_flight
        self._most = MOST_AHEAD * in_flight
        self._rate = float(self._least)
        self._since = time.monotonic()
        self._count = 0

    def note(self, count):
        self._count += count
        seconds = time.monotonic() - self._since
        if seconds >= RATE_OVER:
            self._rate = self._count / seconds
            self._since, self._count = time.monotonic(), 0

    def within(self, seconds):
        """So many land within some seconds, within reason."""
        return int(max(self._least, min(self._rate * seconds, self._most)))

    def seconds(self, count):
        """In so many seconds that many land."""
        return count / max(self._rate, 1.0)
