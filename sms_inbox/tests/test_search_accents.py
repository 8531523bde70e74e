from odoo.fields import Domain
from odoo.tests import tagged
from odoo.tools import SQL

from .. import word_search
from .test_inbox import InboxCase

PEOPLE = {
    "Inês Carvalho": ("ines", "INÊS", "inês carv"),
    "Lukasz Zolty": ("Łukasz", "żółty"),
    "Đặng Søren": ("dang", "soren", "Sören"),
    "Παπαδοπούλου": ("παπαδοπουλου", "Παπαδοπούλου"),
    "Алёна": ("алена", "алёна"),
    "İpek Işık": ("ipek", "isik"),
    "آدم": ("آدم",),
    "हिन्दी": ("हिन्दी",),
    "がく": ("が",),
}


@tagged("post_install", "-at_install")
class TestSearchAccents(InboxCase):
    """Accents neither hide nor find: names and texts are found without them too."""

    def found(self, words):
        return [row["id"] for row in self.conversations.inbox_search(words)]

    def suggested(self, typed):
        return [each["name"] for each in self.conversations.inbox_people(typed)]

    def test_names_are_found_with_and_without_accents(self):
        thread = self.make_conversation()
        self.receive("?")
        for name, typed in PEOPLE.items():
            self.partner.name = name
            self.env.flush_all()
            for words in typed:
                with self.subTest(name=name, words=words):
                    self.assertEqual(self.found(words), thread.ids)
                    self.assertIn(name, self.suggested(words))

    def test_texts_are_found_with_and_without_accents(self):
        thread = self.make_conversation()
        for body, words in (
            ("Meet at the café?", "cafe"),
            ("Or the cafeteria", "café"),
            # as some phones write it: the letter, then its accent
            ("O pa\u0303o", "pão"),
            ("Em caminha\u0303o", "CAMINHAO"),
        ):
            self.receive(body)
            with self.subTest(body=body, words=words):
                self.assertEqual(self.found(words), thread.ids)

    def test_other_letters_are_other_words(self):
        self.receive("A cafe")
        self.assertEqual(self.found("cafo"), [])
        self.assertEqual(self.found("`"), [])

    def test_a_row_shows_what_was_found_though_its_accents_differ(self):
        self.receive("Nous serons tous, en été, à l'élégant café de la gare")
        for words in ("cafe", "CAFÉ", "cafè"):
            with self.subTest(words=words):
                (row,) = self.conversations.inbox_search(words)
                self.assertEqual(row["found"], "…en été, à l'élégant café de la gare")

    def test_letters_are_as_plain_in_sql_as_in_what_was_typed(self):
        for text in (*PEOPLE, *(words for typed in PEOPLE.values() for words in typed)):
            with self.subTest(text=text):
                as_text = SQL("%s::text", text)
                (found,) = self.env.execute_query(
                    SQL(f"SELECT {word_search.PLAIN}", text=as_text)
                )
                self.assertEqual(found, (word_search.plain(text),))

    def test_words_are_looked_up_in_their_indexes(self):
        # raw SQL: of so few rows, PostgreSQL would read all
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        self.env.cr.execute("SET LOCAL enable_indexscan = off")
        moved_on = Domain("state", "not in", ("queued", "sending"))
        for model, domain, name, index in (
            (
                "res.partner",
                Domain.TRUE,
                "complete_name",
                "partner_sms_inbox_words_idx",
            ),
            ("sms.inbox.message", moved_on, "body", "message_words_idx"),
        ):
            with self.subTest(model=model):
                words = word_search.having(name, "ines:*")
                query = self.env[model]._search(domain & words)
                word_search.by_index(query)
                plan = self.env.execute_query(SQL("EXPLAIN %s", query.select()))
                self.assertIn(index, str(plan))
