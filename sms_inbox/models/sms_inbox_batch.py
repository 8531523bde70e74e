from datetime import datetime

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..messaging.delivery import FRUITLESS

STEP = 1000  # queued texts that one statement parks, frees or cancels
# Until when the texts of a paused one are parked. Lists turn it into a date of any time
# zone and add up to a year, so it may not be the last moment of all.
NEVER = datetime(9000, 1, 1)

# States of a text that may still leave, or leave once more: one whose answer was lost
# comes back if the carrier proves that it never had it.
MAY_YET_LEAVE = ("queued", "sending", "held", "unknown")
PARKED = "text.state = 'queued' AND text.waits_for IS NOT DISTINCT FROM 'paused'"
# What a batch's texts still have to follow, by the batch's state; an index of texts has
# all that these go by, so that what has nothing to follow is not read.
UNSETTLED = {
    "paused": "text.state = 'queued' AND text.waits_for IS DISTINCT FROM 'paused'",
    "preparing": PARKED,
    "running": PARKED,
    "canceled": "text.state IN ('queued', 'held')",
}


class SmsInboxBatch(models.Model):
    """One bulk send: who gets which text, how far it is, and whether it goes on.

    A button writes the state only, and takes the texts whose turn is next along. The
    scheduled action makes all others follow, some at a time::

        draft -> preparing -> running <-> done
                   |  ^ |       ^ |
                   v  | v       | v
                  paused, canceled

    What is done goes on when a text comes back: the carrier dropped it after all, or
    never had it.
    """

    _name = "sms.inbox.batch"
    _description = "Bulk text"
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(required=True, readonly=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, readonly=True, ondelete="restrict"
    )
    user_id = fields.Many2one(
        "res.users",
        string="Sent by",
        required=True,
        index=True,
        readonly=True,
        default=lambda self: self.env.user,
        ondelete="restrict",
    )
    body = fields.Text("Text", readonly=True, help="With placeholders.")
    priority = fields.Selection(
        [("notice", "Notice"), ("bulk", "Bulk")],
        string="Kind",
        required=True,
        readonly=True,
        default="bulk",
    )
    number_ids = fields.Many2many(
        "sms.inbox.number",
        "sms_inbox_batch_number_rel",
        "batch_id",
        "number_id",
        string="Texted from",
        check_company=True,
        readonly=True,
    )
    start = fields.Datetime("Not before", readonly=True)
    end = fields.Datetime(
        "Not after", readonly=True, help="What has not left by then is not sent."
    )
    stopped_because = fields.Char("Paused because", readonly=True, copy=False)
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("preparing", "Writing the texts"),
            ("running", "Sending"),
            ("paused", "Paused"),
            ("done", "Done"),
            ("canceled", "Canceled"),
        ],
        required=True,
        readonly=True,
        default="draft",
        index=True,
    )
    model = fields.Char(required=True, readonly=True, default="res.partner")
    # many thousand ids: read only where they are needed
    res_ids = fields.Json("Recipients", readonly=True, prefetch=False)
    total = fields.Integer("Chosen", readonly=True)
    position = fields.Integer(
        "Texts written for", readonly=True, help="So many recipients have been seen to."
    )
    forecast = fields.Json("Forecast figures", readonly=True, prefetch=False)
    left_out = fields.Json("Left out, by reason", readonly=True, prefetch=False)
    left_out_count = fields.Integer("Left out", readonly=True)
    outlook = fields.Html(
        "Forecast", compute="_compute_outlook", sanitize=False, readonly=True
    )
    waiting_count = fields.Integer("Waiting", compute="_compute_counts")
    sent_count = fields.Integer("Sent", compute="_compute_counts")
    delivered_count = fields.Integer("Delivered", compute="_compute_counts")
    failed_count = fields.Integer("Not delivered", compute="_compute_counts")
    canceled_count = fields.Integer("Canceled", compute="_compute_counts")
    progress = fields.Float(compute="_compute_counts", help="In percent.")

    _company_key = models.Constraint("UNIQUE (id, company_id)")

    # ------------------------------------------------------------
    # HOW FAR IT IS
    # ------------------------------------------------------------

    @api.depends("state", "position")
    def _compute_counts(self):
        # sudo: sms.inbox.message - a batch's figures, also of numbers not one's own
        groups = (
            self.env["sms.inbox.message"]
            .sudo()
            ._read_group(
                [("batch_id", "in", self.ids)], ["batch_id", "state"], ["__count"]
            )
        )
        counts = {(batch.id, state): count for batch, state, count in groups}
        for batch in self:

            def of(*states, batch_id=batch.id):
                return sum(counts.get((batch_id, state), 0) for state in states)

            batch.waiting_count = of(*MAY_YET_LEAVE)
            batch.sent_count = of("sent")
            batch.delivered_count = of("delivered")
            batch.failed_count = of(*set(FRUITLESS).difference(MAY_YET_LEAVE))
            batch.canceled_count = of("canceled")
            gone = batch.position - batch.waiting_count
            batch.progress = 100 * gone / batch.total if batch.total else 0

    @api.depends("forecast", "left_out")
    @api.depends_context("uid", "lang", "tz")
    def _compute_outlook(self):
        for batch in self:
            forecast = dict(batch.forecast or {})
            # what was really left out is known better now than it was then
            if batch.position:
                left_out = batch.left_out or {}
                forecast["left_out"] = {k: len(v) for k, v in left_out.items()}
            batch.outlook = self.env["sms.inbox.outlook"]._html(forecast, kept=True)

    # ------------------------------------------------------------
    # BUTTONS
    # ------------------------------------------------------------

    def action_start(self):
        """Begin to write the texts; they leave as the limits allow."""
        self._go({"draft": "preparing"})
        return True

    def action_pause(self):
        """Let nothing more leave; what is being handed over right now still goes."""
        self._go({"preparing": "paused", "running": "paused"})
        return True

    def action_resume(self):
        """Go on where it was paused."""
        for batch in self:
            written = batch.position >= batch.total
            batch._go({"paused": "running" if written else "preparing"})
            # sudo: sms.inbox.batch - who may steer it was checked just now
            batch.sudo().stopped_because = False
        return True

    def action_cancel(self):
        """Take back every text that has not left yet."""
        going = ("draft", "preparing", "running", "paused")
        self._go(dict.fromkeys(going, "canceled"))
        return True

    def action_refresh(self):
        """Read the figures again."""
        return True

    def _go(self, moves):
        """Move from one state to another, and begin to make the queue follow."""
        # whoever sees it may steer it: who sent it, and supervisors
        self.check_access("read")
        # sudo: sms.inbox.batch - changes by its buttons alone, checked just above
        for batch_sudo in self.sudo():
            # what came back since the scheduled action looked counts too
            batch_sudo._reckon()
            if batch_sudo.state not in moves:
                raise UserError(
                    self.env._(
                        "“%s” has moved on meanwhile. Reload the page to see how far "
                        "it is.",
                        batch_sudo.name,
                    )
                )
            batch_sudo.state = moves[batch_sudo.state]
            batch_sudo._settle()
        self.env["sms.inbox.batch"]._wake_writer()

    def action_texts(self):
        """The texts of this batch."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sms_inbox.sms_inbox_message_action"
        )
        return {
            **action,
            "name": self.name,
            "domain": [("batch_id", "=", self.id)],
            "context": {},
        }

    def action_left_out(self):
        """The records that get no text."""
        self.ensure_one()
        ids = [res_id for part in (self.left_out or {}).values() for res_id in part]
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Left out of “%s”", self.name),
            "res_model": self.model,
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", ids)],
            "context": {"active_test": False},
        }

    # ------------------------------------------------------------
    # THE QUEUE FOLLOWS
    # ------------------------------------------------------------

    def _reckon(self):
        """Say of those whose texts are all written whether anything is left of them."""
        self.flush_recordset()
        self.env["sms.inbox.message"].flush_model()
        # raw SQL: two states at once, of very many that are done and stay so
        self.env.cr.execute(
            """
            SELECT id FROM sms_inbox_batch batch
             WHERE id = ANY(%s) AND state IN ('running', 'done')
               AND (state = 'done') = EXISTS (
                   SELECT FROM sms_inbox_message text
                    WHERE text.batch_id = batch.id AND text.state = ANY(%s))
            """,
            (self.ids, list(MAY_YET_LEAVE)),
        )
        for batch in self.browse(row[0] for row in self.env.cr.fetchall()):
            batch.state = "running" if batch.state == "done" else "done"

    def _settle(self):
        """Make some queued texts do as the batch's state says, the next in turn first.

        :return: how many it were; 0 when all do
        """
        self.ensure_one()
        texts = self._lock_unsettled()
        if not texts:
            return 0
        if self.state == "canceled":
            texts._cancel(self.env._("The bulk text was canceled."))
        elif self.state == "paused":
            texts.write({"parked_until": NEVER, "waits_for": "paused"})
        else:
            self._free(texts)
        return len(texts)

    def _lock_unsettled(self):
        messages = self.env["sms.inbox.message"]
        if self.state not in UNSETTLED:
            return messages
        self.flush_model()
        messages.flush_model()
        # raw SQL: skips what is being handed over now, which the ORM cannot say
        self.env.cr.execute(
            f"""SELECT id FROM sms_inbox_message text
                 WHERE batch_id = %s AND {UNSETTLED[self.state]}
              ORDER BY id LIMIT %s FOR NO KEY UPDATE SKIP LOCKED""",
            (self.id, STEP),
        )
        return messages.browse(row[0] for row in self.env.cr.fetchall())

    def _free(self, texts):
        now = fields.Datetime.now()
        later = texts.filtered(lambda text: text.not_before and text.not_before > now)
        (texts - later).write({"parked_until": False, "waits_for": False})
        for moment, scheduled in later.grouped("not_before").items():
            scheduled.write({"parked_until": moment, "waits_for": "schedule"})
            self.env["sms.inbox.dispatcher"]._wake(moment)
        if texts - later:
            self.env["sms.inbox.dispatcher"]._wake()
