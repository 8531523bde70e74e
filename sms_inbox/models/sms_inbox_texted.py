from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain

from ..messaging import textability


class SmsInboxTexted(models.AbstractModel):
    """What a record with a phone number shows of that number, and of its texts."""

    _name = "sms.inbox.texted"
    _description = "Record that can be texted"

    # what the number itself tells: a property of the record, not of a company
    sms_shape = fields.Char(
        "Shape of the number",
        compute="_compute_sms_shape",
        store=True,
        compute_sudo=True,
    )
    sms_conversation_count = fields.Integer(
        "Conversations",
        compute="_compute_sms_threads",
        groups="sms_inbox.group_user",
    )
    sms_last_text_at = fields.Datetime(
        "Last text on",
        compute="_compute_sms_threads",
        groups="sms_inbox.group_user",
    )
    sms_last_text_by = fields.Selection(
        [("us", "We wrote last"), ("them", "They wrote last")],
        string="Who wrote last",
        compute="_compute_sms_threads",
        groups="sms_inbox.group_user",
    )

    # ------------------------------------------------------------
    # THE NUMBER
    # ------------------------------------------------------------

    @api.depends(
        lambda self: ["phone_sanitized", *self._phone_get_number_fields()],
    )
    def _compute_sms_shape(self):
        written = self._phone_get_number_fields()
        for record in self:
            if record.phone_sanitized:
                shape = textability.offline(record.phone_sanitized)
            else:
                unreadable = any(record[name] for name in written)
                shape = textability.UNREADABLE if unreadable else None
            record.sms_shape = shape and shape.reason

    def _sms_numbers(self):
        return [number for number in self.mapped("phone_sanitized") if number]

    # ------------------------------------------------------------
    # THE TEXTS, from the active company's rows
    # ------------------------------------------------------------

    def _sms_contact_ids(self):
        """{id: id of the contact that a record's threads may be linked to}."""
        return {}

    @api.depends("phone_sanitized")
    @api.depends_context("company", "uid")
    def _compute_sms_threads(self):
        by_number, by_contact = self._sms_threads()
        contact_ids = self._sms_contact_ids()
        for record in self:
            # those with its number may be linked to it, or not: none counts twice
            found = {
                **by_number.get(record.phone_sanitized, {}),
                **by_contact.get(contact_ids.get(record.id), {}),
            }.values()
            last_at, is_ours, _count = max(found, default=(False, False, 0))
            record.sms_conversation_count = sum(count for _at, _ours, count in found)
            record.sms_last_text_at = last_at
            record.sms_last_text_by = last_at and ("us" if is_ours else "them")

    def _sms_threads(self):
        """Two of {key: {group: (when the last text was, whether ours, how many)}}

        By number and by contact. One query tells it all: the threads where we wrote
        last are groups apart from the others.
        """
        by_number, by_contact = defaultdict(dict), defaultdict(dict)
        for number, contact, is_ours, count, last_at in self.env[
            "sms.inbox.conversation"
        ]._read_group(
            self._sms_threads_domain() & self._sms_own_threads(),
            ["contact_number", "partner_id", "last_is_ours"],
            ["__count", "last_text_at:max"],
        ):
            group = (number, contact.id, is_ours)
            by_number[number][group] = (last_at, is_ours, count)
            if contact:
                by_contact[contact.id][group] = (last_at, is_ours, count)
        return by_number, by_contact

    def _sms_own_threads(self):
        """The threads with a number of these records, and those linked to them.

        A contact may have given its number to another, or have a new one.
        """
        contact_ids = list(self._sms_contact_ids().values())
        theirs = Domain("contact_number", "in", self._sms_numbers())
        return theirs | Domain("partner_id", "in", contact_ids)

    @api.model
    def _sms_threads_domain(self):
        texted = Domain("last_text_at", "!=", False)
        return Domain(self._sms_rows_domain()) & texted

    @api.model
    def _sms_rows_domain(self):
        return [("company_id", "=", self.env.company.id)]

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_sms_inbox_conversations(self):
        """The threads of this record, each with another of our numbers."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sms_inbox.sms_inbox_conversation_action"
        )
        return {
            **action,
            "domain": list(self._sms_own_threads()),
            "context": {},
            "view_mode": "list,form",
            "views": [(False, "list"), (False, "form")],
        }
