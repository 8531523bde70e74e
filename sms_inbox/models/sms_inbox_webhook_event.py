import logging

from odoo import api, fields, models
from odoo.exceptions import UserError

from .. import carriers, short_transaction
from ..messaging import numbers, segments, wording

_logger = logging.getLogger(__name__)

BATCH = 100  # events per round of the scheduled action


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
    def _store(self, account, kind, item, attempt_uuid=None):
        """Keep what a carrier told us, once, and have it processed soon.

        :param item: an ``InboundText`` or a ``StatusReport``
        :return: the event's id, or None if it was stored before
        """
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

    # ------------------------------------------------------------
    # PROCESSING
    # ------------------------------------------------------------

    @api.model
    def _cron_process(self):
        """Turn what carriers told us into texts and states."""
        events = self.search([("state", "=", "pending")], order="id", limit=BATCH)
        for event in events:
            event._process_safely()
        if len(events) == BATCH:
            self._wake()

    def _process_safely(self):
        """Process this event in a transaction of its own; a fault sets it aside."""
        try:
            short_transaction.run(self.env, self._process)
        except short_transaction.CLASHES:
            return  # too much at once: it stays pending, for the next run
        except Exception as error:
            # the type alone: an error's words could quote the text
            _logger.warning(
                "Event %s of a carrier was set aside: %s", self.id, type(error).__name__
            )
            short_transaction.run(
                self.env, self._set_aside, self.env._("It could not be understood.")
            )

    def _process(self):
        if self.state != "pending":
            return
        handle = {"inbound": self._process_inbound, "status": self._process_status}
        problem = handle[self.kind]()
        if problem:
            self._set_aside(problem)
        else:
            self.state = "done"

    def _process_inbound(self):
        """Make the text, in its conversation; or a sentence that says why not."""
        text = carriers.InboundText.from_json(self.payload)
        line = self.env["sms.inbox.line"].search(
            [
                ("account_id", "=", self.account_id.id),
                ("number", "=", numbers.sender(text.recipient)),
            ]
        )
        if not line:
            return self.env._("The number that was texted is not set up here.")
        if line.usage != "conversation":
            return self.env._("Replies to a shared number belong to no conversation.")
        number = line.number_ids.filtered("active")
        if not number:
            return self.env._("No company uses the number that was texted.")
        self._receive(number, text)

    def _receive(self, number, text):
        Conversation = self.env["sms.inbox.conversation"].with_company(
            number.company_id
        )
        conversation = Conversation._of(number, numbers.sender(text.sender))
        body = wording.clean(text.body)
        message = conversation._receive(
            {
                "body": body,
                "segments": text.segments or segments.count(body),
                "date": self.received_at,
            }
        )
        message._learn_textable(self.env._("They texted us."))

    def _process_status(self):
        """Move the attempt on; a sentence if there is none that this reports on."""
        attempt = self.env["sms.inbox.attempt"].search(
            [
                ("account_id", "=", self.account_id.id),
                ("uuid", "=", self.attempt_uuid),
            ]
        )
        if not attempt:
            return self.env._("There is no text that this reports on.")
        attempt._reported(carriers.StatusReport.from_json(self.payload))

    def _set_aside(self, reason):
        self.write({"state": "set_aside", "reason": reason})

    def action_retry(self):
        """Process events again that were set aside, once their cause is mended."""
        if any(event.state != "set_aside" for event in self):
            raise UserError(self.env._("Only what was set aside can be tried again."))
        self.write({"state": "pending", "reason": False})
        self._wake()
        return True
