from collections import defaultdict
from dataclasses import dataclass

from odoo import api, fields, models

from .. import carriers, clock
from ..messaging import numbers, parts, segments, wording


@dataclass
class Arrival:
    """A text that came in, whole as far as it ever will be."""

    events: models.Model  # those that brought it, by their part of it
    told: list  # what each of them says, as a ``carriers.InboundText``
    incomplete: bool = False

    @property
    def line_key(self):
        """The account that got it, and our number."""
        return self.events.account_id.id, numbers.sender(self.told[0].recipient)

    @property
    def contact_number(self):
        return numbers.sender(self.told[0].sender)

    @property
    def media(self):
        return tuple(media for text in self.told for media in text.media)

    def values(self):
        """What the message has of its own."""
        body = wording.clean(self._body())
        counted = sum(text.segments or 0 for text in self.told)
        return {
            "body": body,
            "segments": counted or segments.count(body),
            "date": min(self.events.mapped("received_at")),
            "incomplete": self.incomplete,
        }

    def _body(self):
        if not _is_part(self.told[0]):
            return self.told[0].body
        return parts.body([_piece(0, text, 0) for text in self.told])


def _is_part(text):
    return bool(text.part) and parts.is_part(text.part.index, text.part.total)


def _piece(event_id, text, until):
    return parts.Piece(event_id, text.part.index, text.part.total, text.body, until)


# a subject of its own in a file of its own, as one file would be too long
# pylint: disable=consider-merging-classes-inherited
class SmsInboxWebhookEvent(models.Model):
    """Texts that came in: their parts, and the conversations that they belong to."""

    _inherit = "sms.inbox.webhook.event"

    def _process_inbound(self):
        """Make texts in their conversations; what has no place is set aside."""
        arrivals = self._placed(self._arrivals())
        if not arrivals:
            return
        messages = self.env["sms.inbox.conversation"]._receive_all(
            [
                {
                    "number": number,
                    "contact_number": arrival.contact_number,
                    **arrival.values(),
                }
                for arrival, number in arrivals
            ]
        )
        came_as = dict(zip(messages, (arrival for arrival, _ in arrivals), strict=True))
        attached = [(text, came.media) for text, came in came_as.items() if came.media]
        if attached:
            self.env["sms.inbox.media"]._expect(attached)
        keywords = {text: came.told[0].keyword for text, came in came_as.items()}
        self.env["sms.inbox.consent"]._hear(messages, keywords)
        whole = self.browse().union(*(came.events for came in came_as.values()))
        whole._done()

    # ------------------------------------------------------------
    # PARTS
    # ------------------------------------------------------------

    def _arrivals(self):
        """The whole texts in these events, in the order in which they became whole."""
        told = {event: carriers.InboundText.from_json(event.payload) for event in self}
        split = {event: text for event, text in told.items() if _is_part(text)}
        arrivals = [
            Arrival(event, [text]) for event, text in told.items() if event not in split
        ]
        if split:
            arrivals += self._joined(split | self._waiting_parts(split))
        return sorted(arrivals, key=lambda arrival: max(arrival.events.ids))

    def _waiting_parts(self, split):
        """{event: its text} of the parts from the same people that came before."""
        events = self.browse().union(*split)
        waiting = self.search(
            [
                ("state", "=", "waiting"),
                ("kind", "=", "inbound"),
                ("account_id", "in", events.account_id.ids),
                ("thread_key", "in", list(set(events.mapped("thread_key")))),
            ]
        )
        return {
            event: carriers.InboundText.from_json(event.payload)
            for event in waiting - events
        }

    def _joined(self, split):
        """The texts that parts make; the others wait."""
        now = clock.epoch(fields.Datetime.now())
        of_one_text = defaultdict(list)
        for event in sorted(split, key=lambda event: event.id):
            text = split[event]
            waits = event.state == "waiting" and event.retry_at
            until = clock.epoch(event.retry_at) if waits else None
            piece = _piece(event.id, text, until or now + parts.PATIENCE)
            part = text.part
            pair = (event.account_id, text.sender, text.recipient)
            of_one_text[pair, part.reference, part.total].append(piece)
        arrivals = []
        for pieces in of_one_text.values():
            whole, waiting = parts.join(pieces, now)
            arrivals += [self._joined_of(text, split) for text in whole]
            for text in waiting:
                moment = clock.moment(parts.until(text))
                self.browse([piece.key for piece in text])._wait_until(moment)
        return arrivals

    def _joined_of(self, pieces, split):
        events = self.browse([piece.key for piece in pieces])
        told = [split[event] for event in events]
        return Arrival(events, told, incomplete=len(pieces) < pieces[0].total)

    # ------------------------------------------------------------
    # PLACES
    # ------------------------------------------------------------

    def _placed(self, arrivals):
        """[(text, the number that it came to)]; those without one are set aside."""
        lines = self._lines_of(arrivals)
        placed, problems = [], defaultdict(self.browse)
        for arrival in arrivals:
            line = lines.get(arrival.line_key, self.env["sms.inbox.line"])
            problem = self._why_no_place(line)
            if problem and self._heard(line, arrival) and line.usage == "notification":
                arrival.events._done()
            elif problem:
                problems[problem] |= arrival.events
            else:
                placed.append((arrival, line.number_ids.filtered("active")))
        for problem, events in problems.items():
            events._set_aside(problem)
            events._alert()
        return placed

    def _lines_of(self, arrivals):
        """{(account's id, number): line} of the accounts' own lines."""
        keys = {arrival.line_key for arrival in arrivals}
        lines = self.env["sms.inbox.line"].search(
            [
                ("account_id", "in", list({account for account, _number in keys})),
                ("number", "in", list({number for _account, number in keys})),
            ]
        )
        return {(line.account_id.id, line.number): line for line in lines}

    @api.model
    def _heard(self, line, arrival):
        """Whether a text that has no thread said something of further texts."""
        return self.env["sms.inbox.consent"]._hear_without_thread(
            arrival.events.account_id,
            line,
            arrival.contact_number,
            arrival.values(),
            arrival.told[0].keyword,
        )

    def _why_no_place(self, line):
        if not line:
            return self.env._("The number that was texted is not set up here.")
        if line.usage != "conversation":
            return self.env._("Replies to a shared number belong to no conversation.")
        if not line.number_ids.filtered("active"):
            return self.env._("No company uses the number that was texted.")
        return None
