from collections import defaultdict
from uuid import uuid4

from psycopg2.extras import execute_values

from odoo import SUPERUSER_ID, api, fields, models

from .. import carriers, short_transaction, words
from ..messaging import delivery

# Seconds after which a text that is still being handed over counts as unknown: more
# than the carrier's longest time-out, so that its own answer always comes first.
LEASE = 120
AT_ONCE = 2  # seconds in which a text leaves that waits for nothing


class SmsInboxAttempt(models.Model):
    """One hand-over of a text to a carrier, and what the carrier said of it."""

    _name = "sms.inbox.attempt"
    _description = "Hand-over to a carrier"
    _rec_name = "uuid"
    _order = "id desc"

    uuid = fields.Char(
        required=True, readonly=True, copy=False, default=lambda self: uuid4().hex
    )
    message_id = fields.Many2one(
        "sms.inbox.message",
        required=True,
        index=True,
        readonly=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, readonly=True, ondelete="restrict"
    )
    account_id = fields.Many2one(
        "sms.inbox.account", required=True, readonly=True, ondelete="restrict"
    )
    carrier_id = fields.Char("Carrier's id", readonly=True)
    state = fields.Selection(
        [
            ("sending", "Under way"),
            ("sent", "Sent"),
            ("delivered", "Delivered"),
            ("undelivered", "Not delivered"),
            ("failed", "Failed"),
            ("refused", "Refused for now"),
            ("unknown", "Answer lost"),
            ("absent", "Never reached the carrier"),
        ],
        required=True,
        readonly=True,
        default="sending",
    )
    error_code = fields.Char(readonly=True)
    error_text = fields.Char("What the carrier said", readonly=True)
    lease_until = fields.Datetime(readonly=True)

    _uuid_unique = models.UniqueIndex("(uuid)")
    _carrier_id_unique = models.UniqueIndex(
        "(account_id, carrier_id) WHERE carrier_id IS NOT NULL"
    )
    _lease_idx = models.Index("(lease_until) WHERE state = 'sending'")
    _same_company = models.Constraint(
        "FOREIGN KEY (message_id, company_id) "
        "REFERENCES sms_inbox_message (id, company_id) ON DELETE CASCADE"
    )

    # ------------------------------------------------------------
    # BEGINNING
    # ------------------------------------------------------------

    @api.model
    def _begin(self, accounts):
        """One attempt for each text, leased: they are being handed over now.

        :param accounts: {id of a text: id of the account that it leaves through}
        :return: {id of a text: (id of its attempt, uuid of its attempt)}
        """
        if not accounts:
            return {}
        now = fields.Datetime.now()
        lease = fields.Datetime.add(now, seconds=LEASE)
        at_once = fields.Datetime.subtract(now, seconds=AT_ONCE)
        rows = [
            (text_id, account, uuid4().hex) for text_id, account in accounts.items()
        ]
        # raw SQL: both in one statement, for many texts at a time
        begun = execute_values(
            self.env.cr._obj,
            f"""
            WITH chosen (text_id, account_id, uuid) AS (VALUES %s),
                 begun AS (
                    UPDATE sms_inbox_message
                       SET state = 'sending', tries = COALESCE(tries, 0) + 1,
                           left_at = '{now}',
                           place = nextval('sms_inbox_message_id_seq'),
                           date = CASE WHEN date < '{at_once}' THEN '{now}'
                                       ELSE date END
                      FROM chosen
                     WHERE sms_inbox_message.id = chosen.text_id
                 RETURNING sms_inbox_message.id, sms_inbox_message.company_id)
            INSERT INTO sms_inbox_attempt
                        (uuid, message_id, company_id, account_id, state, lease_until,
                         create_uid, create_date, write_uid, write_date)
                 SELECT chosen.uuid, begun.id, begun.company_id, chosen.account_id,
                        'sending', '{lease}', {SUPERUSER_ID}, '{now}',
                        {SUPERUSER_ID}, '{now}'
                   FROM chosen JOIN begun ON begun.id = chosen.text_id
              RETURNING message_id, id, uuid
            """,
            rows,
            page_size=len(rows),
            fetch=True,
        )
        changed = ["state", "tries", "left_at", "date", "place"]
        self.env["sms.inbox.message"].invalidate_model(changed)
        return {text_id: (attempt_id, uuid) for text_id, attempt_id, uuid in begun}

    def _put_back(self):
        """They never began: their texts wait again, as if they had not been claimed."""
        texts = self._unbegin()
        if not texts:
            return
        self.env["sms.inbox.limit"]._uncount(texts)
        # raw SQL: each one's own tries, for many at a time in one statement
        self.env.cr.execute(
            """
            UPDATE sms_inbox_message
               SET tries = tries - 1, left_at = NULL,
                   date = CASE WHEN state = 'sending' THEN create_date ELSE date END,
                   place = CASE WHEN state = 'sending' THEN id ELSE place END,
                   state = CASE WHEN state != 'sending' THEN state
                                WHEN erased_at IS NULL THEN 'queued'
                                ELSE 'canceled' END
             WHERE id = ANY(%s)
            """,
            (texts.ids,),
        )
        changed = ["tries", "left_at", "date", "place", "state", "attempt_ids"]
        texts.invalidate_recordset(changed)
        # nobody watches a bulk text come back
        watched = texts.filtered(lambda text: text.priority != "bulk")
        watched.conversation_id._tell_screens()
        self.env["sms.inbox.dispatcher"]._wake()

    def _unbegin(self):
        """Delete those that nobody has settled yet, and give their texts."""
        if not self:
            return self.env["sms.inbox.message"]
        self.env.flush_all()
        # raw SQL: many at a time in one statement
        self.env.cr.execute(
            "DELETE FROM sms_inbox_attempt WHERE id = ANY(%s) AND state = 'sending' "
            "RETURNING message_id",
            (self.ids,),
        )
        ids = [row[0] for row in self.env.cr.fetchall()]
        self.invalidate_recordset(flush=False)
        return self.env["sms.inbox.message"].browse(ids)

    # ------------------------------------------------------------
    # ANSWERS OF THE CARRIER
    # ------------------------------------------------------------

    @api.model
    def _write_down_safely(self, landed):
        """Write answers down; one that cannot be leaves its attempt to its lease."""
        what = "The answer to attempt {.job.attempt_id} was not written down"
        short_transaction.run_for_each(self.env, self._write_down, landed, what)

    @api.model
    def _write_down(self, landed):
        settled = self._write_down_accepted(landed)
        never_began = [job.attempt_id for job, outcome in landed if outcome is None]
        self.browse(never_began)._put_back()
        settled.update(never_began)
        for landing in landed:
            if landing.job.attempt_id in settled:
                continue
            attempt = self.browse(landing.job.attempt_id)
            match landing.outcome:
                case carriers.Accepted():
                    attempt._accepted(landing.outcome)
                case carriers.Refused():
                    attempt._refused(landing.outcome)
                case _:
                    attempt._lost(landing.outcome.text)

    @api.model
    def _write_down_accepted(self, landed):
        """Write down what the carrier took, where nothing else was heard of it yet.

        :return: ids of those attempts; what is out of the ordinary is left
        """
        rows = [
            (job.attempt_id, answer.carrier_id, answer.segments)
            for job, answer in landed
            if isinstance(answer, carriers.Accepted) and not answer.reports
        ]
        if not rows:
            return set()
        self.env.flush_all()
        # raw SQL: the ordinary end of every text, for many at a time in one statement
        ended = execute_values(
            self.env.cr._obj,
            """
            WITH answer (attempt_id, carrier_id, segments) AS (VALUES %s),
                 attempt AS (
                    UPDATE sms_inbox_attempt
                       SET state = 'sent', carrier_id = answer.carrier_id
                      FROM answer
                     WHERE sms_inbox_attempt.id = answer.attempt_id
                       AND sms_inbox_attempt.state = 'sending'
                 RETURNING sms_inbox_attempt.id, message_id, answer.segments)
            UPDATE sms_inbox_message text
               SET state = 'sent', segments = COALESCE(attempt.segments, text.segments)
              FROM attempt
             WHERE text.id = attempt.message_id AND text.state = 'sending'
         RETURNING attempt.id, text.conversation_id, text.priority
            """,
            rows,
            template="(%s, %s, %s::int)",
            page_size=len(rows),
            fetch=True,
        )
        self.invalidate_model(["state", "carrier_id"])
        self.env["sms.inbox.message"].invalidate_model(["state", "segments"])
        conversations = self.env["sms.inbox.conversation"]
        said = {conversation for _id, conversation, _kind in ended}
        conversations.browse(filter(None, said))._show_last()
        # of bulk texts the dispatcher tells, many at a time
        watched = {conversation for _id, conversation, kind in ended if kind != "bulk"}
        conversations.browse(filter(None, watched))._tell_screens()
        return {attempt_id for attempt_id, _conversation, _kind in ended}

    def _accepted(self, answer):
        """The carrier took the text and gave it an id."""
        self.carrier_id = answer.carrier_id
        if answer.segments and answer.segments != self.message_id.segments:
            self.message_id.segments = answer.segments
        self._advance("sent")
        for report in answer.reports:
            self.env["sms.inbox.webhook.event"]._store(
                self.account_id, report, attempt_uuid=self.uuid
            )

    def _ended(self, state, error_code=False, error_text=False):
        """End what is under way; a report that came first knows better."""
        if self.state not in ("sending", "unknown"):
            return False
        self.write({"state": state, "error_code": error_code, "error_text": error_text})
        return True

    def _settles(self):
        """Whether the text waits for this attempt; a report may have settled it."""
        return self.message_id.state in ("sending", "unknown")

    # ------------------------------------------------------------
    # REPORTS
    # ------------------------------------------------------------

    @api.model
    def _reported_all(self, reports):
        """Carriers' reports on many attempts, in whatever order and number.

        :param reports: {attempt: the highest report on it}
        """
        self._note_carrier_ids(reports)
        ordinary, others = defaultdict(self.browse), []
        for attempt, report in reports.items():
            if attempt._is_ordinary(report):
                ordinary[report.state] |= attempt
            else:
                others.append(attempt)
        # a late word on an earlier attempt is believed over these, so it comes after
        for state, attempts in ordinary.items():
            attempts.write({"state": state, "error_code": False})
            attempts.message_id._settle(state)
        for attempt in others:
            attempt._advance(reports[attempt].state, reports[attempt].error_code)

    @api.model
    def _note_carrier_ids(self, reports):
        """Note what the carrier named these, but for names that others have."""
        named = {
            (attempt.account_id, report.carrier_id): attempt
            for attempt, report in reports.items()
            if report.carrier_id and not attempt.carrier_id
        }
        if not named:
            return
        taken = self.search(
            [
                ("account_id", "in", [account.id for account, _id in named]),
                ("carrier_id", "in", [carrier_id for _account, carrier_id in named]),
            ]
        )
        taken = {(attempt.account_id, attempt.carrier_id) for attempt in taken}
        for (account, carrier_id), attempt in named.items():
            if (account, carrier_id) not in taken:
                attempt.carrier_id = carrier_id

    def _is_ordinary(self, report):
        """Whether a report only moves the latest attempt and its text on."""
        text = self.message_id
        return (
            report.state in ("sent", "delivered")
            and not report.error_code
            and self.state in ("sending", "sent")
            and delivery.advance(self.state, report.state) != self.state
            and text.state in ("sending", "sent")
            and self._counts_for(text, report.state)
        )

    def _advance(self, reported, error_code=False):
        state = delivery.advance(self.state, reported)
        if state == self.state:
            return
        self.write({"state": state, "error_code": error_code})
        text = self.message_id
        if not self._counts_for(text, state):
            return
        meaning = self._meaning(error_code)
        if not (meaning and self._sent_again(meaning)):
            text._settle(
                state,
                error_code,
                meaning and words.delivery_problem(self.env, meaning),
                meaning and meaning.value,
            )
        if meaning:
            self._heed(meaning)

    def _counts_for(self, text, state):
        """Whether the text itself comes to ``state`` when this attempt does."""
        if text.state == "queued":
            # it was to be sent once more, and now turns out to have left
            return state in ("sent", "delivered")
        latest = text.attempt_ids[:1] == self
        moves = delivery.advance(text.state, state) == state
        return moves and (latest or state == "delivered")

    def _meaning(self, error_code):
        if not error_code:
            return None
        return carriers.get(self.account_id.carrier).meaning(error_code)

    # ------------------------------------------------------------
    # LEASES
    # ------------------------------------------------------------

    @api.model
    def _overdue(self):
        """Attempts whose sender died before it wrote down the answer."""
        return self.search(
            [("state", "=", "sending"), ("lease_until", "<", fields.Datetime.now())]
        )

    def _lost_with_its_sender(self):
        self._lost(self.env._("The carrier's answer was lost."))
