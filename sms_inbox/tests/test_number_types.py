from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .common import SmsInboxCase


@tagged("post_install", "-at_install")
class TestNumberTypes(SmsInboxCase):
    """Types of numbers, and the limits that choosing one gives a line."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.types = cls.env["sms.inbox.number.type"]
        cls.low_volume = cls.env.ref("sms_inbox.number_type_10dlc_low_volume")

    def type_line(self, number, number_type):
        """A line with nothing said of it but its type."""
        return self.env["sms.inbox.line"].create(
            {
                "number": number,
                "account_id": self.account.id,
                "type_id": number_type.id,
            }
        )

    def test_a_kind_of_number_starts_with_the_carriers_ordinary_rate(self):
        for kind, rate in (
            ("long_code", 1.0),
            ("toll_free", 3.0),
            ("short_code", 100.0),
            ("alphanumeric", 10.0),
        ):
            with self.subTest(kind=kind):
                patterns = self.types._of({"number_type": kind}).limit_ids
                self.assertEqual(patterns.mapped("segments_per_second"), [rate])

    def test_every_type_has_one_limit_of_the_number_and_says_its_source(self):
        for number_type in self.types.search([]):
            with self.subTest(type=number_type.name):
                levels = number_type.limit_ids.mapped("level")
                self.assertEqual(levels.count("line"), 1)
                self.assertIn("https://", number_type.source)

    def test_limits_per_minute_and_day_keep_a_tenth_for_replies(self):
        patterns = self.types.search([]).limit_ids
        capped = patterns.filtered(
            lambda limit: limit.segments_per_minute or limit.segments_per_day
        )
        self.assertTrue(capped)
        self.assertEqual(set(capped.mapped("reserve")), {0.1})

    def test_t_mobile_counts_a_brands_day_in_los_angeles(self):
        for key, cap in (
            ("sole_proprietor", 1000),
            ("low_volume", 2000),
            ("score_1", 2000),
            ("score_25", 10000),
            ("score_50", 40000),
            ("score_75", 200000),
        ):
            with self.subTest(type=key):
                limit = self.env.ref(f"sms_inbox.limit_pattern_10dlc_{key}_tmobile")
                self.assertEqual(limit.level, "brand")
                self.assertEqual(limit.segments_per_day, cap)
                self.assertEqual(limit.timezone, "America/Los_Angeles")
                self.assertEqual(limit.network, "T-Mobile")
                self.assertEqual(limit.unknown_share, 0.34)

    def test_numbers_of_a_campaign_share_it_and_have_a_limit_each(self):
        first = self.type_line("+14155550111", self.low_volume).limit_id
        second = self.type_line("+14155550112", self.low_volume).limit_id
        self.assertNotEqual(first, second)
        self.assertEqual(first._chain()[1:], second._chain()[1:])
        self.assertEqual(
            first._chain().mapped("level"), ["line", "campaign", "campaign", "brand"]
        )
        self.assertFalse(first._chain().type_id)

    def test_the_lines_form_says_the_limits_of_the_type_just_chosen(self):
        line = self.type_line("+14155550111", self.low_volume)
        self.assertIn("T-Mobile", line.limits_in_words)
        with Form(line) as form:
            form.type_id = self.env.ref("sms_inbox.number_type_elsewhere")
            self.assertEqual(form.limits_in_words, "Number: 10 a second")
        self.assertEqual(line.limits_in_words, "Number: 10 a second")
        self.assertEqual(line.limit_id.segments_per_second, 10)

    def test_a_limit_says_in_words_what_it_allows(self):
        limit = self.env.ref("sms_inbox.limit_pattern_10dlc_low_volume_tmobile")
        self.assertEqual(
            limit.in_words.replace("\N{NO-BREAK SPACE}", " "),
            "2,000 a day, only to T-Mobile, 10 % kept for replies",
        )
        slow = self.env.ref("sms_inbox.limit_pattern_telnyx_elsewhere_line")
        self.assertEqual(slow.in_words, "one every 10 seconds")
        rate = self.env.ref("sms_inbox.limit_pattern_10dlc_low_volume_campaign")
        self.assertEqual(rate.in_words, "3.75 a second")

    def test_patterns_are_kept_out_of_the_list_of_limits(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sms_inbox.sms_inbox_limit_action"
        )
        self.assertEqual(action["domain"], "[('type_id', '=', False)]")

    def test_only_administrators_read_types_and_limits(self):
        for user in (self.agent, self.supervisor, self.manager):
            for model in ("sms.inbox.number.type", "sms.inbox.limit"):
                with self.subTest(user=user.login, model=model):
                    with self.assertRaises(AccessError):
                        self.env[model].with_user(user).search([])

    def test_an_administrator_edits_a_type_and_its_limits(self):
        with Form(self.low_volume) as form:
            form.note = "Ours is 12 a second."
            with form.limit_ids.edit(1) as limit:
                limit.segments_per_second = 12
        self.assertEqual(self.low_volume.note, "Ours is 12 a second.")
        self.assertIn(12, self.low_volume.limit_ids.mapped("segments_per_second"))
