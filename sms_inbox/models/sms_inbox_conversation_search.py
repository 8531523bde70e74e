import re

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.sql import create_index

from .sms_inbox_conversation_texting import PREVIEW

FOUND = 80  # conversations that a search shows
LOOKED_AT = 400  # texts or names with the words, the newest ones, that it looks at
NEWEST = 2000  # texts among which a word that many have is found
DIGITS = 3  # of a number; fewer are in every one
BEFORE = 20  # characters of a text that are shown before what was found in it


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
        tsquery = _tsquery(words)
        ids = self._inbox_ids_by_number(words)
        by_text = {}
        if tsquery:
            ids += self._inbox_ids_by_name(tsquery)
            by_text = self._inbox_texts_with(tsquery)
        found = self._inbox_read(Domain("id", "in", [*ids, *by_text]), None, FOUND)
        texts = {row.id: by_text[row.id] for row in found if row.id not in ids}
        return found._inbox_found(texts, words)

    def _inbox_found(self, texts, words):
        """Rows that show what was found in them, where it is not the name or number.

        :param texts: {thread's id: id of its newest text with the words}
        """
        # the user may read the threads, and so their texts
        bodies = self.env["sms.inbox.message"].search_fetch(
            [("id", "in", list(texts.values()))], ["body"]
        )
        found = {text.id: _excerpt(text.body or "", words) for text in bodies}
        return [
            {**row, "found": found.get(texts.get(row["id"]), "")}
            for row in self._inbox_rows()
        ]

    @api.model
    def _inbox_ids_by_number(self, words):
        digits = re.sub(r"\D", "", words)
        if len(digits) < DIGITS or re.search(r"[^\d\s()+./-]", words):
            return []
        return self._inbox_latest(Domain("contact_number", "like", digits))

    @api.model
    def _inbox_ids_by_name(self, tsquery):
        partners = self.env["res.partner"]._search(
            _with_words("complete_name", tsquery)
        )
        _found_by_index(partners)
        return self._inbox_latest(Domain("partner_id", "in", list(partners)))

    @api.model
    def _inbox_latest(self, domain):
        domain &= self._inbox_reach() & Domain("last_text_at", "!=", False)
        return list(self._search(domain, order="last_text_at desc", limit=FOUND))

    @api.model
    def _inbox_texts_with(self, tsquery):
        """{thread's id: id of its newest text with the words}, within one's reach.

        A word that many texts have is found among the newest ones, where its index
        would give far too many; any other one by the index.
        """
        # sudo: sms.inbox.message - the thread's rules, of which these are, follow
        texts_sudo = self.env["sms.inbox.message"].sudo()
        reach, with_words = self._inbox_texts_in_reach(), _with_words("body", tsquery)
        newest = texts_sudo._search(reach, order="id desc", limit=NEWEST)
        found = _threads_of(texts_sudo, Domain("id", "in", newest) & with_words)
        if len(found) < FOUND:
            found = _threads_of(texts_sudo, reach & with_words)
        return found

    @api.model
    def _inbox_texts_in_reach(self):
        return (
            Domain("company_id", "in", self.env.companies.ids)
            & Domain("conversation_id", "!=", False)
            & Domain("state", "not in", ("queued", "sending"))
            & self._inbox_reach_of_texts()
        )

    @api.model
    def _inbox_reach_of_texts(self):
        if self.env.user.has_group("sms_inbox.group_supervisor"):
            return Domain.TRUE
        numbers = self.env["sms.inbox.number"].with_context(active_test=False)
        mine = self._search([("user_id", "=", self.env.uid)])
        return Domain("number_id", "in", numbers.search([]).ids) | Domain(
            "conversation_id", "in", mine
        )


def _threads_of(texts, domain):
    """{thread's id: the newest text's id} of the newest texts in a domain."""
    query = texts._search(domain)
    _found_by_index(query)
    columns = [SQL.identifier(query.table, name) for name in ("conversation_id", "id")]
    # raw SQL: the ORM would read each text to tell its thread
    return dict(reversed(texts.env.execute_query(query.select(*columns))))


def _found_by_index(query):
    """Have PostgreSQL find by words first, not by going through all from the newest."""
    query.order = SQL("%s + 0 DESC", SQL.identifier(query.table, "id"))
    query.limit = LOOKED_AT


def _tsquery(words):
    """What was typed as a query: all of its words, each by its beginning."""
    found = re.findall(r"\w+", words.replace("_", " "))
    return " & ".join(f"{word}:*" for word in found)


def _excerpt(body, words):
    """The part of a text where the first of some words begins."""
    at = body.lower().find(words.split()[0].lower())
    begins = max(0, at - BEFORE)
    return ("…" if begins else "") + body[begins : begins + PREVIEW].strip()


def _with_words(name, tsquery):
    return Domain.custom(
        to_sql=lambda model, alias, query: SQL(
            "to_tsvector('simple'::regconfig, %s)"
            " @@ to_tsquery('simple'::regconfig, %s)",
            model._field_to_sql(alias, name, query),
            tsquery,
        )
    )
