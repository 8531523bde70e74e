from odoo import api, models
from odoo.fields import Date, Datetime, Domain

MOST_ACTIVITIES = 10
MOST_FOLLOWERS = 50
# of several consents that hold for a thread, the first of these counts
STATES = ("opted_out", "review", "subscribed", "unknown")


# a subject of its own in a file of its own, as one file would be too long
# pylint: disable=consider-merging-classes-inherited
class SmsInboxConversation(models.Model):
    """The pane beside the thread: what is known of the person and is to be done."""

    _inherit = "sms.inbox.conversation"

    @api.readonly
    def inbox_details(self):
        """All that the pane shows and the thread does not, read when it is wanted."""
        self.ensure_one()
        self.check_access("read")
        return {
            "consent": self._inbox_consent(),
            "unseen_threads": self._inbox_unseen_threads(),
            "documents": self._inbox_documents(),
            "activities": self._inbox_activities(),
            "followers": self._inbox_followers(),
            "actions": self._inbox_actions(),
        }

    def _inbox_actions(self):
        """What else can be begun with the person; addons add theirs.

        :return: list of dicts of ``method`` (of the conversation), ``label``, ``icon``
        """
        return []

    # ------------------------------------------------------------
    # CONSENT
    # ------------------------------------------------------------

    def _inbox_consent(self):
        """Whether they want our texts, who says so, and since when."""
        holding_sudo = self.env["sms.inbox.consent"]._for(self, STATES)
        holding_sudo = holding_sudo.filtered(lambda consent: consent._about(self))
        consent_sudo = holding_sudo.sorted(lambda c: STATES.index(c.state))[:1]
        state = consent_sudo.state or "unknown"
        states = dict(consent_sudo._fields["state"]._description_selection(self.env))
        return {
            "state": state,
            "label": states[state],
            "said_by": consent_sudo.since and consent_sudo.said_by_label or "",
            "since": Datetime.to_string(consent_sudo.since),
        }

    # ------------------------------------------------------------
    # ACTIVITIES
    # ------------------------------------------------------------

    def _inbox_activities(self):
        """What is planned with the conversation or its contact, the next one first."""
        about = Domain("res_model", "=", self._name) & Domain("res_id", "=", self.id)
        if self.partner_id:
            about |= Domain("res_model", "=", "res.partner") & Domain(
                "res_id", "=", self.partner_id.id
            )
        activities = self.env["mail.activity"].search(
            about, order="date_deadline, id", limit=MOST_ACTIVITIES
        )
        to_do = activities._filtered_access("write")
        return [
            {
                "id": activity.id,
                "name": activity.display_name,
                "date": Date.to_string(activity.date_deadline),
                "state": activity.state,
                # sudo: res.users - the name of a colleague, whatever their companies
                "user": activity.user_id.sudo().name or "",
                "of_contact": activity.res_model == "res.partner",
                "can_do": activity in to_do,
            }
            for activity in activities
        ]

    # ------------------------------------------------------------
    # FOLLOWERS
    # ------------------------------------------------------------

    def _inbox_followers(self):
        """Who learns of the team's notes, and whether the user is one of them."""
        # sudo: mail.followers - as Odoo shows them to whoever reads a record
        followers_sudo = self.env["mail.followers"].sudo()
        followers_sudo = followers_sudo.search(
            [("res_model", "=", self._name), ("res_id", "=", self.id)],
            order="id",
            limit=MOST_FOLLOWERS,
        )
        people_sudo = followers_sudo.partner_id
        return {
            "people": [{"id": p.id, "name": p.name or ""} for p in people_sudo],
            "follows": self.env.user.partner_id.id in people_sudo.ids,
            "can_add": self.has_access("write"),
        }
