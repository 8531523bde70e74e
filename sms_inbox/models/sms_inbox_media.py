from uuid import uuid4

from odoo import api, fields, models

from ..messaging import media as kinds


class SmsInboxMedia(models.Model):
    """Something attached to a text: a picture, a sound, a film or a file.

    What came in is fetched from the carrier later (``state``); what we send is here
    at once. The content is an attachment of this record, so whoever may read the text
    may see it, and nobody else.
    """

    _name = "sms.inbox.media"
    _description = "Attached to a text"
    _order = "id"
    _check_company_auto = True
    _log_access = False

    uuid = fields.Char(
        required=True,
        readonly=True,
        copy=False,
        groups="base.group_system",
        default=lambda self: uuid4().hex,
    )
    message_id = fields.Many2one(
        "sms.inbox.message",
        string="Text",
        required=True,
        readonly=True,
        check_company=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, readonly=True, ondelete="cascade"
    )
    name = fields.Char(readonly=True)
    content_type = fields.Char(
        "Type", readonly=True, help="What the carrier said, until it is here."
    )
    size = fields.Integer(readonly=True, help="In bytes.")
    url = fields.Char("Carrier's address", readonly=True, groups="base.group_system")
    state = fields.Selection(
        [("waiting", "Being fetched"), ("here", "Here"), ("failed", "Not fetched")],
        required=True,
        readonly=True,
        default="waiting",
    )
    reason = fields.Char("Why it was not fetched", readonly=True)
    tries = fields.Integer(readonly=True)
    retry_at = fields.Datetime("Next try", readonly=True)
    attachment_id = fields.Many2one(
        "ir.attachment", readonly=True, ondelete="set null", index="btree_not_null"
    )

    _uuid_unique = models.UniqueIndex("(uuid)")
    _waiting_idx = models.Index("(id) WHERE state = 'waiting'")
    _same_company_as_message = models.Constraint(
        "FOREIGN KEY (message_id, company_id) "
        "REFERENCES sms_inbox_message (id, company_id) ON DELETE CASCADE"
    )

    # ------------------------------------------------------------
    # WHAT CAME IN
    # ------------------------------------------------------------

    @api.model
    def _expect(self, pairs):
        """Note what is attached to texts that came in, and have it fetched soon.

        :param pairs: (text, tuple of ``carriers.Media``)
        """
        pairs = [(text, attached) for text, attached in pairs if attached]
        if not pairs:
            return self.browse()
        expected = self.create(
            [
                {
                    "message_id": text.id,
                    "company_id": text.company_id.id,
                    "url": media.url,
                    "content_type": media.content_type,
                }
                for text, attached in pairs
                for media in attached
            ]
        )
        for text, attached in pairs:
            text.media_count = len(attached)
            text._preview_media(attached[0].content_type)
        self._wake()
        return expected

    @api.model
    def _wake(self, at=None):
        # sudo: ir.cron - whoever has something to be fetched may have it fetched
        self.env.ref("sms_inbox.ir_cron_fetch_media").sudo()._trigger(at)

    # ------------------------------------------------------------
    # FOR THE SCREENS
    # ------------------------------------------------------------

    def _for_screens(self):
        """What a screen shows of each, in order: plain values."""
        return [
            {
                "id": media.id,
                "kind": kinds.kind(media.content_type or ""),
                "state": media.state,
                "reason": media.reason or "",
                "name": media.name or "",
                "type": media.content_type or "",
                "size": media.size,
                "attachment": media.attachment_id.id,
            }
            for media in self
        ]

    def _store(self, name, content_type, content):
        """Keep the content as this record's own attachment."""
        self.ensure_one()
        # sudo: ir.attachment - files come with texts, which code alone writes
        files_sudo = self.env["ir.attachment"].sudo()
        file_sudo = files_sudo.with_context(image_no_postprocess=True).create(
            {
                "name": name,
                "raw": content,
                "mimetype": content_type,
                "res_model": self._name,
                "res_id": self.id,
            }
        )
        # given without content, as Odoo would guess a type in place of "any bytes"
        file_sudo.mimetype = content_type
        self.write(
            {
                "state": "here",
                "name": name,
                "content_type": content_type,
                "size": len(content),
                "attachment_id": file_sudo.id,
                "reason": False,
                "retry_at": False,
            }
        )
