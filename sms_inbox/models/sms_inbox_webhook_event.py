from odoo import api, fields, models

from .. import carriers


class SmsInboxWebhookEvent(models.Model):
    """One thing that a carrier told us, as it came, until it is processed.

    It is stored before anything is done with it, so that nothing a carrier was thanked
    for can get lost. Events are processed in the order in which they came.
    """

    _name = "sms.inbox.webhook.event"
    _description = "Word from a carrier"
    _rec_name = "external_key"
    _order = "id desc"
    _log_access = False

    account_id = fields.Many2one(
        "sms.inbox.account", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, readonly=True, ondelete="cascade"
    )
    kind = fields.Selection(
        [("inbound", "Text from a contact"), ("status", "Report on a text")],
        required=True,
        readonly=True,
    )
    external_key = fields.Char("Carrier's key", required=True, readonly=True)
    attempt_uuid = fields.Char(readonly=True)
    payload = fields.Text(readonly=True)
    received_at = fields.Datetime("Received on", required=True, readonly=True)
    state = fields.Selection(
        [
            ("pending", "To be processed"),
            ("done", "Done"),
            ("set_aside", "Set aside"),
        ],
        required=True,
        readonly=True,
        default="pending",
    )
    reason = fields.Char("Why it was set aside", readonly=True)
    thread_key = fields.Char(
        readonly=True,
        help="Events with the same key are processed in the order in which they came.",
    )
    tries = fields.Integer(readonly=True, default=0)
    retry_at = fields.Datetime("Next try", readonly=True)

    _key_unique = models.UniqueIndex("(account_id, kind, external_key)")
    _pending_idx = models.Index("(id) WHERE state = 'pending'")
    _same_company = models.Constraint(
        "FOREIGN KEY (account_id, company_id) "
        "REFERENCES sms_inbox_account (id, company_id) ON DELETE CASCADE"
    )

    # ------------------------------------------------------------
    # STORING
    # ------------------------------------------------------------

    @api.model
    def _store(self, account, item, attempt_uuid=None):
        """Keep what a carrier told us, once, and have it processed soon.

        :param item: an ``InboundText`` or a ``StatusReport``
        :return: the event's id, or None if it was stored before
        """
        kind = "inbound" if isinstance(item, carriers.InboundText) else "status"
        # raw SQL: a repeat must neither raise nor double, which the ORM cannot say
        self.env.cr.execute(
            """
            INSERT INTO sms_inbox_webhook_event
                        (account_id, company_id, kind, external_key, attempt_uuid,
                         payload, received_at, state)
                 VALUES (%s, %s, %s, %s, %s, %s, now() AT TIME ZONE 'UTC', 'pending')
            ON CONFLICT DO NOTHING
              RETURNING id
            """,
            (
                account.id,
                account.company_id.id,
                kind,
                f"{attempt_uuid or ''}{item.key}",
                attempt_uuid,
                item.to_json(),
            ),
        )
        row = self.env.cr.fetchone()
        if row:
            self._wake()
        return row and row[0]

    @api.model
    def _wake(self):
        # sudo: ir.cron - a carrier's call may start the processing of what it brought
        self.env.ref("sms_inbox.ir_cron_process_events").sudo()._trigger()
