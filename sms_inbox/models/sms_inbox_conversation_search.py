import re
import unicodedata

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.sql import create_index

from .. import word_search
from ..word_search import WITH_WORDS
from .sms_inbox_conversation_last_text import PREVIEW

FOUND = 80  # conversations that a search shows
NEWEST = 300  # texts, or threads, among which a word or a name that many have is found
NEWER_TEXTS = 50_000  # among which its index finds a word that some have
MANY = 20  # among the newest; an index would give far too many then
DIGITS = 3  # of a number; fewer are in every one
SHOWN = Domain("conversation_id", "!=", False) & Domain(
    "state", "not in", ("queued", "sending", "canceled")
)  # what was said in threads; the index of words has these texts
BEFORE = 20  # characters of a text that are shown before what was found in it
# name by name: whoever has such a name would be far too many
NAMED_SO = f"""
    SELECT id FROM %(threads)s newest
     WHERE (SELECT {WITH_WORDS % {"text": "complete_name", "query": "%(query)s"}}
              FROM res_partner WHERE id = newest.partner_id AND active)
  ORDER BY last_text_at DESC LIMIT {FOUND}
"""
WORDED_SO = f"""
    SELECT conversation_id, max(id) FROM %(texts)s newest
     WHERE {WITH_WORDS % {"text": "body", "query": "%(query)s"}}
  GROUP BY conversation_id ORDER BY max(id) DESC LIMIT {FOUND}
"""


# a subject of its own in a file of its own, as one file would be too long
# pylint: disable=consider-merging-classes-inherited
class SmsInboxConversation(models.Model):
    """Finds conversations by a name, a part of a number, or words in texts.

    Words are found by how they begin, with PostgreSQL's own search for words: it needs
    no extension, and its index is a tenth of one of letters.
    """

    _inherit = "sms.inbox.conversation"

    def init(self):
        result = super().init()
        if self.env.registry.has_trigram:
            # raw SQL: without the extension, numbers are found all the same, in a scan
            create_index(
                self.env.cr,
                "sms_inbox_conversation__part_of_number_idx",
                self._table,
                ["contact_number gin_trgm_ops"],
                method="gin",
            )
        return result

    @api.model
    @api.readonly
    def inbox_search(self, words):
        """The rows, latest first, that a search finds; ``FOUND`` of them at most."""
        tsquery = word_search.typed(words)
        ids = self._inbox_ids_by_number(words)
        by_text = {}
        if tsquery:
            ids += self._inbox_ids_by_name(tsquery)
            by_text = self._inbox_texts_with(tsquery)
        rows = self._inbox_read(Domain("id", "in", [*ids, *by_text]), None, FOUND)
        texts = {row["id"]: by_text[row["id"]] for row in rows if row["id"] not in ids}
        return self._inbox_found(rows, texts, words)

    @api.model
    def _inbox_found(self, rows, texts, words):
        """Rows that show what was found in them, where it is not the name or number.

        :param texts: {thread's id: id of its newest text with the words}
        """
        # the user may read the threads, and so their texts
        bodies = self.env["sms.inbox.message"].search_fetch(
            [("id", "in", list(texts.values()))], ["body"]
        )
        found = {text.id: _excerpt(text.body or "", words) for text in bodies}
        return [{**row, "found": found.get(texts.get(row["id"]), "")} for row in rows]

    @api.model
    def _inbox_ids_by_number(self, words):
        digits = re.sub(r"\D", "", words)
        if len(digits) < DIGITS or re.search(r"[^\d\s()+./-]", words):
            return []
        return self._inbox_latest(Domain("contact_number", "like", digits))

    @api.model
    def _inbox_ids_by_name(self, tsquery):
        """Threads whose contact's name has the words.

        A name that many have is found among the newest threads, any other one by its
        index.
        """
        newest = self._inbox_search(Domain.TRUE, NEWEST)
        columns = _columns(newest, "id", "partner_id", "last_text_at")
        # raw SQL: the ORM would not stop at the newest ones, which its rules allow
        found = self.env.execute_query(
            SQL(NAMED_SO, threads=newest.subselect(*columns), query=tsquery)
        )
        if len(found) >= MANY:
            return [thread_id for (thread_id,) in found]
        # sudo: res.partner - the threads' rules follow, and they show the names
        partners_sudo = self.env["res.partner"].sudo()
        partners_sudo = partners_sudo._search(
            word_search.having("complete_name", tsquery)
        )
        word_search.by_index(partners_sudo)
        return self._inbox_latest(Domain("partner_id", "in", partners_sudo))

    @api.model
    def _inbox_latest(self, domain):
        return list(self._inbox_search(domain, FOUND))

    @api.model
    def _inbox_search(self, domain, limit):
        """A query of the latest threads in one's reach."""
        texted = Domain("last_text_at", "!=", False)
        return self._search(domain & texted, order="last_text_at desc", limit=limit)

    @api.model
    def _inbox_texts_with(self, tsquery):
        """{thread's id: id of its newest text with the words}, within one's reach.

        A word that many texts have is found among the newest ones, where its index
        would give far too many, and one that some have among some newer ones; any
        other one by the index.
        """
        texts = self.env["sms.inbox.message"]
        newest = texts._search(SHOWN, order="id desc", limit=NEWEST)
        columns = _columns(newest, "conversation_id", "id", "body")
        # raw SQL: the ORM would not stop at the newest ones
        found = self.env.execute_query(
            SQL(WORDED_SO, texts=newest.subselect(*columns), query=tsquery)
        )
        if len(found) < MANY:
            worded = SHOWN & word_search.having("body", tsquery)
            if found:
                newer = Domain("id", ">", found[0][1] - NEWER_TEXTS)
                found = self._inbox_texts_by_index(worded & newer)
            if len(found) < FOUND:
                found = self._inbox_texts_by_index(worded)
        return dict(found)

    @api.model
    def _inbox_texts_by_index(self, domain):
        by_index = self.env["sms.inbox.message"]._search(domain)
        thread_id, text_id = _columns(by_index, "conversation_id", "id")
        newest = SQL("max(%s)", text_id)
        by_index.groupby, by_index.limit = thread_id, FOUND
        by_index.order = SQL("%s DESC", newest)
        # raw SQL: the ORM would give the texts' threads as records
        return self.env.execute_query(by_index.select(thread_id, newest))


def _columns(query, *names):
    return [SQL.identifier(query.table, name) for name in names]


def _excerpt(body, words):
    """The part of a text where the first of some words begins."""
    body = unicodedata.normalize("NFC", body)
    at = _letters(body).find(_letters(words.split()[0]))
    begins = max(0, at - BEFORE)
    if begins:
        # with a whole word, where there is one
        begins = body.find(" ", begins - 1, at) + 1 or begins
    return ("…" if begins else "") + body[begins : begins + PREVIEW].strip()


def _letters(text):
    """Plain ones, put together again (NFC) so that they are where the text has them."""
    return unicodedata.normalize("NFC", word_search.plain(text)).lower()
