from lxml.builder import E

from odoo import api, models

from .. import carriers, words
from .sms_inbox_account import CREDENTIALS


# a subject of its own in a file of its own, as one file would be too long
# pylint: disable=consider-merging-classes-inherited
class SmsInboxAccount(models.Model):
    """The form asks for each carrier's credentials in that carrier's own words."""

    _inherit = "sms.inbox.account"

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        arch, view = super()._get_view(view_id, view_type, **options)
        for place in arch.xpath("//group[@name='credentials']"):
            for name in reversed(CREDENTIALS):
                for node in reversed(self._credential_nodes(name)):
                    place.insert(0, node)
        return arch, view

    @api.model
    def _credential_nodes(self, name):
        """A label for each word that a carrier has for the credential; the field."""
        carriers_by_word, needing = {}, []
        for carrier in carriers.CARRIERS.values():
            if name in carrier.asks_for:
                word = words.credential(self.env, carrier.asks_for[name])
                carriers_by_word.setdefault(word, []).append(carrier.name)
            if name in carrier.needs:
                needing.append(carrier.name)
        asking = [carrier for group in carriers_by_word.values() for carrier in group]
        field = E.field(
            name=name,
            nolabel="1",
            password=str(name != "account_sid"),
            invisible=f"carrier not in {asking}",
            required=f"carrier in {needing}",
        )
        labels = [
            E.label({"for": name}, string=word, invisible=f"carrier not in {group}")
            for word, group in carriers_by_word.items()
        ]
        return [*labels, field]
