from datetime import datetime
from typing import NamedTuple

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

PAGE = 40  # rows that are read at once
MOST_ROWS = 200  # that one call gives, whatever it asks for
GLANCED = 6  # rows that Odoo's systray shows
COUNTED = 100  # rows of a view are counted as far as this; screens say "99+"


class View(NamedTuple):
    """Which rows a view has, in which order, and whether they are counted."""

    key: str  # the field that orders them; equal ones go by id
    where: str  # in SQL, as its index below has it
    falling: bool = True
    counted: bool = True


OPEN = "%(table)s.stage IN ('needs_reply', 'waiting')"
# in a user's own rows: nobody has unread texts in a thread beyond their reach
OWN = {"unread": "unread > 0", "heard": "unread > 0 AND muted IS NOT TRUE"}
# An array, so that PostgreSQL goes by an index on the ids, not through all rows.
AMONG_OWN = """%%(table)s.id = ANY(ARRAY(
    SELECT conversation_id FROM sms_inbox_conversation_user
     WHERE user_id = %%(user_id)s AND %s))"""
WAITING = "%(table)s.stage = 'needs_reply' AND %(table)s.probably_done IS NOT TRUE"
VIEWS = {
    "mine": View("last_text_at", f"{OPEN} AND %(table)s.user_id = %(user_id)s"),
    "unassigned": View("last_text_at", f"{OPEN} AND %(table)s.user_id IS NULL"),
    "team": View("last_text_at", OPEN, counted=False),
    "unread": View("last_text_at", AMONG_OWN % OWN["unread"]),
    "heard": View("last_text_at", AMONG_OWN % OWN["heard"], counted=False),
    "waiting": View("waiting_since", WAITING, falling=False),
    "snoozed": View("snoozed_until", "%(table)s.stage = 'snoozed'", falling=False),
    "closed": View("last_text_at", "%(table)s.stage = 'closed'", counted=False),
    "flagged": View("last_text_at", "%(table)s.flagged IS TRUE"),
}
COUNTED_VIEWS = tuple(name for name, view in VIEWS.items() if view.counted)


