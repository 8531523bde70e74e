from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

PAGE = 30  # texts that are read at once
MOST_TEXTS = 100  # that one call gives, whatever it asks for
WAITS = ("queued", "held")  # what is on nobody's phone yet
IN_THREADS = Domain("taken_back", "=", False)  # the list of texts has all


# a subject of its own in a file of its own, as one file would be too long
# pylint: disable=consider-merging-classes-inherited
class SmsInboxConversation(models.Model):
    """Texts, page by page: a thread's, and all with one person.

    The latter is a look at several threads and no thread itself: nothing is sent from
    it, and nothing is stored or marked as read.
    """

    _inherit = "sms.inbox.conversation"

    @api.readonly
    def inbox_texts(self, names, before=False, limit=PAGE):
        """A page of this thread's texts.

        :param list names: the fields of texts that are wanted
        :param int before: the place of the first text known; without it, the newest
            page, and what still waits, however long ago it was written
        :return: dict of the ``texts``, the highest place first, and whether there are
            none before them (``complete``)
        """
        self.ensure_one()
        self.check_access("read")
        return self._inbox_texts_page(names, before, limit)

    @api.readonly
    def inbox_timeline(self, names, before=False, limit=PAGE):
        """A page of the texts with this person that the user may read.

        :return: as ``inbox_texts``, and, with the newest page, the ``threads`` that
            the texts are of, each text with its ``conversation_id``
        """
        self.ensure_one()
        self.check_access("read")
        threads = self._inbox_same_person()
        return {
            "threads": [] if before else threads._inbox_rows(),
            **threads._inbox_texts_page(names, before, limit),
        }

    def _inbox_texts_page(self, names, before=False, limit=PAGE):
        limit = max(1, min(limit, MOST_TEXTS))
        texts = self.env["sms.inbox.message"].search_fetch(
            self._inbox_texts_domain(before, limit),
            [*names, "conversation_id", "state"],
            order="place desc",
        )
        there = texts.filtered(lambda text: text.state not in WAITS)
        return {
            "texts": [
                {**row, "conversation_id": text.conversation_id.id}
                for row, text in zip(texts._read_format(names), texts, strict=True)
            ],
            "complete": len(there) < limit,
        }

    def _inbox_texts_domain(self, before, limit):
        of_these = Domain("conversation_id", "in", self.ids) & IN_THREADS
        there = of_these & Domain("state", "not in", WAITS)
        waiting = of_these & Domain("state", "in", WAITS)
        if before:
            parts = [(there & _before(before), "place desc", limit)]
        else:
            parts = [(there, "place desc", limit), (waiting, "place desc", MOST_TEXTS)]
        texts = self.env["sms.inbox.message"]
        # which of them the user may read, the search that this is for tells
        found = [
            texts._search(part, order=order, limit=most, bypass_access=True).subselect()
            for part, order, most in parts
        ]
        # each by an index of its own, not through all of a long thread
        return Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "%s IN (%s)",
                SQL.identifier(alias, "id"),
                SQL(" UNION ALL ").join(found),
            )
        )


def _before(place):
    """The texts before a place, by their index; the ORM's own "<" has those of none."""
    return Domain.custom(
        to_sql=lambda model, alias, query: SQL(
            "%s < %s", SQL.identifier(alias, "place"), place
        )
    )
