import hashlib
import json

from odoo import api, fields, models

from .. import carriers

# A carrier's call stores and wakes in one statement. A trigger of the scheduled action
# that waits already will do, unless a run is deleting it: that run may not see what we
# store, so then it takes a new one. A lock tells, as a run deletes when it begins and
# commits when it ends. No two calls share that lock: a run would wait for as long as
# calls come.
STORE = """
    WITH item AS (
        SELECT *
          FROM jsonb_to_recordset(%(items)s::jsonb)
            AS (kind varchar, external_key varchar, thread_key varchar, payload text,
                at float8)
    ), stored AS (
        INSERT INTO sms_inbox_webhook_event
                    (account_id, company_id, kind, external_key, attempt_uuid,
                     thread_key, payload, received_at, posted_at, state, tries)
             SELECT account.id, account.company_id, item.kind, item.external_key,
                    %(attempt_uuid)s, item.thread_key, item.payload,
                    COALESCE(to_timestamp(item.at), now()) AT TIME ZONE 'UTC',
                    CASE WHEN %(posted)s THEN clock_timestamp() AT TIME ZONE 'UTC' END,
                    'pending', 0
               FROM sms_inbox_account account, item
              WHERE account.id = %(account)s
        ON CONFLICT DO NOTHING
          RETURNING id
    ), waiting AS (
        SELECT id
          FROM ir_cron_trigger
         WHERE cron_id = %(cron)s
           AND call_at <= now() AT TIME ZONE 'UTC'
         LIMIT 1
           FOR NO KEY UPDATE SKIP LOCKED
    ), woken AS (
        INSERT INTO ir_cron_trigger (cron_id, call_at)
             SELECT %(cron)s, date_trunc('second', now() AT TIME ZONE 'UTC')
              WHERE EXISTS (SELECT FROM stored)
                AND NOT EXISTS (SELECT FROM waiting)
          RETURNING id
    )
    SELECT ARRAY(SELECT id FROM stored ORDER BY id), EXISTS (SELECT FROM woken)
"""


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
    posted_at = fields.Datetime(
        "Called on",
        readonly=True,
        help="When the carrier called to tell it. Empty if we asked the carrier.",
    )
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
    _posted_idx = models.Index("USING brin (posted_at)")
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
        stored = self._insert(account, [item], attempt_uuid)
        return stored[0] if stored else None

    @api.model
    def _store_all(self, account, items, attempt_uuid=None, posted=False):
        """The same for several, in one statement.

        :param posted: whether the carrier called; else we asked it
        :return: how many of them are new
        """
        return len(self._insert(account, items, attempt_uuid, posted))

    def _insert(self, account, items, attempt_uuid, posted=False):
        """The ids of the new events."""
        cron_id = self.env["ir.model.data"]._xmlid_to_res_id(
            "sms_inbox.ir_cron_process_events"
        )
        # raw SQL: a repeat must neither raise nor double, which the ORM cannot say
        self.env.cr.execute(
            STORE,
            {
                "account": account.id,
                "attempt_uuid": attempt_uuid,
                "cron": cron_id,
                "items": json.dumps([self._row(item, attempt_uuid) for item in items]),
                "posted": posted,
            },
            # the database's words would quote the text
            log_exceptions=False,
        )
        stored, woken = self.env.cr.fetchone()
        if woken:
            # sudo: ir.cron - a carrier's call may start the work on what it brought
            cron_sudo = self.env["ir.cron"].sudo()
            self.env.cr.postcommit.add(cron_sudo._notifydb)
        return stored

    @staticmethod
    def _row(item, attempt_uuid):
        is_text = isinstance(item, carriers.InboundText)
        thread = (
            f"{item.recipient} {item.sender}"
            if is_text
            else attempt_uuid or item.carrier_id
        )
        return {
            "kind": "inbound" if is_text else "status",
            "external_key": _storable(f"{attempt_uuid or ''}{item.key}"),
            # a digest: an index holds no more than 2,700 bytes
            "thread_key": hashlib.sha256(thread.encode(errors="replace")).hexdigest(),
            "payload": item.to_json(),
            "at": item.at if is_text else None,
        }

    @api.model
    def _wake(self):
        # sudo: ir.cron - a carrier's call may start the processing of what it brought
        self.env.ref("sms_inbox.ir_cron_process_events").sudo()._trigger()


def _storable(text):
    """The same without what PostgreSQL holds in no text."""
    return text.replace("\0", "").encode(errors="replace").decode()
