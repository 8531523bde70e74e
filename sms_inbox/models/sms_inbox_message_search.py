from odoo import models

from .. import word_search


# a subject of its own in a file of its own, as one file would be too long
# pylint: disable=consider-merging-classes-inherited
class SmsInboxMessage(models.Model):
    """Texts are found by the words in them."""

    _inherit = "sms.inbox.message"

    # not while a text is on its way: each of its steps would write its words again
    _words_idx = models.Index(
        word_search.index("body") + " WHERE state NOT IN ('queued', 'sending')"
    )
