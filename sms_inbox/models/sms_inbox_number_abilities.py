from odoo import models

from .. import carriers


# a subject of its own in a file of its own, as one file would be too long
# pylint: disable=consider-merging-classes-inherited
class SmsInboxNumber(models.Model):
    """What can be sent from a number."""

    _inherit = "sms.inbox.number"

    def _fetch_abilities(self):
        """Read what the methods below go by, and no more: the rows are wide."""
        names = ["name", "number", "active", "line_id", "text_price", "media_price"]
        self.fetch([*names, "company_id"])
        line_sudo = self._line_sudo()
        line_sudo.fetch(["number_type", "claimed_at", "account_id"])
        line_sudo.account_id.fetch(["active", "carrier", "public_base_url"])

    def _line_sudo(self):
        # sudo: sms.inbox.line - belongs to no company, users may not read it
        return self.sudo().line_id

    def _account_sudo(self):
        return self._line_sudo().account_id

    def _adapter(self):
        return carriers.get(self._account_sudo().carrier)

    def _is_toll_free(self):
        return self._line_sudo().number_type == "toll_free"

    def _why_unusable(self):
        """Why nothing can be sent from it at all, or False."""
        if not (self.active and self._account_sudo().active):
            return self.env._(
                "%s is no longer in use. Start a conversation from another number.",
                self.display_name,
            )
        if not self._line_sudo().claimed_at:
            return self.env._(
                "The carrier has not confirmed yet that %s is yours. Ask your "
                "administrator to confirm it.",
                self.display_name,
            )
        return False

    def _most_media(self):
        """How many files a text from it can carry."""
        return 0 if self._why_no_media() else self._adapter().max_media

    def _why_no_media(self):
        """Why no file can be attached to a text from it, or False."""
        adapter = self._adapter()
        if not adapter.max_media:
            return self.env._("%s takes no pictures.", adapter.label)
        if adapter.has_a_wire and not self._account_sudo().public_base_url:
            return self.env._(
                "The carrier could not fetch a picture, as it does not know the public "
                "address of this Odoo. Ask your administrator to enter it in the "
                "carrier account."
            )
        return False
