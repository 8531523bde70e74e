import logging
import time

from odoo import api, models

from .. import short_transaction
from .sms_inbox_batch import UNSETTLED

_logger = logging.getLogger(__name__)

CHUNK = 500  # recipients whose texts are written in one transaction
SLICE = 30.0  # seconds of one run, after which other scheduled actions get a turn

# Not EXISTS, for which PostgreSQL may choose to read all that is queued at once.
AT_WORK = """
    SELECT id FROM sms_inbox_batch batch
     WHERE state = 'preparing' OR %s
  ORDER BY id
""" % " OR ".join(
    f"""state = '{state}' AND (
           SELECT TRUE FROM sms_inbox_message text
            WHERE text.batch_id = batch.id AND {condition} LIMIT 1)"""
    for state, condition in UNSETTLED.items()
)


# a subject of its own in a file of its own, as one file would be too long
# pylint: disable=consider-merging-classes-inherited
class SmsInboxBatch(models.Model):
    """Writing a batch's texts, a chunk at a time.

    The pointer moves in the transaction that writes the texts, so a kill at any moment
    repeats nothing and loses nothing; no number has two texts of one batch either way.
    """

    _inherit = "sms.inbox.batch"

    @api.model
    def _wake_writer(self):
        """Have the scheduled action run when this transaction commits."""
        # sudo: ir.cron - whoever sends a bulk text may start its writing
        self.env.ref("sms_inbox.ir_cron_batch").sudo()._trigger()

    @api.model
    def _cron_work(self):
        """Write texts and make queued ones follow their batches, each in its turn."""
        end = time.monotonic() + SLICE
        while time.monotonic() < end:
            steps = [self._run_step(batch) for batch in self._at_work()]
            if not any(steps):
                break
        else:
            self._wake_writer()
        short_transaction.run(self.env, self._finish)

    @api.model
    def _run_step(self, batch):
        """One step of a batch; a fault stops that one, and no other."""
        try:
            return short_transaction.run(self.env, batch._step)
        except short_transaction.CLASHES:
            return False  # too much at once: it goes on in the next run
        except Exception as error:
            # the type alone: an error's words could quote a text
            _logger.warning("Batch %s stopped: %s", batch.id, type(error).__name__)
            reason = self.env._("Its texts could not be written. Cancel it, or resume.")
            short_transaction.run(self.env, batch._stop, reason)
            return False

    def _stop(self, reason):
        self.write({"state": "paused", "stopped_because": reason})

    @api.model
    def _at_work(self):
        self.flush_model()
        # raw SQL: an OR of pairs over two tables, which would be a query each
        self.env.cr.execute(AT_WORK)
        return self.browse(row[0] for row in self.env.cr.fetchall())

    def _step(self):
        """Do one piece of what is left to do, unless somebody else is at it.

        :return: whether anything was done
        """
        if not self.try_lock_for_update(allow_referencing=True):
            return False
        self.invalidate_recordset()
        if self._settle():
            return True
        if self.state == "preparing":
            self._write_chunk()
            return True
        return False

    @api.model
    def _finish(self):
        """Note which batches have nothing left to send, and which have once more."""
        self.search([("state", "in", ("running", "done"))])._reckon()

    # ------------------------------------------------------------
    # ONE CHUNK
    # ------------------------------------------------------------

    def _write_chunk(self):
        """Write the texts of the next recipients, and move the pointer past them."""
        senders = self.number_ids.filtered("active")
        if senders and not senders._healthy():
            self._stop(
                self.env._(
                    "All numbers that it is sent from are set aside. Bring one back, "
                    "then resume."
                )
            )
            return
        ids = self.res_ids[self.position : self.position + CHUNK]
        texts, left_out = self._as_its_user()._chunk(ids) if ids else ([], {})
        if texts:
            self.env["sms.inbox.conversation"]._queue_many(
                texts,
                priority=self.priority,
                batch_id=self.id,
                author_id=self.user_id.id,
                not_before=self.start,
                not_after=self.end,
            )
        position = self.position + len(ids)
        self.write(
            {
                "position": position,
                "left_out": _merged(self.left_out or {}, left_out),
                "left_out_count": self.left_out_count
                + sum(map(len, left_out.values())),
                "state": "preparing" if position < len(self.res_ids) else "running",
            }
        )

    def _as_its_user(self):
        """This batch with the rights of whoever sent it, in its company alone."""
        return (
            self.with_user(self.user_id)
            .with_company(self.company_id)
            .with_context(
                allowed_company_ids=self.company_id.ids, lang=self.user_id.lang
            )
        )

    def _chunk(self, ids):
        """The values of these recipients' texts, and {reason: ids} of all others."""
        # sudo: sms.inbox.batch - its own settings; recipients are read with its user
        batch_sudo = self.sudo()
        senders_sudo = batch_sudo.number_ids
        recipients = self.env["sms.inbox.recipients"]
        # whoever sent it may not be allowed to text for this company any more
        if not self.env.user._sms_inbox_answering(self.env.company):
            return [], {"no_permission": ids}
        judged = recipients._judge(
            batch_sudo.model, ids, senders_sudo, taken=batch_sudo._numbers_written
        )
        good = [recipient for recipient in judged if not recipient.reason]
        bodies = recipients._render(
            batch_sudo.body, batch_sudo.model, [r.res_id for r in good]
        )
        texts, left_out = [], _reasons(judged)
        for text in recipients._texts(good, senders_sudo, bodies):
            if text["reason"]:
                left_out.setdefault(text["reason"], []).append(text["res_id"])
            else:
                texts.append(
                    {
                        "number_id": text["sender"].id,
                        "contact_number": text["number"],
                        "partner_id": text["partner_id"],
                        "body": text["body"],
                        "segments": text["segments"],
                    }
                )
        return texts, left_out

    def _numbers_written(self, contact_numbers):
        """Those of some numbers that have a text of this batch already."""
        domain = [("batch_id", "=", self.id), ("contact_number", "in", contact_numbers)]
        texts = self.env["sms.inbox.message"].search_fetch(domain, ["contact_number"])
        return set(texts.mapped("contact_number"))


def _reasons(judged):
    """{reason: ids} of those that are left out."""
    left_out = {}
    for recipient in judged:
        if recipient.reason:
            left_out.setdefault(recipient.reason, []).append(recipient.res_id)
    return left_out


def _merged(left_out, more):
    reasons = {**left_out, **more}
    return {r: left_out.get(r, []) + more.get(r, []) for r in reasons}
