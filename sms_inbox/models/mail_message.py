from odoo import models
from odoo.exceptions import UserError


class MailMessage(models.Model):
    _inherit = "mail.message"

    def action_sms_inbox_unsubscribe(self):
        """Open the window that unsubscribes whoever said here that they want no texts.

        :raise UserError: if no phone number of theirs is known
        """
        self.ensure_one()
        self.check_access("read")
        record = self.env[self.model or "res.partner"].browse(self.res_id or ())
        theirs, people = self._sms_inbox_people(record)
        if not people:
            raise UserError(
                self.env._(
                    "No phone number is known of whoever wrote this. Enter it in the "
                    "contact first."
                )
            )
        return self.env["sms.inbox.unsubscribe"]._open_window(
            self._sms_inbox_company(record),
            people,
            "opted_out",
            chosen=theirs or (people if len(people) == 1 else ()),
            message_id=self.id,
        )

    def _sms_inbox_people(self, record):
        """{number: contact} of the author, and of everybody whom this may be about.

        A colleague who notes down what a customer said is not meant.
        """
        windows = self.env["sms.inbox.unsubscribe"]
        author = self.author_id._filtered_access("read")
        customer = author.filtered("partner_share")
        theirs, _none = windows._people(customer)
        others, _none = windows._people(record)
        return theirs, theirs | {n: p for n, p in others.items() if n not in theirs}

    def _sms_inbox_company(self, record):
        """The company that the record belongs to, else the one that one works in."""
        company = record._mail_get_companies().get(record.id, self.env.company)
        return company & self.env.companies or self.env.company
