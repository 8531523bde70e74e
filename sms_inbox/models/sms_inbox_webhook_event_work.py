import logging
import time

from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import UserError

from .. import short_transaction

_logger = logging.getLogger(__name__)

BATCH = 200  # events in one transaction
SLICE = 30.0  # seconds of one run, after which other scheduled actions get a turn
PAUSES = (10, 60)  # seconds before the second and the third try; then a person looks
SOON = 1  # seconds before a try that met too many others
# What comes due so soon is waited for: Odoo looks for due actions once a minute.
LINGER = 5.0  # seconds of a run
NAP = 0.3  # seconds between two looks
TO_DO = "mail.mail_activity_data_todo"

# Whatever waits for a try of its own holds up its thread alone. The hash is of the
# thread, so that all of one thread falls to the same run.
DUE = """
    SELECT id
      FROM sms_inbox_webhook_event
     WHERE id = ANY(ARRAY(
            SELECT id
              FROM sms_inbox_webhook_event event
             WHERE state = 'pending' AND (retry_at IS NULL OR retry_at <= %(now)s)
               AND NOT EXISTS (
                    SELECT
                      FROM sms_inbox_webhook_event earlier
                     WHERE earlier.state = 'pending' AND earlier.retry_at > %(now)s
                       AND earlier.account_id = event.account_id
                       AND earlier.thread_key = event.thread_key
                       AND earlier.id < event.id)
               AND (%(only)s::int[] IS NULL OR id = ANY(%(only)s))
               AND (hashtext(COALESCE(thread_key, '')) & 2147483647) %% %(of)s
                   = %(part)s
             ORDER BY id
             LIMIT %(batch)s)
        || ARRAY(
            SELECT id
              FROM sms_inbox_webhook_event
             WHERE state = 'waiting' AND retry_at <= %(now)s
               AND (%(only)s::int[] IS NULL OR id = ANY(%(only)s))
               AND (hashtext(COALESCE(thread_key, '')) & 2147483647) %% %(of)s
                   = %(part)s
             ORDER BY retry_at
             LIMIT %(batch)s))
     ORDER BY id
       FOR UPDATE
"""
NEXT = """
    SELECT min(retry_at)
      FROM sms_inbox_webhook_event
     WHERE retry_at > %s
       AND (hashtext(COALESCE(thread_key, '')) & 2147483647) %% %s = %s
"""
OTHERS = """
    SELECT EXISTS (
        SELECT
          FROM sms_inbox_webhook_event
         WHERE state = 'pending' AND retry_at IS NULL
           AND (hashtext(COALESCE(thread_key, '')) & 2147483647) %% %s <> 0)
"""


