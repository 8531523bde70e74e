from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

PAGE = 30  # texts that are read at once
MOST_TEXTS = 100  # that one call gives, whatever it asks for


# a subject of its own in a file of its own, as one file would be too long
# pylint: disable=consider-merging-classes-inherited
class SmsInboxConversation(models.Model):
    """All texts with one person, whichever numbers they were between.

    It is a look at several threads and no thread itself: nothing is sent from it, and
    nothing is stored or marked as read.
    """

    _inherit = "sms.inbox.conversation"

    @api.readonly
    def inbox_timeline(self, names, before=False, limit=PAGE):
        """A page of the texts with this person that the user may read, in their time.

        :param list names: the fields of texts that are wanted
        :param int before: id of the oldest text known; without it, the newest page
        :return: dict of the ``texts``, oldest first, whether the page is the last one
            (``complete``), and, with the newest page, the ``threads`` that they are of
        """
        self.ensure_one()
        self.check_access("read")
        limit = min(limit, MOST_TEXTS)
        threads = self._inbox_same_person()
        texts = threads._inbox_texts_before(before, limit)
        return {
            "threads": [] if before else threads._inbox_rows(),
            "texts": [
                {**row, "conversation_id": text.conversation_id.id}
                for row, text in zip(texts.read(names), texts, strict=True)
            ],
            "complete": len(texts) < limit,
        }

    def _inbox_texts_before(self, before, limit):
        """The latest texts of these threads that are older than one, oldest first."""
        texts = self.env["sms.inbox.message"]
        domain = Domain("conversation_id", "in", self.ids)
        if before:
            known = texts.search([("id", "=", before)])
            domain &= _older_than(known) if known else Domain.FALSE
        query = texts._search(domain)
        date, text_id = (SQL.identifier(query.table, name) for name in ("date", "id"))
        # by the threads' index first, not through everybody's texts from the newest
        query.order = SQL("%s + interval '0' DESC, %s DESC", date, text_id)
        query.limit = limit
        return texts.browse(reversed(query.get_result_ids()))


def _older_than(text):
    """The texts before one, in the order of their times, then of their ids."""
    return Domain.custom(
        to_sql=lambda model, alias, query: SQL(
            "(%s, %s) < (%s, %s)",
            model._field_to_sql(alias, "date", query),
            SQL.identifier(alias, "id"),
            text.date,
            text.id,
        )
    )
