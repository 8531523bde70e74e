from markupsafe import Markup

from odoo import models
from odoo.fields import Domain

from odoo.addons.sms_inbox.messaging import numbers
from odoo.addons.sms_inbox.models.sms_inbox_conversation_documents import Source


class SmsInboxConversation(models.Model):
    """Leads beside the thread: the open ones, and new ones made from it."""

    _inherit = "sms.inbox.conversation"

    def _document_sources(self):
        theirs = Domain("phone_sanitized", "=", self.contact_number)
        if self.partner_id:
            theirs |= Domain("partner_id", "child_of", self.partner_id.ids)
        leads = Source(
            "crm.lead",
            self.env._("Leads and opportunities"),
            theirs & Domain("won_status", "=", "pending"),
            "stage_id",
        )
        return [leads, *super()._document_sources()]

    def _inbox_actions(self):
        actions = super()._inbox_actions()
        if not self.env["crm.lead"].has_access("create"):
            return actions
        label = self.env._("Create lead")
        return [
            *actions,
            {"method": "action_create_lead", "label": label, "icon": "fa-handshake-o"},
        ]

    def action_create_lead(self):
        """Open a new lead of this person, filled in as far as it is known.

        What was texted stays here: leads are read by people who may not read the
        thread, so the lead has a link to it and none of its words.
        """
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Create lead"),
            "res_model": "crm.lead",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                f"default_{name}": value for name, value in self._lead_values().items()
            },
        }

    def _lead_values(self):
        values = {
            "name": self.env._("Texts with %s", self.display_name),
            "company_id": self.company_id.id,
            "user_id": self.env.uid,
            "partner_id": self.partner_id.id,
            "description": self._lead_link(),
        }
        source = self.env.ref("sms_inbox_crm.utm_source_text", raise_if_not_found=False)
        if source:
            values["source_id"] = source.id
        # a lead writes its phone into its contact, whose own would be lost
        if not self.partner_id:
            values["phone"] = numbers.pretty(self.contact_number)
        return values

    def _lead_link(self):
        return Markup('<p><a href="/odoo/sms-inbox/%s">%s</a></p>') % (
            self.id,
            self.env._("Texts with %s", numbers.pretty(self.contact_number)),
        )
