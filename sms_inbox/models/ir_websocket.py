import re

from odoo import models

PRESENCE = re.compile(r"sms_inbox\.presence_(\d+)")


class IrWebsocket(models.AbstractModel):
    _inherit = "ir.websocket"

    def _build_bus_channel_list(self, channels):
        """Let those alone who may read a thread hear who else is in it."""
        asked = {channel: PRESENCE.fullmatch(str(channel)) for channel in channels}
        kept = [channel for channel, match in asked.items() if not match]
        ids = [int(match[1]) for match in asked.values() if match]
        if ids and self.env.user.has_group("sms_inbox.group_user"):
            threads = self.env["sms.inbox.conversation"].search([("id", "in", ids)])
            kept += [(thread, "presence") for thread in threads]
        return super()._build_bus_channel_list(kept)
