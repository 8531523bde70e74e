from math import inf

from odoo import api, fields, models

from ..messaging import quiet_hours
from ..messaging.priority import URGENT
from .sms_inbox_claim import LATEST, LOOK_AHEAD
from .sms_inbox_consent_scope import EXEMPT

A_WHILE = 60.0  # seconds; a text that a network's limit holds longer lets others by
MOST_PARKED = 1000  # texts parked for the night at a time
A_DAY = 86400


# a subject of its own in a file of its own, as one file would be too long
# pylint: disable=consider-merging-classes-inherited
class SmsInboxClaim(models.AbstractModel):
    """Which of the texts whose turn it is may not leave after all, and why."""

    _inherit = "sms.inbox.claim"

    @api.model
    def _consented(self, rows):
        """Without texts to people who want none, whatever is decided meanwhile.

        Those of people about whom somebody else writes something at this moment wait
        for the next look: to wait for them here could be to wait for each other.
        """
        held = self.env["sms.inbox.subscriber"]._hold(
            {row["company_id"] for row in rows},
            {row["contact_number"] for row in rows},
            wait=False,
        )
        rows = [
            row for row in rows if (row["company_id"], row["contact_number"]) in held
        ]
        asked = [row for row in rows if row["answers_word"] not in EXEMPT]
        refused = [row["id"] for row in asked if row["opted_out"]]
        undecided = [
            row["id"] for row in asked if row["undecided"] and not row["opted_out"]
        ]
        texts = self.env["sms.inbox.message"]
        if refused:
            texts.browse(refused)._cancel(self.env._("They want no texts from you."))
        if undecided:
            texts.browse(undecided)._hold_for_consent()
        stopped = {*refused, *undecided}
        return [row for row in rows if row["id"] not in stopped]

    @api.model
    def _awake(self, rows, now):
        """Without the notices and bulk texts whose recipients have quiet hours."""
        may_wait = any(row["priority"] not in URGENT for row in rows)
        rules = self.env["sms.inbox.quiet.rule"]._rules() if may_wait else ()
        awake = []
        for row in rows:
            urgent = row["priority"] in URGENT
            window = None if urgent else _window(row["contact_number"], now, rules)
            row["closes"] = window.closes if window else inf
            if urgent or window.opens <= now:
                awake.append(row)
        asleep = {(row["number_id"], row["priority"]) for row in rows}
        asleep -= {(row["number_id"], row["priority"]) for row in awake}
        if len(awake) < len(rows):
            kept = {row["id"] for row in awake}
            self._park_asleep(
                [row for row in rows if row["id"] not in kept], now, rules
            )
        for number_id, priority in asleep:
            # nobody of the first few may be texted: it will be so for most
            self._park_asleep(self._next_of(number_id, priority), now, rules)
        return awake

    @api.model
    def _park_asleep(self, rows, now, rules):
        until = {}
        for row in rows:
            opens = _window(row["contact_number"], now, rules).opens
            if opens > now:
                until.setdefault(opens, []).append(row["id"])
        for opens, ids in until.items():
            texts = self.env["sms.inbox.message"].browse(ids)
            texts._park(opens, "quiet_hours")

    @api.model
    def _next_of(self, number_id, priority):
        # raw SQL: skips what another transaction holds, which the ORM cannot say
        self.env.cr.execute(
            "SELECT id, contact_number FROM sms_inbox_message WHERE number_id = %s "
            "AND priority = %s AND state = 'queued' AND parked_until IS NULL "
            "ORDER BY id LIMIT %s FOR NO KEY UPDATE SKIP LOCKED",
            (number_id, priority, MOST_PARKED),
        )
        return self.env.cr.dictfetchall()

    @api.model
    def _mark_new_recipients(self, rows, senders, now):
        """Say of each row whether it is the day's first text to somebody new."""
        counted = [
            row
            for row in rows
            if not row["answers_since"]
            and any(lv.recipients_per_day for lv in senders[row["number_id"]].levels)
        ]
        texted = self._texted_lately(counted) if counted else {}
        limits = self.env["sms.inbox.limit"]
        for row in counted:
            left_at = texted.get((row["number_id"], row["contact_number"]))
            levels = senders[row["number_id"]].levels
            row["new_recipient"] = limits._is_new(levels, left_at, now)

    @api.model
    def _texted_lately(self, rows, but=()):
        """{(number id, contact's number): when the last text left}, of some texts.

        :param but: ids of texts that are not looked at
        """
        # raw SQL: the newest of each pair, by the index on when they left
        self.env.cr.execute(
            """
            SELECT number_id, contact_number, max(left_at)
              FROM sms_inbox_message
             WHERE number_id = ANY(%s) AND contact_number = ANY(%s)
               AND left_at > %s AND id != ALL(%s)
          GROUP BY number_id, contact_number
            """,
            (
                list({row["number_id"] for row in rows}),
                list({row["contact_number"] for row in rows}),
                fields.Datetime.subtract(fields.Datetime.now(), hours=26),
                list(but),
            ),
        )
        return {(number, contact): at for number, contact, at in self.env.cr.fetchall()}

    @api.model
    def _lets_others_by(self, opening, now):
        """Whether a text whose limit opens later holds up none of those behind it."""
        of_its_own = opening.level.network or opening.rule == "recipients"
        return opening.at == inf or opening.at > now + A_WHILE and of_its_own

    @api.model
    def _step_aside(self, aside):
        """Have texts let others by.

        :param dict aside: when they may leave (infinity: never) -> their ids
        """
        for at, ids in aside.items():
            texts = self.env["sms.inbox.message"].browse(ids)
            if at < inf:
                texts._park(at, "day")
                continue
            texts._settle(
                "failed",
                error_text=self.env._(
                    "It is longer than what one of its limits lets leave in a whole "
                    "day. Shorten it, or have the limit changed."
                ),
            )


def _window(number, now, rules):
    """When somebody may be texted; asked again in a day, if it is never."""
    # what is claimed now may leave a little later, which must not be too late
    window = quiet_hours.window(number, now + LOOK_AHEAD + LATEST, rules)
    return window or quiet_hours.Window(now + A_DAY, now + A_DAY)