# a subject of its own in a file of its own, as one file would be too long
# pylint: disable=consider-merging-classes-inherited
class SmsInboxConversation(models.Model):
    """What the inbox's list shows: views of conversations, row by row."""

    _inherit = "sms.inbox.conversation"

    # one for each view, in its order; a view reads as many rows as it shows, and where
    # rows are counted, no row at all: the index holds what the rules go by
    _inbox_open_idx = models.Index(
        "(last_text_at, id) WHERE stage IN ('needs_reply', 'waiting')"
    )
    _inbox_unassigned_idx = models.Index(
        "(last_text_at, id) INCLUDE (number_id, company_id, user_id, stage)"
        " WHERE stage IN ('needs_reply', 'waiting') AND user_id IS NULL"
    )
    _inbox_mine_idx = models.Index(
        "(user_id, last_text_at, id) INCLUDE (number_id, company_id, stage)"
        " WHERE stage IN ('needs_reply', 'waiting') AND user_id IS NOT NULL"
    )
    _inbox_waiting_idx = models.Index(
        "(waiting_since, id) INCLUDE (number_id, company_id, user_id, probably_done)"
        " WHERE stage = 'needs_reply'"
    )
    _inbox_snoozed_idx = models.Index(
        "(snoozed_until, id) INCLUDE (number_id, company_id, user_id)"
        " WHERE stage = 'snoozed'"
    )
    _inbox_closed_idx = models.Index("(last_text_at, id) WHERE stage = 'closed'")
    _inbox_flagged_idx = models.Index(
        "(last_text_at, id) INCLUDE (number_id, company_id, user_id)"
        " WHERE flagged IS TRUE"
    )

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
        domain = self._inbox_domain(view)
        if after:
            domain &= self._inbox_after(view, after)
        return self._inbox_read(domain, view, min(limit, MOST_ROWS))

    @api.model
    @api.readonly
    def inbox_rows(self, conversation_ids, view=None):
        """Some rows as they are now: those in the user's reach that are in a view.

        :param str view: without it, wherever they are
        """
        domain = Domain("id", "in", conversation_ids)
        if view:
            domain &= self._inbox_domain(view)
        return self._inbox_read(domain, view, MOST_ROWS)

    @api.model
    @api.readonly
    def inbox_counts(self, views=COUNTED_VIEWS):
        """{view: how many rows it has}, as far as ``COUNTED``.

        :param list views: those to count, of ``COUNTED_VIEWS``
        """
        others = {view: self._inbox_domain(view) for view in views if view not in OWN}
        counts = self._counts_with_rules(others, COUNTED)
        counts |= {view: self._count_of_own(view) for view in views if view in OWN}
        return self._fetch_counts(counts)

    @api.model
    def _counts(self, domains, most):
        """{key: how many rows a domain has, as far as ``most``}.

        To count them all is what would take longer the more there are.
        """
        return self._fetch_counts(self._counts_with_rules(domains, most))

    @api.model
    def _counts_with_rules(self, domains, most):
        # the rules are the same for all, and take longer to build than to apply
        query = self._search(Domain.TRUE)
        rules = query.where_clause or SQL("TRUE")
        counts = {}
        for key, domain in domains.items():
            where = domain.optimize_full(self)._to_sql(self, query.table, query)
            counts[key] = _count_up_to(most, query.from_clause, rules, where)
        return counts

    @api.model
    def _count_of_own(self, view):
        """How many rows of a view of ``OWN``: the user's own rows know it alone."""
        return _count_up_to(
            COUNTED,
            SQL("sms_inbox_conversation_user"),
            SQL("user_id = %s", self.env.uid),
            SQL("company_id IN %s", tuple(self.env.companies.ids)),
            SQL(OWN[view]),
        )

    @api.model
    def _fetch_counts(self, counts):
        self.env.flush_all()
        # raw SQL: one round trip for all; the queries, with their rules, are the ORM's
        every = SQL(", ").join(counts.values())
        (row,) = self.env.execute_query(SQL("SELECT %s", every))
        return dict(zip(counts, row, strict=True))

    # ------------------------------------------------------------
    # WHICH ROWS
    # ------------------------------------------------------------

    @api.model
    def _inbox_read(self, domain, view, limit):
        view = VIEWS[view or "team"]
        way = "desc" if view.falling else "asc"
        order = f"{view.key} {way}, id {way}"
        query = self._search(domain, order=order, limit=limit)
        return self._inbox_rows_of(query, view.key)

    @api.model
    def _inbox_domain(self, view):
        """The rows of a view: texted ones."""
        where = f"%(table)s.{VIEWS[view].key} IS NOT NULL AND {VIEWS[view].where}"
        return Domain.custom(
            to_sql=lambda _model, alias, _query: SQL(
                where, table=SQL.identifier(alias), user_id=self.env.uid
            )
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
    # ODOO'S SYSTRAY, wherever the user is
    # ------------------------------------------------------------

    @api.model
    def inbox_tally(self):
        """How many conversations are ``unread`` and ``waiting``, as the inbox counts.

        Those that the user muted are not among the unread ones here. ``bus_id`` is the
        last event that is taken into account.
        """
        # sudo: bus.bus - how many events there were, nothing of them
        bus_id = self.env["bus.bus"].sudo()._bus_last_id()
        counts = self.inbox_counts(("heard", "waiting"))
        return {
            "unread": counts["heard"],
            "waiting": counts["waiting"],
            "bus_id": bus_id,
        }

    @api.model
    @api.readonly
    def inbox_glance(self):
        """The first few rows: unread ones, the latest first, then who waits longest."""
        rows = {}
        for view in ("heard", "waiting"):
            for row in self.inbox_page(view, limit=GLANCED):
                rows.setdefault(row["id"], row)
        return list(rows.values())[:GLANCED]


def _count_up_to(most, table, *wheres):
    where = SQL(" AND ").join(wheres)
    return SQL(
        "(SELECT count(*) FROM (SELECT FROM %s WHERE %s LIMIT %s) counted)",
        table,
        where,
        most,
    )
