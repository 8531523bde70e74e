from odoo import http
from odoo.http import request

from .. import carriers

# Bytes: a text of the longest kind with a dozen media addresses is under 20,000.
LARGEST = 64 * 1024
OPTIONS = {
    "type": "http",
    "auth": "public",
    "methods": ["POST"],
    # csrf: carriers have no session; the signature proves who calls
    "csrf": False,
    "save_session": False,
    "readonly": False,
    "max_content_length": LARGEST,
}


class SmsInboxWebhook(http.Controller):
    """What carriers call. Verify, store, answer; the work is done afterwards."""

    @http.route("/sms_inbox/<string:carrier>/<string:token>/inbound", **OPTIONS)
    def inbound(self, carrier, token, **_params):
        return self._take(carrier, token, "inbound")

    @http.route(
        "/sms_inbox/<string:carrier>/<string:token>/status/<string:attempt_uuid>",
        **OPTIONS,
    )
    def status(self, carrier, token, attempt_uuid, **_params):
        return self._take(carrier, token, "status", attempt_uuid)

    def _take(self, carrier, token, kind, attempt_uuid=None):
        # sudo: sms.inbox.account - a carrier is nobody; the secret token is its ticket
        accounts_sudo = request.env["sms.inbox.account"].sudo()
        account_sudo = accounts_sudo._by_token(carrier, token)
        if not account_sudo:
            return self._refuse(account_sudo, "unknown_token", 404)
        adapter = account_sudo._carrier()
        call = self._call(account_sudo)
        try:
            adapter.verify(call)
            parse = {"inbound": adapter.parse_inbound, "status": adapter.parse_status}
            items = parse[kind](call)
        except carriers.ForgedRequest:
            return self._refuse(account_sudo, "forged", 403)
        except carriers.MalformedRequest:
            return self._refuse(account_sudo, "malformed", 400)
        # sudo: sms.inbox.webhook.event - as above; it belongs to the account's company
        events_sudo = request.env["sms.inbox.webhook.event"].sudo()
        for item in items:
            events_sudo._store(account_sudo, item, attempt_uuid)
        return self._thank(adapter if kind == "inbound" else None)

    @staticmethod
    def _call(account_sudo):
        """The call as the carrier made it, to our public address, in its raw words."""
        received = request.httprequest
        path = received.environ.get("RAW_URI") or received.full_path.rstrip("?")
        return carriers.WebhookRequest(
            method=received.method,
            url=(account_sudo.public_base_url or "").rstrip("/") + path,
            headers=received.headers,
            form=tuple(received.form.items(multi=True)),
            body=received.get_data(),
        )

    @staticmethod
    def _thank(adapter):
        status, content_type, body = adapter.inbound_reply if adapter else (204, "", "")
        headers = [("Content-Type", content_type)] if content_type else []
        return request.make_response(body, headers, status=status)

    @staticmethod
    def _refuse(account_sudo, reason, status):
        # sudo: sms.inbox.refusal - nobody but code writes it
        request.env["sms.inbox.refusal"].sudo()._count(account_sudo, reason)
        return request.make_response("", status=status)
