from datetime import timedelta

from lxml import etree

from odoo import fields
from odoo.tests import HttpCase, tagged
from odoo.tools import file_path
from odoo.tools.safe_eval import safe_eval

from .common import SmsInboxCase


@tagged("post_install", "-at_install")
class TestBoardScreen(SmsInboxCase, HttpCase):
    """The board in a real browser: late ones first, put off, confirm, many at once."""

    def test_the_board_moves_what_waits(self):
        ada = self.receive("Is my bike ready?").conversation_id
        ada.waiting_since = "2026-01-05 14:00:00"
        thankful = self.receive("Hi", "+12025550198").conversation_id
        thankful.with_user(self.agent).send_text("It is ready.")
        self.receive("Thanks!", "+12025550198")
        self.env.flush_all()
        self.start_tour("/odoo/sms-conversations", "sms_inbox_board", login="agent")
        self.env.invalidate_all()
        self.assertEqual((ada.stage, thankful.stage), ("needs_reply", "closed"))
        self.assertEqual(ada.waiting_since.isoformat(), "2026-01-05T14:00:00")

    def test_what_is_closed_says_so_whoever_has_it(self):
        self.receive("Is my bike ready?").conversation_id.action_close()
        self.receive("Hi", "+12025550198")
        self.start_tour(
            "/odoo/sms-conversations", "sms_inbox_board_by_agent", login="agent"
        )


@tagged("post_install", "-at_install")
class TestReports(SmsInboxCase):
    """The reports, as their screens ask for them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.resource_calendar_id.tz = "America/New_York"

    def favourites(self):
        return self.env["ir.filters"].search(
            [("model_id", "like", "sms.inbox."), ("user_ids", "=", False)]
        )

    def make_text(self, moment):
        text = self.receive("Hi", "+12025550198")
        text.date = moment
        return text

    def test_a_click_on_the_bar_above_a_column_finds_its_cards(self):
        """Odoo fades all cards whose own value of the bar's field is not read."""
        view = self.env.ref("sms_inbox.sms_inbox_conversation_view_kanban")
        kanban = etree.fromstring(view.arch)
        (bar,) = kanban.xpath("progressbar/@field")
        self.assertIn(bar, kanban.xpath("field/@name"))

    def test_the_colour_of_a_number_is_no_measure(self):
        fields_ = self.env["sms.inbox.conversation"].fields_get(["number_color"])
        self.assertFalse(fields_["number_color"].get("aggregator"))

    def test_hours_of_traffic_are_those_of_the_company_and_of_a_whole_day(self):
        for hour in (10, 22):  # 5 in the morning and in the afternoon
            self.make_text(f"2026-11-24 {hour}:30:00")
        self.env.flush_all()
        traffic = self.env["sms.inbox.traffic"].with_user(self.supervisor)
        groups = traffic._read_group([], ["hour"], ["texts:sum"])
        self.assertEqual(groups, [("05:00", 1), ("17:00", 1)])

    def test_texts_by_hour_are_those_of_today(self):
        now = fields.Datetime.now()
        self.make_text(now)
        self.make_text(now - timedelta(days=1))
        self.env.flush_all()
        favourite = self.env.ref("sms_inbox.filter_volume")
        self.assertEqual(safe_eval(favourite.context)["graph_groupbys"][0], "hour")
        traffic = self.env["sms.inbox.traffic"].with_user(self.supervisor)
        self.assertEqual(traffic.search_count(favourite._get_eval_domain()), 1)

    def test_a_day_on_which_nobody_waited_has_no_median(self):
        began = fields.Datetime.to_datetime("2026-11-24 14:00:00")
        thread = self.make_conversation()
        for days in (0, 3):
            self.env["sms.inbox.wait"].create(
                {
                    "conversation_id": thread.id,
                    "number_id": thread.number_id.id,
                    "company_id": self.company.id,
                    "began": began + timedelta(days=days),
                    "ended": began + timedelta(days=days, minutes=9),
                    "seconds": 540,
                    "working_seconds": 540,
                    "how": "answered",
                }
            )
        self.env.flush_all()
        action = self.env.ref("sms_inbox.sms_inbox_wait_report_action")
        # as Odoo's graph asks
        context = {"fill_temporal": True, **safe_eval(action.context)}
        report = self.env["sms.inbox.wait.report"].with_context(**context)
        rows = report.formatted_read_group([], ["began:day"], ["median_hours:avg"])
        self.assertEqual([row["median_hours:avg"] for row in rows], [0.15, 0.15])

    def test_every_favourite_is_of_a_time_that_its_report_has_too(self):
        for favourite in self.favourites():
            named = {leaf[0] for leaf in safe_eval(favourite.domain)}
            with self.subTest(favourite=favourite.name):
                self.assertTrue(named & {"began", "date", "at"})

    def test_the_name_of_a_favourite_fits_its_menu(self):
        names = self.favourites().mapped("name")
        self.assertEqual([name for name in names if len(name) > 19], [])

    def test_no_favourite_shows_codes_of_rules(self):
        self.assertNotIn("rule", "".join(self.favourites().mapped("context")))

    def test_what_the_demo_has_closed_was_closed_within_the_days_of_the_board(self):
        demo = etree.parse(file_path("sms_inbox/demo/sms_inbox_demo_threads.xml"))
        closed = demo.xpath("//record[field[@name='stage']='closed']")
        self.assertTrue(closed)
        for record in closed:
            moment = record.xpath("field[@name='closed_at']/@eval")
            with self.subTest(record.get("id")):
                self.assertRegex("".join(moment), r"minutes=[1-9]\d{0,3}\)")
