"""What a bulk text will come to is known before it is sent."""

import time
from datetime import datetime, timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import Form, freeze_time, tagged

from ..models import sms_inbox_outlook
from .test_batch import OTHER_NUMBER, BulkCase

EMOJI = "\N{BICYCLE}"


@tagged("post_install", "-at_install")
class TestForecast(BulkCase):
    def setUp(self):
        super().setUp()
        # any hour of the day is fine, wherever the test runs and whenever
        self.env["sms.inbox.quiet.rule"].search([]).active = False
        self.line.limit_id.segments_per_second = 1.0

    def figures(self, partners, body="Hello", senders=None, priority="bulk", **kwargs):
        outlook = self.env["sms.inbox.outlook"].with_user(self.supervisor)
        return outlook._figures(
            "res.partner",
            partners.ids,
            senders or self.number,
            body,
            priority,
            **kwargs,
        )

    def queue(self, count, body="Hello", priority="bulk", number=None):
        number = number or self.number
        texts = [
            {
                "number_id": number.id,
                "contact_number": f"+1646555{1000 + i}",
                "partner_id": False,
                "body": body,
                "segments": 1,
            }
            for i in range(count)
        ]
        return self.env["sms.inbox.conversation"]._queue_many(texts, priority=priority)

    def test_texts_and_what_they_count_as(self):
        figures = self.figures(self.make_partners(4), "x" * 161)
        self.assertEqual((figures["texts"], figures["segments"]), (4, 8))

    def test_what_it_costs_is_said_where_the_price_is_known(self):
        partners = self.make_partners(4)
        self.assertNotIn("cost", self.figures(partners))
        self.number.text_price = 0.01
        figures = self.figures(partners, "x" * 161)
        self.assertAlmostEqual(figures["cost"], 0.08)
        self.assertIn("0.08", str(self.env["sms.inbox.outlook"]._html(figures)))

    def test_no_cost_is_said_where_one_of_the_numbers_has_no_price(self):
        self.number.text_price = 0.01
        other = self.make_number(
            self.make_line(self.account, "+14155550177"), self.supervisor
        )
        figures = self.figures(self.make_partners(8), senders=self.number + other)
        self.assertEqual(len(figures["senders"]), 2)
        self.assertNotIn("cost", figures)

    def test_the_last_text_leaves_when_the_limit_lets_it(self):
        figures = self.figures(self.make_partners(60))
        self.assertAlmostEqual(figures["ends"] - time.time(), 60, delta=4)
        self.assertEqual(figures["rule"], "second")
        self.assertEqual(figures["limit_id"], self.line.limit_id.id)

    def test_what_waits_already_goes_first(self):
        alone = self.figures(self.make_partners(10))["ends"]
        self.queue(60)
        behind = self.figures(self.make_partners(10))["ends"]
        self.assertAlmostEqual(behind - alone, 60, delta=5)

    def make_neighbour(self, company=None):
        """A number within the same campaign, which lets one text a second leave."""
        company = company or self.company
        account = self.account
        if company != self.company:
            account = self.make_account(company)
        neighbour = self.make_number(self.make_line(account, OTHER_NUMBER))
        campaign = self.env["sms.inbox.limit"].create(
            {"name": "Campaign", "level": "campaign", "segments_per_second": 1.0}
        )
        limits = (self.line | neighbour.line_id).limit_id
        limits.write({"parent_id": campaign.id, "segments_per_second": 10.0})
        return neighbour

    def test_a_few_texts_take_turns_with_a_neighbours_many(self):
        self.queue(200, number=self.make_neighbour())
        ends = self.figures(self.make_partners(20))["ends"]
        self.assertAlmostEqual(ends - time.time(), 40, delta=4)

    def test_another_company_has_its_turns_however_many_its_numbers_are(self):
        other_company = self.env["res.company"].create({"name": "Dental"})
        self.queue(200, number=self.make_neighbour(other_company))
        line = self.make_line(self.account, "+14155550102", rate=10.0)
        line.limit_id.parent_id = self.line.limit_id.parent_id
        self.queue(200, number=self.make_number(line))
        ends = self.figures(self.make_partners(20))["ends"]
        self.assertAlmostEqual(ends - time.time(), 80, delta=6)

    def test_whom_no_number_of_ours_can_text_now_is_counted_as_left_out(self):
        self.line._set_aside("Not registered.")
        figures = self.figures(self.make_partners(3))
        self.assertEqual((figures["texts"], figures["left_out"]), (0, {"no_sender": 3}))

    def test_a_neighbour_that_is_set_aside_holds_up_nobody(self):
        self.env["sms.inbox.quiet.rule"].create(
            {"opens": 0, "closes": 24, "sunday": True}
        )
        neighbour = self.make_neighbour()
        self.queue(9, number=neighbour)
        neighbour.line_id._set_aside("Not registered.")
        ends = self.figures(self.make_partners(20))["ends"]
        self.assertAlmostEqual(ends - time.time(), 20, delta=3)

    def test_what_holds_it_up_is_never_another_numbers_limit(self):
        neighbour = self.make_neighbour()
        neighbour.line_id.limit_id.segments_per_second = 0.01
        self.queue(50, number=neighbour)
        start = fields.Datetime.now() + timedelta(hours=1)
        figures = self.figures(self.make_partners(20), start=start)
        self.assertEqual((figures["rule"], figures["limit_id"]), ("not_before", False))

    def test_what_waits_for_another_day_is_no_part_of_the_forecast(self):
        later = self.make_batch(
            self.make_partners(1), timing="later", start=datetime(2040, 1, 2, 8)
        )
        self.work()
        self.assertEqual(self.texts(later).waits_for, "schedule")
        ends = self.figures(self.make_partners(10))["ends"]
        self.assertLess(ends - time.time(), 60)

    def test_two_numbers_take_half_the_time(self):
        line = self.make_line(self.account, OTHER_NUMBER, rate=1.0)
        other = self.make_number(line, name="Service")
        both = self.number + other
        figures = self.figures(self.make_partners(60), senders=both)
        self.assertAlmostEqual(figures["ends"] - time.time(), 30, delta=4)

    def test_one_emoji_is_named_as_what_doubles_the_count(self):
        figures = self.figures(self.make_partners(2), "x" * 100 + EMOJI)
        self.assertEqual(figures["segments"], 4)
        self.assertEqual(figures["segments_without"], 2)
        self.assertEqual(figures["characters"], [EMOJI])
        html = self.env["sms.inbox.outlook"]._html(figures)
        self.assertIn(EMOJI, html)

    def test_a_sample_stands_for_all_of_many_texts(self):
        partners = self.make_partners(31)
        with patch.object(sms_inbox_outlook, "SAMPLE", 7):
            figures = self.figures(partners)
        self.assertEqual((figures["texts"], figures["segments"]), (31, 31))
        self.assertTrue(figures["sampled"])

    def test_a_sample_is_as_much_work_for_each_number_as_all_of_them(self):
        line = self.make_line(self.account, OTHER_NUMBER, rate=1.0)
        both = self.number + self.make_number(line, name="Service")
        self.queue(30)
        with patch.object(sms_inbox_outlook, "SAMPLE", 20):
            figures = self.figures(self.make_partners(60), senders=both)
        self.assertAlmostEqual(figures["ends"] - time.time(), 45, delta=4)

    def test_the_people_left_out_are_counted_by_reason(self):
        partners = self.make_partners(3)
        partners[0].phone = False
        figures = self.figures(partners)
        self.assertEqual(figures["left_out"], {"no_number": 1})
        self.assertEqual(figures["texts"], 2)

    def test_it_says_whose_text_waits_for_a_decision(self):
        partners = self.make_partners(2)
        self.receive("not interested", partners[0].phone_sanitized)
        figures = self.figures(partners)
        self.assertEqual((figures["texts"], figures["undecided"]), (2, 1))
        html = self.env["sms.inbox.outlook"]._html(figures)
        self.assertIn("until somebody decides", html)

    def test_the_forecast_takes_as_many_queries_for_many_people_as_for_few(self):
        def queries(count):
            partners = self.make_partners(count)
            self.env.flush_all()
            self.env.invalidate_all()
            # else only the first forecast of an environment would read it
            self.supervisor.read(["tz", "company_id"])
            before = self.env.cr.sql_log_count
            self.figures(partners)
            return self.env.cr.sql_log_count - before

        for _warm_up in range(2):
            queries(30)
        for_few = queries(30)  # enough that it takes some time
        self.assertEqual(queries(120), for_few)


