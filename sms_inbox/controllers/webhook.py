import logging
from dataclasses import replace
from urllib.parse import parse_qsl

from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from odoo import SUPERUSER_ID, http
from odoo.http import HttpDispatcher, Response, request
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from .. import carriers, short_transaction
from ..carriers import addresses

_logger = logging.getLogger(__name__)

# Bytes: a text of the longest kind with a dozen media addresses is under 20,000.
LARGEST = 64 * 1024
MOST_FIELDS = 1000
LONGEST_KEY = 200  # characters; an index holds no more than 2,700 bytes
FORM = "application/x-www-form-urlencoded"
STATUS = {
    "unknown_token": 404,
    "wrong_method": 405,
    "malformed": 400,
    "too_large": 413,
}
DOUBTED = ("forged", "other_account")  # a signature that fits another address, maybe
OPTIONS = {
    "type": "sms_inbox_webhook",
    # nobody is logged in; the dispatcher below says who works for the carrier
    "auth": "none",
    "readonly": False,
    "save_session": False,
    "max_content_length": LARGEST,
}


class WebhookDispatcher(HttpDispatcher):
    """Calls of machines: no session, no form fields as arguments, no words back.

    What goes wrong is answered with a bare status, and logged by its kind alone:
    the words of an error could quote a text.
    """

    routing_type = "sms_inbox_webhook"

    def dispatch(self, endpoint, args):
        self.request.params = {}
        # superuser: a carrier is nobody; its signature is checked before all else
        self.request.update_env(user=SUPERUSER_ID, su=True)
        return endpoint(**args)

    def handle_error(self, exc):
        status = exc.code if isinstance(exc, HTTPException) else None
        if not status:
            _logger.error("A carrier's call failed: %s", type(exc).__name__)
            # Odoo's own line would have the error's words, and a traceback
            exc.loglevel = logging.NOTSET
            status = 503 if isinstance(exc, PG_CONCURRENCY_EXCEPTIONS_TO_RETRY) else 500
        return Response(status=status)


class Refused(Exception):
    """A call that we do not take; ``reason`` as in ``sms.inbox.refusal``."""

    def __init__(self, reason, seen_base_url=None):
        super().__init__(reason)
        self.reason, self.seen_base_url = reason, seen_base_url


class SmsInboxWebhook(http.Controller):
    """What carriers call. Verify, store, answer; the work is done afterwards."""

    @http.route("/sms_inbox/<string:carrier>/<string:token>/inbound", **OPTIONS)
    def inbound(self, carrier, token):
        return self._take(carrier, token, "inbound")

    @http.route(
        "/sms_inbox/<string:carrier>/<string:token>/status/<string:attempt_uuid>",
        **OPTIONS,
    )
    def status(self, carrier, token, attempt_uuid):
        return self._take(carrier, token, "status", attempt_uuid)

    @http.route("/sms_inbox/<path:rest>", **OPTIONS)
    def nothing(self, rest):
        """No address of ours: what Odoo does with such ones can end in a traceback."""
        return Response(status=404)

    def _take(self, carrier, token, kind, attempt_uuid=None):
        account = request.env["sms.inbox.account"]._by_token(carrier, token)
        try:
            adapter, items = _told(account, kind, attempt_uuid)
        except Refused as refused:
            request.env["sms.inbox.refusal"]._count(
                account, refused.reason, kind, refused.seen_base_url
            )
            status = STATUS.get(refused.reason, 403)
            return Response(status=status, headers={"Allow": "POST"})
        events = request.env["sms.inbox.webhook.event"]
        # committed before we say thanks, and with a snapshot of its own: what others
        # stored since the look-up is no clash
        short_transaction.run(
            request.env, events._store_all, account, items, attempt_uuid, True
        )
        return _thanks(adapter) if kind == "inbound" else Response(status=204)


def _told(account, kind, attempt_uuid):
    """(carrier, what it tells us) of a call that the account's carrier signed.

    :raise Refused: of any other
    """
    if not account:
        raise Refused("unknown_token")
    if request.httprequest.method != "POST":
        raise Refused("wrong_method")
    adapter = account._carrier()
    try:
        call = _call(account)
        _verify(adapter, call)
        parse = {"inbound": adapter.parse_inbound, "status": adapter.parse_status}
        items = parse[kind](call)
    except RequestEntityTooLarge as error:
        raise Refused("too_large") from error
    # a body that cannot be read raises an HTTPException or an OSError
    except (carriers.MalformedRequest, HTTPException, OSError) as error:
        raise Refused("malformed") from error
    names = [attempt_uuid or "", *(name for item in items for name in _names(item))]
    if any(len(name) > LONGEST_KEY or "\0" in name for name in names):
        raise Refused("malformed")
    return adapter, items


def _names(item):
    """What of an item is looked up, and so stands in an index."""
    yield item.key
    if isinstance(item, carriers.InboundText):
        yield from (item.sender, item.recipient)


def _call(account):
    """The call as the carrier made it, to our public address, in its raw words."""
    received = request.httprequest
    body = received.get_data()
    return carriers.WebhookRequest(
        method=received.method,
        url=account._base() + _target(),
        headers=received.headers,
        form=_form(body) if received.mimetype == FORM else (),
        body=body,
    )


def _target():
    """Path and query, as they came."""
    received = request.httprequest
    return received.environ.get("RAW_URI") or received.full_path.rstrip("?")


def _form(body):
    """Every pair in order; what is no UTF-8 is nothing that a carrier signed."""
    try:
        text = body.decode()
        pairs = parse_qsl(
            text, keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS
        )
    except ValueError as error:
        raise carriers.MalformedRequest("The form cannot be read.") from error
    return tuple(pairs)


def _verify(adapter, call):
    try:
        adapter.verify(call)
    except carriers.ForgedRequest as error:
        seen = _signed_base(adapter, call) if error.reason in DOUBTED else None
        raise Refused("wrong_address" if seen else error.reason, seen) from error


def _signed_base(adapter, call):
    """The public address for which the carrier's signature is right, if any is."""
    for base, url in addresses.possible(call.headers, _target()):
        try:
            adapter.verify(replace(call, url=url))
            return base
        except carriers.ForgedRequest:
            continue
    return None


def _thanks(adapter):
    status, content_type, body = adapter.inbound_reply
    return Response(body, status=status, content_type=content_type or None)
