from odoo import api, models

from .. import clock

OPEN = ("unknown", "subscribed", "review")  # what a carrier's older word may end


# a subject of its own in a file of its own, as one file would be too long
# pylint: disable=consider-merging-classes-inherited
class SmsInboxConsent(models.Model):
    """What carriers tell: whom they let no text of ours pass to."""

    _inherit = "sms.inbox.consent"

    @api.model
    def _opt_out(self, company, pairs, source):
        """Note that people want no texts from lines of ours, and who says so.

        :param pairs: (their number in E.164, the line or an empty one for all), each
            once
        """
        return self._change(company, dict.fromkeys(pairs, source), "opted_out")

    @api.model
    def _opt_outs_that_are_news(self, company, told):
        """The pairs of which nothing newer is known here than that they opted out.

        What a person said or decided since then stays; so it does in doubt.

        :param told: {(their number, the line or an empty one): since when, in epoch
            seconds; 0 where nobody knows}
        """
        known = self._of_pairs(company, told)
        changes = self._last_changes(company, [number for number, _line in told])
        return [
            (number, line)
            for (number, line), at in told.items()
            if ((number, line) not in known or known[number, line].state in OPEN)
            and all(
                changed < at
                for of_line, changed in changes.get(number, ())
                # what was said of one line is an exception to what holds for all
                if not line or of_line in (line.number, False)
            )
        ]

    @api.model
    def _last_changes(self, company, their_numbers):
        """{their number: [(our number or False, epoch seconds of the last change)]}"""
        changes = {}
        for number, line_number, at in self.env["sms.inbox.consent.event"]._read_group(
            [("company_id", "=", company.id), ("number", "in", their_numbers)],
            ["number", "line_number"],
            ["at:max"],
        ):
            changes.setdefault(number, []).append((line_number, clock.epoch(at)))
        return changes
