from odoo import fields, http, models
from odoo.http import request


class SmsInboxProbe(models.Model):
    _name = "sms.inbox.probe"
    _description = "What was posted to the probe"
    _log_access = False

    key = fields.Char(required=True)
    payload = fields.Text()


class SmsInboxProbeRoute(http.Controller):
    """The least that an Odoo route does which stores something before it answers."""

    @http.route(
        "/sms_inbox_probe",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        save_session=False,
    )
    def store(self, **form):
        # raw SQL: the limit has nothing around its INSERT
        request.env.cr.execute(
            "INSERT INTO sms_inbox_probe (key, payload) VALUES (%s, %s)",
            (form["MessageSid"], form["Body"]),
        )
        return "OK"
