from odoo import fields, models
from odoo.fields import Domain

# states of a reply that is to answer them, or did
STANDS = ("queued", "sending", "sent", "delivered")


# a subject of its own in a file of its own, as one file would be too long
# pylint: disable=consider-merging-classes-inherited
class SmsInboxConversation(models.Model):
    """Replies that were taken back: their thread is as if they had never been."""

    _inherit = "sms.inbox.conversation"

    def _as_found(self):
        """What a reply changes, besides since when they wait, as JSON."""
        return {
            "stage": self.stage,
            "probably_done": self.probably_done,
            "closed_at": fields.Datetime.to_string(self.closed_at),
            "snoozed_until": fields.Datetime.to_string(self.snoozed_until),
        }

    def _taken_back(self, text):
        """Put back what a reply of ours had changed, unless a later one stands."""
        later = self._next_reply(text)
        if later:
            later._stand_in_for(text)
            self._answered_instead(text, later)
        elif self.stage == "waiting" and text.found:
            found = self._to_put_back(text.found)
            self.write({**found, "waiting_since": text.answers_since})
            self._waits_again()
        elif text.answers_since:
            self._came_to_nothing(text)

    def _to_put_back(self, found):
        """The values of ``_as_found`` that nobody has changed since."""
        return found

    def _next_reply(self, text):
        return self.env["sms.inbox.message"].search(
            Domain("conversation_id", "=", self.id)
            & Domain("id", ">", text.id)
            & Domain("direction", "=", "out")
            & Domain("priority", "=", "reply")
            & Domain("state", "in", STANDS),
            order="id",
            limit=1,
        )
