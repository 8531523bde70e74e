from typing import NamedTuple

from odoo import api, models

from ..clock import epoch
from ..messaging.priority import PRIORITIES

SENDERS = """
    SELECT number.id AS number_id, number.company_id, line.id AS line_id,
           line.limit_id, line.account_id, line.number AS own_number,
           line.usage = 'notification' AS shared,
           GREATEST(line.held_until, account.held_until) AS held_until,
           waiting.priorities
      FROM sms_inbox_number number
      JOIN sms_inbox_line line ON line.id = number.line_id
      JOIN sms_inbox_account account ON account.id = line.account_id
      JOIN sms_inbox_limit ON sms_inbox_limit.id = line.limit_id
     CROSS JOIN LATERAL (
           SELECT ARRAY(
                  SELECT priority FROM unnest(%(order)s) AS priority
                   WHERE EXISTS (SELECT FROM sms_inbox_message
                                  WHERE number_id = number.id AND state = 'queued'
                                    AND sms_inbox_message.priority = priority.priority
                                    AND parked_until IS NULL)) AS priorities
           ) waiting
     WHERE number.active AND account.active AND line.claimed_at IS NOT NULL
       AND line.set_aside_at IS NULL AND account.set_aside_at IS NULL
       AND COALESCE(sms_inbox_limit.lane, 0) = %(lane)s
       AND waiting.priorities != '{}'
"""


class Sender(NamedTuple):
    """A number with texts to send, and the limits it is within."""

    number_id: int
    company_id: int
    line_id: int
    shared: bool  # with other companies
    account_id: int
    own_number: str
    priorities: list  # the kinds of text that wait
    levels: list  # of its limits, the tightest place first


# a subject of its own in a file of its own, as one file would be too long
# pylint: disable=consider-merging-classes-inherited
class SmsInboxClaim(models.AbstractModel):
    """Which of our numbers have texts to send and may, within which limits."""

    _inherit = "sms.inbox.claim"

    @api.model
    def _senders(self, run, looks):
        """The numbers that have texts to send and are not held, by id."""
        self.env.flush_all()
        # raw SQL: several times a second, past the ORM's cache
        self.env.cr.execute(SENDERS, {"lane": run.lane, "order": list(PRIORITIES)})
        free = []
        for row in self.env.cr.dictfetchall():
            pause = run.pace(row["account_id"]).seconds()
            held_until = epoch(row["held_until"])
            if held_until > run.now() or pause:
                looks.append(max(held_until, run.now() + pause))
            else:
                free.append(row)
        limits = self.env["sms.inbox.limit"].browse({row["limit_id"] for row in free})
        chains = limits._levels(lock=True) if limits else {}
        plan = run.plan()
        for level in {lv.key: lv for chain in chains.values() for lv in chain}.values():
            level.mend(run.now())
            # not as it was charged, but as the last one really left
            level.delay(plan.get(level.key, 0.0))
        return {row["number_id"]: _sender(row, chains) for row in free}


def _sender(row, chains):
    return Sender(
        row["number_id"],
        row["company_id"],
        row["line_id"],
        row["shared"],
        row["account_id"],
        row["own_number"],
        row["priorities"],
        chains[row["limit_id"]],
    )
