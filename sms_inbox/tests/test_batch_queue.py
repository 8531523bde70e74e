"""Bulk texts in the queue: what is paused is listed, what is over costs nothing."""

from odoo.tests import tagged

from ..models.sms_inbox_batch_writing import AT_WORK
from .test_batch import BulkCase

MANY = 30


@tagged("post_install", "-at_install")
class TestPausedInLists(BulkCase):
    def setUp(self):
        super().setUp()
        self.batch = self.make_batch(self.make_partners(2))
        self.work()
        self.batch.action_pause()

    def test_texts_are_grouped_by_their_next_try_wherever_the_user_is(self):
        domain = [("batch_id", "=", self.batch.id)]
        for zone in ("Pacific/Kiritimati", "Europe/Berlin", "Pacific/Pago_Pago"):
            texts = self.env["sms.inbox.message"].with_context(tz=zone)
            for span in ("day", "week", "month", "quarter", "year"):
                with self.subTest(zone=zone, span=span):
                    found = texts.web_read_group(domain, [f"parked_until:{span}"])
                    (group,) = found["groups"]
                    self.assertEqual(group["__count"], 2)

    def test_the_queue_does_not_come_back_for_them(self):
        self.assertIsNone(self.env["sms.inbox.message"]._next_parked())


@tagged("post_install", "-at_install")
class TestSettledBatches(BulkCase):
    """Looking for work reads no text of a batch that has nothing to do."""

    def setUp(self):
        super().setUp()
        self.batch = self.make_batch(self.make_partners(MANY))
        self.work()

    def texts_read(self):
        """How many texts the database reads to find the batches that are at work."""
        self.env.flush_all()
        # raw SQL: so few rows would be read as a whole
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        # raw SQL: the plan goes by what is known of the rows
        self.env.cr.execute("ANALYZE sms_inbox_message")
        self.env.cr.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {AT_WORK}")
        ((plan,),) = self.env.cr.fetchall()
        return sum(map(_read, _texts(plan[0]["Plan"])))

    def test_a_batch_whose_texts_all_go_their_way_costs_nothing(self):
        self.assertEqual(self.texts_read(), 0)

    def test_a_batch_whose_texts_are_all_paused_costs_nothing(self):
        self.batch.action_pause()
        self.assertEqual(self.texts_read(), 0)

    def test_a_batch_that_was_canceled_costs_nothing(self):
        self.texts(self.batch)[0].state = "delivered"
        self.batch.action_cancel()
        self.assertEqual(self.texts_read(), 0)

    def test_one_text_that_came_back_is_found(self):
        text = self.texts(self.batch)[0]
        for button, state in (("action_pause", "queued"), ("action_cancel", "held")):
            with self.subTest(button=button):
                text.write({"state": "sending", "waits_for": False})
                getattr(self.batch, button)()
                text.state = state
                self.assertEqual(self.texts_read(), 1)
                self.assertEqual(self.env["sms.inbox.batch"]._at_work(), self.batch)


def _texts(plan):
    """The parts of a plan that read texts."""
    if plan.get("Relation Name") == "sms_inbox_message":
        yield plan
    for part in plan.get("Plans", ()):
        yield from _texts(part)


def _read(part):
    rows = part["Actual Rows"] + part.get("Rows Removed by Filter", 0)
    return rows * part["Actual Loops"]
