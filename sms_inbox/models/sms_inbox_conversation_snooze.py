from datetime import UTC, datetime, time, timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from .. import short_transaction

MORNING = time(8)  # when what was put off to a day comes back


# a subject of its own in a file of its own, as one file would be too long
# pylint: disable=consider-merging-classes-inherited
class SmsInboxConversation(models.Model):
    """Put threads off; they come back at their time, or with an answer."""

    _inherit = "sms.inbox.conversation"

    @api.model
    def _wake_at(self, moment):
        # sudo: ir.cron - whoever snoozes has it woken in time
        cron_sudo = self.env.ref("sms_inbox.ir_cron_wake_snoozed").sudo()
        cron_sudo._trigger(moment)

    @api.model
    def _cron_wake_snoozed(self):
        """Bring back the threads whose snooze has ended."""
        self._snooze_ended()._wake_safely()

    @api.model
    def _snooze_ended(self, domain=()):
        return self.search(
            [
                *domain,
                ("stage", "=", "snoozed"),
                "|",
                ("snoozed_until", "=", False),
                ("snoozed_until", "<=", fields.Datetime.now()),
            ]
        )

    def _wake_safely(self):
        """Bring threads back; one that cannot be keeps no other one asleep."""
        what = "Conversation {.id} was not brought back"
        short_transaction.run_for_each(self.env, type(self)._wake, self, what)

    def _wake(self):
        # somebody may have moved one of them meanwhile
        self._snooze_ended([("id", "in", self.ids)]).write({"stage": "needs_reply"})

    # ------------------------------------------------------------
    # UNTIL WHEN
    # ------------------------------------------------------------

    def _snooze_until(self, moment):
        """Put threads off until a moment (naive UTC).

        :raise UserError: if it is over already
        """
        if moment <= fields.Datetime.now():
            raise UserError(self.env._("Choose a time that is still to come."))
        return self.write({"stage": "snoozed", "snoozed_until": moment})

    @api.model
    def _tomorrow_morning(self):
        """The moment (naive UTC) of a morning, in the user's time zone."""
        day = datetime.now(self.env.tz).date() + timedelta(days=1)
        morning = self.env.tz.localize(datetime.combine(day, MORNING))
        return morning.astimezone(UTC).replace(tzinfo=None)
