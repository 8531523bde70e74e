from odoo import fields, models


class MailNotification(models.Model):
    _inherit = "mail.notification"

    # sms.sms has it already; core gives it to no notification
    failure_type = fields.Selection(
        selection_add=[("sms_optout", "Wants no texts from you, or may want none")],
        ondelete={"sms_optout": "set null"},
    )
