from odoo import models

from .. import word_search


# a subject of its own in a file of its own, as one file would be too long
# pylint: disable=consider-merging-classes-inherited
class ResPartner(models.Model):
    """Contacts are found by the words of their names, however many they are."""

    _inherit = "res.partner"

    _sms_inbox_words_idx = models.Index(word_search.index("complete_name"))