@tagged("post_install", "-at_install")
class TestQueueForecast(BulkCase):
    def setUp(self):
        super().setUp()
        self.env["sms.inbox.quiet.rule"].search([]).active = False
        self.line.limit_id.segments_per_second = 1.0
        self.capacity = self.env["sms.inbox.capacity"]

    queue = TestForecast.queue

    def test_a_number_drains_when_all_of_its_texts_have_left(self):
        self.assertEqual(self.capacity._drain(self.number), {self.number.id: None})
        self.queue(40)
        forecast = self.capacity._drain(self.number)[self.number.id]
        self.assertEqual(forecast.texts, 40)
        self.assertAlmostEqual(forecast.ends - time.time(), 40, delta=4)

    def test_a_queue_of_many_texts_is_read_as_few_rows(self):
        self.queue(200)
        rows = self.capacity._waiting(self.number)
        self.assertEqual(sum(row.count for row in rows), 200)
        self.assertEqual(len(rows), 1)

    def test_paused_texts_wait_for_nothing_that_a_forecast_knows(self):
        batch = self.make_batch(self.make_partners(2))
        self.work()
        batch.action_pause()
        self.assertEqual(self.capacity._waiting(self.number), [])
        words = self.capacity._next_slots(self.texts(batch))
        self.assertEqual({at for at, _words in words.values()}, {None})

    def test_a_reply_that_leaves_at_once_needs_no_forecast(self):
        thread = self.make_conversation()
        self.assertIsNone(self.capacity._reply_forecast(thread, "Hello"))

    def test_a_reply_does_not_wait_for_bulk(self):
        self.queue(100)
        thread = self.make_conversation()
        self.assertIsNone(self.capacity._reply_forecast(thread, "Hello"))

    def test_a_reply_behind_others_says_how_long_and_why(self):
        self.queue(30, priority="reply")
        thread = self.make_conversation()
        forecast = self.capacity._reply_forecast(thread, "Hello")
        self.assertEqual(forecast["segments"], 1)
        self.assertAlmostEqual(forecast["seconds"], 30, delta=3)
        self.assertTrue(forecast["why"])

    def test_a_long_reply_says_what_it_counts_as(self):
        thread = self.make_conversation()
        forecast = self.capacity._reply_forecast(thread, "x" * 161)
        self.assertEqual(forecast["segments"], 2)

    def test_each_waiting_text_knows_about_when_it_leaves(self):
        texts = self.queue(60)
        slots = self.capacity._next_slots(texts)
        first, last = slots[texts[0].id], slots[texts[-1].id]
        self.assertLess(first[0] - time.time(), 5)
        self.assertAlmostEqual(last[0] - time.time(), 60, delta=5)
        self.assertTrue(last[1])

    def test_a_text_on_a_number_that_was_set_aside_says_so(self):
        text = self.queue(1)
        self.line._set_aside("The carrier took its texts for spam.")
        at, words = self.capacity._next_slots(text)[text.id]
        self.assertIsNone(at)
        self.assertIn("for spam", words)


