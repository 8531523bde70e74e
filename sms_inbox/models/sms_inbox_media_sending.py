from datetime import timedelta, timezone
from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools.image import image_process
from odoo.tools.misc import hash_sign, verify_hash_signed

from ..messaging import media as kinds

SCOPE = "sms_inbox.media"
# longer than any carrier keeps a text in its queue
LINK_LASTS = timedelta(hours=24)
SIDES = (1600, 1200, 800, 500)  # pixels, tried in turn until a picture is small enough


class File(NamedTuple):
    """Something that is to be sent: what it really is, and its bytes."""

    name: str
    content_type: str
    content: bytes


# a subject of its own in a file of its own, as one file would be too long
# pylint: disable=consider-merging-classes-inherited
class SmsInboxMedia(models.Model):
    """What we send, and the links under which carriers fetch it."""

    _inherit = "sms.inbox.media"

    @api.model
    def _file(self, attachment):
        """An attachment as a phone can take it.

        :raise UserError: if it says it is a picture and cannot be read as one
        """
        content = attachment.raw or b""
        found = kinds.content_type(content, attachment.mimetype or "")
        too_large = len(content) > kinds.MOST_PICTURE and found != "image/gif"
        if found == "image/webp" or kinds.kind(found) == "picture" and too_large:
            found, content = "image/jpeg", _made_smaller(content)
        return File(attachment.name or "", found, content)

    @api.model
    def _attach(self, text, files):
        """Make files part of a text of ours."""
        for file in files:
            media = self.create(
                {"message_id": text.id, "company_id": text.company_id.id}
            )
            media._store(file.name, file.content_type, file.content)

    @api.model
    def _links(self, text_ids):
        """text -> the last part of the addresses of what it carries, in order.

        Each is valid for a day from when the text left, and the same until it leaves
        again: a carrier that is handed a text twice compares them.
        """
        links = {}
        found = self.search_fetch(
            [("message_id", "in", text_ids)], ["message_id", "uuid"]
        )
        for media in found:
            left_at = media.message_id.left_at or fields.Datetime.now()
            ends = left_at.replace(tzinfo=timezone.utc) + LINK_LASTS
            link = hash_sign(self.env, SCOPE, media.uuid, expiration=ends)
            links.setdefault(media.message_id.id, []).append(link)
        return links

    @api.model
    def _of_link(self, link):
        """What a link leads to; nothing if it is forged or has ended."""
        try:
            uuid = verify_hash_signed(self.env, SCOPE, link)
        except ValueError:
            uuid = None
        return self.search([("uuid", "=", uuid)]) if uuid else self.browse()


def _made_smaller(content):
    for side in SIDES:
        smaller = image_process(
            content,
            size=(side, side),
            verify_resolution=True,
            quality=80,
            output_format="JPEG",
        )
        if len(smaller) <= kinds.MOST_PICTURE:
            break
    return smaller
