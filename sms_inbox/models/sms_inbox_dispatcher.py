import logging
import time
from concurrent import futures
from concurrent.futures import ThreadPoolExecutor

from odoo import api, fields, models
from odoo.tools import SQL

from .. import carriers, short_transaction

_logger = logging.getLogger(__name__)

IN_FLIGHT = 10  # calls to carriers at the same time
SLICE = 30.0  # seconds of one run, after which other scheduled actions get a turn
NAP = 0.2  # seconds between two looks, so that a reply overtakes what has to wait
POLL = 60.0  # seconds between Odoo's own looks for due scheduled actions

CANDIDATES = """
    WITH due AS (
        SELECT text.id, text.number_id, text.conversation_id,
               array_position(%(order)s, text.priority::text) AS rank
          FROM sms_inbox_message text
          JOIN sms_inbox_number number ON number.id = text.number_id AND number.active
          JOIN sms_inbox_line line
            ON line.id = number.line_id AND line.claimed_at IS NOT NULL
          JOIN sms_inbox_account account
            ON account.id = line.account_id AND account.active
         WHERE text.state = 'queued' AND COALESCE(text.not_before <= %(now)s, TRUE)
    ), turn AS (
        SELECT due.id, due.rank,
               row_number() OVER (
                   PARTITION BY due.number_id ORDER BY due.rank, due.id) AS place
          FROM due
         WHERE NOT EXISTS (
               SELECT FROM sms_inbox_message earlier
                WHERE earlier.conversation_id = due.conversation_id
                  AND (earlier.state = 'sending'
                       OR earlier.state = 'queued' AND earlier.id < due.id
                          AND array_position(
                              %(order)s, earlier.priority::text) <= due.rank
                          AND (COALESCE(earlier.not_before <= %(now)s, TRUE)
                               OR EXISTS (SELECT FROM sms_inbox_attempt
                                           WHERE message_id = earlier.id))))
    )
    SELECT text.id
      FROM sms_inbox_message text
      JOIN turn ON turn.id = text.id AND turn.place <= %(most)s
     WHERE text.state = 'queued'
  ORDER BY turn.rank, text.id
       FOR NO KEY UPDATE OF text SKIP LOCKED
"""


