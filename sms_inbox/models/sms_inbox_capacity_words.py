import time

from odoo import api, fields, models
from odoo.tools import SQL, format_datetime

from .. import clock, words
from ..messaging.priority import PRIORITIES
from .sms_inbox_capacity import AT_ONCE

PLACES = """
    SELECT id, place FROM (
        SELECT id, row_number() OVER (
                   PARTITION BY number_id
                   ORDER BY array_position(%(order)s, priority::text), id) AS place
          FROM sms_inbox_message
         WHERE state = 'queued' AND number_id = ANY(%(numbers)s)
           AND parked_until IS NULL
    ) queue
     WHERE id = ANY(%(ids)s)
"""


# a subject of its own in a file of its own, as one file would be too long
# pylint: disable=consider-merging-classes-inherited
class SmsInboxCapacity(models.AbstractModel):
    """What each queued text waits for, and until when, in the user's words."""

    _inherit = "sms.inbox.capacity"

    @api.model
    def _next_slots(self, messages):
        """{id: (epoch seconds or None, what the text waits for, in words)}"""
        # sudo: sms.inbox.message - the caller has read them; this adds figures only
        queued_sudo = messages.sudo().filtered(lambda text: text.state == "queued")
        ready = queued_sudo.filtered(lambda text: not text.waits_for)
        slots = self._slots_in_line(ready) if ready else {}
        for text in queued_sudo - ready:
            slots[text.id] = self._parked_slot(text)
        return slots

    @api.model
    def _parked_slot(self, text):
        paused = text.waits_for == "paused"
        at = None if paused else clock.epoch(text.parked_until) or None
        when = self._clock(at)
        said = {
            "paused": self.env._("Its bulk text is paused."),
            "schedule": self.env._("Waits for its time, %s.", when),
            "quiet_hours": self.env._(
                "Waits for the end of quiet hours where they live; leaves after %s.",
                when,
            ),
            "carrier": self.env._(
                "The carrier asked us to wait; the next try is at %s.", when
            ),
            "day": self.env._(
                "Today's limit at the carrier is reached; goes on at %s.", when
            ),
        }
        return at, said[text.waits_for]

    @api.model
    def _slots_in_line(self, texts):
        numbers = texts.number_id
        drains = self._drain(numbers, ready_only=True)
        held = self._held(numbers)
        places = self._places(texts)
        slots = {}
        for text in texts:
            number = text.number_id
            line = number.line_id
            if held[number.id] == float("inf"):
                slots[text.id] = None, self._set_aside_words(line)
            else:
                drain, place = drains[number.id], places.get(text.id, 1)
                slots[text.id] = self._slot_at(drain, place, held[number.id])
        return slots

    @api.model
    def _set_aside_words(self, line):
        if line.set_aside_at:
            return self.env._("The number is set aside: %s", line.set_aside_reason)
        reason = line.account_id.set_aside_reason
        return self.env._("The carrier account is set aside: %s", reason)

    @api.model
    def _slot_at(self, drain, place, held_until):
        now = time.time()
        if drain is None or drain.ends == float("inf"):
            return None, self.env._("Waits for the number's limit.")
        share = place / max(place, drain.texts)
        at = max(held_until, now + share * (drain.ends - now))
        if at - now <= AT_ONCE:
            return at, self.env._("Leaves now.")
        why = self._why(drain.bottleneck)
        return at, self.env._(
            "%(why)s Leaves about %(time)s.", why=why, time=self._clock(at)
        )

    @api.model
    def _places(self, texts):
        self.env["sms.inbox.message"].flush_model()
        # raw SQL: a place in a queue is a window function, which the ORM has not
        rows = self.env.execute_query(
            SQL(
                PLACES,
                order=list(PRIORITIES),
                numbers=texts.number_id.ids,
                ids=texts.ids,
            )
        )
        return dict(rows)

    @api.model
    def _why(self, bottleneck):
        """What a text waits for, as a sentence."""
        level, rule = bottleneck
        if rule == "quiet_hours":
            return self.env._("Waits for the end of quiet hours.")
        if rule == "not_before":
            return self.env._("Waits until the carrier takes texts again.")
        if not rule or level is None:
            return self.env._("Waits for its turn.")
        # sudo: sms.inbox.limit - its level's name and nothing else of it
        limit_sudo = self.env["sms.inbox.limit"].sudo().browse(level.key)
        return self._limit_words(limit_sudo.level or "line", rule)

    @api.model
    def _limit_words(self, level, rule):
        whose = {
            "line": self.env._("the number's limit"),
            "campaign": self.env._("the campaign's limit"),
            "brand": self.env._("the brand's limit"),
            "account": self.env._("the carrier account's limit"),
        }[level]
        said = {
            "second": self.env._("Waits for %s per second.", whose),
            "minute": self.env._("Waits for %s per minute.", whose),
            "day": self.env._("Waits for %s per day.", whose),
            "recipients": self.env._("Waits for %s of new people per day.", whose),
        }
        return said.get(rule) or self.env._("It is longer than %s allows.", whose)

    @api.model
    def _clock(self, at):
        """An epoch moment as the user's clock shows it, with the day unless today."""
        if not at:
            return ""
        moment = clock.moment(at)
        here = fields.Datetime.context_timestamp(self, moment)
        today = fields.Datetime.context_timestamp(self, fields.Datetime.now())
        day = "" if here.date() == today.date() else "EEE d MMM, "
        pattern = day + words.time_format(self.env)
        return format_datetime(self.env, moment, dt_format=pattern)
