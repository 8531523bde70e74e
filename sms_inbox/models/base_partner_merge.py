from odoo import models


class BasePartnerMerge(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        """Merged contacts bring their threads, but not those of other companies."""
        result = super()._update_foreign_keys(src_partners, dst_partner)
        self.env["sms.inbox.conversation"].invalidate_model(["partner_id"])
        dst_partner._sms_leave_other_companies()
        return result
