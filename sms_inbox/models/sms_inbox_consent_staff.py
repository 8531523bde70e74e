from urllib.parse import urlencode

from odoo import api, models
from odoo.exceptions import AccessError, UserError

from ..consent_source import Source


# a subject of its own in a file of its own, as one file would be too long
# pylint: disable=consider-merging-classes-inherited
class SmsInboxConsent(models.Model):
    """What staff say of people's consents: they may always stop texts, for anybody.

    They may lift what one of them said. What the person said, an administrator alone
    may lift, with a reason that the ledger keeps.
    """

    _inherit = "sms.inbox.consent"

    def _not_by_staff(self):
        """Those of people who opted out themselves: not everybody may lift them."""
        return self.filtered(lambda c: c.state == "opted_out" and c.said_by != "staff")

    @api.model
    def _unsubscribe(self, company, numbers, reason="", rule=""):
        """Have nothing more sent to people, by staff's word; the consents it changed.

        :param numbers: theirs, in E.164
        :param rule: where staff have it from, if it is not their own doing
        """
        self._check_staff(company)
        source = self._source_of_staff(reason, rule or self.env._("by hand"))
        everywhere = self.env["sms.inbox.line"]
        # sudo: sms.inbox.consent - whoever texts for the company may stop its texts
        return self.sudo()._change(
            company,
            {(number, everywhere): source for number in numbers},
            "opted_out",
        )

    @api.model
    def _resubscribe(self, company, numbers, reason=""):
        """Have people texted again, by staff's word; the consents that it changed.

        :raise UserError: where they said themselves that they want none, and the user
            is no administrator or gives no reason
        """
        self._check_staff(company)
        # sudo: sms.inbox.consent - whoever texts for the company may lift its word
        consents_sudo = self.sudo().search(
            [
                ("company_id", "=", company.id),
                ("number", "in", list(numbers)),
                ("state", "in", ("opted_out", "review")),
            ]
        )
        consents_sudo._check_staff_may_lift(self.env.user, reason)
        doubtful_sudo = consents_sudo.filtered(lambda c: c.state == "review")
        doubtful_sudo.with_env(self.env)._check_may_decide()
        source = self._source_of_staff(reason, self.env._("by hand"))
        pairs = {(c.number, c.line_id): source for c in consents_sudo}
        return consents_sudo._change(company, pairs, "subscribed")

    def _check_staff_may_lift(self, user, reason):
        said = self._not_by_staff()
        if not said:
            return
        if not user.has_group("sms_inbox.group_manager"):
            raise UserError(
                self.env._(
                    "They said themselves that they want no texts. Ask them to text "
                    "START, or ask an administrator of SMS Inbox."
                )
            )
        if not reason.strip():
            raise UserError(
                self.env._(
                    "They said themselves that they want no texts. Write down why "
                    "they may be texted again."
                )
            )

    # ------------------------------------------------------------
    # WHAT IS TO BE DECIDED
    # ------------------------------------------------------------

    def action_wants_no_texts(self):
        """Decide that what they wrote means that they want no more texts."""
        return self._decide_from_list(wanted=False)

    def action_wants_texts(self):
        """Decide that what they wrote does not mean that; what was held may leave."""
        return self._decide_from_list(wanted=True)

    def _decide_from_list(self, wanted):
        self.check_access("read")
        self._check_may_decide()
        for consent in self:
            self._check_staff(consent.company_id)
            # sudo: sms.inbox.consent - whoever may answer in the thread may decide
            consent.sudo()._decide(wanted)
        return True

    def _check_may_decide(self):
        """Whoever may answer in the thread may, and supervisors where there is none.

        :raise AccessError: otherwise
        """
        is_supervisor = self.env.user.has_group("sms_inbox.group_supervisor")
        for consent in self:
            # sudo: sms.inbox.consent - the thread has rules of its own
            thread = consent.sudo().text_id.conversation_id.with_env(self.env)
            if not (thread.has_access("write") if thread else is_supervisor):
                raise AccessError(self.env._("Ask a supervisor to decide this."))

    def _decide(self, wanted):
        """Give a consent that is to be decided, in sudo, its state."""
        if self.state != "review":
            raise UserError(self.env._("Somebody has decided this already."))
        text = self.text_id
        source = Source(
            self.env.user.name,
            self.env._("decided by hand"),
            words=self.words or "",
            text=text,
        )
        state = self._before_review() if wanted else "opted_out"
        self._change(self.company_id, {(self.number, self.line_id): source}, state)
        if text and not wanted:
            self.env["sms.inbox.conversation"]._confirm("opt_out", text)

    def action_open_conversation(self):
        """Open the thread in which they wrote what is to be decided."""
        self.ensure_one()
        # sudo: sms.inbox.message - the way to a thread that has rules of its own
        thread = self.sudo().text_id.conversation_id.with_env(self.env)
        return thread.action_open() if thread else None

    def action_proof(self):
        """Download every change of this consent, and of others with this number."""
        self.ensure_one()
        query = urlencode({"number": self.number, "company_id": self.company_id.id})
        return {
            "type": "ir.actions.act_url",
            "url": f"/sms_inbox/proof?{query}",
            "target": "download",
        }

    @api.model
    def _source_of_staff(self, reason, rule):
        return Source(self.env.user.name, rule, "staff", reason=reason or "")

    @api.model
    def _check_staff(self, company):
        allowed = self.env.user.has_group("sms_inbox.group_user")
        if not (self.env.su or allowed and company in self.env.user.company_ids):
            raise AccessError(
                self.env._("Only users of SMS Inbox in this company can do that.")
            )
