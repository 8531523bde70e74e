from collections import defaultdict

from odoo import api, fields, models

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

    def _sms_thread_keys(self):
        """Which threads are a record's: by a field of theirs, and by which value.

        :return: the field's name, and {id: the value}
        """
        numbers = {record.id: record.phone_sanitized for record in self}
        return "contact_number", numbers

    @api.depends("phone_sanitized")
    @api.depends_context("company", "uid")
    def _compute_sms_threads(self):
        by, keys = self._sms_thread_keys()
        threads = self._sms_threads(by, [key for key in keys.values() if key])
        for record in self:
            found = threads.get(keys[record.id], [])
            last_at, is_ours, _count = max(found, default=(False, False, 0))
            record.sms_conversation_count = sum(count for _at, _ours, count in found)
            record.sms_last_text_at = last_at
            record.sms_last_text_by = last_at and ("us" if is_ours else "them")

    @api.model
    def _sms_threads(self, by, keys):
        """{key: [(when the last text was, whether it is ours, how many threads)]}

        One query tells it all: those where we wrote last apart from the others.
        """
        rows = self.env["sms.inbox.conversation"]._read_group(
            self._sms_threads_domain() + [(by, "in", keys)],
            [by, "last_is_ours"],
            ["__count", "last_text_at:max"],
        )
        threads = defaultdict(list)
        for key, is_ours, count, last_at in rows:
            key = key.id if by == "partner_id" else key
            threads[key].append((last_at, is_ours, count))
        return threads

    @api.model
    def _sms_threads_domain(self):
        return self._sms_rows_domain() + [("last_text_at", "!=", False)]

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
        by, keys = self._sms_thread_keys()
        return {
            **action,
            "domain": [(by, "=", keys[self.id])],
            "context": {},
            "view_mode": "list,form",
            "views": [(False, "list"), (False, "form")],
        }
