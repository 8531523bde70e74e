import time
from collections import Counter
from math import inf

from odoo import api, fields, models

from ..clock import epoch, moment
from ..messaging import capacity, rate_limit
from ..messaging.priority import PRIORITIES, URGENT
from .sms_inbox_dispatcher import SLICE

RANKS = {priority: rank for rank, priority in enumerate(PRIORITIES)}
LAST_URGENT = RANKS[URGENT[-1]]
AREA = 5  # characters of a number that tell its time zone: +1 and an area code
WEEK = 7 * 24 * 3600  # seconds
BEHIND = 1e18  # where new texts stand: after all that wait, in the order of their ids
AT_ONCE = 3.0  # seconds that nobody calls a delay

# Texts of one kind are one row: a hundred thousand of them are some hundred rows.
WAITING = """
    SELECT text.number_id, text.priority, text.segments,
           COALESCE(subscriber.network, '') AS network,
           CASE WHEN text.parked_until > %(now)s
                THEN date_trunc('minute', text.parked_until) END AS due,
           min(text.contact_number) AS contact_number, count(*) AS count,
           max(text.not_after) AS not_after, min(text.id) AS first,
           max(text.id) AS last
      FROM sms_inbox_message text
 LEFT JOIN sms_inbox_subscriber subscriber
        ON subscriber.company_id = text.company_id
       AND subscriber.number = text.contact_number
       AND subscriber.network IS NOT NULL
     WHERE text.state = 'queued' AND text.number_id = ANY(%(numbers)s)
       AND text.priority = ANY(%(priorities)s)
       AND text.waits_for IS DISTINCT FROM 'paused'
  GROUP BY text.number_id, text.priority, text.segments, 4, 5,
           left(text.contact_number, %(area)s), date_trunc('minute', text.not_after)
"""


