"""Finding words by how they begin, with or without their accents."""

import re
import unicodedata

from odoo.fields import Domain
from odoo.tools import SQL

LOOKED_AT = 400  # rows with the words, the newest ones, that are looked at
MARKS = r"[\u0300-\u036f]"  # what NFD takes off letters, from accents to cedillas
STROKED, UNSTROKED = "ŁłØøĐđĦħŦŧı", "LlOoDdHhTti"  # whose strokes are no marks to NFD
# By their length in bytes, texts without any accent cost next to nothing.
PLAIN = f"""CASE
    WHEN octet_length(%(text)s) = length(%(text)s) THEN %(text)s
    ELSE translate(
        regexp_replace(normalize(%(text)s, NFD), '{MARKS}', '', 'g'),
        '{STROKED}', '{UNSTROKED}')
    END"""
WORDS = f"to_tsvector('simple'::regconfig, {PLAIN})"
WITH_WORDS = f"{WORDS} @@ to_tsquery('simple'::regconfig, %(query)s)"


def plain(text):
    """The same text as ``PLAIN`` gives it, its letters taken apart (NFD)."""
    letters = re.sub(MARKS, "", unicodedata.normalize("NFD", text))
    return letters.translate(str.maketrans(STROKED, UNSTROKED))


def typed(words):
    """What was typed as a query: all of its words, each by its beginning."""
    letters = (c if unicodedata.category(c)[0] in "LMN" else " " for c in plain(words))
    return " & ".join(f"{word}:*" for word in "".join(letters).split())


def index(name):
    """The definition of an index of the words of a column."""
    return f"USING gin ({WORDS % {'text': name}})"


def having(name, query):
    """The rows with words in a field; ``query`` is what ``typed`` gave."""
    return Domain.custom(
        to_sql=lambda model, alias, rows: SQL(
            WITH_WORDS, text=model._field_to_sql(alias, name, rows), query=query
        )
    )


def by_index(rows):
    """Have PostgreSQL find by words first, not by going through all from the newest."""
    rows.order = SQL("%s + 0 DESC", SQL.identifier(rows.table, "id"))
    rows.limit = LOOKED_AT
