from odoo import api, fields, models

from .. import short_transaction


class SmsInboxRefusal(models.Model):
    """How many calls to our webhooks were refused: by account, reason and hour."""

    _name = "sms.inbox.refusal"
    _description = "Refused calls"
    _rec_name = "reason"
    _order = "hour desc, id desc"
    _log_access = False

    account_id = fields.Many2one(
        "sms.inbox.account", index=True, readonly=True, ondelete="cascade"
    )
    reason = fields.Selection(
        [
            ("unknown_token", "No account has this address"),
            ("unsigned", "It is not signed"),
            ("forged", "The signature is wrong"),
            ("no_secret", "We have no secret to check the signature with"),
            ("wrong_address", "It is signed for another public address"),
            ("other_account", "It is of another account at the carrier"),
            ("stale", "It is signed for another time"),
            ("wrong_method", "It does not use HTTP POST"),
            ("malformed", "Something is missing in it"),
            ("too_large", "It is too large"),
        ],
        required=True,
        readonly=True,
    )
    kind = fields.Selection(
        [("inbound", "Texts from contacts"), ("status", "Reports on texts")],
        required=True,
        readonly=True,
        default="inbound",
        help="What the address is for that was called.",
    )
    hour = fields.Datetime(required=True, readonly=True)
    count = fields.Integer(required=True, readonly=True, aggregator="sum")
    last_at = fields.Datetime("Last one on", readonly=True)
    seen_base_url = fields.Char(
        "Address the carrier signed",
        readonly=True,
        help="The carrier's signature is right for this public address.",
    )

    _once_an_hour = models.UniqueIndex("(COALESCE(account_id, 0), reason, kind, hour)")

    @api.model
    def _count(self, account, reason, kind, seen_base_url=None):
        """Count one refused call of this hour; commits.

        Calls that are refused at once count one after the other: two snapshots that
        both know the same count would clash, and one would have to begin again.
        """
        account_id = account.id or None
        short_transaction.commit(self.env)
        # raw SQL: a lock that comes first takes no snapshot, which the ORM cannot say
        self.env.cr.execute("LOCK TABLE sms_inbox_refusal IN EXCLUSIVE MODE")
        # raw SQL: counting in one statement, without reading first
        self.env.cr.execute(
            """
            INSERT INTO sms_inbox_refusal
                        (account_id, reason, kind, hour, count, last_at, seen_base_url)
                 VALUES (%s, %s, %s, date_trunc('hour', now() AT TIME ZONE 'UTC'), 1,
                         clock_timestamp() AT TIME ZONE 'UTC', %s)
            ON CONFLICT (COALESCE(account_id, 0), reason, kind, hour)
              DO UPDATE SET count = sms_inbox_refusal.count + 1,
                            last_at = EXCLUDED.last_at,
                            seen_base_url = EXCLUDED.seen_base_url
            """,
            (account_id, reason, kind, seen_base_url),
        )
        short_transaction.commit(self.env)

    @api.model
    def _that_still_count(self, account):
        """An account's refusals, the latest last, that say what is wrong with it now.

        What was refused before the account was changed says nothing of it any more,
        and neither does what was refused before the last good call of its kind.
        """
        # raw SQL: to the microsecond, which the ORM's datetimes do not keep
        self.env.cr.execute(
            """
            SELECT refusal.id
              FROM sms_inbox_refusal refusal
              JOIN sms_inbox_account account ON account.id = refusal.account_id
             WHERE account.id = %s
               AND refusal.last_at > COALESCE(account.judged_at, '-infinity')
               AND NOT EXISTS (
                    SELECT
                      FROM sms_inbox_webhook_event event
                     WHERE event.account_id = account.id
                       AND event.kind = refusal.kind
                       AND event.posted_at > refusal.last_at)
             ORDER BY refusal.last_at
            """,
            (account.id,),
        )
        return self.browse([refusal_id for (refusal_id,) in self.env.cr.fetchall()])
