from odoo import api, models
from odoo.fields import Datetime, Domain
from odoo.tools import html2plaintext

MOST_NOTES = 100
MOST_OTHERS = 20


# a subject of its own in a file of its own, as one file would be too long
# pylint: disable=consider-merging-classes-inherited
class SmsInboxConversation(models.Model):
    """What the inbox shows around the texts of the open thread."""

    _inherit = "sms.inbox.conversation"

    @api.readonly
    def inbox_thread(self):
        """All that the inbox shows of one thread besides its texts."""
        self.ensure_one()
        self.check_access("read")
        # sudo: sms.inbox.number - an assignee need not be a member of the number
        number_sudo = self.number_id.sudo()
        return {
            **self._inbox_row(),
            "company_id": self.company_id.id,
            "our_number": number_sudo.number,
            "our_name": number_sudo.display_name,
            "toll_free": self._is_toll_free(),
            "prices": number_sudo._prices(),
            "no_text_reason": self.no_text_reason or "",
            "most_media": self.most_media,
            "no_media_reason": self.no_media_reason or "",
            "textability_reason": self.textability_reason or "",
            "doubtful_words": self.doubtful_words or "",
            "decide_by": Datetime.to_string(self.decide_by),
            "email": self.partner_id.email or "",
            "candidates": self._inbox_candidates(),
            "others": self._inbox_others(),
            "known_as": self._inbox_known_as(),
            "people": self._inbox_people_to_assign(),
        }

    def _inbox_candidates(self):
        """The contacts that have this number, where nobody said which one texts."""
        return [
            {"id": partner.id, "name": partner.display_name, "email": partner.email}
            for partner in self.candidate_ids
        ]

    def _inbox_others(self):
        """The other threads of the same person, as far as the user may see them."""
        same = Domain("contact_number", "=", self.contact_number)
        if self.partner_id:
            same |= Domain("partner_id", "=", self.partner_id.id)
        others = self.search(
            Domain("company_id", "=", self.company_id.id)
            & Domain("id", "!=", self.id)
            & Domain("last_text_at", "!=", False)
            & same,
            order="last_text_at desc, id desc",
            limit=MOST_OTHERS,
        )
        return others._inbox_rows()

    def _inbox_known_as(self):
        """The number of ours that they know, where this thread is new to them."""
        if self.last_text_at:
            return ""
        # sudo: sms.inbox.conversation - which number they know, nothing of its texts
        known_sudo = self.sudo().search(
            [
                ("company_id", "=", self.company_id.id),
                ("contact_number", "=", self.contact_number),
                ("last_text_at", "!=", False),
            ],
            order="last_text_at desc, id desc",
            limit=1,
        )
        return known_sudo.number_id.number or ""

    def _inbox_people_to_assign(self):
        """Who answers our number, and the user."""
        # sudo: sms.inbox.number - an assignee need not be a member of the number
        members = self.number_id.sudo().user_ids.with_env(self.env)
        people = (self.env.user | members).filtered(
            lambda user: self.company_id in user.sudo().company_ids
        )
        return [{"id": user.id, "name": user.name} for user in people.sudo()]

    def action_unsubscribe(self):
        """Ask whether, and why, they get no more texts."""
        self.check_access("read")
        return self.env["sms.inbox.unsubscribe"]._open_for(self, "opted_out")

    def action_subscribe(self):
        """Ask whether, and why, they get texts again."""
        self.check_access("read")
        return self.env["sms.inbox.unsubscribe"]._open_for(self, "subscribed")

    # ------------------------------------------------------------
    # NOTES
    # ------------------------------------------------------------

    @api.readonly
    def inbox_notes(self):
        """The team's latest notes, oldest first, as plain text."""
        self.ensure_one()
        self.check_access("read")
        domain = [
            ("model", "=", self._name),
            ("res_id", "=", self.id),
            ("message_type", "=", "comment"),
        ]
        notes = self.env["mail.message"].search(
            domain, order="id desc", limit=MOST_NOTES
        )
        return [
            {
                "id": note.id,
                "body": html2plaintext(note.body or ""),
                "date": Datetime.to_string(note.date),
                "author": note.author_id.name or "",
            }
            for note in notes.sorted("id")
        ]

    def inbox_note(self, body):
        """Write a note for the team between the texts; the contact never sees it."""
        self.ensure_one()
        if (body or "").strip():
            self.message_post(
                body=body, message_type="comment", subtype_xmlid="mail.mt_note"
            )
            self._tell_screens()
        return True

    # ------------------------------------------------------------
    # TEMPLATES
    # ------------------------------------------------------------

    @api.readonly
    def inbox_templates(self):
        """Odoo's SMS templates that fit this thread or its contact."""
        self.ensure_one()
        return self.env["sms.template"].search_read(
            [("model", "in", list(self._inbox_template_records()))],
            ["name"],
            order="name",
        )

    @api.readonly
    def inbox_template(self, template_id):
        """The words of a template, its placeholders filled in."""
        self.ensure_one()
        self.check_access("read")
        template = self.env["sms.template"].browse(template_id)
        record = self._inbox_template_records()[template.model]
        record.check_access("read")
        return template._render_field("body", record.ids, compute_lang=True)[record.id]

    def _inbox_template_records(self):
        """{model of a template: the record that its placeholders are about}"""
        records = {self._name: self}
        if self.partner_id:
            records["res.partner"] = self.partner_id
        return records
