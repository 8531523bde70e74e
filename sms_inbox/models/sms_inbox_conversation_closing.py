from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from .. import short_transaction
from ..messaging import closers
from .sms_inbox_conversation_last_text import SAID

CLOSED_AT_ONCE = 500  # conversations that the rule closes in one transaction


# a subject of its own in a file of its own, as one file would be too long
# pylint: disable=consider-merging-classes-inherited
class SmsInboxConversation(models.Model):
    """What is done: closed by a person or by a rule, or probably, after a "Thanks!"."""

    _inherit = "sms.inbox.conversation"

    closed_at = fields.Datetime(
        "Closed on",
        readonly=True,
        help="Or when they last thanked for what was closed already.",
    )

    # what the board shows, without all that was ever closed; it is counted without
    # reading any row, as the index holds what the rules go by
    _unresolved_idx = models.Index(
        "(stage) INCLUDE (number_id, company_id, user_id, last_text_at)"
        " WHERE stage IN ('needs_reply', 'waiting', 'snoozed')"
    )
    _closed_at_idx = models.Index(
        "(closed_at) INCLUDE (number_id, company_id, user_id, last_text_at, stage)"
        " WHERE closed_at IS NOT NULL"
    )
    _quiet_idx = models.Index("(company_id, last_text_at) WHERE stage = 'waiting'")
    _probably_done_idx = models.Index("(stage) WHERE probably_done IS TRUE")

    # ------------------------------------------------------------
    # PEOPLE
    # ------------------------------------------------------------

    def action_close(self):
        """Close threads; where something was probably done, that confirms it."""
        return self.write({"stage": "closed"})

    def action_reopen(self):
        """Say that threads need a reply after all."""
        return self.write({"stage": "needs_reply"})

    # ------------------------------------------------------------
    # PROBABLY DONE
    # ------------------------------------------------------------

    @api.model
    def _done_by(self, heard):
        """The threads in which they only thanked, agreed or said goodbye.

        :param heard: {thread: their new texts}
        """
        maybe = self.union(*heard).filtered(lambda thread: thread._may_be_done())
        ours = maybe._our_last_words()
        return self.union(
            *(
                thread
                for thread, (words, names) in ours.items()
                if all(
                    closers.is_closer(text.body or "", words, names)
                    for text in heard[thread]
                )
            )
        )

    def _may_be_done(self):
        """Whether nothing waits for an answer of ours, as we or people saw to it."""
        return self.probably_done or not self.waiting_since

    def _our_last_words(self):
        """{thread: (our last text, names that an answer to it may greet)}"""
        if not self:
            return {}
        self.env["sms.inbox.message"].flush_model()
        # raw SQL: the latest of each of many threads, in one statement
        self.env.cr.execute(
            f"""
            SELECT thread.id, last.body, last.author_id
              FROM unnest(%s) AS thread(id), LATERAL (
                   SELECT body, author_id FROM sms_inbox_message
                    WHERE conversation_id = thread.id AND direction = 'out'
                      AND {SAID}
                 ORDER BY place DESC LIMIT 1) AS last
            """,
            (self.ids,),
        )
        rows = self.env.cr.fetchall()
        authors = self.env["res.users"].browse({row[2] for row in rows if row[2]})
        names = dict(zip(authors.ids, authors.mapped("name"), strict=True))
        return {
            thread: (body or "", [names.get(author_id, ""), thread.company_id.name])
            for thread, body, author_id in (
                (self.browse(row[0]).with_prefetch(self.ids), *row[1:]) for row in rows
            )
        }

    # ------------------------------------------------------------
    # THE RULE
    # ------------------------------------------------------------

    @api.model
    def _cron_auto_close(self):
        """Close what has been quiet for as long as a company's rule says.

        Only where we wrote last, and nothing of ours is still to leave. Whoever waits
        on us, and what is snoozed, stays.
        """
        companies = self.env["res.company"].search(
            [("sms_inbox_auto_close_days", ">", 0)]
        )
        for company in companies:
            self._close_quiet_safely(company)

    @api.model
    def _close_quiet_safely(self, company):
        """Close a company's; whatever goes wrong with that, the others' are closed."""
        run, closed = short_transaction.run, CLOSED_AT_ONCE
        what = f"What is quiet was not closed for company {company.id}"
        with short_transaction.safely(self.env, what):
            while closed == CLOSED_AT_ONCE:
                closed = run(self.env, self._close_quiet, company)

    @api.model
    def _close_quiet(self, company):
        """Close some of what has been quiet for too long; gives how many."""
        quiet = self._quiet_of(company)
        quiet._close_by_rule(company.sms_inbox_auto_close_days)
        return len(quiet)

    @api.model
    def _quiet_of(self, company):
        since = fields.Datetime.now() - timedelta(
            days=company.sms_inbox_auto_close_days
        )
        under_way = self.env["sms.inbox.message"]._search(
            [("state", "in", ("queued", "sending")), ("conversation_id", "!=", False)]
        )
        return self.search(
            Domain("company_id", "=", company.id)
            & Domain("stage", "=", "waiting")
            & Domain("last_text_at", "<", since)
            & Domain("id", "not in", under_way.subselect("conversation_id")),
            order="last_text_at",
            limit=CLOSED_AT_ONCE,
        )

    def _close_by_rule(self, days):
        self.write({"stage": "closed"})
        note = self.env._("Closed by rule, as nobody wrote for %s days.", days)
        self._message_log_batch(dict.fromkeys(self.ids, note))
