import csv
import io

from odoo import http
from odoo.http import content_disposition, request


class SmsInboxProof(http.Controller):
    """The ledger of one person's consents, to be kept or handed over as proof."""

    @http.route("/sms_inbox/proof", type="http", auth="user", methods=["GET"])
    def proof(self, number, company_id, **_params):
        """A CSV file: every change of the consent with a number, oldest first.

        The user's own rights decide what is in it.
        """
        events = request.env["sms.inbox.consent.event"]
        if not (events.has_access("read") and company_id.isdigit()):
            return request.make_response("", status=404)
        events = events.search(
            [("number", "=", number), ("company_id", "=", int(company_id))], order="id"
        )
        name = f"consent-{number.strip('+')}.csv"
        return request.make_response(
            _csv(events._as_proof()),
            headers=[
                ("Content-Type", "text/csv; charset=utf-8"),
                ("Content-Disposition", content_disposition(name)),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )


def _csv(rows):
    file = io.StringIO()
    csv.writer(file).writerows([_plain(cell) for cell in row] for row in rows)
    # spreadsheets take a file for UTF-8 when it begins with this mark
    return "\ufeff" + file.getvalue()


def _plain(cell):
    """A cell that no spreadsheet takes for a formula."""
    text = str(cell or "")
    return f"'{text}" if text[:1] in tuple("=+-@\t\r") else text
