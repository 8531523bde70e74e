from odoo import api, fields, models

from ..messaging import media as kinds


class SmsInboxMessage(models.Model):
    """What is attached to texts."""

    _inherit = "sms.inbox.message"

    media_ids = fields.One2many(
        "sms.inbox.media", "message_id", string="Attached", readonly=True
    )
    media_count = fields.Integer("Attached files", readonly=True, default=0)
    media = fields.Json(
        compute="_compute_media", help="What is attached, as the screens show it."
    )

    @api.depends("media_count", "media_ids.state", "media_ids.attachment_id")
    def _compute_media(self):
        with_media = self.filtered("media_count")
        for text in with_media:
            text.media = text.media_ids._for_screens()
        (self - with_media).media = []

    def unlink(self):
        # sudo: sms.inbox.media - with the text goes all of it, the files too
        self.sudo().media_ids.unlink()
        return super().unlink()

    def _preview_media(self, content_type):
        """Lists show a word for what is attached, where the text has none."""
        self.ensure_one()
        if not (self.body or "").strip() and not self.conversation_id.last_text:
            self.conversation_id.last_text = self._media_word(content_type)

    def _media_word(self, content_type):
        words = {
            "picture": self.env._("Picture"),
            "audio": self.env._("Audio"),
            "video": self.env._("Video"),
            "file": self.env._("File"),
        }
        return words[kinds.kind(content_type or "")]
