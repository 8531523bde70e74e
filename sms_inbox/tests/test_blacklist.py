"""Odoo's own list of numbers follows ours, where a company wants that."""

from odoo.tests import tagged

from .common import THEIR_NUMBER, SmsInboxCase

OTHER_NUMBER = "+12025550144"
UNASSIGNED = "+19995550143"  # a possible number, in no assigned range


@tagged("post_install", "-at_install")
class TestBlacklist(SmsInboxCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.sms_inbox_write_blacklist = True
        cls.dental = cls.env["res.company"].create({"name": "Dental"})
        cls.blacklist = cls.env["phone.blacklist"]

    def follow(self, *contact_numbers, opted_out, company=None):
        blacklist = self.blacklist.with_user(self.agent)
        blacklist._sms_inbox_follow(
            company or self.company, list(contact_numbers), opted_out
        )

    def assert_listed(self, *contact_numbers):
        listed = self.blacklist.search([("number", "in", [THEIR_NUMBER, OTHER_NUMBER])])
        self.assertEqual(sorted(listed.mapped("number")), sorted(contact_numbers))

    def test_by_default_it_stays_as_it_is(self):
        self.follow(THEIR_NUMBER, opted_out=True, company=self.dental)
        self.assert_listed()

    def test_who_opts_out_is_listed_until_they_opt_in(self):
        self.follow(THEIR_NUMBER, OTHER_NUMBER, opted_out=True)
        self.assert_listed(THEIR_NUMBER, OTHER_NUMBER)
        self.follow(THEIR_NUMBER, opted_out=False)
        self.assert_listed(OTHER_NUMBER)
        self.follow(THEIR_NUMBER, opted_out=True)
        self.assert_listed(THEIR_NUMBER, OTHER_NUMBER)

    def test_a_consents_change_is_followed_at_once(self):
        consent = self.env["sms.inbox.consent"].create(
            {"company_id": self.company.id, "number": THEIR_NUMBER}
        )
        self.assert_listed()
        consent.state = "opted_out"
        self.assert_listed(THEIR_NUMBER)
        consent.state = "subscribed"
        self.assert_listed()

    def test_whom_somebody_else_listed_stays_listed(self):
        self.blacklist._add([THEIR_NUMBER])
        self.follow(THEIR_NUMBER, opted_out=True)
        self.follow(THEIR_NUMBER, opted_out=False)
        self.assert_listed(THEIR_NUMBER)

    def test_whom_somebody_took_off_and_listed_again_stays_listed(self):
        self.follow(THEIR_NUMBER, opted_out=True)
        self.blacklist._remove([THEIR_NUMBER])
        self.blacklist._add([THEIR_NUMBER])
        self.follow(THEIR_NUMBER, opted_out=False)
        self.assert_listed(THEIR_NUMBER)

    def test_who_opted_out_of_two_companies_stays_listed_for_the_other(self):
        self.dental.sms_inbox_write_blacklist = True
        self.follow(THEIR_NUMBER, opted_out=True)
        self.follow(THEIR_NUMBER, opted_out=True, company=self.dental)
        self.follow(THEIR_NUMBER, opted_out=False)
        self.assert_listed(THEIR_NUMBER)
        self.follow(THEIR_NUMBER, opted_out=False, company=self.dental)
        self.assert_listed()

    def test_whom_we_listed_leaves_it_though_the_setting_is_off_by_then(self):
        self.follow(THEIR_NUMBER, opted_out=True)
        self.company.sms_inbox_write_blacklist = False
        self.follow(THEIR_NUMBER, opted_out=False)
        self.assert_listed()

    def test_who_still_wants_no_texts_from_one_line_stays_listed(self):
        consents = self.env["sms.inbox.consent"]
        of_all, _of_line = consents.create(
            [
                {
                    "company_id": self.company.id,
                    "number": THEIR_NUMBER,
                    "line_id": line.id,
                    "state": "opted_out",
                }
                for line in (self.line.browse(), self.line)
            ]
        )
        of_all.state = "subscribed"
        self.assert_listed(THEIR_NUMBER)

    def test_a_number_that_the_list_cannot_take_stops_no_opt_out(self):
        self.follow(UNASSIGNED, THEIR_NUMBER, opted_out=True)
        self.assert_listed(THEIR_NUMBER)

    def test_nobody_reads_which_company_it_was(self):
        self.follow(THEIR_NUMBER, opted_out=True)
        entry = self.blacklist.search([("number", "=", THEIR_NUMBER)])
        words = "".join(entry.message_ids.mapped("body"))
        self.assertIn("SMS Inbox", words)
        self.assertNotIn(self.company.name, words)
        administrator = self.make_user("root", "group_manager", self.dental)
        administrator.group_ids |= self.env.ref("base.group_system")
        fields = entry.with_user(administrator).fields_get()
        self.assertNotIn("sms_inbox_company_ids", fields)
