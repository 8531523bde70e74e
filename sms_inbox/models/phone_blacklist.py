from odoo import api, fields, models
from odoo.fields import NO_ACCESS, Command

from .. import short_transaction


class PhoneBlacklist(models.Model):
    _inherit = "phone.blacklist"

    # empty where people or other addons put the number here; no company reads it
    sms_inbox_company_ids = fields.Many2many(
        "res.company",
        string="Companies that they opted out of",
        groups=NO_ACCESS,
        copy=False,
    )

    def write(self, vals):
        result = super().write(vals)
        if vals.get("active") is False:
            # sudo: phone.blacklist - put here again by hand, it is no longer ours
            self.sudo().sms_inbox_company_ids = False
        return result

    @api.model
    def _sms_inbox_follow(self, company, numbers, opted_out):
        """Add who opted out of a company, if it wants that; take away whom we added.

        Odoo's list is one for all companies, so a number leaves it when no company is
        left that put it here, and never if somebody else did.

        :param numbers: in E.164
        """
        # sudo: phone.blacklist - of no company; written on what was decided already
        blacklist_sudo = self.sudo()
        if not opted_out:
            blacklist_sudo._sms_inbox_take_away(company, numbers)
        elif company.sms_inbox_write_blacklist:
            blacklist_sudo._sms_inbox_add(company, numbers)

    @api.model
    def _sms_inbox_add(self, company, numbers):
        here = self.search([("number", "in", numbers)])
        of_others = here.filtered(lambda entry: not entry.sms_inbox_company_ids)
        # the list takes no number of a range that nobody has yet
        valid = filter(lambda n: self.env.user._phone_format(number=n), numbers)
        wanted = set(valid) - set(of_others.mapped("number"))
        with short_transaction.made_once(self.env, "phone_blacklist_unique_number"):
            entries = self._add(sorted(wanted))
        entries.sms_inbox_company_ids = [Command.link(company.id)]
        note = self.env._("Wants no more texts, says SMS Inbox.")
        new = entries - here
        new._message_log_batch(bodies=dict.fromkeys(new.ids, note))

    @api.model
    def _sms_inbox_take_away(self, company, numbers):
        entries = self.search(
            [("number", "in", numbers), ("sms_inbox_company_ids", "in", company.ids)]
        )
        if not entries:
            return
        opted_out = self.env["sms.inbox.consent"]._who_want_none(company, numbers)
        entries = entries.filtered(lambda entry: entry.number not in opted_out)
        entries.sms_inbox_company_ids = [Command.unlink(company.id)]
        ours = entries.filtered(lambda entry: not entry.sms_inbox_company_ids)
        if ours:
            self._remove(ours.mapped("number"))
