import time
from datetime import datetime, timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from ..carriers import Meaning
from ..messaging import numbers, rate_limit
from .common import THEIR_NUMBER, SmsInboxCase

FEW, MANY = 4, 20
FIGURES = [
    "line_state",
    "line_state_reason",
    "can_bring_back",
    "queued",
    "queued_later",
    "drain",
    "limit_use",
    "hourly",
    "left_week",
    "delivered_share",
    "failed_share",
    "filtered_share",
]


class NumbersCase(SmsInboxCase):
    """Two companies' numbers, and short ways to give them texts and limits."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_company = cls.env["res.company"].create({"name": "Dental"})
        cls.other_manager = cls.make_user("dentist", "group_manager", cls.other_company)
        cls.other_account = cls.make_account(cls.other_company)
        cls.other_line = cls.make_line(cls.other_account, "+14155550199")
        cls.other_number = cls.make_number(cls.other_line)
        cls.seen = cls.number.with_user(cls.manager)

    def texts(self, count=1, number=None, ago=None, **vals):
        """Texts of ours as the queue leaves them behind; ``ago`` is a timedelta."""
        number = number or self.number
        left_at = ago is not None and fields.Datetime.now() - ago
        return self.env["sms.inbox.message"].create(
            [
                {
                    "number_id": number.id,
                    "company_id": number.company_id.id,
                    "contact_number": THEIR_NUMBER,
                    "direction": "out",
                    "body": "Hello",
                    "state": "delivered",
                    "left_at": left_at,
                    **vals,
                }
            ]
            * count
        )

    def limit(self, level, **vals):
        return self.env["sms.inbox.limit"].create(
            {"name": f"Our {level}", "level": level, "segments_per_second": 0, **vals}
        )

    def bars(self, number=None):
        number = number or self.seen
        number.invalidate_recordset(FIGURES)
        return {bar["key"].split("-")[1]: bar for bar in number.limit_use}

    def plain(self, words):
        """Words with every kind of space alike."""
        return " ".join(words.split())


@tagged("post_install", "-at_install")
class TestNumbersScreen(NumbersCase):
    """The figures of numbers, and who sees them."""

    # ------------------------------------------------------------
    # QUEUE
    # ------------------------------------------------------------

    def test_the_queue_counts_what_waits_and_what_is_not_yet_due(self):
        tomorrow = fields.Datetime.now() + timedelta(days=1)
        self.texts(3, state="queued")
        self.texts(2, state="queued", parked_until=tomorrow, waits_for="schedule")
        self.texts(4, state="sent", ago=timedelta(minutes=5))
        self.texts(5, number=self.other_number, state="queued")
        self.assertEqual(self.seen.queued, 5)
        self.assertEqual(self.seen.queued_later, 2)

    def test_an_empty_queue_says_so(self):
        self.assertEqual(self.seen.drain, "Nothing waits")

    def test_a_number_set_aside_says_that_nothing_leaves(self):
        self.texts(1, state="queued")
        self.line._set_aside("It is not registered.")
        self.assertEqual(self.seen.drain, "Nothing leaves until this is repaired")

    def test_a_long_span_is_said_in_the_unit_that_fits(self):
        for seconds, words in (
            (5, "Less than a minute"),
            (700, "About 12 minutes"),
            (7300, "About 2 hours"),
            (200000, "About 3 days"),
        ):
            with self.subTest(seconds=seconds):
                self.assertEqual(self.number._span_in_words(seconds), words)

    def test_the_drain_names_the_bottleneck(self):
        self.line.limit_id.segments_per_second = 1
        self.line.limit_id.name = "Our number"
        self.texts(300, state="queued", priority="reply")
        self.assertRegex(
            self.seen.drain, "^About [56] minutes. The rate of “Our number” holds"
        )

    # ------------------------------------------------------------
    # HEALTH
    # ------------------------------------------------------------

    def test_health_says_why_nothing_leaves(self):
        self.assertEqual(self.seen.line_state, "working")
        self.line._hold(3600, "Its queue at the carrier is full.")
        self.assertEqual(self.seen.line_state, "held")
        self.assertRegex(
            self.seen.line_state_reason,
            "^Its queue at the carrier is full. Until .*M",
        )
        self.account._set_aside("It has no money.")
        self.assertEqual(self.seen.line_state, "set_aside")
        self.assertEqual(
            self.seen.line_state_reason,
            "The carrier account: It has no money.",
        )

    def test_only_what_the_number_itself_stops_can_be_brought_back_on_its_card(self):
        self.account._hold(3600, "The carrier is down.")
        self.assertEqual(self.seen.line_state, "held")
        self.assertFalse(self.seen.can_bring_back)
        self.line._hold(60, "Its queue at the carrier is full.")
        self.assertTrue(self.seen.can_bring_back)

    def test_a_hold_that_is_over_is_not_shown(self):
        self.line.held_until = fields.Datetime.now() - timedelta(seconds=1)
        self.assertEqual(self.seen.line_state, "working")

    def test_a_manager_brings_a_number_back_and_an_agent_cannot(self):
        self.line._set_aside("It is not registered.")
        with self.assertRaises(AccessError):
            self.number.with_user(self.agent).action_bring_back()
        self.seen.action_bring_back()
        self.assertEqual(self.seen.line_state, "working")

    # ------------------------------------------------------------
    # LIMITS
    # ------------------------------------------------------------

    def test_bars_follow_the_chain_from_the_number_to_the_brand(self):
        brand = self.limit("brand", segments_per_day=2000)
        campaign = self.limit("campaign", segments_per_minute=75, parent_id=brand.id)
        self.line.limit_id.parent_id = campaign
        self.assertEqual(
            [bar["level"] for bar in self.seen.limit_use],
            ["Number", "Campaign", "Brand"],
        )

    def test_the_pace_counts_the_last_minute_of_all_numbers_in_a_campaign(self):
        campaign = self.limit("campaign", segments_per_second=1)
        (self.line | self.other_line).limit_id.parent_id = campaign
        self.texts(2, ago=timedelta(seconds=10), segments=3)
        self.texts(1, ago=timedelta(seconds=10), number=self.other_number)
        self.texts(5, ago=timedelta(seconds=90))
        number, shared = self.seen.limit_use
        self.assertEqual(number["words"], "6 of 60,000 segments in the last minute")
        self.assertEqual(shared["words"], "7 of 60 segments in the last minute")

    @freeze_time("2026-06-01 12:00:00")
    def test_the_day_says_what_is_used_kept_and_when_it_ends(self):
        self.manager.tz = "Europe/Berlin"
        brand = self.limit(
            "brand",
            segments_per_day=2000,
            reserve=0.1,
            timezone="America/Los_Angeles",
            network="T-Mobile",
            unknown_share=0.34,
            used=1240,
            day="2026-06-01",
        )
        self.line.limit_id.parent_id = brand
        bar = self.bars()["day"]
        self.assertEqual(bar["words"], "1,240 of 2,000 segments today")
        self.assertEqual(
            self.plain(bar["details"]),
            "Counts texts to T-Mobile, and 34 % of those to unknown networks. "
            "10 % kept for replies. Resets at 12:00 AM in Los Angeles, 9:00 AM your "
            "time",
        )
        self.assertEqual(bar["share"], 0.62)

    def test_yesterdays_use_does_not_count_today(self):
        brand = self.limit("brand", segments_per_day=100, recipients_per_day=50)
        brand.write({"used": 90, "recipients": 40, "day": "2020-01-01"})
        self.line.limit_id.parent_id = brand
        self.assertEqual(self.bars()["day"]["share"], 0)
        self.assertEqual(self.bars()["recipients"]["share"], 0)

    def test_a_bar_says_when_only_replies_have_room(self):
        brand = self.limit("brand", segments_per_day=100, reserve=0.1)
        self.line.limit_id.parent_id = brand
        today = datetime.utcnow().date().isoformat()
        for used, words in (
            (10, ""),
            (75, "Nearly used"),
            (90, "Only replies now"),
            (100, "Used up"),
        ):
            with self.subTest(used=used):
                brand.write({"used": used, "day": today})
                self.assertEqual(self.bars()["day"]["state_words"], words)

    def test_the_minute_shows_what_the_dispatcher_counted(self):
        campaign = self.limit("campaign", segments_per_minute=75)
        self.line.limit_id.parent_id = campaign
        (level,) = campaign._levels()[campaign.id]
        level.charge(time.time(), rate_limit.Text(5))
        campaign._store([level])
        self.assertEqual(
            self.bars()["minute"]["words"], "5 of 75 segments in the last minute"
        )

    # ------------------------------------------------------------
    # WHAT LEFT
    # ------------------------------------------------------------

    def test_shares_are_of_what_left_in_seven_days(self):
        self.texts(6, ago=timedelta(days=1))
        self.texts(1, ago=timedelta(days=2), state="failed")
        self.texts(2, ago=timedelta(days=3), state="failed", error_meaning="filtered")
        self.texts(1, ago=timedelta(days=6), state="sent")
        self.texts(9, ago=timedelta(days=8))
        self.assertEqual(self.seen.left_week, 10)
        self.assertEqual(self.seen.delivered_share, 0.6)
        self.assertEqual(self.seen.failed_share, 0.1)
        self.assertEqual(self.seen.filtered_share, 0.2)

    @freeze_time("2026-06-01 12:20:00")
    def test_hours_are_of_the_users_clock(self):
        for zone, label in (
            ("America/New_York", "8:00 AM"),
            ("Asia/Kolkata", "5:00 PM"),
        ):
            with self.subTest(zone=zone):
                self.manager.tz = zone
                graph = self.graph_with(2, timedelta(minutes=10))
                self.assertEqual(self.plain(graph["labels"][-1]), label)
                self.assertEqual(graph["texts"][-1], 2)
                self.assertEqual(len(graph["texts"]), 24)

    def test_hours_that_begin_between_two_of_utc_have_their_newest_texts(self):
        self.manager.tz = "Asia/Kolkata"
        with freeze_time("2026-06-01 12:45:00"):  # 18:15 there
            graph = self.graph_with(2, timedelta(minutes=5))
        self.assertEqual(self.plain(graph["labels"][-1]), "6:00 PM")
        self.assertEqual((graph["texts"][-1], sum(graph["texts"])), (2, 2))

    @freeze_time("2026-11-01 12:00:00")
    def test_the_hour_that_a_clock_shows_twice_counts_each_text_once(self):
        self.manager.tz = "America/New_York"
        graph = self.graph_with(2, timedelta(hours=5, minutes=30))  # the second 1:30
        twice = [
            texts
            for label, texts in zip(graph["labels"], graph["texts"], strict=True)
            if self.plain(label) == "1:00 AM"
        ]
        self.assertEqual((twice, sum(graph["texts"])), ([0, 2], 2))

    def graph_with(self, count, ago):
        self.env["sms.inbox.message"].search(
            [("number_id", "=", self.number.id)]
        ).unlink()
        self.texts(count, ago=ago)
        self.seen.invalidate_recordset(["hourly"])
        return self.seen.hourly

    def test_a_quiet_day_says_so(self):
        self.texts(1, ago=timedelta(hours=30))
        self.assertEqual(
            self.seen.hourly["words"], "No texts left in the last 24 hours"
        )

    # ------------------------------------------------------------
    # TRAFFIC
    # ------------------------------------------------------------

    def test_traffic_has_what_left_and_what_came_in(self):
        self.texts(2, ago=timedelta(hours=1), segments=3)
        self.texts(1, ago=timedelta(hours=1), state="failed", error_meaning="filtered")
        self.texts(1, ago=timedelta(hours=1), state="sent")
        self.texts(1, state="queued")
        self.texts(1, direction="in", state="received")
        traffic = self.env["sms.inbox.traffic"].with_user(self.supervisor)
        groups = traffic._read_group(
            [],
            ["direction"],
            ["texts:sum", "segments:sum", "delivered_share:avg", "filtered_share:avg"],
        )
        self.assertEqual(groups[0], ("in", 1, 1, False, False))
        direction, texts, segments, delivered, filtered = groups[1]
        self.assertEqual((direction, texts, segments), ("out", 4, 8))
        self.assertAlmostEqual(delivered, 200 / 3)
        self.assertAlmostEqual(filtered, 100 / 3)

    def test_traffic_has_a_name_for_every_kind_of_error(self):
        kinds = dict(self.env["sms.inbox.traffic"]._error_kinds())
        self.assertEqual(set(kinds), {meaning.value for meaning in Meaning})

    # ------------------------------------------------------------
    # WHO SEES WHAT
    # ------------------------------------------------------------

    def test_a_manager_sees_no_figures_of_another_companys_number(self):
        theirs = self.number.with_user(self.other_manager)
        self.texts(3, ago=timedelta(hours=1))
        for name in FIGURES:
            with self.subTest(field=name), self.assertRaises(AccessError):
                theirs.read([name])
        traffic = self.env["sms.inbox.traffic"].with_user(self.other_manager)
        self.assertFalse(traffic.search([]))

    def test_an_agent_sees_traffic_of_own_numbers_and_no_figures(self):
        private = self.make_number(self.make_line(self.account, "+14155550101"))
        self.texts(1, ago=timedelta(hours=1))
        self.texts(1, ago=timedelta(hours=1), number=private)
        traffic = self.env["sms.inbox.traffic"].with_user(self.agent).search([])
        self.assertEqual(traffic.number_id, self.number)
        for name in FIGURES:
            with self.subTest(field=name), self.assertRaises(AccessError):
                self.number.with_user(self.agent).read([name])

    def test_the_screens_open_for_supervisors(self):
        actions = {
            "sms_inbox.sms_inbox_number_use_action": ["kanban", "list", "form"],
            "sms_inbox.sms_inbox_traffic_action": ["graph", "pivot", "list", "search"],
        }
        for xml_id, view_types in actions.items():
            action = self.env.ref(xml_id)
            of_action = dict((mode, view_id) for view_id, mode in action.views)
            views = [(of_action.get(mode, False), mode) for mode in view_types]
            model = self.env[action.res_model].with_user(self.supervisor)
            self.assertEqual(set(model.get_views(views)["views"]), set(view_types))
        menus = self.env["ir.ui.menu"].with_user(self.supervisor)
        self.assertIn(
            self.env.ref("sms_inbox.sms_inbox_menu_number_use").id,
            menus._visible_menu_ids(),
        )

    def test_agents_have_no_numbers_screen(self):
        visible = self.env["ir.ui.menu"].with_user(self.agent)._visible_menu_ids()
        menu = self.env.ref("sms_inbox.sms_inbox_menu_number_use")
        self.assertNotIn(menu.id, visible)

    def test_lines_are_called_by_their_numbers_as_people_read_them(self):
        limit = self.line.limit_id
        names = limit.web_read({"line_ids": {"fields": {"display_name": {}}}})
        said = [line["display_name"] for line in names[0]["line_ids"]]
        self.assertEqual(said, [numbers.pretty(self.line.number)])

    # ------------------------------------------------------------
    # SPEED
    # ------------------------------------------------------------

    def test_figures_of_many_numbers_take_as_many_queries_as_of_few(self):
        for_few = self.queries_of(FEW)
        self.assertEqual(self.queries_of(MANY), for_few)

    def queries_of(self, count):
        """How many queries the screen takes with so many numbers, each with texts."""
        numbers = self.env["sms.inbox.number"]
        campaign = self.limit("campaign", segments_per_second=100)
        for index in range(
            numbers.search_count([("company_id", "=", self.company.id)]), count
        ):
            line = self.make_line(self.account, f"+1415555{index:04d}")
            line.limit_id.parent_id = campaign
            number = self.make_number(line)
            self.texts(1, number=number, state="queued")
            self.texts(1, number=number, ago=timedelta(hours=1))
        fields_ = {name: {} for name in FIGURES}
        seen = numbers.with_user(self.manager)
        for _warm_up in range(2):
            seen.web_search_read([], fields_)
            self.env.flush_all()
            self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        seen.web_search_read([], fields_)
        return self.env.cr.sql_log_count - before