# a subject of its own in a file of its own, as one file would be too long
# pylint: disable=consider-merging-classes-inherited
class SmsInboxWebhookEvent(models.Model):
    """What carriers told us, turned into texts and states, many at a time."""

    _inherit = "sms.inbox.webhook.event"

    state = fields.Selection(
        selection_add=[("waiting", "Waiting for more"), ("done",)],
        ondelete={"waiting": "set default"},
        help="Waiting: it makes sense only with something else that is to come, such "
        "as the other parts of a long text.",
    )

    _held_idx = models.Index(
        "(thread_key, id) WHERE state = 'pending' AND retry_at IS NOT NULL"
    )
    _waiting_idx = models.Index("(thread_key) WHERE state = 'waiting'")
    _retry_idx = models.Index("(retry_at) WHERE retry_at IS NOT NULL")

    # ------------------------------------------------------------
    # RUNS
    # ------------------------------------------------------------

    @api.model
    def _cron_process(self, part=0, of=1):
        """Turn what carriers told us into texts and states, until nothing is left.

        What belongs to one thread is processed in the order in which it came. Several
        runs can share the work: let the scheduled action have ``part=0, of=2``, and a
        copy of it ``part=1, of=2``.
        """
        end, patience = time.monotonic() + SLICE, LINGER
        while time.monotonic() < end:
            self._wake_others(part, of)
            if self._process_some(part, of):
                continue
            wait = self._seconds_to_next(part, of)
            # no transaction is open while it naps, and what comes in is seen at once
            short_transaction.commit(self.env)
            if wait is None or wait > patience:
                break
            time.sleep(NAP)
            patience -= NAP
        self._come_back(part, of)

    @api.model
    def _process_some(self, part, of):
        """Process a batch in one transaction; whether there was anything to do."""
        try:
            return short_transaction.run(self.env, self._process_due, part, of)
        except Exception as error:
            _logger.info("Events are processed one by one: %s", type(error).__name__)
            for event_id in short_transaction.run(self.env, self._due, part, of).ids:
                self._process_alone(event_id)
            return True

    @api.model
    def _process_alone(self, event_id):
        """Process an event in a transaction of its own; after a fault, again later."""
        run = short_transaction.run
        try:
            run(self.env, self._process_due, 0, 1, [event_id])
        except UniqueViolation as error:
            # others made it meanwhile, or it would not be refused again and again
            self._failed_safely(event_id, error)
        except short_transaction.CLASHES:
            run(self.env, self.browse(event_id)._retry_in, SOON)
        except Exception as error:
            self._failed_safely(event_id, error)

    @api.model
    def _process_due(self, part, of, only=None):
        events = self._due(part, of, only)
        events._process()
        return bool(events)

    @api.model
    def _due(self, part, of, only=None):
        """Events whose turn it is, in their order, locked to the transaction's end."""
        # raw SQL: the ORM has no lock, no hash and no way to ask for earlier rows
        self.env.cr.execute(
            DUE,
            {
                "now": fields.Datetime.now(),
                "only": only,
                "part": part,
                "of": of,
                "batch": BATCH,
            },
        )
        return self.browse([event_id for (event_id,) in self.env.cr.fetchall()])

    def _process(self):
        texts = self.filtered(lambda event: event.kind == "inbound")
        texts._process_inbound()
        (self - texts)._process_reports()

    # ------------------------------------------------------------
    # WAKING
    # ------------------------------------------------------------

    @api.model
    def _seconds_to_next(self, part, of):
        """How long until a try that is planned for later, or None."""
        now = fields.Datetime.now()
        # raw SQL: as in the question for what is due
        self.env.cr.execute(NEXT, (now, of, part))
        (at,) = self.env.cr.fetchone()
        return at and (at - now).total_seconds()

    @api.model
    def _come_back(self, part, of):
        """Plan the next run, where there is something left to do."""
        cron_sudo = self._this_cron()
        if self._due(part, of):
            cron_sudo._trigger()
        elif wait := self._seconds_to_next(part, of):
            self._start_at(cron_sudo, wait)
        short_transaction.commit(self.env)

    @api.model
    def _start_at(self, cron_sudo, wait):
        """Have a scheduled action started in so many seconds, if it is not earlier."""
        now = fields.Datetime.now()
        at = fields.Datetime.add(now, seconds=wait)
        if not cron_sudo._sms_inbox_is_planned(now, at):
            cron_sudo._trigger(at)

    @api.model
    def _wake_others(self, part, of):
        """Storing wakes the first run only, so this one wakes those beside it."""
        if part or of == 1 or not self._is_work_for_others(of):
            return
        # sudo: ir.cron - a scheduled action may start those that share its work
        others_sudo = (
            self.env["ir.cron"]
            .sudo()
            .search(
                [
                    ("model_id.model", "=", self._name),
                    ("code", "like", "_cron_process("),
                    ("id", "!=", self._this_cron().id),
                ]
            )
        )
        for cron_sudo in others_sudo:
            cron_sudo._trigger()

    @api.model
    def _is_work_for_others(self, of):
        # raw SQL: as in the question for what is due
        self.env.cr.execute(OTHERS, (of,))
        return self.env.cr.fetchone()[0]

    @api.model
    def _this_cron(self):
        # sudo: ir.cron - the scheduled action that runs
        crons_sudo = self.env["ir.cron"].sudo()
        running_sudo = crons_sudo.browse(self.env.context.get("cron_id"))
        return running_sudo or self.env.ref("sms_inbox.ir_cron_process_events").sudo()

    # ------------------------------------------------------------
    # OUTCOMES
    # ------------------------------------------------------------

    def _done(self):
        self.write({"state": "done", "reason": False, "retry_at": False})

    def _wait_until(self, moment):
        """Let these wait for something that is to come, holding up nothing else."""
        self.write({"state": "waiting", "retry_at": moment})

    def _retry_in(self, seconds):
        at = fields.Datetime.add(fields.Datetime.now(), seconds=seconds)
        self.write({"retry_at": at})

    def _set_aside(self, reason):
        self.write({"state": "set_aside", "reason": reason, "retry_at": False})

    @api.model
    def _failed_safely(self, event_id, error):
        """As :meth:`_failed`; whatever goes wrong with that too, the others go on."""
        # the type alone: an error's words could quote the text
        name = type(error).__name__
        try:
            short_transaction.run(self.env, self._failed, event_id, name)
        except Exception:
            _logger.warning("Event %s of a carrier was put away: %s", event_id, name)
            short_transaction.run(self.env, self._put_away, event_id)

    @api.model
    def _put_away(self, event_id):
        # raw SQL: whatever the ORM or an index stumbles over is left out
        self.env.cr.execute(
            """
            UPDATE sms_inbox_webhook_event
               SET state = 'set_aside', retry_at = NULL, thread_key = NULL
             WHERE id = %s
            """,
            (event_id,),
        )
        self.invalidate_model()

    @api.model
    def _failed(self, event_id, error):
        """Try an event again that something went wrong with; in the end, set it aside.

        :param error: the type of what was raised
        """
        event = self.browse(event_id)
        if event.tries < len(PAUSES):
            event._retry_in(PAUSES[event.tries])
            event.tries += 1
            return
        _logger.warning("Event %s of a carrier was set aside: %s", event_id, error)
        event._set_aside(self.env._("It could not be understood (%s).", error))
        event._alert()

    def _alert(self):
        """Give the administrators something to do about it, once for each account."""
        administrators = self.env.ref("base.group_system").all_user_ids
        # e-mails about it wait for their own queue: nothing here waits for them
        for account in self.account_id.with_context(mail_notify_force_send=False):
            told = account.activity_search([TO_DO]).user_id
            for user in (administrators - told).filtered(
                lambda user, account=account: account.company_id in user.company_ids
            ):
                account.activity_schedule(
                    TO_DO,
                    summary=self.env._("What the carrier told us could not be used"),
                    note=self.env._(
                        "Look at what was set aside under Configuration, Carriers, "
                        "Carriers' messages. Once its cause is mended, try it again."
                    ),
                    user_id=user.id,
                )

    def action_retry(self):
        """Process events again that were set aside, once their cause is mended."""
        self._set_aside_ones().write({"state": "pending", "reason": False, "tries": 0})
        self._wake()
        return True

    def action_discard(self):
        """Be done with what was set aside and is of no use."""
        self._set_aside_ones()._done()
        return True

    def _set_aside_ones(self):
        aside = self.filtered(lambda event: event.state == "set_aside")
        if not aside:
            raise UserError(self.env._("Only what was set aside can be changed."))
        return aside
