from odoo import fields, models


class SmsInboxHold(models.AbstractModel):
    """Something that texts leave through and that can be stopped for a while.

    It is held until a time when that is known, and set aside when a person has to
    repair something first. Nothing is lost meanwhile: the texts wait in the queue.
    """

    _name = "sms.inbox.hold"
    _description = "What can be held or set aside"

    held_until = fields.Datetime("Held until", readonly=True, copy=False)
    held_reason = fields.Char("Held because", readonly=True, copy=False)
    set_aside_at = fields.Datetime("Set aside on", readonly=True, copy=False)
    set_aside_reason = fields.Char("Set aside because", readonly=True, copy=False)
    brought_back_at = fields.Datetime("Brought back on", readonly=True, copy=False)

    def _hold(self, seconds, reason):
        """Let nothing leave for so many seconds; a longer hold stays."""
        until = fields.Datetime.add(fields.Datetime.now(), seconds=seconds)
        shorter = self.filtered(lambda r: not r.held_until or r.held_until < until)
        shorter.write({"held_until": until, "held_reason": reason})

    def _set_aside(self, reason):
        """Let nothing leave until a person says so, and tell them why."""
        news = self.filtered(lambda record: not record.set_aside_at)
        news.write({"set_aside_at": fields.Datetime.now(), "set_aside_reason": reason})
        news._alert(reason)

    def _alert(self, reason):
        """Tell those who can repair it."""

    def action_bring_back(self):
        """Let texts leave through it again, because it was repaired."""
        self.write(
            {
                "held_until": False,
                "held_reason": False,
                "set_aside_at": False,
                "set_aside_reason": False,
                "brought_back_at": fields.Datetime.now(),
            }
        )
        self.env["sms.inbox.dispatcher"]._wake()
        return True
