"""Carriers tell things in any order, any number of times, or not at all."""

from collections import Counter
from datetime import datetime, timedelta
from random import Random
from typing import NamedTuple

from odoo import fields
from odoo.tests import tagged

from .. import carriers
from .common import SEED
from .test_events import EventsCase

PEOPLE = 8
ORDERS = 6
SPAN = timedelta(hours=1)  # in which all happens
# From what says least to what says most: the ladder of DESIGN, written down again.
LADDER = ("queued", "sending", "sent", "failed", "undelivered", "delivered")
FRUITLESS = ("failed", "undelivered")


class Story(NamedTuple):
    """What one person and the carrier say around one answer of ours."""

    reports: tuple  # words of LADDER, in the right order
    by_address: bool  # the reports come to the attempt's own address
    parts: int  # of the question that comes after the answer; 0 for no question

    @classmethod
    def drawn(cls, draw):
        reports = [word for word in LADDER if draw.random() < 0.5]
        return cls(tuple(reports), draw.random() < 0.5, draw.choice((0, 1, 3)))

    def ends(self, heard):
        """(state, error code) of the answer after these reports."""
        known = [word for word in heard if word not in ("queued", "sending")]
        state = max(["sent", *known], key=LADDER.index)
        return state, code(state)


def code(word):
    """A code that holds nobody up and has nothing sent again."""
    return f"no-{word}" if word in FRUITLESS else ""


@tagged("post_install", "-at_install")
class TestEventsAnyOrder(EventsCase):
    """Stories that are drawn; a failure names the seed of its draw."""

    def setUp(self):
        super().setUp()
        self.draw = Random(SEED)
        self.began = fields.Datetime.subtract(fields.Datetime.now(), hours=2)
        self.played = 0

    # ------------------------------------------------------------
    # PLAYING A STORY
    # ------------------------------------------------------------

    def begin(self, stories):
        """One thread for each story, with a question and our answer; the threads."""
        self.played += 1
        threads = [
            self.make_conversation(contact_number=f"+1202{5550000 + n}")
            for n in range(self.played * PEOPLE, (self.played + 1) * PEOPLE)
        ]
        for thread in threads:
            self.tell(self.text("First?", thread.contact_number, at=self.moment(0)))
        self.process_events()
        for thread in threads[: len(stories)]:
            thread.send_text("An answer.")
        self.dispatch()
        return threads[: len(stories)]

    def moment(self, share):
        """Epoch seconds within the time of a story."""
        return (self.began + share * SPAN - datetime(1970, 1, 1)).total_seconds()

    def events(self, story, thread):
        """[(what is told, of which attempt)] in the right order."""
        attempt = self.texts_of(thread, "out").attempt_ids
        address = attempt.uuid if story.by_address else None
        reports = [
            (
                carriers.StatusReport(
                    attempt.carrier_id, self.state_of(word), code(word), status=word
                ),
                address,
            )
            for word in story.reports
        ]
        return reports + [(text, None) for text in self.question(story, thread)]

    @staticmethod
    def state_of(word):
        return "sending" if word == "queued" else word

    def texts_of(self, thread, *directions):
        return self.env["sms.inbox.message"].search(
            [
                ("conversation_id", "=", thread.id),
                ("direction", "in", directions or ("in", "out")),
            ]
        )

    def question(self, story, thread):
        sender, at = thread.contact_number, self.moment(1)
        if story.parts == 1:
            return [self.text("And then?", sender, at=at)]
        return [
            self.part(n, story.parts, f"{n}/{story.parts} ", sender=sender, at=at)
            for n in range(1, story.parts + 1)
        ]

    def play(self, events):
        """Tell all of it, and process it whenever the draw says so."""
        for item, address in events:
            self.tell(item, address)
            if self.draw.random() < 0.2:
                self.process_events()
        self.process_events()

    def outcome(self, thread):
        """All that a user sees of a thread in the end, but for the moment of it."""
        thread.invalidate_recordset()
        texts = self.texts_of(thread).sorted(lambda t: (t.direction, t.body or ""))
        return {
            "texts": [
                (text.direction, text.body, text.state, text.error_code or "")
                for text in texts
            ],
            "attempts": [
                (attempt.state, attempt.error_code or "")
                for attempt in texts.attempt_ids
            ],
            "stage": thread.stage,
            "waiting_since": thread.waiting_since,
            "last_failed": thread.last_failed,
            "unread": thread.with_user(self.agent).unread,
        }

    def outcomes(self, stories, in_any_order):
        """The outcome of each story, told in the right or in any order."""
        threads = self.begin(stories)
        told = [self.events(s, t) for s, t in zip(stories, threads, strict=True)]
        flat = [event for events in told for event in events]
        if in_any_order:
            flat += self.draw.choices(flat, k=len(flat) // 2)
            self.draw.shuffle(flat)
        self.play(flat)
        return [self.outcome(thread) for thread in threads]

    # ------------------------------------------------------------
    # WHAT HOLDS
    # ------------------------------------------------------------

    def test_any_order_and_any_number_of_times_ends_as_the_right_order_does(self):
        stories = [Story.drawn(self.draw) for _person in range(PEOPLE)]
        right = self.outcomes(stories, in_any_order=False)
        for _order in range(ORDERS):
            other = self.outcomes(stories, in_any_order=True)
            for story, one, two in zip(stories, right, other, strict=True):
                # all of a story is told anew, but in the same moments
                self.assertEqual(one, two, f"seed {SEED}: {story}")

    def test_of_what_is_left_out_the_highest_of_the_rest_counts(self):
        for _order in range(ORDERS):
            stories = [Story.drawn(self.draw) for _person in range(PEOPLE)]
            threads = self.begin(stories)
            heard, flat = [], []
            for story, thread in zip(stories, threads, strict=True):
                kept = [
                    event
                    for event in self.events(story, thread)
                    if self.draw.random() < 0.6
                ]
                flat += kept
                reports = (i for i, _a in kept if isinstance(i, carriers.StatusReport))
                heard.append([report.status for report in reports])
            self.draw.shuffle(flat)
            self.play(flat)
            for story, thread, words in zip(stories, threads, heard, strict=True):
                answer = self.texts_of(thread, "out")
                self.assertEqual(
                    (answer.state, answer.error_code or ""),
                    story.ends(words),
                    f"seed {SEED}: {story}, heard {words}",
                )

    def test_nothing_is_stored_twice_however_often_it_is_told(self):
        stories = [Story.drawn(self.draw) for _person in range(PEOPLE)]
        threads = self.begin(stories)
        flat = [
            event
            for story, thread in zip(stories, threads, strict=True)
            for event in self.events(story, thread)
        ]
        self.play(flat * 3)
        questions = Counter(
            text.body
            for thread in threads
            for text in self.texts_of(thread, "in")
            if text.body != "First?"
        )
        expected = Counter(
            "And then?" if story.parts == 1 else "1/3 2/3 3/3 "
            for story in stories
            if story.parts
        )
        self.assertEqual(questions, expected, f"seed {SEED}")
