from datetime import UTC, timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..messaging import working_time

LOOK_AHEAD = timedelta(weeks=6)  # in which a response time ends, whatever the holidays
SOON = 0.75  # of the response time; what is left then is little


class Work:
    """The spans of work of a company, as far as they were asked for (naive UTC)."""

    def __init__(self, spans):
        self.spans = spans

    def worked(self, begin, end):
        return working_time.worked(self.spans, begin, end)

    def after(self, begin, work):
        moment = working_time.after(self.spans, begin, work)
        return moment and moment.replace(microsecond=0)


# a subject of its own in a file of its own
# pylint: disable=consider-merging-classes-inherited
class ResCompany(models.Model):
    """How soon a company means to answer, and what its board clears away by itself."""

    _inherit = "res.company"

    sms_inbox_response_minutes = fields.Integer(
        "Answer within (minutes)",
        default=60,
        help="Counted in the company's working hours. 0: there is no such time.",
    )
    sms_inbox_auto_close_days = fields.Integer(
        "Close after (days)",
        help="Conversations in which we wait for them. 0: only people close them.",
    )

    @api.constrains("sms_inbox_response_minutes", "sms_inbox_auto_close_days")
    def _check_sms_inbox_board(self):
        for company in self:
            if company.sms_inbox_response_minutes < 0:
                raise ValidationError(
                    self.env._("An answer cannot be due before the text came in.")
                )
            if company.sms_inbox_auto_close_days < 0:
                raise ValidationError(
                    self.env._("Conversations are closed after one day at the soonest.")
                )

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {"sms_inbox_response_minutes", "resource_calendar_id"}:
            self._sms_inbox_due_anew()
        return result

    def _sms_inbox_due_anew(self):
        # sudo: sms.inbox.conversation - of all numbers, whoever changes the setting
        conversations_sudo = self.env["sms.inbox.conversation"].sudo()
        waiting_sudo = conversations_sudo.search(
            [("company_id", "in", self.ids), ("stage", "=", "needs_reply")]
        )
        for name in ("overdue_at", "soon_at"):
            self.env.add_to_compute(conversations_sudo._fields[name], waiting_sudo)

    # ------------------------------------------------------------
    # WORKING HOURS
    # ------------------------------------------------------------

    def _sms_inbox_work(self, begin, end):
        """The :class:`Work` between two moments; all of the time without a calendar."""
        self.ensure_one()
        # sudo: resource.calendar - hours alone; users of other apps need not see them
        calendar_sudo = self.sudo().resource_calendar_id
        if not calendar_sudo:
            return Work([(begin, end)])
        holidays = [
            ("time_type", "=", "leave"),
            ("company_id", "in", [False, self.id]),
        ]
        intervals = calendar_sudo._work_intervals_batch(
            begin.replace(tzinfo=UTC), end.replace(tzinfo=UTC), domain=holidays
        )[False]
        return Work([(_naive(start), _naive(stop)) for start, stop, _who in intervals])

    def _sms_inbox_due(self, moments):
        """{moment: (when an answer is due soon, when it is overdue), or Falses}"""
        minutes = self.sms_inbox_response_minutes
        if not minutes:
            return dict.fromkeys(moments, (False, False))
        target = timedelta(minutes=minutes)
        end = max(moments) + LOOK_AHEAD + target
        work = self._sms_inbox_work(min(moments), end)
        return {
            moment: (
                work.after(moment, target * SOON) or end,
                work.after(moment, target) or end,
            )
            for moment in moments
        }


def _naive(moment):
    return moment.astimezone(UTC).replace(tzinfo=None)
