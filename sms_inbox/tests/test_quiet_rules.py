from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged

from .common import SmsInboxCase


@tagged("post_install", "-at_install")
class TestQuietRules(SmsInboxCase):
    """The hours in which notices and bulk texts may reach people, as data."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rules = cls.env["sms.inbox.quiet.rule"]
        cls.texas = cls.env.ref("base.state_us_44")

    def make_rule(self, **vals):
        return self.rules.create(
            {"country_id": self.texas.country_id.id, "state_id": self.texas.id, **vals}
        )

    def hours_in_texas(self):
        return [rule[3:] for rule in self.rules._rules() if rule.state == "TX"]

    def test_what_is_shipped_allows_no_more_than_the_federal_hours(self):
        shipped = (
            self.env["ir.model.data"]
            .search([("model", "=", self.rules._name), ("module", "=", "sms_inbox")])
            .mapped("res_id")
        )
        for rule in self.rules.browse(shipped):
            self.assertTrue(8 <= rule.opens < rule.closes <= 21, rule.display_name)
            self.assertFalse(rule.country_id and rule.sunday, rule.display_name)

    def test_the_queue_sees_a_change_at_once(self):
        self.assertEqual(self.hours_in_texas(), [])
        rule = self.make_rule(opens=9, closes=21)
        self.assertEqual(self.hours_in_texas(), [(9, 21)])
        rule.closes = 20.5
        self.assertEqual(self.hours_in_texas(), [(9, 20.5)])
        rule.active = False
        self.assertEqual(self.hours_in_texas(), [])
        rule.active = True
        rule.unlink()
        self.assertEqual(self.hours_in_texas(), [])

    def test_a_number_shows_where_its_hours_count(self):
        subscribers = self.env["sms.inbox.subscriber"]._of_many(
            self.company, ["+12025550143", "+18005550143", "+33612345678"]
        )
        toll_free = "New York, Chicago, Denver, Los Angeles"
        self.assertEqual(
            subscribers.sorted("number").mapped("timezone"),
            ["New York", toll_free, "Paris"],
        )

    def test_the_rules_are_read_once_while_nothing_about_them_changes(self):
        read = self.rules._rules()
        with self.assertQueryCount(1):
            self.assertIs(self.rules._rules(), read)

    def test_hours_begin_before_they_end_and_end_by_midnight(self):
        self.make_rule(opens=0, closes=24)
        for opens, closes in ((9, 9), (21, 8), (-1, 8), (9, 24.5)):
            with self.subTest(opens=opens, closes=closes):
                with self.assertRaises(ValidationError):
                    self.make_rule(opens=opens, closes=closes)

    def test_a_rule_has_a_day(self):
        rule = self.make_rule()
        with self.assertRaises(ValidationError):
            rule.write(dict.fromkeys(self.day_names(), False))

    def day_names(self):
        return [name for name in self.rules._fields if name.endswith("day")]

    def test_a_state_is_in_its_country(self):
        with self.assertRaises(ValidationError):
            self.make_rule(country_id=self.env.ref("base.fr").id)

    def test_another_country_takes_the_state_away(self):
        with Form(self.rules) as form:
            form.country_id = self.texas.country_id
            form.state_id = self.texas
            form.country_id = self.env.ref("base.fr")
            self.assertFalse(form.state_id)

    def test_a_rule_says_where_and_on_which_days(self):
        rule = self.make_rule(sunday=True, saturday=False)
        self.assertEqual(rule.days, "Mon–Fri, Sun")
        self.assertIn("Texas", rule.display_name)
        everywhere = self.rules.new({})
        self.assertEqual(everywhere.display_name, "Everywhere else")

    def test_only_administrators_read_rules(self):
        for user in (self.agent, self.supervisor, self.manager):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.rules.with_user(user).search([])

    def test_the_queue_of_any_user_knows_the_rules(self):
        self.assertEqual(self.rules.with_user(self.agent)._rules(), self.rules._rules())
