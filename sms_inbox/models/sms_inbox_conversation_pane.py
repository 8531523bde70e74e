from odoo import api, fields, models
from odoo.exceptions import MissingError
from odoo.fields import Datetime, Domain
from odoo.tools import SQL, html2plaintext

from .sms_inbox_conversation_row import row

NOTED = """EXISTS (
    SELECT FROM mail_message
     WHERE model = %(model)s AND res_id = %(thread_id)s AND message_type = 'comment'
    ) AS noted"""
MUTED = """EXISTS (
    SELECT FROM sms_inbox_conversation_user
     WHERE conversation_id = %(thread_id)s AND user_id = %(user_id)s AND muted
    ) AS muted"""
UNLIKELY = ("unlikely", "not_textable")  # to be texted, so that it is said why
MOST_NOTES = 100
MOST_OTHERS = 20


# a subject of its own in a file of its own, as one file would be too long
# pylint: disable=consider-merging-classes-inherited
class SmsInboxConversation(models.Model):
    """What the inbox shows around the texts of the open thread."""

    _inherit = "sms.inbox.conversation"

    doubtful_to = fields.Char(
        "Sent to",
        compute="_compute_doubtful_to",
        help="The number of ours that they wrote it to, where it is not this one.",
    )

    # ------------------------------------------------------------
    # OPENING IT
    # ------------------------------------------------------------

    @api.readonly
    def inbox_open(self, names, limit):
        """What it takes to show a thread, in one call.

        :param list names: the fields of its texts that are wanted
        :param int limit: how many of its latest texts
        :return: dict of the ``thread``, its ``notes``, and its ``texts`` as
            ``inbox_texts`` gives them
        """
        thread = self.inbox_thread()
        notes = self._inbox_notes() if thread["noted"] else []
        texts = self._inbox_texts_page(names, limit=limit)
        return {"thread": thread, "notes": notes, **texts}

    @api.readonly
    def inbox_thread(self):
        """All that the inbox shows at once of one thread besides its texts."""
        shown = self._inbox_shown_of_one()
        return {
            **row(shown),
            "company_id": shown["company_id"],
            "email": (shown["partner"] or ["", ""])[1] or "",
            "noted": shown["noted"],
            "muted": shown["muted"],
            **self._inbox_how_to_text(shown),
            **self._inbox_unusual(shown),
        }

    @api.readonly
    def inbox_around(self):
        """What is shown of one thread once somebody looks further."""
        self.ensure_one()
        self.check_access("read")
        return {
            "others": self._inbox_others(),
            "people": self.inbox_people_to_assign(),
        }

    def _inbox_shown_of_one(self):
        """What lists show of this thread, which the user may read."""
        self.ensure_one()
        noted = SQL(NOTED, model=self._name, thread_id=self.id)
        muted = SQL(MUTED, thread_id=self.id, user_id=self.env.uid)
        shown = self._inbox_shown(self._search([("id", "=", self.id)]), noted, muted)
        if not shown:
            self.check_access("read")
            raise MissingError(self.env._("This conversation is no longer there."))
        return shown[0]

    def _inbox_how_to_text(self, shown):
        """What can be sent from our number, and what one has to know of it."""
        # sudo: sms.inbox.number - the thread was read; an assignee need not be a member
        number_sudo = self.env["sms.inbox.number"].sudo().browse(shown["number_id"])
        number_sudo._fetch_abilities()
        unwanted = "opted_out" in shown["consents"] and self.no_text_reason
        return {
            "our_number": number_sudo.number,
            "our_name": number_sudo.display_name,
            "toll_free": number_sudo._is_toll_free(),
            "prices": number_sudo._prices(),
            "no_text_reason": unwanted or number_sudo._why_unusable() or "",
            "most_media": number_sudo._most_media(),
            "no_media_reason": number_sudo._why_no_media() or "",
        }

    def _inbox_unusual(self, shown):
        """What is out of the ordinary, looked up where it may be."""
        unlikely = shown["textability"] in UNLIKELY
        undecided = "review" in shown["consents"]
        return {
            "textability_reason": unlikely and self.textability_reason or "",
            "doubtful_words": undecided and self.doubtful_words or "",
            "doubtful_to": undecided and self.doubtful_to or "",
            "decide_by": undecided and Datetime.to_string(self.decide_by),
            "candidates": [] if shown["partner_id"] else self._inbox_candidates(),
            "known_as": "" if shown["last_text_at"] else self._inbox_known_as(),
        }

    @api.depends("undecided")
    def _compute_doubtful_to(self):
        for thread in self:
            # sudo: sms.inbox.number - which number they know, nothing of its texts
            number_sudo = thread._doubtful_consent().text_id.number_id
            elsewhere = number_sudo != thread.number_id
            thread.doubtful_to = number_sudo.display_name if elsewhere else False

    # ------------------------------------------------------------
    # AROUND IT
    # ------------------------------------------------------------

    def _inbox_candidates(self):
        """The contacts that have this number, where nobody said which one texts."""
        return [
            {"id": partner.id, "name": partner.display_name, "email": partner.email}
            for partner in self.candidate_ids
        ]

    def _inbox_others(self):
        """The other threads of the same person, as far as the user may see them."""
        others = self._inbox_same_person_domain() & Domain("id", "!=", self.id)
        return self._inbox_read(others, None, MOST_OTHERS)

    def _inbox_known_as(self):
        """The number of ours that they know, where this thread is new to them."""
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

    @api.readonly
    def inbox_people_to_assign(self):
        """Who answers our number, and the user."""
        self.ensure_one()
        self.check_access("read")
        number_sudo = self._number_sudo()
        people = (self.env.user.sudo() | number_sudo.user_ids)._sms_inbox_answering(
            number_sudo.company_id
        )
        return [{"id": user.id, "name": user.name} for user in people]

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
        return self._inbox_notes()

    def _inbox_notes(self):
        # sudo: mail.message - who may read the thread, as was seen, may read its notes
        notes_sudo = self.env["mail.message"].sudo()
        notes_sudo = notes_sudo.search_fetch(
            [
                ("model", "=", self._name),
                ("res_id", "=", self.id),
                ("message_type", "=", "comment"),
            ],
            ["body", "date", "author_id"],
            order="id desc",
            limit=MOST_NOTES,
        )
        return [
            {
                "id": note.id,
                "body": html2plaintext(note.body or ""),
                "date": Datetime.to_string(note.date),
                "author": note.author_id.name or "",
            }
            for note in notes_sudo.sorted("id")
        ]

    def inbox_note(self, body):
        """Write a note for the team between the texts; the contact never sees it."""
        self.ensure_one()
        if (body or "").strip():
            self.message_post(
                body=body, message_type="comment", subtype_xmlid="mail.mt_note"
            )
        return True

    def _message_post_after_hook(self, message, msg_values):
        """A note stands between the texts, wherever it was written."""
        result = super()._message_post_after_hook(message, msg_values)
        if message.message_type == "comment":
            self._tell_screens()
        return result

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
