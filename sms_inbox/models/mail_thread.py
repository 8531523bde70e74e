from odoo import models

TEXTS = "sms_inbox_texts"  # what the browser asks for along with the chatter's data


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    def _thread_to_store(self, store, fields, *, request_list=None):
        """Tell the chatter along with the rest how many texts belong to the record."""
        super()._thread_to_store(store, fields, request_list=request_list)
        is_user = self.env.user.has_group("sms_inbox.group_user")
        if TEXTS not in (request_list or ()) or not is_user:
            return
        conversations = self.env["sms.inbox.conversation"].sudo(False)
        for record in self.sudo(False):
            count = conversations._text_count_of(record)
            if count is not None:
                store.add(record, {"sms_inbox_text_count": count}, as_thread=True)