class SmsInboxDispatcher(models.AbstractModel):
    """Hands queued texts to their carriers, never faster than their limits allow.

    One run claims texts and commits, calls the carriers with no transaction open, and
    writes down their answers in a transaction of its own. Only one run exists at a
    time, on however many servers: Odoo locks the scheduled action's row while it runs.
    While one call is slow, others go on. A run that dies between call and answer leaves
    an attempt whose lease ends; its text then counts as unknown and is not sent again
    by itself.
    """

    _name = "sms.inbox.dispatcher"
    _description = "Dispatcher of queued texts"

    @api.model
    def _wake(self, at=None):
        """Have the dispatcher run when this transaction commits, or at a time."""
        # sudo: ir.cron - whoever queues a text may start the dispatcher
        cron_sudo = self.env.ref("sms_inbox.ir_cron_dispatch").sudo()
        if not at or not self._is_woken_by(cron_sudo, at):
            cron_sudo._trigger(at)

    @api.model
    def _is_woken_by(self, cron_sudo, at):
        return (
            self.env["ir.cron.trigger"]
            .sudo()
            .search_count(
                [
                    ("cron_id", "=", cron_sudo.id),
                    ("call_at", ">", fields.Datetime.now()),
                    ("call_at", "<=", fields.Datetime.add(at, seconds=1)),
                ],
                limit=1,
            )
        )

    @api.model
    def _cron_dispatch(self):
        """Send what may leave now; pace below a second inside the run."""
        end = time.monotonic() + SLICE
        self._tidy_up()
        wait, flying = 0.0, set()
        with ThreadPoolExecutor(max_workers=IN_FLIGHT) as pool:
            while flying or self._goes_on(wait, end):
                if time.monotonic() < end:
                    jobs, wait = self._run(self._claim, IN_FLIGHT - len(flying))
                    flying |= {pool.submit(self._call_carrier, job) for job in jobs}
                flying, wait = self._land(flying, wait)
        self._come_back_in(wait)

    @api.model
    def _run(self, step, *args):
        return short_transaction.run(self.env, step, *args)

    @staticmethod
    def _goes_on(wait, end):
        return wait is not None and wait < POLL and time.monotonic() < end

    @api.model
    def _tidy_up(self):
        """Settle what an earlier run left under way, and what can never leave."""
        for attempt in self.env["sms.inbox.attempt"]._overdue():
            self._run(attempt._lost_with_its_sender)
        self._run(self._cancel_of_retired_numbers)

    @api.model
    def _land(self, flying, wait):
        """Write down the answers that are there; wait for one, but not for long.

        :return: the calls still under way, and the seconds until the next claim
        """
        pause = NAP if wait is None else min(wait, NAP)
        if not flying:
            time.sleep(pause if wait else 0)
            return flying, wait
        landed, flying = futures.wait(flying, pause or NAP, futures.FIRST_COMPLETED)
        for call in landed:
            self._write_down_safely(*call.result())
        # the next text of a thread waited for the one that landed
        return flying, 0.0 if landed else wait

    @api.model
    def _come_back_in(self, wait):
        """Have the next run begin for what is left, ``wait`` seconds from now.

        A time in the future is noticed only when Odoo polls, so a shorter wait is spent
        inside the next run instead of before it.
        """
        if wait is None:
            return
        later = fields.Datetime.add(fields.Datetime.now(), seconds=wait)
        self._wake(later if wait >= POLL else None)
        short_transaction.commit(self.env)

    # ------------------------------------------------------------
    # CLAIM
    # ------------------------------------------------------------

    @api.model
    def _claim(self, most):
        """Mark what may leave now as being sent, at most so many texts.

        :return: the jobs, plain values that need no database, and the seconds until
            the next text may leave (None if no text waits)
        """
        self._expire()
        now = time.time()
        claimed, waits = self.env["sms.inbox.message"], self._scheduled_waits()
        for text in self._candidates():
            limit = text.number_id.line_id.limit_id
            wait = limit._wait(now)
            if wait > 0:
                waits.append(wait)
            elif len(claimed) < most:
                limit._charge(now, text.segments)
                claimed += text
            else:
                waits.append(0)
        attempts = self.env["sms.inbox.attempt"]._begin(claimed)
        claimed.conversation_id._tell_screens()
        return [self._job(attempt) for attempt in attempts], min(waits, default=None)

    @api.model
    def _candidates(self):
        """The queued texts whose turn it is, locked: the first of each conversation.

        A text that was refused for now keeps its turn; one that is scheduled for later
        holds up nobody. Of each number only the first few are looked at, so that a slow
        number does not stand in the way of the others.

        Nobody who opted out is among them, and no opt-out commits before the claim
        does: it comes either before it or after.
        """
        self.env.flush_all()
        # raw SQL: skips what another transaction holds, which the ORM cannot say
        rows = self.env.execute_query(
            SQL(
                CANDIDATES,
                most=IN_FLIGHT,
                order=["code", "reply", "notice", "bulk"],
                now=fields.Datetime.now(),
            )
        )
        texts = self.env["sms.inbox.message"].browse(row[0] for row in rows)
        self.env["sms.inbox.subscriber"]._hold(texts)
        refused = self.env["sms.inbox.consent"]._opted_out(texts)
        if refused:
            refused._cancel(self.env._("They want no texts from you."))
        return texts - refused

    @api.model
    def _scheduled_waits(self):
        """Seconds until the next text that is scheduled for later, in a list."""
        later = self.env["sms.inbox.message"].search(
            [("state", "=", "queued"), ("not_before", ">", fields.Datetime.now())],
            order="not_before",
            limit=1,
        )
        return [self._seconds_until(text.not_before) for text in later]

    @api.model
    def _expire(self):
        for text in self.env["sms.inbox.message"].search(
            [("state", "=", "queued"), ("not_after", "<", fields.Datetime.now())]
        ):
            text._settle(
                "expired", error_text=self.env._("It was too late to send it.")
            )

    @api.model
    def _cancel_of_retired_numbers(self):
        """Texts that were queued just while their number was archived."""
        self.env["sms.inbox.message"].search(
            [("state", "=", "queued"), ("number_id.active", "=", False)]
        )._cancel(self.env._("The number was archived before this text left."))

    @api.model
    def _seconds_until(self, moment):
        if not moment:
            return 0
        return max(0, (moment - fields.Datetime.now()).total_seconds())

    @api.model
    def _job(self, attempt):
        text, account = attempt.message_id, attempt.account_id
        outbound = carriers.OutboundText(
            uuid=attempt.uuid,
            sender=text.number_id.line_id.number,
            recipient=text.contact_number,
            body=text.body,
            status_url=account._webhook_url("status", attempt.uuid) or "",
            valid_seconds=int(self._seconds_until(text.not_after)) or None,
        )
        return attempt.id, account._carrier(), outbound

    # ------------------------------------------------------------
    # CALL, AND WRITE DOWN
    # ------------------------------------------------------------

    @staticmethod
    def _call_carrier(job):
        """Hand a text over, in a thread without a transaction.

        :return: the attempt's id and the answer or the error
        """
        attempt_id, carrier, outbound = job
        try:
            return attempt_id, carrier.send(outbound)
        except carriers.CarrierError as error:
            return attempt_id, error

    @api.model
    def _write_down_safely(self, attempt_id, outcome):
        """Write an answer down; one that cannot be leaves its attempt to its lease."""
        try:
            self._run(self._write_down, attempt_id, outcome)
        except Exception as error:
            # the type alone: an error's words could quote the text
            _logger.warning(
                "The answer to attempt %s was not written down: %s",
                attempt_id,
                type(error).__name__,
            )

    @api.model
    def _write_down(self, attempt_id, outcome):
        attempt = self.env["sms.inbox.attempt"].browse(attempt_id)
        match outcome:
            case carriers.Accepted():
                attempt._accepted(outcome)
            case carriers.TryLater():
                attempt._refused_for_now(outcome)
            case carriers.Refused():
                attempt._refused_for_good(outcome)
            case _:
                attempt._lost(outcome.text)
