from odoo import models

from ..messaging import numbers


class SmsSms(models.Model):
    _inherit = "sms.sms"

    def _split_by_api(self):
        """Leave out who wants no texts, before any provider is asked: ``send()``."""
        if wanted := self._without_opted_out():
            yield from super(SmsSms, wanted)._split_by_api()

    # core's answers nothing
    # pylint: disable-next=missing-return
    def _send(self, unlink_failed=False, unlink_sent=True, raise_exception=False):
        """Leave out who wants no texts, also where nobody split: the queue.

        The queue may hold texts of several companies, of which core's way of finding
        the provider takes one at a time.
        """
        how = (unlink_failed, unlink_sent, raise_exception)
        wanted = self._without_opted_out()
        if not self.env.context.get("sms_api"):
            by_company = wanted.grouped(lambda text: text._get_sms_company())
            for company, texts in by_company.items():
                super(SmsSms, texts.with_company(company))._send(*how)
        elif wanted:
            super(SmsSms, wanted)._send(*how)

    def _without_opted_out(self):
        """Those that may leave; the others are canceled, and their message says why.

        Whoever opted out of the company that the text is of gets none, whatever the
        provider, nor does who may have done so, until somebody decides. That company is
        the one whose provider would send it: the record's, else the one that the user
        worked in.
        """
        refused = self.browse()
        for company, texts in self.grouped(lambda t: t._get_sms_company()).items():
            their_numbers = {text.id: text._e164(company) for text in texts}
            opposed = self.env["sms.inbox.consent"]._opposed(
                company, set(their_numbers.values())
            )
            refused += self.browse(
                i for i, number in their_numbers.items() if number in opposed
            )
        if refused:
            # sudo: sms.sms - whoever sends it, the outcome is written down
            refused.sudo()._update_sms_state_and_trackers("canceled", "sms_optout")
        return self - refused

    def _e164(self, company):
        """The number as consents have it, or as it is where it is none."""
        country = self.partner_id.country_id or company.country_id
        try:
            return numbers.parse(self.number, country.code)
        except numbers.NumberError:
            return self.number or ""
