from odoo import api, fields, models
from odoo.exceptions import UserError

from .. import carriers
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
            reason = conversation._why_no_media()
            conversation.no_media_reason = reason
            conversation.most_media = 0 if reason else conversation._adapter().max_media

    def _account_sudo(self):
        # sudo: sms.inbox.line - belongs to no company, users may not read it
        return self.number_id.sudo().line_id.account_id

    def _adapter(self):
        return carriers.get(self._account_sudo().carrier)

    def _why_no_media(self):
        if not self._adapter().max_media:
            return self.env._("%s takes no pictures.", self._adapter().label)
        if self._adapter().has_a_wire and not self._account_sudo().public_base_url:
            return self.env._(
                "The carrier could not fetch a picture, as it does not know the public "
                "address of this Odoo. Ask your administrator to enter it in the "
                "carrier account."
            )
        return False

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
        size, most = sum(len(f.content) for f in files), self._adapter().max_media_bytes
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
