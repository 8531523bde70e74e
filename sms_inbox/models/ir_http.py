from odoo import models


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    def session_info(self):
        """Say along with it whether the user has SMS Inbox."""
        info = super().session_info()
        is_user = self.env.user.has_group("sms_inbox.group_user")
        return {**info, "sms_inbox_user": is_user}
