from odoo import api, models


# a subject of its own in a file of its own, as one file would be too long
# pylint: disable=consider-merging-classes-inherited
class SmsInboxConversation(models.Model):
    """What the user can do where nothing can be sent."""

    _inherit = "sms.inbox.conversation"

    @api.readonly
    def may_subscribe_again(self):
        """Whether they want no texts by a word that the user may lift."""
        self.ensure_one()
        self.check_access("read")
        consents_sudo = self.env["sms.inbox.consent"]._for(self, ("opted_out",))
        is_manager = self.env.user.has_group("sms_inbox.group_manager")
        return self.opted_out and (is_manager or not consents_sudo._not_by_staff())
