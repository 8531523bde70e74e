import secrets
from urllib.parse import urlsplit

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .. import carriers, words
from .sms_inbox_number import ALERT

CREDENTIALS = ("account_sid", "auth_token", "shared_key")
LONGEST_NUMBER = 40  # characters; far more than any number, or name, has
LOOPBACK = ("127.0.0.1", "localhost", "::1")


class SmsInboxAccount(models.Model):
    """A company's account at a carrier: credentials, and where the carrier calls us."""

    _name = "sms.inbox.account"
    # a thread, as whoever is given an activity is told by a message
    _inherit = ["sms.inbox.hold", "mail.thread", "mail.activity.mixin"]
    _description = "Carrier account"
    _check_company_auto = True

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
        ondelete="restrict",
    )
    carrier = fields.Selection(
        lambda self: [(name, cls.label) for name, cls in carriers.CARRIERS.items()],
        required=True,
        default="sandbox",
        help="The sandbox needs no account: its texts go to the Phone screen.",
    )
    account_sid = fields.Char("Account SID", groups="base.group_system")
    auth_token = fields.Char(groups="base.group_system", copy=False)
    shared_key = fields.Char(
        "Webhook shared key",
        groups="base.group_system",
        copy=False,
        help="Only if the carrier signs its calls with a shared key (HMAC-SHA256).",
    )
    other_auth_token = fields.Char(
        "Second auth token",
        groups="base.group_system",
        copy=False,
        help="Also believed when it signs the carrier's calls. A token that you "
        "replace goes here by itself; enter the next one here before the carrier uses "
        "it.",
    )
    other_shared_key = fields.Char(
        "Second webhook shared key",
        groups="base.group_system",
        copy=False,
        help="Also believed when it signs the carrier's calls.",
    )
    webhook_token = fields.Char(
        groups="base.group_system",
        required=True,
        readonly=True,
        copy=False,
        # 192 bits: nobody guesses the address that carriers post to
        default=lambda self: secrets.token_urlsafe(24),
    )
    other_webhook_token = fields.Char(
        groups="base.group_system",
        readonly=True,
        copy=False,
        help="The address before the present one; calls to it are still answered.",
    )
    caught_up_until = fields.Datetime(
        "Nothing missed until",
        readonly=True,
        copy=False,
        groups="base.group_system",
        help="Until then, all that the carrier has for us is here.",
    )
    public_base_url = fields.Char(
        "Public address of this Odoo",
        groups="base.group_system",
        help="As the carrier reaches it, such as https://odoo.example.com. Its "
        "signatures are checked against this address, whatever a proxy says.",
    )
    api_base_url = fields.Char(
        "API address",
        groups="base.group_system",
        help="Leave empty to use the carrier's own.",
    )
    inbound_url = fields.Char(
        "Address for incoming texts",
        compute="_compute_inbound_url",
        groups="base.group_system",
        help="Copy this into the carrier's console, as the address that it calls when "
        "a text comes in (HTTP POST).",
    )
    line_ids = fields.One2many(
        "sms.inbox.line", "account_id", string="Numbers", groups="base.group_system"
    )

    # what composite foreign keys point at: the second lock between companies
    _company_key = models.Constraint("UNIQUE (id, company_id)")

    # ------------------------------------------------------------
    # CHECKS AND COMPUTES
    # ------------------------------------------------------------

    @api.constrains("public_base_url", "api_base_url")
    def _check_urls(self):
        for account in self:
            for url in filter(None, (account.public_base_url, account.api_base_url)):
                parts = urlsplit(url)
                unusable = parts.query or parts.fragment or not parts.hostname
                if unusable or parts.scheme not in ("http", "https"):
                    raise ValidationError(
                        self.env._(
                            "“%s” is not a web address. It starts with https://", url
                        )
                    )

    @api.constrains("api_base_url")
    def _check_api_is_private(self):
        for url in filter(None, self.mapped("api_base_url")):
            parts = urlsplit(url)
            if parts.scheme != "https" and parts.hostname not in LOOPBACK:
                raise ValidationError(
                    self.env._(
                        "The API address must start with https://, or the auth token "
                        "would travel in the open."
                    )
                )

    @api.constrains("carrier", "account_sid", "auth_token", "shared_key")
    def _check_credentials(self):
        for account in self:
            carrier = carriers.get(account.carrier)
            missing = [
                words.credential(self.env, carrier.asks_for[name])
                for name in carrier.needs
                if not account[name]
            ]
            if missing:
                raise ValidationError(
                    self.env._(
                        "Enter what the carrier's console shows as: %s",
                        ", ".join(missing),
                    )
                )

    @api.depends("public_base_url", "carrier", "webhook_token")
    def _compute_inbound_url(self):
        for account in self:
            account.inbound_url = account._webhook_url("inbound")

    def write(self, vals):
        if "company_id" in vals and any(
            a.company_id.id != vals["company_id"] for a in self
        ):
            raise UserError(
                self.env._(
                    "An account stays with its company. Archive it and add the account "
                    "to the other company."
                )
            )
        if vals.get("active") is False:
            self.line_ids.number_ids._cancel_queued()
        result = super().write(vals)
        if vals.keys() & {*CREDENTIALS, "api_base_url"}:
            self.filtered("set_aside_at").action_bring_back()
        return result

    # ------------------------------------------------------------
    # SET ASIDE
    # ------------------------------------------------------------

    def action_bring_back(self):
        self.activity_unlink([ALERT])
        return super().action_bring_back()

    def _alert(self, reason):
        administrators = self.env.ref("base.group_system").all_user_ids
        # e-mails about it wait for their own queue: nothing here waits for them
        for account in self.with_context(mail_notify_force_send=False):
            for user in administrators.filtered(
                lambda user, account=account: account.company_id in user.company_ids
            ):
                account.activity_schedule(
                    ALERT,
                    summary=self.env._("No texts leave through this account"),
                    note=reason,
                    user_id=user.id,
                )

    # ------------------------------------------------------------
    # FOR THE DISPATCHER AND THE WEBHOOKS
    # ------------------------------------------------------------

    def _carrier(self):
        """The carrier's adapter with this account's credentials, free of any env."""
        self.ensure_one()
        # sudo: sms.inbox.account - users send through credentials they may not read
        account_sudo = self.sudo()
        return carriers.get(account_sudo.carrier)(
            carriers.Credentials(
                account_sid=account_sudo.account_sid or "",
                auth_token=account_sudo.auth_token or "",
                shared_key=account_sudo.shared_key or "",
                other_auth_token=account_sudo.other_auth_token or "",
                other_shared_key=account_sudo.other_shared_key or "",
                api_base_url=account_sudo.api_base_url or "",
            )
        )

    # ------------------------------------------------------------
    # SANDBOX
    # ------------------------------------------------------------

    def sandbox_receive(self, line, contact_number, body, pictures=None):
        """Let a sandbox account receive a text, as if ``contact_number`` had sent it.

        :param str line: our number that was texted, in E.164 or as a short code
        :param str contact_number: who texts, in E.164
        :param str body: the text
        :param pictures: what is attached, dicts of ``name`` and base64 ``content``
        :return: the id of the stored event; the text appears a moment later
        :raise UserError: on an account of another carrier, or for a foreign line
        """
        self.ensure_one()
        self.check_access("read")
        if self.carrier != "sandbox":
            raise UserError(
                self.env._("Only a sandbox account can pretend to receive a text.")
            )
        if not 0 < len(contact_number or "") <= LONGEST_NUMBER:
            raise UserError(self.env._("Enter a phone number."))
        numbers = self.env["sms.inbox.number"].with_context(active_test=False)
        # sudo: sms.inbox.line - not for users; the number is one that they may see
        lines_sudo = numbers.search([("number", "=", line)]).sudo().line_id
        if self not in lines_sudo.account_id:
            raise UserError(
                self.env._("%s is not a number of this sandbox account.", line)
            )
        text = carriers.InboundText(
            carrier_id="SB" + secrets.token_hex(16),
            sender=contact_number,
            recipient=line,
            body=body or "",
            segments=None,
            media=self.env["sms.inbox.phone"]._attached(pictures or []),
            raw={},
        )
        # sudo: sms.inbox.webhook.event - written as a carrier's call would write it
        return self.env["sms.inbox.webhook.event"].sudo()._store(self, text)
