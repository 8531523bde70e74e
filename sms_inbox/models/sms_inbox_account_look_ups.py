from odoo import fields, models

from .. import carriers
from ..carriers import Meaning, back_off, look_ups
from .sms_inbox_account import CREDENTIALS

# Seconds of the first pause and of the longest; sooner if somebody repairs the account.
PAUSES = {Meaning.ACCOUNT: (86400, 86400), Meaning.ACCOUNT_DAY: (3600, 3600)}
USUAL_PAUSES = (60, 3600)
GOOD = {
    "look_ups_held_until": False,
    "look_ups_held_reason": False,
    "look_ups_held_times": 0,
}


# a subject of its own in a file of its own, as one file would be too long
# pylint: disable=consider-merging-classes-inherited
class SmsInboxAccount(models.Model):
    """When look-ups through an account have to wait; its texts go on meanwhile."""

    _inherit = "sms.inbox.account"

    look_ups_held_until = fields.Datetime(
        "Look-ups held until", readonly=True, copy=False
    )
    look_ups_held_reason = fields.Char(
        "Look-ups held because", readonly=True, copy=False
    )
    look_ups_held_times = fields.Integer(readonly=True, copy=False)

    def write(self, vals):
        if vals.keys() & {*CREDENTIALS, "api_base_url"}:
            vals = {**GOOD, **vals}
        return super().write(vals)

    def _look_ups_held(self):
        """Until when, or False; an account that is held for texts is asked nothing."""
        now = fields.Datetime.now()
        holds = (self.held_until, self.look_ups_held_until)
        return max((until for until in holds if until and until > now), default=False)

    def _heed_look_ups(self, outcomes):
        """Hold the look-ups if what came of some says so, or let them go on."""
        errors = [o for o in outcomes if isinstance(o, carriers.CarrierError)]
        of_account = [error for error in errors if look_ups.is_of_account(error)]
        if of_account:
            self._hold_look_ups(of_account[-1])
        elif any(isinstance(outcome, carriers.LineType) for outcome in outcomes):
            self._look_ups_go_on()
        elif len(errors) >= look_ups.ENOUGH and not look_ups.is_final(errors[-1]):
            self._hold_look_ups(errors[-1])

    def _hold_look_ups(self, error):
        times = self.look_ups_held_times + 1
        pause = back_off.pause(times, *PAUSES.get(error.meaning, USUAL_PAUSES))
        seconds = max(pause, getattr(error, "retry_after", None) or 0)
        self.write(
            {
                "look_ups_held_until": fields.Datetime.add(
                    fields.Datetime.now(), seconds=seconds
                ),
                "look_ups_held_reason": self._words_of_failure(error),
                "look_ups_held_times": times,
            }
        )

    def _look_ups_go_on(self):
        """What held them is over."""
        held = self.filtered("look_ups_held_times")
        held.write(GOOD)