@tagged("post_install", "-at_install")
class TestForecastEnds(BulkCase):
    """What would be too late is not sent, and the forecast says so."""

    def setUp(self):
        super().setUp()
        self.line.limit_id.segments_per_second = 1.0
        rules = self.env["sms.inbox.quiet.rule"]
        rules.search([]).active = False
        rules.create({"opens": 9, "closes": 20, "sunday": True})
        self.supervisor.tz = "America/New_York"

    figures = TestForecast.figures
    queue = TestForecast.queue

    def words(self, figures):
        outlook = self.env["sms.inbox.outlook"].with_user(self.supervisor)
        return " ".join(str(outlook._html(figures)).split())

    @freeze_time("2026-06-03 01:30:00")  # 21:30 in New York
    def test_notices_written_at_night_leave_the_next_day(self):
        figures = self.figures(self.make_partners(3), priority="notice")
        self.assertEqual((figures["texts"], figures["expired"]), (3, 0))
        self.assertEqual(figures["after_today"], 3)
        self.assertNotIn("are not sent", self.words(figures))
        self.make_batch(self.make_partners(1), priority="notice")
        self.work()
        text = self.env["sms.inbox.message"].search([("priority", "=", "notice")])
        self.assertEqual(text.not_after, datetime(2026, 6, 4, 0, 0))

    @freeze_time("2026-06-02 23:59:20")  # 40 seconds before 20:00 in New York
    def test_notices_that_do_not_leave_today_are_not_sent(self):
        figures = self.figures(self.make_partners(100), priority="notice")
        self.assertAlmostEqual(figures["expired"], 60, delta=1)
        self.assertLessEqual(figures["ends"] - time.time(), 40)
        self.assertEqual(figures["after_today"], 0)
        words = self.words(figures)
        self.assertIn("within a minute", words)
        self.assertIn(f"{figures['expired']} of them would be too late", words)

    @freeze_time("2026-06-02 23:59:20")
    def test_bulk_goes_on_the_next_day(self):
        figures = self.figures(self.make_partners(100))
        self.assertEqual(figures["expired"], 0)
        self.assertGreater(figures["ends"] - time.time(), 13 * 3600)

    @freeze_time("2026-06-02 16:00:00")
    def test_what_does_not_leave_before_its_end_is_counted(self):
        self.line.limit_id.segments_per_second = 0.1
        end = fields.Datetime.now() + timedelta(seconds=60)
        bulk = self.make_bulk(self.make_partners(50), end=end)
        figures = bulk._figures()
        self.assertEqual(figures["expired"], 44)
        self.assertLessEqual(figures["ends"] - time.time(), 60)
        self.assertIn("44 of them cannot leave in time", bulk.outlook)

    @freeze_time("2026-06-02 16:00:00")
    def test_one_alone_is_said_in_the_singular(self):
        figures = self.figures(self.make_partners(3))
        one_text = {"never": 0, "after_today": 0, "expired": 0, "end": None}
        for changes, said in (
            ({"after_today": 1}, "One text does not leave today any more, and waits"),
            ({"never": 1}, "One text can never leave from these numbers."),
            ({"expired": 1}, "One text would be too late and is not sent,"),
            ({"expired": 1, "end": figures["ends"]}, "One text cannot leave in time,"),
            ({"after_today": 2}, "2 of them do not leave today any more, and wait"),
        ):
            with self.subTest(**changes):
                self.assertIn(said, self.words({**figures, **one_text, **changes}))
        in_a_minute = {"ends": figures["begins"] + 70}
        self.assertIn(", after a minute.", self.words({**figures, **in_a_minute}))

    @freeze_time("2026-06-02 16:00:00")
    def test_a_new_end_is_a_new_forecast(self):
        self.line.limit_id.segments_per_second = 0.1
        with Form(self.make_bulk(self.make_partners(50))) as form:
            self.assertNotIn("in time", form.outlook)
            form.end = fields.Datetime.now() + timedelta(seconds=60)
            self.assertIn("44 of them cannot leave in time", form.outlook)

    @freeze_time("2026-06-02 16:00:00")
    def test_none_in_time_says_so(self):
        self.queue(100, priority="notice")
        end = fields.Datetime.now() + timedelta(seconds=5)
        figures = self.figures(self.make_partners(5), end=end)
        self.assertIn("None of these texts would leave in time", self.words(figures))

    @freeze_time("2026-06-02 16:00:00")
    def test_texts_that_wait_and_end_soon_make_room(self):
        texts = self.queue(100)
        texts.not_after = fields.Datetime.now() + timedelta(seconds=20)
        ends = self.figures(self.make_partners(20))["ends"]
        self.assertAlmostEqual(ends - time.time(), 40, delta=3)

    def test_a_users_day_ends_at_midnight_also_when_clocks_change(self):
        outlook = self.env["sms.inbox.outlook"].with_context(tz="America/New_York")
        for now, midnight in (
            ("2026-11-01 04:30:00", "2026-11-02 05:00:00"),  # 25 hours
            ("2026-03-08 05:30:00", "2026-03-09 04:00:00"),  # 23 hours
        ):
            with self.subTest(now=now), freeze_time(now):
                ends = datetime.utcfromtimestamp(outlook._midnight())
                self.assertEqual(ends, datetime.fromisoformat(midnight))


