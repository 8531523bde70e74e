"""The reports' figures: true medians and percentiles, whatever the groups."""

import json
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import SmsInboxCase

MINUTES = [1, 2, 3, 4, 5, 6, 7, 8, 9, 100]


@tagged("post_install", "-at_install")
class TestWaitReport(SmsInboxCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.resource_calendar_id.tz = "America/New_York"
        cls.other = cls.make_number(
            cls.make_line(cls.account, "+14155550102"), cls.supervisor, name="Service"
        )
        cls.thread = cls.make_conversation()
        cls.begin = fields.Datetime.to_datetime("2026-11-24 14:00:00")
        for minutes in MINUTES:
            cls.make_wait(cls.thread, minutes, user_id=cls.agent.id)

    @classmethod
    def make_wait(cls, thread, minutes, **vals):
        return cls.env["sms.inbox.wait"].create(
            {
                "conversation_id": thread.id,
                "number_id": thread.number_id.id,
                "company_id": cls.company.id,
                "began": cls.begin,
                "ended": cls.begin + timedelta(minutes=minutes),
                "seconds": minutes * 60,
                "working_seconds": minutes * 60,
                "how": "answered",
                "first": True,
                **vals,
            }
        )

    def figures(self, group_by, *names, user=None):
        self.env.flush_all()
        rows = (
            self.env["sms.inbox.wait.report"]
            .with_user(user or self.supervisor)
            .formatted_read_group(
                [("company_id", "=", self.company.id)], group_by, names
            )
        )
        return [[round(row[name], 4) for name in names] for row in rows]

    def test_the_median_is_one_and_is_not_moved_by_one_who_waited_for_hours(self):
        ((median, p90, average, waits),) = self.figures(
            [], "median_hours:avg", "p90_hours:avg", "average_hours:avg", "waits:sum"
        )
        self.assertAlmostEqual(median * 60, 5.5, 1)
        self.assertAlmostEqual(p90 * 60, 18.1, 1)
        self.assertAlmostEqual(average * 60, 14.5, 1)
        self.assertEqual(waits, 10)

    def test_each_group_has_its_own_median_and_the_total_is_no_median_of_medians(self):
        thread = self.make_conversation(self.other)
        for _times in range(30):
            self.make_wait(thread, 60)
        by_number = self.figures(["number_id"], "median_hours:avg")
        self.assertEqual(by_number, [[round(5.5 / 60, 4)], [1.0]])
        self.assertEqual(self.figures([], "median_hours:avg"), [[1.0]])

    def test_what_was_in_time_goes_by_the_companys_own_target(self):
        self.assertEqual(self.figures([], "in_time_share:avg"), [[90.0]])
        self.company.sms_inbox_response_minutes = 5
        self.assertEqual(self.figures([], "in_time_share:avg"), [[50.0]])

    def test_hours_are_those_of_the_company(self):
        row = self.env["sms.inbox.wait.report"].search([], limit=1)
        self.assertEqual(row.hour, "09:00")

    def test_who_still_waits_is_not_counted(self):
        self.make_wait(self.thread, 1, ended=False, seconds=0, working_seconds=0)
        self.assertEqual(self.figures([], "waits:sum"), [[10]])

    def test_agents_see_the_times_of_their_own_numbers(self):
        self.make_wait(self.make_conversation(self.other), 60)
        self.assertEqual(self.figures([], "waits:sum", user=self.agent), [[10]])
        self.assertEqual(self.figures([], "waits:sum"), [[11]])

    def test_favourites_ask_for_what_there_is(self):
        """Each saved favourite is of fields and measures that its model has."""
        filters = self.env["ir.filters"].search(
            [("model_id", "like", "sms.inbox."), ("user_ids", "=", False)]
        )
        self.assertEqual(len(filters), 6)
        for favourite in filters:
            model = self.env[favourite.model_id].with_user(self.manager)
            context = json.loads(favourite.context)
            measures = context.get("pivot_measures", []) + [context["graph_measure"]]
            with self.subTest(favourite=favourite.name):
                model.formatted_read_group(
                    favourite._get_eval_domain(),
                    context["group_by"],
                    [
                        f"{name}:{model._fields[name].aggregator}"
                        for name in measures
                        if name != "__count"
                    ],
                )
