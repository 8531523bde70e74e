from collections import defaultdict
from itertools import groupby
from math import inf
from typing import NamedTuple

from odoo import api, fields, models

from .. import carriers
from ..carriers.runway import Job
from ..clock import epoch
from ..messaging import rate_limit
from ..messaging.priority import PRIORITIES, URGENT

# Seconds before its slot that a text is claimed, or it could miss its slot. What
# becomes urgent meanwhile overtakes it.
LOOK_AHEAD = 0.2
AT_LEAST = 20  # texts looked at where one that has to wait may stand before others
# Seconds after its slot: what has not begun by then is put back.
LATEST = 2.0
PUNCTUAL = rate_limit.LATE / 2
TIDY_EVERY = 1.0  # seconds between two looks at parked texts, in one run

CANDIDATES = """
    SELECT text.*, subscriber.network, EXISTS (
           SELECT FROM sms_inbox_consent consent
            WHERE consent.company_id = text.company_id
              AND consent.number = text.contact_number
              AND consent.state = 'opted_out'
              AND (consent.line_id IS NULL OR consent.line_id = text.line_id)
           ) OR open.shared AND EXISTS (
           SELECT FROM sms_inbox_consent consent
            WHERE consent.line_id = open.line_id
              AND consent.number = text.contact_number
              AND consent.state = 'opted_out'
           ) AS opted_out, text.priority != 'code' AND EXISTS (
           SELECT FROM sms_inbox_consent consent
            WHERE consent.company_id = text.company_id
              AND consent.number = text.contact_number
              AND consent.state = 'review'
              AND (consent.line_id IS NULL OR consent.line_id = text.line_id)
              AND (text.priority != 'reply'
                   OR text.saw_text_id IS DISTINCT FROM consent.text_id)
           ) AS undecided
      FROM unnest(%(numbers)s, %(lines)s, %(shared)s, %(priorities)s, %(most)s)
           AS open (number_id, line_id, shared, priority, most)
     CROSS JOIN LATERAL (
           SELECT id, number_id, open.line_id, priority, company_id, contact_number,
                  segments, answers_since, body, not_after, conversation_id,
                  media_count, answers_word, saw_text_id
             FROM sms_inbox_message text
            WHERE number_id = open.number_id AND priority = open.priority
              AND state = 'queued' AND parked_until IS NULL
              AND COALESCE(not_after > %(now)s, TRUE)
              AND NOT EXISTS (
                  SELECT FROM sms_inbox_batch batch
                   WHERE batch.id = text.batch_id
                     AND batch.state IN ('paused', 'canceled'))
              AND NOT EXISTS (
                  SELECT FROM sms_inbox_message earlier
                   WHERE earlier.conversation_id = text.conversation_id
                     AND earlier.state IN ('queued', 'sending')
                     AND (earlier.state = 'sending'
                          OR earlier.id < text.id
                             AND array_position(%(order)s, earlier.priority::text)
                              <= array_position(%(order)s, text.priority::text)
                             AND (earlier.parked_until IS NULL OR earlier.tries > 0
                                  OR earlier.waits_for IN ('carrier', 'day'))))
            ORDER BY id
            LIMIT open.most
              FOR NO KEY UPDATE SKIP LOCKED
           ) text
      LEFT JOIN sms_inbox_subscriber subscriber
             ON subscriber.company_id = text.company_id
            AND subscriber.number = text.contact_number
"""


