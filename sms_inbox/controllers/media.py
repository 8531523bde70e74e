from odoo import http
from odoo.http import request

from ..messaging import media as kinds


class SmsInboxMedia(http.Controller):
    """Where carriers fetch what a text of ours carries: one file behind one link.

    The link is signed and ends by itself. It tells whoever has it the file and nothing
    else: no name, no company, no text.
    """

    @http.route(
        "/sms_inbox/media/<string:token>",
        type="http",
        auth="public",
        methods=["GET"],
        save_session=False,
        # not from a replica: the carrier may come before what we wrote gets there
        readonly=False,
    )
    def media(self, token, **_params):
        # sudo: sms.inbox.media - a carrier is nobody; the signed link is its ticket
        media_sudo = request.env["sms.inbox.media"].sudo()._of_link(token)
        if not media_sudo.attachment_id:
            return request.make_response("", status=404)
        binary = request.env["ir.binary"]
        stream = binary._get_stream_from(media_sudo.attachment_id, "raw")
        stream.download_name = f"file.{kinds.ending(media_sudo.content_type)}"
        answer = stream.get_response(as_attachment=False)
        answer.headers["X-Robots-Tag"] = "noindex, nofollow"
        answer.headers["Cache-Control"] = "private, no-store"
        return answer
