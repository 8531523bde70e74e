from odoo import api, models

GLANCED = 6  # conversations


# a subject of its own in a file of its own, as one file would be too long
# pylint: disable=consider-merging-classes-inherited
class SmsInboxConversation(models.Model):
    """What Odoo's systray shows of texts, wherever the user is."""

    _inherit = "sms.inbox.conversation"

    @api.model
    def inbox_tally(self):
        """How many conversations are ``unread`` and ``waiting``, as the inbox counts.

        Those that the user muted are not among the unread ones here. ``bus_id`` is the
        last event that is taken into account.
        """
        # sudo: bus.bus - how many events there were, nothing of them
        bus_id = self.env["bus.bus"].sudo()._bus_last_id()
        counts = self.inbox_counts(("heard", "waiting"))
        return {
            "unread": counts["heard"],
            "waiting": counts["waiting"],
            "bus_id": bus_id,
        }

    @api.model
    @api.readonly
    def inbox_glance(self):
        """The first few rows: unread ones, the latest first, then who waits longest."""
        rows = {}
        for view in ("heard", "waiting"):
            for row in self.inbox_page(view, limit=GLANCED):
                rows.setdefault(row["id"], row)
        return list(rows.values())[:GLANCED]
