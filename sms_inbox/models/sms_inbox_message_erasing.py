from odoo import fields, models


# a subject of its own in a file of its own, as one file would be too long
# pylint: disable=consider-merging-classes-inherited
class SmsInboxMessage(models.Model):
    """Words that the law has us erase. That there was a text, and when, stays."""

    _inherit = "sms.inbox.message"

    def _erase(self):
        """Take the words and pictures away; what has not left yet, never will."""
        waiting = self.filtered(lambda text: text.state in ("queued", "held"))
        waiting._cancel(self.env._("Its words were erased."))
        self.media_ids.unlink()
        self.write(
            {
                "body": False,
                "media_count": 0,
                "error_text": False,
                "erased_at": fields.Datetime.now(),
            }
        )
