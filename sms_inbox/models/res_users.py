from odoo import models


class ResUsers(models.Model):
    _inherit = "res.users"

    def write(self, vals):
        result = super().write(vals)
        if "company_ids" in vals or vals.get("active") is False:
            self._sms_leave_other_companies()
        return result

    def _sms_inbox_answering(self, company):
        """Those of some users who can answer texts in a company at all."""
        return self.filtered(
            lambda user: (
                user.active
                and company in user.company_ids
                and user.has_group("sms_inbox.group_user")
            )
        )

    def _sms_leave_other_companies(self):
        """Take users off the numbers and threads of companies that they left."""
        for user in self:
            companies = user.company_ids.ids if user.active else []
            elsewhere = [("company_id", "not in", companies)]
            # sudo: all three - those rows are what nobody but their company may see
            self.env["sms.inbox.number"].sudo().with_context(active_test=False).search(
                elsewhere + [("user_ids", "in", user.id)]
            ).write({"user_ids": [(3, user.id)]})
            threads_sudo = self.env["sms.inbox.conversation"].sudo()
            threads_sudo.search(elsewhere + [("user_id", "=", user.id)]).user_id = False
            threads_sudo.search(
                elsewhere + [("message_partner_ids", "in", user.partner_id.ids)]
            ).message_unsubscribe(user.partner_id.ids)
            self.env["sms.inbox.conversation.user"].sudo().search(
                elsewhere + [("user_id", "=", user.id)]
            ).unlink()