@tagged("post_install", "-at_install")
class TestBulkForm(BulkCase):
    def test_sent_twice_it_is_one_batch_and_everybody_gets_one_text(self):
        partners = self.make_partners(3)
        bulk = self.make_bulk(partners)
        first = bulk.action_send()
        bulk.invalidate_recordset()
        self.assertEqual(bulk.action_send(), first)
        self.work()
        texts = self.env["sms.inbox.message"].search(
            [("contact_number", "in", partners.mapped("phone_sanitized"))]
        )
        self.assertEqual(len(texts), 3)

    def test_the_form_shows_a_forecast_and_a_preview_before_it_sends(self):
        bulk = self.make_bulk(self.make_partners(3), body=False)
        with Form(bulk) as form:
            self.assertFalse(form.outlook)
            form.body = "Hello {{ object.name }}"
            self.assertIn("3 texts", form.outlook)
            self.assertIn("Hello Person 2", str(form.preview))
        batch = self.env["sms.inbox.batch"].browse(bulk.action_send()["res_id"])
        self.assertEqual(batch.total, 3)
        self.assertIn("3 texts", batch.outlook)

    def test_a_template_fills_in_the_text(self):
        template = self.env["sms.template"].create(
            {
                "name": "Ready",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "body": "{{ object.name }}, your bike is ready.",
            }
        )
        bulk = self.make_bulk(self.make_partners(1), body=False)
        with Form(bulk) as form:
            form.template_id = template
            self.assertEqual(form.body, template.body)

    def test_all_of_a_long_list_is_texted_and_not_what_a_browser_names(self):
        partners = self.make_partners(5)
        self.env["ir.config_parameter"].set_param("web.active_ids_limit", 2)
        bulks = self.env["sms.inbox.bulk"].with_context(
            active_model="res.partner",
            active_ids=partners[:2].ids,
            active_domain=[("id", "in", partners.ids)],
        )
        bulk = bulks.browse(bulks._open()["res_id"])
        self.assertEqual(bulk.count, 5)
