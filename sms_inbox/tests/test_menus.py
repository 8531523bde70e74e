"""Menus stand where people look for them."""

from odoo.tests import tagged

from .common import SmsInboxCase


@tagged("post_install", "-at_install")
class TestMenus(SmsInboxCase):
    def menu(self, name):
        return self.env.ref(f"sms_inbox.sms_inbox_menu_{name}")

    def visible(self, user):
        menus = self.env["ir.ui.menu"].with_user(user)
        return menus.browse(menus._visible_menu_ids()).sudo()

    def names(self, parent, user):
        """The names below a menu, as a user sees them."""
        visible = self.visible(user) & self.menu(parent).child_id
        return visible.sorted(lambda menu: (menu.sequence, menu.id)).mapped("name")

    def test_supervisors_find_traffic_among_the_reports(self):
        reports = self.names("reports", self.supervisor)
        self.assertEqual(reports, ["Waiting times", "Traffic"])

    def test_work_comes_first_then_reports_and_settings(self):
        names = self.names("root", self.manager)
        self.assertEqual(names[:3], ["Inbox", "Conversations", "To be decided"])
        self.assertEqual(names[-2:], ["Reporting", "Configuration"])

    def test_agents_have_no_reports(self):
        self.assertNotIn("Reporting", self.names("root", self.agent))
        self.assertNotIn(self.menu("traffic"), self.visible(self.agent))

    def test_nothing_follows_the_entries_of_a_heading(self):
        """Odoo shows a menu of menus as a heading: what follows looks like its own."""
        for parent in ("reports", "configuration"):
            below = self.menu(parent).child_id.sorted(lambda m: (m.sequence, m.id))
            headings = [bool(menu.child_id) for menu in below]
            self.assertEqual(headings, sorted(headings), parent)
