from odoo import api, models
from odoo.fields import Datetime
from odoo.tools import SQL

from ..messaging import numbers

# The names that a row shows, what its reader has not read, and what may be out of the
# ordinary about texting them: consents that hold for it, as their `_about` has it.
# Looked up one by one, as few rows are shown of many.
SHOWN = """
    %(thread)s.id, %(thread)s.contact_number, %(thread)s.partner_id,
    %(thread)s.number_id, %(thread)s.user_id, %(thread)s.stage,
    %(thread)s.waiting_since, %(thread)s.snoozed_until, %(thread)s.probably_done,
    %(thread)s.flagged, %(thread)s.last_text, %(thread)s.last_is_ours,
    %(thread)s.last_failed, %(thread)s.last_text_at, %(thread)s.wrong_person,
    %(thread)s.company_id,
    %(number)s.name AS number_name, %(number)s.color AS number_color,
    (SELECT ARRAY[partner.name, partner.email]
       FROM res_partner partner WHERE partner.id = %(thread)s.partner_id) AS partner,
    (SELECT partner.name
       FROM res_partner partner
      WHERE partner.id = (SELECT partner_id FROM res_users
                           WHERE id = %(thread)s.user_id)) AS user_name,
    (SELECT unread
       FROM sms_inbox_conversation_user reader
      WHERE reader.conversation_id = %(thread)s.id
        AND reader.user_id = %(user_id)s) AS unread,
    (SELECT textability
       FROM sms_inbox_subscriber subscriber
      WHERE subscriber.company_id = %(thread)s.company_id
        AND subscriber.number = %(thread)s.contact_number) AS textability,
    ARRAY(SELECT state
            FROM sms_inbox_consent consent
           WHERE consent.company_id = %(thread)s.company_id
             AND consent.number = %(thread)s.contact_number
             AND consent.state IN ('opted_out', 'review')
             AND (consent.line_id IS NULL OR consent.line_id = %(number)s.line_id)
         ) AS consents
"""


FLAGS = ("last_is_ours", "last_failed", "probably_done", "flagged")
MOMENTS = ("last_text_at", "waiting_since", "snoozed_until")


# a subject of its own in a file of its own, as one file would be too long
# pylint: disable=consider-merging-classes-inherited
class SmsInboxConversation(models.Model):
    """What a row of the inbox's list shows, all of it in one query."""

    _inherit = "sms.inbox.conversation"

    def _inbox_rows(self):
        """The rows of these conversations, which the user may read, in their order."""
        return self._inbox_rows_of(self._as_query()) if self else []

    def _inbox_rows_of(self, query, key="last_text_at"):
        """The rows of the conversations that a query finds, in its order.

        :param str key: the moment that they are ordered by
        """
        found = self._inbox_shown(query)
        return [{**row(values), "key": _key(values, key)} for values in found]

    @api.model
    def _inbox_shown(self, query, *more):
        """What is shown of the conversations that a query finds, as it is stored.

        :param SQL more: other columns that are wanted
        """
        # sudo: sms.inbox.number - an assignee need not be a member of the number
        number = self._fields["number_id"].join(self.sudo(), query.table, query)[1]
        shown = SQL(
            SHOWN,
            thread=SQL.identifier(query.table),
            number=SQL.identifier(number),
            user_id=self.env.uid,
        )
        self.env.flush_all()
        # raw SQL: the ORM needs a dozen queries for it; which rows, its rules have said
        return self.env.execute_query_dict(query.select(shown, *more))


def row(values):
    """What the screens read of a conversation."""
    name, consents = (values["partner"] or [""])[0], values["consents"]
    user_id, number_id = values["user_id"], values["number_id"]
    return {
        "id": values["id"],
        "name": name or numbers.pretty(values["contact_number"]),
        "contact_number": values["contact_number"],
        "partner_id": values["partner_id"] or False,
        "number": {
            "id": number_id,
            "name": values["number_name"],
            "color": values["number_color"] or 0,
        },
        "user": bool(user_id) and {"id": user_id, "name": values["user_name"]},
        "preview": values["last_text"] or "",
        "stage": values["stage"],
        "unread": values["unread"] or 0,
        "opted_out": "opted_out" in consents,
        "undecided": "review" in consents,
        "wrong_person": bool(values["wrong_person"] and values["partner_id"]),
        "textability": values["textability"] or "unknown",
        **{flag: bool(values[flag]) for flag in FLAGS},
        **{moment: Datetime.to_string(values[moment]) or False for moment in MOMENTS},
    }


def _key(values, name):
    """A moment, as text that sorts like it to the microsecond, and the id."""
    moment = values[name]
    return [
        moment.isoformat(timespec="microseconds") if moment else "",
        values["id"],
    ]
