"""Whose word a change of consent is. A file of its own, as models import it."""

from typing import NamedTuple

from odoo import models

SOURCE = "sms_inbox_source"  # of the context: which Sources a change has


class Source(NamedTuple):
    """Who or what changes a consent, by which rule, in which words or why.

    ``said_by`` is the person's own word, staff's, or the carrier's. ``text`` is the
    message that it was said in, as far as there is one.
    """

    actor: str
    rule: str
    said_by: str = "staff"
    words: str = ""
    reason: str = ""
    text: models.Model | None = None


class Sources(dict):
    """{(their number, the line or an empty one): its :class:`Source`}.

    Only code can make one; a client's context holds plain values.
    """
