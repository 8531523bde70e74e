"""Managers set the response time and the closing by rule, and nothing else."""

from lxml import etree

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from ..wizard.sms_inbox_board_rules import OF_MANAGERS
from .common import SmsInboxCase


@tagged("post_install", "-at_install")
class TestBoardRules(SmsInboxCase):
    def setUp(self):
        super().setUp()
        self.other = self.env["res.company"].create({"name": "Dental"})
        self.rules = self.env["sms.inbox.board.rules"].with_user(self.manager)

    def as_it_is(self, company):
        company.invalidate_recordset()
        names = [n for n, field in company._fields.items() if field.store]
        return company.sudo().read(names, load=None)[0]

    def fill_in(self):
        form = Form(self.rules, view="sms_inbox.sms_inbox_board_rules_view_form")
        form.sms_inbox_response_minutes = 30
        form.sms_inbox_auto_close_days = 5
        return form.save()

    def test_a_manager_sets_these_fields_of_the_company_and_no_others(self):
        before, others = self.as_it_is(self.company), self.as_it_is(self.other)
        self.fill_in().action_save()
        after = self.as_it_is(self.company)
        changed = {name for name in after if after[name] != before[name]}
        self.assertEqual(changed - {"write_uid", "write_date"}, set(OF_MANAGERS))
        self.assertEqual(tuple(after[n] for n in OF_MANAGERS), (30, 5))
        self.assertEqual(self.as_it_is(self.other), others)

    def test_the_window_begins_with_what_is_set(self):
        self.company.sms_inbox_auto_close_days = 9
        form = Form(self.rules)
        for name in OF_MANAGERS:
            self.assertEqual(form[name], self.company[name], name)

    def test_it_is_of_the_company_at_hand(self):
        self.manager.company_ids |= self.other
        window = self.rules.with_company(self.other).create(
            {"sms_inbox_auto_close_days": 4}
        )
        with self.assertRaises(UserError):
            window.with_company(self.company).action_save()
        window.with_company(self.other).action_save()
        days = (self.company + self.other).mapped("sms_inbox_auto_close_days")
        self.assertEqual(days, [0, 4])

    def test_a_manager_writes_no_company_without_the_window(self):
        mine = self.company.with_user(self.manager)
        for name in (*OF_MANAGERS, "name", "sms_inbox_look_up"):
            with self.subTest(name=name), self.assertRaises(AccessError):
                mine.write({name: self.company[name]})

    def test_what_makes_no_sense_is_refused(self):
        for name in ("sms_inbox_response_minutes", "sms_inbox_auto_close_days"):
            with self.subTest(name=name), self.assertRaises(ValidationError):
                self.rules.create({name: -1}).action_save()

    def test_the_window_shows_the_working_hours_and_changes_none(self):
        hours = self.company.resource_calendar_id
        nights = self.env["resource.calendar"].create({"name": "Nights"})
        window = self.rules.create({})
        self.assertEqual(window.resource_calendar_id, hours)
        window.resource_calendar_id = nights
        window.sms_inbox_auto_close_days = 3
        window.action_save()
        after = self.as_it_is(self.company)
        self.assertEqual(after["resource_calendar_id"], hours.id)
        self.assertEqual(after["sms_inbox_auto_close_days"], 3)

    def test_who_is_no_manager_gets_no_window(self):
        window = self.fill_in()
        menu = self.env.ref("sms_inbox.sms_inbox_menu_board_rules")
        for user in (self.agent, self.supervisor):
            menus = self.env["ir.ui.menu"].with_user(user)._visible_menu_ids()
            self.assertNotIn(menu.id, menus)
            with self.assertRaises(AccessError):
                self.rules.with_user(user).create({})
            with self.assertRaisesRegex(AccessError, "Only administrators"):
                window.with_user(user).action_save()
        menus = self.env["ir.ui.menu"].with_user(self.manager)._visible_menu_ids()
        self.assertIn(menu.id, menus)

    def test_odoos_settings_have_the_same_fields(self):
        settings = self.env["res.config.settings"]
        arch = etree.fromstring(settings.get_view(view_type="form")["arch"])
        names = arch.xpath("//block[@id='sms_inbox_board']//field/@name")
        related = {settings._fields[name].related.split(".")[1] for name in names}
        self.assertEqual(related, {*OF_MANAGERS, "resource_calendar_id"})
