from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from odoo.addons.sms_inbox.tests.common import SmsInboxCase

NAMES = ["received", "sent", "minutes", "opt_outs"]


@tagged("post_install", "-at_install")
class TestDigest(SmsInboxCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.thread = cls.make_conversation()
        cls.digest = cls.env["digest.digest"].create(
            {
                "name": "Week",
                "company_id": False,
                **{f"kpi_sms_inbox_{name}": True for name in NAMES},
            }
        )

    def make_wait(self, minutes, **vals):
        began = fields.Datetime.now() - timedelta(hours=3)
        return self.env["sms.inbox.wait"].create(
            {
                "conversation_id": self.thread.id,
                "number_id": self.number.id,
                "company_id": self.company.id,
                "began": began,
                "ended": began + timedelta(minutes=minutes),
                "working_seconds": minutes * 60,
                "how": "answered",
                **vals,
            }
        )

    def figures(self, user):
        """{figure: its value of the last day} in the user's digest, an hour later."""
        self.env.flush_all()
        with freeze_time(fields.Datetime.now() + timedelta(hours=1)):
            kpis = self.digest._compute_kpis(user.company_id, user)
        return {
            kpi["kpi_name"].removeprefix("kpi_sms_inbox_"): kpi["kpi_col1"]["value"]
            for kpi in kpis
        }

    def test_the_figures_are_those_of_the_readers_company_and_last_day(self):
        self.receive("Hello")
        self.receive("Are you open?")
        for minutes in (2, 4, 60):
            self.make_wait(minutes)
        self.make_wait(500, how="closed")
        figures = self.figures(self.manager)
        self.assertEqual(figures["received"], 2)
        self.assertEqual(figures["sent"], 0)
        self.assertEqual(figures["minutes"], "4.00")

    def test_texts_that_left_count_and_those_that_did_not_do_not(self):
        self.thread.with_user(self.agent).send_text("Hello")
        self.assertEqual(self.figures(self.manager)["sent"], 0)
        self.dispatch()
        self.assertEqual(self.figures(self.manager)["sent"], 1)

    def test_opt_outs_are_told_to_managers_alone(self):
        self.receive("STOP")
        self.assertEqual(self.figures(self.manager)["opt_outs"], 1)
        self.assertNotIn("opt_outs", self.figures(self.agent))

    def test_an_agent_reads_of_their_own_numbers_alone(self):
        stranger = self.make_user("stranger", "group_user", self.company)
        self.receive("Hello")
        self.assertEqual(self.figures(self.agent)["received"], 1)
        self.assertEqual(self.figures(stranger)["received"], 0)

    def test_who_has_no_part_in_the_inbox_gets_no_figures_of_it(self):
        outsider = self.make_user("outsider", "group_user", self.company)
        outsider.group_ids = self.env.ref("base.group_user")
        self.assertFalse(self.figures(outsider))

    def test_another_companys_texts_are_not_counted(self):
        self.receive("Hello")
        other = self.env["res.company"].create({"name": "Boats"})
        manager = self.make_user("boats", "group_manager", other)
        self.assertEqual(self.figures(manager)["received"], 0)

    def test_each_figure_leads_to_a_screen(self):
        kpis = self.digest._compute_kpis(self.company, self.manager)
        for kpi in kpis:
            action, _, menu = kpi["kpi_action"].partition("?menu_id=")
            self.assertEqual(self.env.ref(action)._name, "ir.actions.act_window")
            self.assertTrue(self.env["ir.ui.menu"].browse(int(menu)).exists())

    def test_the_mail_shows_the_figures(self):
        self.receive("Hello")
        self.digest.user_ids = self.manager
        self.digest._action_send_to_user(self.manager)
        mail = self.env["mail.mail"].search([], order="id desc", limit=1)
        self.assertIn("Texts received", mail.body_html)