class SmsInboxClaim(models.AbstractModel):
    """Chooses which queued texts leave next, and marks them as being sent.

    Codes and replies go before notices, and notices before bulk; among equals the
    companies take turns, and the numbers of each. Of one conversation only one text is
    under way, the first of its kind. Nobody who opted out is among them, and no opt-out
    commits before the claim does: it comes either before it or after.
    """

    _name = "sms.inbox.claim"
    _description = "Choice of the texts that leave next"

    @api.model
    def _claim(self, run):
        """Mark what may leave now as being sent.

        :param run: the dispatcher's run: its clock, its room, what it is calling
        :return: the jobs, plain values that need no database, and the moment of the
            next look in epoch seconds (None if no text waits)
        """
        if run.now() >= run.tidy_at:
            run.next_parked = self.env["sms.inbox.message"]._tidy_queue()
            later = run.now() + TIDY_EVERY
            run.tidy_at = min(_not_before(run.next_parked, run), later)
        looks = []
        senders = self._senders(run, looks)
        chosen = self._choose(senders, run, looks)
        jobs = self._begin(chosen, senders, run)
        if not jobs:  # this claim may itself have parked what waits
            run.next_parked = self.env["sms.inbox.message"]._next_parked()
            run.tidy_at = min(run.tidy_at, _not_before(run.next_parked, run))
        looks.append(run.next_parked and max(run.next_parked, run.tidy_at))
        looks = [look for look in looks if look is not None and look < inf]
        return jobs, min(looks, default=None)

    # ------------------------------------------------------------
    # WHICH TEXTS
    # ------------------------------------------------------------

    @api.model
    def _choose(self, senders, run, looks):
        """The texts that leave now, counted on their limits.

        :return: a list of :class:`Chosen`
        """
        now, room = run.now(), run.room()
        rows, more = self._candidates(senders, now, room, looks)
        calls = _calls_left(senders, run)
        chosen, threads, aside = [], set(), defaultdict(list)
        held = False
        for row in _in_turn(rows, senders, run.turns):
            sender, text = senders[row["number_id"]], _plain(row)
            opening = rate_limit.opens(sender.levels, now, text)
            if opening.at > now + LOOK_AHEAD:
                looks.append(opening.at - LOOK_AHEAD)
                if self._lets_others_by(opening, now):
                    aside[opening.at].append(row["id"])
                else:
                    held = True
            elif row["conversation_id"] in threads:
                held = True  # until the first of its thread has landed
            elif len(chosen) < room and calls[sender.account_id] >= 1:
                threads.update(filter(None, [row["conversation_id"]]))
                calls[sender.account_id] -= 1
                distances = _charge(sender.levels, opening.at, text, now)
                start = self._start(row, opening.at, sender.levels, run)
                chosen.append(Chosen(row, opening.at, start, distances))
                run.turns.note(_parties(sender), row["segments"])
            else:
                held = True  # until something lands
        self._step_aside(aside)
        if more and not held:
            looks.append(now)
        if chosen:
            charged = {row["number_id"] for row, *_ in chosen}
            self.env["sms.inbox.limit"]._store(
                level for number in charged for level in senders[number].levels
            )
        return chosen

    @api.model
    def _start(self, row, slot, levels, run):
        """From when on a text may take off; what is urgent overtakes claimed ones.

        Not where somebody counts minutes or days, and not before this run knows when
        the last one left: then its slot is all that keeps the distance.
        """
        known = all(run.runway.knows(level.key) for level in levels if level.rate)
        overtakes = row["priority"] in URGENT and known and not _counted(levels)
        return run.now() if overtakes else slot

    @api.model
    def _candidates(self, senders, now, room, looks):
        """The first queued texts of each number and priority that is open, locked.

        :return: the rows, and whether there may be more behind them
        """
        open_ = list(_open(senders, now, room, looks))
        if not open_:
            return [], False
        columns = (list(column) for column in zip(*open_, strict=True))
        numbers, lines, shared, priorities, most = columns
        # raw SQL: skips what another transaction holds, which the ORM cannot say
        self.env.cr.execute(
            CANDIDATES,
            {
                "numbers": numbers,
                "lines": lines,
                "shared": shared,
                "priorities": priorities,
                "most": most,
                "now": fields.Datetime.now(),
                "order": list(PRIORITIES),
            },
        )
        rows = self.env.cr.dictfetchall()
        more = len(rows) >= min(most)
        consented = self._consented(rows)
        if len(consented) < len(rows):
            looks.append(now + LOOK_AHEAD)
        rows = self._awake(consented, now)
        self._mark_new_recipients(rows, senders, now)
        return rows, more

    # ------------------------------------------------------------
    # BEGINNING
    # ------------------------------------------------------------

    @api.model
    def _begin(self, chosen, senders, run):
        """The jobs for chosen texts, which are being sent from now on."""
        begun = self.env["sms.inbox.attempt"]._begin(
            {c.row["id"]: senders[c.row["number_id"]].account_id for c in chosen}
        )
        links = self._media_links(chosen)
        return [
            _job(
                c,
                *begun[c.row["id"]],
                senders[c.row["number_id"]],
                run,
                links.get(c.row["id"], ()),
            )
            for c in chosen
        ]

    @api.model
    def _media_links(self, chosen):
        """text -> links to what it carries; most texts carry nothing."""
        ids = [c.row["id"] for c in chosen if c.row["media_count"]]
        return self.env["sms.inbox.media"]._links(ids) if ids else {}


