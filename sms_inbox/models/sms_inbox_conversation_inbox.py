from datetime import datetime
from typing import NamedTuple

from odoo import api, models
from odoo.fields import Datetime, Domain
from odoo.tools import SQL

PAGE = 40  # rows that are read at once
MOST_ROWS = 200  # that one call gives, whatever it asks for
COUNTED = 100  # rows of a view are counted as far as this; screens say "99+"
OPEN = ("needs_reply", "waiting")


class View(NamedTuple):
    """In which order the rows of a view come, and whether they are counted."""

    key: str  # the field that orders them; equal ones go by id
    falling: bool = True
    counted: bool = True


VIEWS = {
    "mine": View("last_text_at"),
    "unassigned": View("last_text_at"),
    "team": View("last_text_at", counted=False),
    "unread": View("last_text_at"),
    "waiting": View("waiting_since", falling=False),
    "snoozed": View("snoozed_until", falling=False),
    "closed": View("last_text_at", counted=False),
    "flagged": View("last_text_at"),
}


# a subject of its own in a file of its own, as one file would be too long
# pylint: disable=consider-merging-classes-inherited
class SmsInboxConversation(models.Model):
    """What the inbox's list shows: views of conversations, row by row."""

    _inherit = "sms.inbox.conversation"

    # one for each view, in its order; a view reads as many rows as it shows
    _inbox_open_idx = models.Index(
        "(last_text_at, id) WHERE stage IN ('needs_reply', 'waiting')"
    )
    _inbox_unassigned_idx = models.Index(
        "(last_text_at, id) WHERE stage IN ('needs_reply', 'waiting')"
        " AND user_id IS NULL"
    )
    _inbox_mine_idx = models.Index(
        "(user_id, last_text_at, id) WHERE stage IN ('needs_reply', 'waiting')"
        " AND user_id IS NOT NULL"
    )
    _inbox_waiting_idx = models.Index("(waiting_since, id) WHERE stage = 'needs_reply'")
    _inbox_snoozed_idx = models.Index("(snoozed_until, id) WHERE stage = 'snoozed'")
    _inbox_closed_idx = models.Index("(last_text_at, id) WHERE stage = 'closed'")
    _inbox_flagged_idx = models.Index("(last_text_at, id) WHERE flagged IS TRUE")

    # ------------------------------------------------------------
    # READ
    # ------------------------------------------------------------

    @api.model
    @api.readonly
    def inbox_page(self, view, after=None, limit=PAGE):
        """Rows of a view, those that come ``after`` the key of a row.

        :param str view: a key of ``VIEWS``
        :param list after: ``key`` of the last row known, none for the first page
        :return: a list of rows, shorter than ``limit`` at the end
        """
        domain = self._inbox_domain(view, self._inbox_reach())
        if after:
            domain &= self._inbox_after(view, after)
        return self._inbox_read(domain, view, min(limit, MOST_ROWS))._inbox_rows(view)

    @api.model
    @api.readonly
    def inbox_rows(self, conversation_ids, view=None):
        """Some rows as they are now: those in the user's reach that are in a view.

        :param str view: without it, wherever they are
        """
        domain = Domain("id", "in", conversation_ids)
        if view:
            domain &= self._inbox_domain(view, self._inbox_reach())
        return self._inbox_read(domain, view, MOST_ROWS)._inbox_rows(view)

    @api.model
    @api.readonly
    def inbox_counts(self):
        """{view: how many rows it has}, as far as ``COUNTED``."""
        names = [name for name, view in VIEWS.items() if view.counted]
        reach = self._inbox_reach()
        counts = [
            SQL(
                "(SELECT count(*) FROM (%s) AS counted)",
                self._search(self._inbox_domain(name, reach), limit=COUNTED).select(),
            )
            for name in names
        ]
        # raw SQL: one round trip for all; the queries, with their rules, are the ORM's
        (row,) = self.env.execute_query(SQL("SELECT %s", SQL(", ").join(counts)))
        return dict(zip(names, row, strict=True))

    # ------------------------------------------------------------
    # WHICH ROWS
    # ------------------------------------------------------------

    @api.model
    def _inbox_read(self, domain, view, limit):
        view = VIEWS[view or "team"]
        way = "desc" if view.falling else "asc"
        order = f"{view.key} {way}, id {way}"
        return self.search_fetch(domain, self._inbox_fields(), order=order, limit=limit)

    @api.model
    def _inbox_domain(self, view, reach):
        """The rows of a view, as far as the user can reach them."""
        texted = Domain(VIEWS[view].key, "!=", False)
        return texted & reach & self._inbox_domain_of(view)

    @api.model
    def _inbox_domain_of(self, view):
        is_open = Domain("stage", "in", OPEN)
        return {
            "mine": lambda: is_open & Domain("user_id", "=", self.env.uid),
            "unassigned": lambda: is_open & Domain("user_id", "=", False),
            "team": lambda: is_open,
            "unread": self._inbox_unread,
            "waiting": lambda: (
                Domain("stage", "=", "needs_reply")
                & Domain("probably_done", "!=", True)
            ),
            "snoozed": lambda: Domain("stage", "=", "snoozed"),
            "closed": lambda: Domain("stage", "=", "closed"),
            "flagged": lambda: Domain("flagged", "=", True),
        }[view]()

    @api.model
    def _inbox_unread(self):
        unread = self.env["sms.inbox.conversation.user"]._search(
            [("user_id", "=", self.env.uid), ("unread", ">", 0)]
        )
        return Domain.custom(
            to_sql=lambda _model, alias, _query: SQL(
                "%s IN %s",
                SQL.identifier(alias, "id"),
                unread.subselect("conversation_id"),
            )
        )

    @api.model
    def _inbox_reach(self):
        """What the rules allow anyway, in a form whose size PostgreSQL can tell."""
        if self.env.user.has_group("sms_inbox.group_supervisor"):
            return Domain.TRUE
        numbers = self.env["sms.inbox.number"].with_context(active_test=False)
        return Domain("number_id", "in", numbers.search([]).ids) | Domain(
            "user_id", "=", self.env.uid
        )

    @api.model
    def _inbox_after(self, view, key):
        """The rows beyond one in the order of a view; an index finds them at once."""
        moment, conversation_id = datetime.fromisoformat(key[0]), key[1]
        beyond = "<" if VIEWS[view].falling else ">"
        return Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                f"(%s, %s) {beyond} (%s, %s)",
                model._field_to_sql(alias, VIEWS[view].key, query),
                SQL.identifier(alias, "id"),
                moment,
                conversation_id,
            )
        )

    # ------------------------------------------------------------
    # WHAT A ROW SHOWS
    # ------------------------------------------------------------

    @api.model
    def _inbox_fields(self):
        """The stored fields of a row, which one query reads."""
        return [
            "contact_number",
            "partner_id",
            "number_id",
            "company_id",
            "user_id",
            "stage",
            "waiting_since",
            "snoozed_until",
            "probably_done",
            "flagged",
            "last_text",
            "last_is_ours",
            "last_failed",
            "last_text_at",
            "wrong_person",
        ]

    def _inbox_rows(self, view=None):
        key = VIEWS[view or "team"].key
        return [{**row._inbox_row(), "key": [_key(row[key]), row.id]} for row in self]

    def _inbox_row(self):
        # sudo: sms.inbox.number - an assignee need not be a member of the number
        number_sudo = self.number_id.sudo()
        return {
            "id": self.id,
            "name": self.display_name,
            "contact_number": self.contact_number,
            "partner_id": self.partner_id.id,
            "number": {
                "id": number_sudo.id,
                "name": number_sudo.name,
                "color": number_sudo.color,
            },
            "user": self.user_id.id
            and {"id": self.user_id.id, "name": self.user_id.name},
            "preview": self.last_text or "",
            "last_is_ours": self.last_is_ours,
            "last_failed": self.last_failed,
            "last_text_at": Datetime.to_string(self.last_text_at),
            "stage": self.stage,
            "waiting_since": Datetime.to_string(self.waiting_since),
            "snoozed_until": Datetime.to_string(self.snoozed_until),
            "probably_done": self.probably_done,
            "flagged": self.flagged,
            "unread": self.unread,
            **self._inbox_marks(),
        }

    def _inbox_marks(self):
        """What may be out of the ordinary about texting them."""
        return {
            "opted_out": self.opted_out,
            "undecided": self.undecided,
            "wrong_person": self.wrong_person and bool(self.partner_id),
            "textability": self.textability,
        }


def _key(moment):
    """A moment as text that sorts like it, to the microsecond."""
    return moment.isoformat(timespec="microseconds") if moment else ""
