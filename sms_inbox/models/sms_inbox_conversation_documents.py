from typing import NamedTuple

from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain

SHOWN = 5  # documents of a kind; the others are behind a link
COUNTED = 100  # they are counted as far as this; screens say "99+"


class Source(NamedTuple):
    """A kind of documents that an app keeps about people."""

    model: str
    label: str  # of many, as a heading
    domain: Domain  # those of the person that are open
    state: str  # the field that says how far one is


# a subject of its own in a file of its own, as one file would be too long
# pylint: disable=consider-merging-classes-inherited
class SmsInboxConversation(models.Model):
    """What is open with the person in Odoo's other apps, where those are installed."""

    _inherit = "sms.inbox.conversation"

    def _document_sources(self):
        """The kinds of open documents that the pane beside this thread shows.

        Addons add theirs. A kind whose app is not installed, or that the user has no
        right to, is passed over; which documents there are, the app's own rules say.

        :return: list of :class:`Source`
        """
        self.ensure_one()
        if not self.partner_id:
            return []
        # with those of a company, those of its people, as on the contact's own form
        theirs = Domain("partner_id", "child_of", self.partner_id.ids)
        return [
            Source(
                "sale.order",
                self.env._("Quotations and orders"),
                theirs
                & (
                    Domain("state", "in", ("draft", "sent"))
                    | Domain("state", "=", "sale")
                    & Domain("invoice_status", "!=", "invoiced")
                ),
                "state",
            ),
            Source(
                "project.task",
                self.env._("Tasks"),
                theirs
                & Domain("is_closed", "=", False)
                & Domain("has_template_ancestor", "=", False),
                "stage_id",
            ),
        ]

    def _inbox_document_sources(self):
        """The sources that there are for the user, bounded by the thread's company."""
        of_company = Domain("company_id", "in", (False, self.company_id.id))
        return [
            source._replace(domain=of_company & source.domain)
            for source in self._document_sources()
            if source.model in self.env and self.env[source.model].has_access("read")
        ]

    def _inbox_documents(self):
        """For each kind with something open, the latest rows and how many there are."""
        kinds = []
        for source in self._inbox_document_sources():
            documents = self.env[source.model].search(
                source.domain, order="id desc", limit=SHOWN + 1
            )
            if documents:
                kinds.append(self._inbox_kind(source, documents))
        return kinds

    def _inbox_kind(self, source, documents):
        count = len(documents)
        if count > SHOWN:
            count = documents.search_count(source.domain, limit=COUNTED)
        return {
            "model": source.model,
            "label": source.label,
            "count": count,
            "rows": _rows(documents[:SHOWN], source.state),
        }

    def action_open_documents(self, model):
        """Open the list of all open documents of a kind.

        :param str model: of the kind
        :raise UserError: if there is no such kind for the user
        """
        self.ensure_one()
        self.check_access("read")
        for source in self._inbox_document_sources():
            if source.model == model:
                return {
                    "type": "ir.actions.act_window",
                    "name": self.env._(
                        "%(documents)s: %(person)s",
                        documents=source.label,
                        person=self.display_name,
                    ),
                    "res_model": model,
                    "views": [(False, "list"), (False, "form")],
                    "domain": list(source.domain),
                }
        raise UserError(self.env._("There are no such documents here."))


def _rows(documents, state):
    """Documents as screens show them: id, name, and how far one is, in words."""
    field = documents._fields[state]
    words = {}
    if field.type == "selection":
        words = dict(field._description_selection(documents.env))
    return [
        {
            "id": row["id"],
            "name": row["display_name"],
            "state": words.get(row[state], "") if words else _name(row[state]),
        }
        for row in documents.read(["display_name", state])
    ]


def _name(value):
    """Of a record as it is read, which is its id and its name, the name."""
    return value[1] if value else ""