# ------------------------------------------------------------
# PLAIN VALUES
# ------------------------------------------------------------


class Chosen(NamedTuple):
    """A text that leaves: its row, its slot, and the distances that it keeps."""

    row: dict
    slot: float  # epoch seconds
    start: float  # epoch seconds, from when on it may take off
    distances: tuple


def _not_before(moment, run):
    """A moment (None: never), but not so soon that one look follows the other."""
    return max(inf if moment is None else moment, run.now() + LOOK_AHEAD)


def _calls_left(senders, run):
    """{account id: how many more calls it takes at the moment}"""
    accounts = {sender.account_id for sender in senders.values()}
    return {
        account: run.pace(account).room(run.runway.in_the_air(account))
        for account in accounts
    }


def _open(senders, now, room, looks):
    """(number, priority, how many to read) of what may leave now."""
    for sender in senders.values():
        # a network's limit holds up only its own phones, which is seen text by text
        levels = [level for level in sender.levels if not level.network]
        for priority in sender.priorities:
            text = rate_limit.Text(segments=1, urgent=priority in URGENT)
            opening = rate_limit.opens(levels, now, text)
            if opening.at <= now + LOOK_AHEAD:
                most = _most(sender.levels, room)
                yield (
                    sender.number_id,
                    sender.line_id,
                    sender.shared,
                    priority,
                    most,
                )
            elif opening.at < inf:
                looks.append(opening.at - LOOK_AHEAD)


def _most(levels, room):
    """How many texts can leave at most within the look-ahead."""
    rates = [level.rate for level in levels if level.rate and not level.network]
    most = min((int(rate * LOOK_AHEAD) + 2 for rate in rates), default=room)
    if any(level.network or level.recipients_per_day for level in levels):
        most = max(most, AT_LEAST)
    return min(most, room)


def _counted(levels):
    """Whether minutes or days are counted, of which a late text would be another's."""
    return any(
        level.per_minute or level.per_day or level.recipients_per_day
        for level in levels
    )


def _plain(row):
    """What a limit must know of a text."""
    return rate_limit.Text(
        segments=row["segments"],
        urgent=row["priority"] in URGENT,
        network=row["network"] or "",
        new_recipient=row.get("new_recipient", False),
    )


def _charge(levels, at, text, now):
    """Count a text; what distance each level keeps until the next, in seconds."""
    rate_limit.charge(levels, at, text, now)
    return tuple(
        (level.key, level.free_at - at)
        for level in levels
        if level.rate and level.free_at > at
    )


def _job(chosen, attempt_id, uuid, sender, run, links=()):
    row = chosen.row
    ends = min(epoch(row["not_after"]) or inf, row["closes"])
    account = run.account(sender.account_id)
    outbound = carriers.OutboundText(
        uuid=uuid,
        sender=sender.own_number,
        recipient=row["contact_number"],
        body=row["body"],
        status_url=account.status_url and f"{account.status_url}/{uuid}",
        valid_seconds=max(1, int(ends - chosen.slot)) if ends < inf else None,
        media=tuple(f"{account.media_url}/{link}" for link in links),
    )
    return Job(
        rank=PRIORITIES.index(row["priority"]),
        start=run.monotonic(chosen.start),
        latest=PUNCTUAL if _counted(sender.levels) else LATEST,
        attempt_id=attempt_id,
        text_id=row["id"],
        account_id=sender.account_id,
        carrier=account.carrier,
        outbound=outbound,
        distances=chosen.distances,
    )


def _in_turn(rows, senders, turns):
    """The rows, the most urgent first, and equally urgent ones in turn."""
    rows = sorted(rows, key=lambda row: (PRIORITIES.index(row["priority"]), row["id"]))
    for _priority, equals in groupby(rows, lambda row: row["priority"]):
        yield from turns.in_turn(
            equals, lambda row: _parties(senders[row["number_id"]])
        )


def _parties(sender):
    return sender.company_id, sender.number_id