class SmsInboxCapacity(models.AbstractModel):
    """How long what waits will take: rows in, forecasts of ``messaging.capacity`` out.

    Limits and queues are shared between companies where their numbers share a
    campaign, so this reads beyond the user's companies; only figures leave it.
    """

    _name = "sms.inbox.capacity"
    _description = "Forecast of the queue"

    # ------------------------------------------------------------
    # WHAT THERE IS
    # ------------------------------------------------------------

    @api.model
    def _levels_of(self, numbers):
        """{number: its chain of levels}; numbers within the same limit share it."""
        # sudo: sms.inbox.limit - belongs to no company, users may not read it
        limits = {number: number.sudo().line_id.limit_id for number in numbers}
        all_sudo = self.env["sms.inbox.limit"].sudo().union(*limits.values())
        chains = all_sudo._levels()
        return {number: chains[limit.id] for number, limit in limits.items()}

    @api.model
    def _waiting(self, numbers, priorities=PRIORITIES):
        """What is queued on these numbers, equal texts together, paused ones left out.

        :return: list of :class:`capacity.Waiting`; its senders are ids of numbers
        """
        self.env["sms.inbox.message"].flush_model()
        # raw SQL: groups by parts of columns, which the ORM cannot
        self.env.cr.execute(
            WAITING,
            {
                "numbers": numbers.ids,
                "priorities": list(priorities),
                "area": AREA,
                "now": fields.Datetime.now(),
            },
        )
        rows, held = self.env.cr.dictfetchall(), self._held(numbers)
        return [
            self._as_waiting(
                row["number_id"],
                row["contact_number"],
                row["segments"],
                row["count"],
                rank=RANKS[row["priority"]],
                network=row["network"],
                not_before=max(epoch(row["due"]), held[row["number_id"]]),
                not_after=epoch(row["not_after"]) or inf,
                first=row["first"],
                last=row["last"],
            )
            for row in rows
        ]

    @api.model
    def _as_waiting(self, sender, contact_number, size, count, rank, **more):
        network = more.pop("network", "")
        return capacity.Waiting(
            sender=sender,
            text=rate_limit.Text(
                segments=size,
                urgent=rank <= LAST_URGENT,
                network=network,
                new_recipient=rank > LAST_URGENT,
            ),
            rank=rank,
            count=count,
            number=contact_number if rank > LAST_URGENT else None,
            **more,
        )

    @api.model
    def _held(self, numbers):
        """{number id: epoch seconds until which nothing leaves it; inf if set aside}"""
        result = {}
        for number in numbers:
            # sudo: sms.inbox.line - belongs to no company, users may not read it
            line_sudo = number.sudo().line_id
            holds = (line_sudo, line_sudo.account_id)
            until = max(epoch(hold.held_until) for hold in holds)
            aside = any(hold.set_aside_at for hold in holds)
            result[number.id] = inf if aside else until
        return result

    @api.model
    def _queued_segments(self, numbers):
        """{number id: segments that wait on it}, paused ones left out."""
        # sudo: sms.inbox.message - figures only, of whoever wrote the texts
        groups = (
            self.env["sms.inbox.message"]
            .sudo()
            ._read_group(
                [
                    ("number_id", "in", numbers.ids),
                    ("state", "=", "queued"),
                    ("waits_for", "not in", ("paused",)),
                ],
                ["number_id"],
                ["segments:sum"],
            )
        )
        return {number.id: total for number, total in groups}

    @api.model
    def _replies(self, numbers):
        """({number id: replies per second}, segments of each), as in the last week."""
        since = fields.Datetime.subtract(fields.Datetime.now(), seconds=WEEK)
        # sudo: sms.inbox.message - figures only, of whoever wrote the texts
        groups = (
            self.env["sms.inbox.message"]
            .sudo()
            ._read_group(
                [
                    ("number_id", "in", numbers.ids),
                    ("left_at", ">=", since),
                    ("priority", "in", ("code", "reply")),
                ],
                ["number_id"],
                ["__count", "segments:sum"],
            )
        )
        count = sum(group[1] for group in groups)
        each = sum(group[2] for group in groups) / count if count else 1.0
        return {number.id: n / WEEK for number, n, _total in groups}, each

    @api.model
    def _neighbours(self, numbers):
        """These numbers and all that share a limit with them; their texts compete."""
        # sudo: sms.inbox.limit - belongs to no company, users may not read it
        limits_sudo = numbers.sudo().line_id.limit_id
        while limits_sudo.parent_id - limits_sudo:
            limits_sudo |= limits_sudo.parent_id
        return (
            self.env["sms.inbox.number"]
            .sudo()
            .search([("line_id.limit_id", "child_of", limits_sudo.ids)])
        ) | numbers.sudo()

    # ------------------------------------------------------------
    # FORECASTS
    # ------------------------------------------------------------

    @api.model
    def _drain(self, numbers, ready_only=False):
        """{number id: forecast of what waits on it, or None if nothing does}

        ``ends``, what it waits for and what comes too late are the number's own.

        :param ready_only: only of texts that limits alone hold back
        """
        everyone = self._neighbours(numbers)
        waiting = self._waiting(everyone)
        if ready_only:
            now = time.time()
            waiting = [w._replace(number=None) for w in waiting if w.not_before <= now]
        texts = Counter()
        for row in waiting:
            texts[row.sender] += row.count
        if not waiting:
            return dict.fromkeys(numbers.ids)
        forecast = self._run(everyone, waiting)
        return {
            key: forecast.of_sender(key, texts[key]) if texts[key] else None
            for key in numbers.ids
        }

    @api.model
    def _forecast(self, numbers, texts, priority="bulk", not_before=0.0, end=0.0):
        """The forecast of new texts behind all that waits already.

        :param texts: (number id, contact's number, segments, count) of each kind
        :param not_before: epoch seconds, 0 for now
        :param end: epoch seconds, after which none may leave; 0 for no such end
        """
        everyone = self._neighbours(numbers)
        held = self._held(numbers)
        new = [
            self._as_waiting(
                sender,
                number,
                size,
                count,
                RANKS[priority],
                not_before=max(not_before, held[sender]),
                not_after=min(end or inf, self._latest(priority, number, not_before)),
            )
            for (sender, number, size), count in _grouped(texts).items()
        ]
        return self._run_behind(everyone, self._waiting(everyone), new)

    @api.model
    def _latest(self, priority, contact_number, not_before):
        """When a new text is of no use any more, in epoch seconds; inf for never."""
        thread = self.env["sms.inbox.conversation"].new(
            {"contact_number": contact_number}
        )
        return epoch(thread._latest(priority, moment(not_before))) or inf

    @api.model
    def _run_behind(self, numbers, waiting, new):
        """The forecast of new texts alone, behind those that wait on their numbers."""
        waiting = [text._replace(counts=False) for text in waiting]
        new = [text._replace(first=BEHIND, last=BEHIND) for text in new]
        return self._run(numbers, waiting + new)

    @api.model
    def _run(self, numbers, waiting):
        per_second, reply_segments = self._replies(numbers)
        chains = self._levels_of(numbers)
        return capacity.forecast(
            {number.id: chain for number, chain in chains.items()},
            waiting,
            time.time(),
            rules=self.env["sms.inbox.quiet.rule"]._rules(),
            replies_per_second=per_second,
            reply_segments=reply_segments,
            # as the claim takes turns, anew in each run
            parties={n.id: (n.company_id.id, n.id) for n in numbers},
            turns_last=SLICE,
        )

    @api.model
    def _reply_forecast(self, conversation, body, media_count=0):
        """What to say of a reply before it is sent; None if it just leaves at once.

        :return: dict of ``segments``, ``seconds`` until it leaves (None: not known) and
            ``why``, in the user's words
        """
        number = conversation.number_id
        size = conversation._segments(body or "", media_count)
        now = time.time()
        ahead = self._waiting(number, URGENT)
        mine = self._as_waiting(
            number.id,
            conversation.contact_number,
            size,
            1,
            RANKS["reply"],
            not_before=self._held(number)[number.id],
        )
        forecast = self._run_behind(number, ahead, [mine])
        seconds = max(0.0, forecast.ends - now)
        if size == 1 and seconds <= AT_ONCE:
            return None
        known = seconds if seconds < inf else None
        why = self._why(forecast.bottleneck) if seconds > AT_ONCE else False
        return {"segments": size, "seconds": known, "why": why}


def _grouped(texts):
    """Counter of (sender, one number of the area, segments)."""
    counts, of_area = Counter(), {}
    for sender, number, size, count in texts:
        number = of_area.setdefault(number[:AREA], number)
        counts[sender, number, size] += count
    return counts
