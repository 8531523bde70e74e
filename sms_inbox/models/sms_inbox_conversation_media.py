from odoo import api, fields, models
from odoo.exceptions import UserError

from ..messaging import media as kinds

MEGABYTE = 1_000_000


# a subject of its own in a file of its own, as one file would be too long
# pylint: disable=consider-merging-classes-inherited
class SmsInboxConversation(models.Model):
    """What may be attached to a text of this conversation."""

    _inherit = "sms.inbox.conversation"

    most_media = fields.Integer(
        "Files that a text can carry", compute="_compute_most_media"
    )
    no_media_reason = fields.Char(
        "Why nothing can be attached", compute="_compute_most_media"
    )

    @api.depends("number_id")
    def _compute_most_media(self):
        self.most_media = 0
        self.no_media_reason = False
        for conversation in self.filtered("number_id"):
            number_sudo = conversation._number_sudo()
            conversation.most_media = number_sudo._most_media()
            conversation.no_media_reason = number_sudo._why_no_media()

    def _files_to_send(self, attachments):
        """Attachments as files that a text can carry.

        :raise UserError: in words, if one cannot be sent
        """
        attachments.check_access("read")
        if not attachments:
            return []
        if self.no_media_reason:
            raise UserError(self.no_media_reason)
        if len(attachments) > self.most_media:
            raise UserError(
                self.env._("A text can carry at most %s files.", self.most_media)
            )
        files = [self.env["sms.inbox.media"]._file(each) for each in attachments]
        self._check_files(files)
        return files

    def _check_files(self, files):
        for file in files:
            if not file.content:
                raise UserError(self.env._("“%s” is empty.", file.name))
            if file.content_type not in kinds.SENDABLE:
                raise UserError(
                    self.env._(
                        "Phones cannot show “%s”. Send a picture, a sound, a film, a "
                        "PDF or a contact card.",
                        file.name,
                    )
                )
        size = sum(len(file.content) for file in files)
        most = self._number_sudo()._adapter().max_media_bytes
        if size > most:
            raise UserError(
                self.env._(
                    "This is %(size)s MB to attach, and a text can carry %(most)s MB.",
                    size=round(size / MEGABYTE, 1),
                    most=round(most / MEGABYTE, 1),
                )
            )

    def _take_over(self, attachments):
        """What was uploaded for this text alone is kept with the text alone."""
        # sudo: ir.attachment - a user may always delete what they uploaded for this
        uploads_sudo = attachments.sudo().filtered(
            lambda file: not file.res_id and file.create_uid == self.env.user
        )
        uploads_sudo.unlink()
