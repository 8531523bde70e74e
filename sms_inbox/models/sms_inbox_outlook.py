import time
from collections import Counter
from datetime import datetime, timedelta
from datetime import time as clock_time

from odoo import api, fields, models

from ..clock import epoch
from ..messaging import capacity, numbers, zones

SAMPLE = 2000  # texts that are really filled in for a forecast
LATE = 600  # seconds after which it is worth saying what would help
SHOWN = 10  # recipients in the preview
NEVER = float("inf")


class SmsInboxOutlook(models.AbstractModel):
    """What a bulk text will come to before it is sent: figures, words, a preview."""

    _name = "sms.inbox.outlook"
    _description = "Forecast of a bulk text"

    # ------------------------------------------------------------
    # FIGURES
    # ------------------------------------------------------------

    @api.model
    def _figures(self, model, res_ids, senders, body, priority, **times):
        """The forecast as plain values, fit for JSON, with its preview's rows.

        Of more than :data:`SAMPLE` recipients a sample evenly spread is filled in; the
        people are all looked at.

        :param times: ``start`` and ``end``, where the texts have such times
        :raise AccessError: if the user may not write such placeholders
        """
        recipients = self.env["sms.inbox.recipients"]
        closely = len(res_ids) <= SAMPLE
        judged = recipients._judge(model, res_ids, senders, closely=closely)
        good = [recipient for recipient in judged if not recipient.reason]
        texts, unfit = self._sample(model, good, senders, body)
        left_out = Counter(r.reason for r in judged if r.reason) + unfit
        figures = {
            "at": time.time(),
            "chosen": len(res_ids),
            "left_out": dict(left_out),
            "undecided": self._undecided(senders, good),
            "sampled": len(good) > SAMPLE,
            "priority": priority,
            "texts": sum(text["count"] for text in texts),
            "segments": sum(text["count"] * text["segments"] for text in texts),
            "longest": max((text["segments"] for text in texts), default=0),
            **self._costs(texts, senders),
            "preview": self._shown(model, texts[:SHOWN]),
            **self._special(texts, body),
        }
        return figures | self._times(texts, senders, body, priority, **times)

    @api.model
    def _sample(self, model, good, senders, body):
        """Texts as dicts, each standing for ``count`` of them, and {reason: count}."""
        recipients = self.env["sms.inbox.recipients"]
        step = max(1.0, len(good) / SAMPLE)
        picked = [int(i * step) for i in range(min(len(good), SAMPLE))]
        ends = [*picked[1:], len(good)]
        chosen = [good[place] for place in picked]
        bodies = recipients._render(body or "", model, [r.res_id for r in chosen])
        texts, unfit = [], Counter()
        # each text of a sample is a load for its number as all that it stands for
        filled_in = recipients._texts(chosen, senders, bodies, standing_for=step)
        for text, place, end in zip(filled_in, picked, ends, strict=True):
            if text["reason"]:
                unfit[text["reason"]] += end - place
            else:
                texts.append({**text, "count": end - place})
        return texts, unfit

    @api.model
    def _undecided(self, senders, good):
        """How many get theirs only once somebody decided that they want texts."""
        people = {recipient.number for recipient in good}
        opposed = self.env["sms.inbox.consent"]._opposed(senders.company_id, people)
        return sum(opposed.get(number) == "review" for number in people)

    @api.model
    def _shown(self, model, texts):
        records = self.env[model].browse([text["res_id"] for text in texts])
        return [
            {
                "name": record.display_name,
                "number": numbers.pretty(text["number"]),
                "sender": text["sender"].display_name,
                "body": text["body"],
                "segments": text["segments"],
            }
            for record, text in zip(records, texts, strict=True)
        ]

    @api.model
    def _costs(self, texts, senders):
        """What they cost together, where the prices of all the numbers are known."""
        parts = Counter()
        for text in texts:
            parts[text["sender"].id] += text["count"] * text["segments"]
        costs = [senders.browse(key)._cost(count) for key, count in parts.items()]
        if not all(costs):
            return {}
        return {"cost": sum(costs), "currency_id": senders.company_id.currency_id.id}

    @api.model
    def _special(self, texts, body):
        """The characters that make texts count as more, and the segments without."""
        plain, characters = 0, Counter()
        for text in texts:
            note = capacity.encoding_note(text["body"])
            spared = max(0, note.segments - note.segments_without)
            plain += text["count"] * (text["segments"] - spared)
            if spared:
                characters.update(set(note.characters))
        common = [character for character, _count in characters.most_common()]
        own = [character for character in common if character in (body or "")]
        return {
            "segments_without": plain,
            "characters": (own or common)[:8],
            "in_names": bool(common and not own),
        }

    @api.model
    def _times(self, texts, senders, body, priority, start=False, end=False):
        """When the last one leaves, what holds it up, and what today leaves over."""
        if not texts:
            return {}
        not_before = epoch(start)
        forecast = self.env["sms.inbox.capacity"]._forecast(
            senders,
            [(t["sender"].id, t["number"], t["segments"], t["count"]) for t in texts],
            priority,
            not_before,
            epoch(end),
        )
        level, rule = forecast.bottleneck
        limit_id = level.key if level else False
        others = len(self._others(senders, limit_id))
        late = max(time.time(), not_before) + LATE
        note = capacity.encoding_note(body)
        return {
            "begins": max(time.time(), not_before),
            "ends": forecast.ends if forecast.ends < NEVER else None,
            "end": epoch(end) or None,
            "never": forecast.left_over,
            "expired": sum(forecast.expired.values()),
            "after_today": self._after_today(forecast, not_before),
            "rule": rule,
            "limit_id": limit_id,
            "helps": capacity.helps(forecast, note, late, others),
            "senders": self._by_sender(texts, senders),
        }

    @api.model
    def _by_sender(self, texts, senders):
        counts = Counter()
        for text in texts:
            counts[text["sender"].id] += text["count"]
        return [
            {"name": senders.browse(key).display_name, "texts": count}
            for key, count in counts.most_common()
        ]

    @api.model
    def _after_today(self, forecast, not_before):
        """How many leave on another day, where they could begin today."""
        midnight = self._midnight()
        if not forecast.ends > midnight > not_before:
            return 0
        lost = forecast.left_over + sum(forecast.expired.values())
        return forecast.texts - lost - forecast.leaves_by(midnight - 1)

    @api.model
    def _midnight(self):
        """When the user's day ends, in epoch seconds; some days have 23 or 25 hours."""
        here = fields.Datetime.context_timestamp(self, fields.Datetime.now())
        tomorrow = datetime.combine(here.date() + timedelta(days=1), clock_time())
        return tomorrow.replace(tzinfo=zones.zone(str(here.tzinfo))).timestamp()

    @api.model
    def _others(self, senders, limit_id):
        """Healthy numbers that the user could text from as well, past that limit."""
        usable = self.env["sms.inbox.number"]._usable() - senders
        healthy = usable._healthy()
        chains = self.env["sms.inbox.capacity"]._levels_of(healthy) if healthy else {}
        return [
            number
            for number, chain in chains.items()
            if limit_id not in {level.key for level in chain}
        ]
