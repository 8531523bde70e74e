from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from .. import words
from ..toast import toast


class SmsInboxErasure(models.TransientModel):
    """Erase what one person wrote and was written, where the law gives them that right.

    What stays: that there were texts, and when; and whether the number may be texted,
    with the record of who said so. Without that they could be texted again.
    """

    _name = "sms.inbox.erasure"
    _description = "Erase a person's texts"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    number = fields.Char("Their number", required=True)

    def action_erase(self):
        """Erase, and say how many texts that were."""
        self.ensure_one()
        if not self.env.user.has_group("sms_inbox.group_manager"):
            raise AccessError(
                self.env._("Only administrators of SMS Inbox can erase texts.")
            )
        if self.company_id not in self.env.companies:
            raise UserError(self.env._("Choose one of your own companies."))
        country = self.company_id.country_id.code
        number = words.e164(self.env, self.number, country)
        # sudo: all - an administrator erases also in threads that others answer
        count = self.sudo()._erase(number)
        return toast(self.env._("Texts erased: %s.", count))

    def _erase(self, number):
        domain = [("company_id", "=", self.company_id.id)]
        theirs = domain + [("contact_number", "=", number)]
        texts = self.env["sms.inbox.message"].search(theirs)
        texts._erase()
        self.env["sms.inbox.conversation"].search(theirs)._erase()
        numbered = domain + [("number", "=", number)]
        self.env["sms.inbox.consent"].search(numbered).words = False
        self.env["sms.inbox.consent.event"].search(numbered)._erase_words()
        self.env["sms.inbox.webhook.event"]._forget_person(self.company_id, number)
        return len(texts)
