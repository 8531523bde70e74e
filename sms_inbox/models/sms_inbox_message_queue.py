import time

from odoo import api, fields, models

from .. import clock
from .sms_inbox_batch import NEVER

MOST_AT_ONCE = 2000  # parked texts brought back, and late ones ended, in one step


# a subject of its own in a file of its own, as one file would be too long
# pylint: disable=consider-merging-classes-inherited
class SmsInboxMessage(models.Model):
    """Texts in the queue: parked, brought back, put back, too late."""

    _inherit = "sms.inbox.message"

    def _leaves_at_once(self):
        """Whether it is on their phone as good as now: it waits for its turn alone."""
        return (
            self.state == "queued" and self.priority != "bulk" and not self.parked_until
        )

    def _requeue(self, until=False, waits_for=False):
        """Have texts leave once more, not before ``until`` (naive UTC)."""
        erased = self.filtered("erased_at")
        erased._cancel(self.env._("Its words were erased."))
        (self - erased).write(
            {
                "state": "queued",
                "parked_until": until,
                "waits_for": waits_for,
                "error_code": False,
                "error_text": False,
                "error_meaning": False,
            }
        )
        self.conversation_id._tell_screens()
        self.env["sms.inbox.dispatcher"]._wake(until or None)

    def _park(self, until, waits_for):
        """Have the queue pass over texts until a moment in epoch seconds."""
        self.write({"parked_until": clock.moment(until), "waits_for": waits_for})
        # bulk texts are shown only once they left
        shown = self.filtered(lambda text: text.priority != "bulk").conversation_id
        shown._show_last()
        shown._tell_screens()

    def _hold_for_consent(self):
        """Hold texts until a person decides whether they are still wanted."""
        self.write(
            {
                "state": "held",
                "waits_for": "consent",
                "error_text": self.env._("They may want no more texts. Decide first."),
            }
        )
        self.conversation_id._show_last()
        for text in self.filtered("answers_since"):
            text.conversation_id._came_to_nothing(text)
        self.conversation_id._tell_screens()

    def _stand_in_for(self, text):
        """Answer also what an earlier reply answered, which was taken back."""
        since = min(
            filter(None, (self.answers_since, text.answers_since)), default=False
        )
        self.answers_since = since
        if text.found and (not self.found or self.found["stage"] == "waiting"):
            self.found = text.found

    def _let_go(self):
        """Queue texts that were held, for their own time where they have one."""
        for not_before, some in self.grouped("not_before").items():
            some._requeue(not_before, not_before and "schedule")
        self._answer_again()

    @api.model
    def _tidy_queue(self):
        """Bring back the parked texts whose time has come; end those that came late.

        :return: when the next one comes back or ends, in epoch seconds, or None
        """
        self.flush_model()
        # raw SQL: skips what another transaction holds, which the ORM cannot say. An
        # array, as PostgreSQL would go through all texts for each of them where it
        # takes them to be few.
        self.env.cr.execute(
            """
            UPDATE sms_inbox_message SET parked_until = NULL, waits_for = NULL
             WHERE id = ANY (ARRAY(
                   SELECT id FROM sms_inbox_message
                    WHERE state = 'queued' AND parked_until <= %s
                 ORDER BY parked_until LIMIT %s
                      FOR NO KEY UPDATE SKIP LOCKED))
            """,
            (clock.moment(time.time()), MOST_AT_ONCE),
        )
        if self.env.cr.rowcount:
            self.invalidate_model(["parked_until", "waits_for"])
        late = self.search(
            [("state", "=", "queued"), ("not_after", "<=", fields.Datetime.now())],
            limit=MOST_AT_ONCE,
        )
        if late:
            why = self.env._("It was too late to send it.")
            late._settle("expired", error_text=why)
        return self._next_parked()

    @api.model
    def _ask_again_what_sleeps(self):
        """Have texts that wait for the end of quiet hours judged by new rules."""
        self.flush_model()
        # raw SQL: a whole night's queue at once, past what is being handed over
        self.env.cr.execute(
            """
            UPDATE sms_inbox_message SET parked_until = NULL, waits_for = NULL
             WHERE id = ANY (ARRAY(
                   SELECT id FROM sms_inbox_message
                    WHERE state = 'queued' AND waits_for = 'quiet_hours'
                      FOR NO KEY UPDATE SKIP LOCKED))
            """
        )
        if self.env.cr.rowcount:
            self.invalidate_model(["parked_until", "waits_for"])
            self.env["sms.inbox.dispatcher"]._wake()

    @api.model
    def _next_parked(self):
        self.flush_model()
        # raw SQL: two look-ups in two indexes
        self.env.cr.execute(
            """
            SELECT extract(epoch FROM LEAST(
                   (SELECT min(parked_until) FROM sms_inbox_message
                     WHERE state = 'queued' AND parked_until < %s),
                   (SELECT min(not_after) FROM sms_inbox_message
                     WHERE state = 'queued' AND not_after IS NOT NULL)))::float
            """,
            (NEVER,),
        )
        return self.env.cr.fetchone()[0]

    @api.model
    def _cancel_of_retired_numbers(self):
        """End texts that were queued just while their number was archived."""
        self.search(
            [
                ("state", "=", "queued"),
                "|",
                ("number_id.active", "=", False),
                ("number_id.line_id.account_id.active", "=", False),
            ]
        )._cancel(self.env._("The number was archived before this text left."))
