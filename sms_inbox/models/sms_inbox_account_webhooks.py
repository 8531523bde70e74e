import hashlib
import hmac
import secrets

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

# what a signature and an address are judged by
JUDGED_BY = {
    "carrier",
    "public_base_url",
    "account_sid",
    "auth_token",
    "shared_key",
    "other_auth_token",
    "other_shared_key",
    "webhook_token",
}
# all that a call needs of its account, so that one query reads it
OF_A_CALL = (
    *sorted(JUDGED_BY),
    "other_webhook_token",
    "api_base_url",
    "company_id",
)
FORMER = {"auth_token": "other_auth_token", "shared_key": "other_shared_key"}


# a subject of its own in a file of its own, as one file would be too long
# pylint: disable=consider-merging-classes-inherited
class SmsInboxAccount(models.Model):
    """Where a carrier calls us, what it signs with, and what is wrong with either."""

    _inherit = "sms.inbox.account"

    webhook_trouble = fields.Text(
        "What is wrong with the carrier's calls",
        compute="_compute_webhook_trouble",
        groups="base.group_system",
    )
    suggested_base_url = fields.Char(
        "Address that the carrier calls",
        compute="_compute_webhook_trouble",
        groups="base.group_system",
    )

    judged_at = fields.Datetime(
        "Changed on",
        readonly=True,
        copy=False,
        groups="base.group_system",
        help="When what the carrier's calls are judged by was last changed.",
    )

    # by the digest, so that the time of a look-up tells nothing of a token
    _webhook_token_unique = models.UniqueIndex("(sha256(webhook_token::bytea))")
    _other_webhook_token_unique = models.UniqueIndex(
        "(sha256(other_webhook_token::bytea))"
    )

    # ------------------------------------------------------------
    # SECRETS
    # ------------------------------------------------------------

    def write(self, vals):
        """A secret that is replaced stays good beside the new one."""
        replaced = vals.keys() & FORMER.keys()
        if not replaced or len(self) <= 1:
            result = super().write({**self._former(vals, replaced), **vals})
        else:
            result = all([account.write(vals) for account in self])
        if vals.keys() & JUDGED_BY:
            self._judge_anew()
        return result

    def _judge_anew(self):
        """What was refused so far says nothing of the accounts as they are now."""
        self.flush_recordset()
        # raw SQL: to the microsecond, which the ORM's datetimes do not keep
        self.env.cr.execute(
            """
            UPDATE sms_inbox_account
               SET judged_at = clock_timestamp() AT TIME ZONE 'UTC'
             WHERE id IN %s
            """,
            (tuple(self.ids) or (0,),),
        )
        self.invalidate_recordset(["judged_at", "webhook_trouble"])

    def _former(self, vals, replaced):
        """The secrets that ``vals`` replace, as values of the fields beside them."""
        return {
            FORMER[name]: self[name]
            for name in replaced
            if self[name] and vals[name] and vals[name] != self[name]
        }

    def action_new_webhook_address(self):
        """Make a new secret address; calls to the former one are still answered."""
        for account in self:
            account.write(
                {
                    "other_webhook_token": account.webhook_token,
                    "webhook_token": secrets.token_urlsafe(24),
                }
            )
        return True

    def action_end_former_address(self):
        """Answer no more calls to the former address."""
        self.write({"other_webhook_token": False})
        return True

    # ------------------------------------------------------------
    # CALLS
    # ------------------------------------------------------------

    def _webhook_url(self, *path):
        """The public address of one of this account's webhooks, or False."""
        self.ensure_one()
        if not self.public_base_url or self.carrier == "sandbox":
            return False
        base = self.public_base_url.rstrip("/")
        return "/".join((base, "sms_inbox", self.carrier, self.webhook_token, *path))

    def _media_url(self):
        """The address below which carriers fetch what texts of ours carry."""
        return f"{self._base()}/sms_inbox/media"

    @api.model
    def _by_token(self, carrier, token):
        """The account that a carrier's call to ``token`` is meant for, in one query."""
        secret = token.encode(errors="replace")
        account = self.search_fetch(_with_token(secret), OF_A_CALL, limit=1)
        known = (account.webhook_token or "", account.other_webhook_token or "")
        fits = [hmac.compare_digest(other.encode(), secret) for other in known if other]
        return account if any(fits) and account.carrier == carrier else self.browse()

    # ------------------------------------------------------------
    # WHAT IS WRONG
    # ------------------------------------------------------------

    def action_use_suggested_address(self):
        """Believe the public address that the carrier signs."""
        for account in self.filtered("suggested_base_url"):
            account.public_base_url = account.suggested_base_url
        return True

    @api.depends(*sorted(JUDGED_BY))
    def _compute_webhook_trouble(self):
        for account in self:
            refusal = account._latest_trouble()
            words = account._words_of_trouble(refusal) if refusal else ""
            account.webhook_trouble = words
            seen = refusal.seen_base_url
            account.suggested_base_url = seen != account._base() and seen

    def _base(self):
        return (self.public_base_url or "").rstrip("/")

    def _latest_trouble(self):
        """The refusal that tells most of what is wrong now, if anything is."""
        # sudo: sms.inbox.refusal - administrators read it here in words
        refusals_sudo = self.env["sms.inbox.refusal"].sudo()
        open_sudo = refusals_sudo._that_still_count(self._origin)
        # an address that the carrier itself signed says more than a later guess
        return (open_sudo.filtered("seen_base_url") or open_sudo)[-1:]

    def _words_of_trouble(self, refusal):
        """What is wrong, and what to do about it."""
        if refusal.reason == "wrong_address":
            return self._words_of_address(refusal.seen_base_url)
        return {
            "forged": self.env._(
                "The carrier's calls are not signed with the secret entered here, or "
                "for another public address. Copy the auth token (or the shared key) "
                "from the carrier's console again, and compare the address there."
            ),
            "unsigned": self.env._(
                "Calls come that nobody signed. If they are the carrier's, switch on "
                "signed webhooks in its console. If not, make a new address for its "
                "calls."
            ),
            "no_secret": self.env._(
                "The carrier calls, but no secret is entered here to check its "
                "signature with. Copy it from the carrier's console."
            ),
            "other_account": self.env._(
                "The carrier calls for another account than the one entered here. "
                "The number may belong to a subaccount: enter that one's SID and auth "
                "token, or give its number the address of its own account."
            ),
            "stale": self.env._(
                "The carrier's calls seem to be more than five minutes old, or of the "
                "future. Set this server's clock."
            ),
            "wrong_method": self.env._(
                "The carrier does not use HTTP POST. Choose POST in its console, or "
                "press Set up webhooks."
            ),
            "malformed": self.env._(
                "The carrier called, but not in the way that we understand. Check in "
                "its console that it uses the usual format."
            ),
            "too_large": self.env._(
                "A call was larger than any text is. If it was the carrier's, check "
                "what else its console sends to this address."
            ),
        }.get(refusal.reason, "")

    def _words_of_address(self, seen):
        base = self._base()
        if seen == base:
            return self.env._(
                "The carrier has another address for its calls than the one shown "
                "here. Copy the address into its console again."
            )
        if not base:
            return self.env._(
                "The carrier calls us at %s, but no public address is entered here. "
                "Use this address.",
                seen,
            )
        return self.env._(
            "The carrier calls us at %(seen)s, but the public address entered here is "
            "%(entered)s. Use this address.",
            seen=seen,
            entered=base,
        )


def _with_token(secret):
    """A domain: accounts that have this token, or had it before the present one."""
    digest = hashlib.sha256(secret).digest()

    def to_sql(_model, alias, _query):
        return SQL(
            "(sha256(%s::bytea) = %s OR sha256(%s::bytea) = %s)",
            SQL.identifier(alias, "webhook_token"),
            digest,
            SQL.identifier(alias, "other_webhook_token"),
            digest,
        )

    return Domain.custom(to_sql=to_sql)
