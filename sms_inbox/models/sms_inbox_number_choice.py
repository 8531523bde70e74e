from odoo import api, models

from ..messaging import sender_choice


# a subject of its own in a file of its own, as one file would be too long
# pylint: disable=consider-merging-classes-inherited
class SmsInboxNumber(models.Model):
    """Which of our numbers texts somebody first."""

    _inherit = "sms.inbox.number"

    @api.model
    def _usable(self):
        """The numbers that the current user may text from, their own first."""
        numbers_ = self.search(
            [("company_id", "=", self.env.company.id), ("usage", "=", "conversation")]
        )
        return numbers_.sorted(lambda n: self.env.user not in n.user_ids)

    def _healthy(self):
        """Those of these numbers that texts can leave from, and are not set aside."""
        # sudo: sms.inbox.line - belongs to no company, users may not read it
        return self.filtered(
            lambda n: (
                n.active
                and n.sudo().line_id.claimed_at
                and not n.sudo().line_id.set_aside_at
                and n.sudo().line_id.account_id.active
                and not n.sudo().line_id.account_id.set_aside_at
            )
        )

    def _known_to(self, contact_numbers):
        """{contact's number: the one of these numbers that texted with it last}

        Else the one that is to text it first.
        """
        # sudo: sms.inbox.conversation - which number they know, nothing of its texts
        threads = (
            self.env["sms.inbox.conversation"]
            .sudo()
            .search_fetch(
                [
                    ("number_id", "in", self.ids),
                    ("contact_number", "in", list(contact_numbers)),
                ],
                ["number_id", "contact_number"],
                order="last_text_at NULLS FIRST, id",
            )
        )
        return {thread.contact_number: thread.number_id for thread in threads}

    def _as_senders(self, known=None):
        """These numbers as :mod:`sender_choice` sees them, with what they have to do.

        :param known: the one that the contact knows
        """
        queued = self.env["sms.inbox.capacity"]._queued_segments(self)
        healthy = self._healthy()
        return [
            sender_choice.Sender(
                key=number.id,
                number=number.number,
                known=number == known,
                mine=self.env.user in number.user_ids,
                healthy=number in healthy,
                seconds_to_drain=queued.get(number.id, 0) * number._seconds_each(),
            )
            for number in self
        ]

    def _seconds_each(self):
        """Seconds that a segment takes by the number's own limit."""
        # sudo: sms.inbox.limit - belongs to no company, users may not read it
        return 1.0 / (self.sudo().line_id.limit_id.segments_per_second or 1.0)

    @api.model
    def _best_for(self, contact_number):
        """The number to text somebody from: the one they know, else a near one."""
        usable = self._usable()
        known = usable._healthy()._known_to([contact_number]).get(contact_number)
        best = sender_choice.choose(usable._as_senders(known), contact_number)
        return self.browse(best.key) if best else usable[:1]
