from odoo import api, fields, models

KEPT = 7  # days
ASIDE = 30  # days that somebody may look at a report that was of no use
STEP = 10_000  # events in one transaction


# a subject of its own in a file of its own, as one file would be too long
# pylint: disable=consider-merging-classes-inherited
class SmsInboxWebhookEvent(models.Model):
    """What is done with is not kept: reports at all, and of texts what they said.

    A report that was set aside goes too, after a month; a text that was set aside stays
    until somebody looks at it.

    The key of a text stays for ever: carriers repeat texts, nobody says for how long.
    """

    _inherit = "sms.inbox.webhook.event"

    _old_idx = models.Index(
        "(state, received_at)"
        " WHERE state IN ('done', 'set_aside') AND payload IS NOT NULL"
    )

    @api.autovacuum
    def _gc_done(self):
        """Forget what came a week ago and is done; gives (how many, whether more)."""
        before = fields.Datetime.subtract(fields.Datetime.now(), days=KEPT)
        forgotten = self._forget(
            "DELETE FROM sms_inbox_webhook_event", "status", before
        )
        forgotten += self._forget(
            "UPDATE sms_inbox_webhook_event SET payload = NULL, thread_key = NULL",
            "inbound",
            before,
        )
        forgotten += self._forget(
            "DELETE FROM sms_inbox_webhook_event",
            "status",
            fields.Datetime.subtract(fields.Datetime.now(), days=ASIDE),
            "set_aside",
        )
        self.invalidate_model()
        return forgotten, forgotten >= STEP

    @api.model
    def _forget_person(self, company, number):
        """Forget what a person said that is done, or was set aside."""
        self.search(
            [
                ("company_id", "=", company.id),
                ("kind", "=", "inbound"),
                ("state", "in", ("done", "set_aside")),
                ("payload", "like", number.removeprefix("+")),
            ]
        ).write({"payload": False, "thread_key": False})

    @api.model
    def _forget(self, statement, kind, before, state="done"):
        # raw SQL: thousands at a time, without reading them
        self.env.cr.execute(
            f"""
            {statement}
             WHERE id = ANY (ARRAY(
                SELECT id
                  FROM sms_inbox_webhook_event
                 WHERE state = %s AND payload IS NOT NULL
                   AND received_at < %s AND kind = %s
                 LIMIT %s))
            """,
            (state, before, kind, STEP),
        )
        return self.env.cr.rowcount
