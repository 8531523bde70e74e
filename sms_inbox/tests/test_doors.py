"""Odoo's own texts do not reach who opted out, whatever provider sends them."""

import json
from unittest.mock import patch

from requests import Response

from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from odoo.addons.sms.tools.sms_api import SmsApi

from .common import THEIR_NUMBER, SmsInboxCase

OTHER_NUMBER = "+12025550144"
QUEUE = "sms.ir_cron_sms_scheduler_action"


@tagged("post_install", "-at_install")
class TestDoors(SmsInboxCase):
    """Ada opted out of Bikes, not of Dental; Ben opted out of nothing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dental = cls.env["res.company"].create(
            {"name": "Dental", "country_id": cls.env.ref("base.us").id}
        )
        cls.agent.company_ids |= cls.dental
        cls.use_twilio(cls.dental)
        cls.ben = cls.env["res.partner"].create(
            {"name": "Ben Ode", "phone": OTHER_NUMBER}
        )
        cls.opt_out(THEIR_NUMBER)

    @classmethod
    def use_twilio(cls, company):
        company.sms_provider = "twilio"
        company.sms_twilio_account_sid = f"AC{company.id:032}"
        company.sms_twilio_auth_token = "a token of a test"
        company.sms_twilio_number_ids = [
            (0, 0, {"country_id": company.country_id.id, "number": "+14155550177"})
        ]

    def use(self, provider):
        if provider == "twilio":
            self.use_twilio(self.company)

    @classmethod
    def opt_out(cls, number, company=None, state="opted_out"):
        cls.env["sms.inbox.consent"].create(
            {
                "company_id": (company or cls.company).id,
                "number": number,
                "state": state,
            }
        )

    # ------------------------------------------------------------
    # THE NETWORK'S EDGE
    # ------------------------------------------------------------

    def setUp(self):
        super().setUp()
        type(self).left = []
        # the texts that another addon's demo data left in the queue
        self.env["sms.sms"].search([]).unlink()
        self.startPatcher(patch.object(SmsApi, "_contact_iap", self.contact_iap))

    def contact_iap(self, endpoint, params, **_options):
        asked = [n for message in params["messages"] for n in message["numbers"]]
        self.left += [("iap", number["number"]) for number in asked]
        return [{"uuid": number["uuid"], "state": "success"} for number in asked]

    @classmethod
    def _request_handler(cls, session, request, **options):
        if not request.url.startswith("https://api.twilio.com/"):
            return super()._request_handler(session, request, **options)
        account = request.url.split("/Accounts/")[1].split("/")[0]
        fields = dict(pair.split("=") for pair in request.body.split("&"))
        cls.left.append((account, fields["To"].replace("%2B", "+")))
        response = Response()
        response.status_code = 201
        response._content = json.dumps({"sid": "SM1"}).encode()
        return response

    def twilio_of(self, company):
        return company.sms_twilio_account_sid

    # ------------------------------------------------------------
    # TEXTS
    # ------------------------------------------------------------

    def post(self, partner, company=None, **options):
        """Have the agent text a contact from the chatter; gives the message."""
        company = company or self.company
        switched_on = (company | self.company | self.dental).ids
        partner = partner.with_user(self.agent)
        partner = partner.with_context(allowed_company_ids=switched_on)
        return partner._message_sms("Hello", **options)

    def texts(self, message):
        return self.env["sms.sms"].search([("mail_message_id", "=", message.id)])

    def assert_refused(self, message):
        self.assertEqual(self.texts(message).state, "canceled")
        self.assertEqual(self.texts(message).failure_type, "sms_optout")
        notification = message.sudo().notification_ids
        self.assertEqual(notification.notification_status, "canceled")
        self.assertEqual(notification.failure_type, "sms_optout")

    def test_who_opted_out_gets_no_text_at_once_whatever_the_provider(self):
        for provider in ("iap", "twilio"):
            self.use(provider)
            with self.subTest(provider=provider):
                self.assert_refused(self.post(self.partner))
                self.assertEqual(self.left, [])

    def test_who_opted_out_gets_no_text_from_the_queue_whatever_the_provider(self):
        for provider in ("iap", "twilio"):
            self.use(provider)
            with self.subTest(provider=provider):
                message = self.post(self.partner, put_in_queue=True)
                self.assertEqual(self.texts(message).state, "outgoing")
                self.run_cron(QUEUE)
                self.assert_refused(message)
                self.assertEqual(self.left, [])

    def test_an_opt_out_of_one_company_is_none_of_the_other(self):
        self.post(self.partner, self.dental)
        self.assertEqual(self.left, [(self.twilio_of(self.dental), THEIR_NUMBER)])
        self.opt_out(THEIR_NUMBER, self.dental)
        self.assert_refused(self.post(self.partner, self.dental))
        self.assertEqual(len(self.left), 1)

    def test_others_go_on_in_a_queue_of_two_companies_and_two_providers(self):
        refused = self.post(self.partner, put_in_queue=True)
        for partner, company in (
            (self.ben, self.company),
            (self.partner, self.dental),
            (self.ben, self.dental),
        ):
            self.post(partner, company, put_in_queue=True)
        self.run_cron(QUEUE)
        self.assert_refused(refused)
        twilio = self.twilio_of(self.dental)
        self.assertEqual(
            sorted(self.left),
            [(twilio, THEIR_NUMBER), (twilio, OTHER_NUMBER), ("iap", OTHER_NUMBER)],
        )

    def test_who_may_have_opted_out_gets_none_until_somebody_decides(self):
        self.opt_out(OTHER_NUMBER, state="review")
        self.assert_refused(self.post(self.ben))
        queued = self.post(self.ben, put_in_queue=True)
        self.run_cron(QUEUE)
        self.assert_refused(queued)
        self.assertEqual(self.left, [])
        consent = self.env["sms.inbox.consent"].search([("number", "=", OTHER_NUMBER)])
        consent.state = "subscribed"
        self.post(self.ben)
        self.assertEqual(self.left, [("iap", OTHER_NUMBER)])

    def test_one_line_that_they_opted_out_of_is_more_than_another_in_doubt(self):
        self.env["sms.inbox.consent"].create(
            {
                "company_id": self.company.id,
                "number": OTHER_NUMBER,
                "line_id": self.line.id,
                "state": "opted_out",
            }
        )
        self.opt_out(OTHER_NUMBER, state="review")
        opposed = self.env["sms.inbox.consent"]._opposed(self.company, [OTHER_NUMBER])
        self.assertEqual(opposed, {OTHER_NUMBER: "opted_out"})

    def test_each_door_refuses_by_itself(self):
        def texts():
            numbers = (THEIR_NUMBER, OTHER_NUMBER)
            values = {"body": "Hello", "record_company_id": self.company.id}
            rows = [{**values, "number": number} for number in numbers]
            return self.env["sms.sms"].create(rows)

        to_ada, to_ben = first = texts()
        passed = self.env["sms.sms"].concat(*(s for _api, s in first._split_by_api()))
        self.assertEqual(passed, to_ben)
        self.assertEqual(to_ada.state, "canceled")
        to_ada, to_ben = second = texts()
        second._send()
        self.assertEqual(to_ada.state, "canceled")
        self.assertEqual(self.left, [("iap", OTHER_NUMBER)])

    def test_a_queued_text_is_refused_after_a_stop_that_came_meanwhile(self):
        message = self.post(self.ben, put_in_queue=True)
        self.opt_out(OTHER_NUMBER)
        self.run_cron(QUEUE)
        self.assert_refused(message)
        self.assertEqual(self.left, [])

    def test_a_record_of_a_company_is_texted_as_that_company(self):
        self.partner.company_id = self.company
        message = self.post(self.partner, self.dental)
        self.assert_refused(message)
        self.assertEqual(self.left, [])

    def test_a_number_is_known_in_whatever_way_it_is_written(self):
        texts = self.env["sms.sms"].create(
            [
                {"number": number, "body": "Hello", "record_company_id": company.id}
                for company in (self.company, self.dental)
                for number in ("(202) 555-0143", "+1 202-555-0143", "0044", False)
            ]
        )
        texts.send()
        self.assertEqual(
            texts.mapped(lambda text: text.failure_type == "sms_optout"),
            [True, True] + [False] * 6,
        )

    def test_a_template_and_a_server_action_are_refused_as_well(self):
        template = self.env["sms.template"].create(
            {
                "name": "Ready",
                "model_id": self.env["ir.model"]._get("res.partner").id,
                "body": "Hello {{ object.name }}",
            }
        )
        partner = self.partner.with_company(self.company)
        self.assert_refused(partner._message_sms_with_template(template))
        for method in ("sms", "comment", "note"):
            action = self.env["ir.actions.server"].create(
                {
                    "name": "Text",
                    "model_id": template.model_id.id,
                    "state": "sms",
                    "sms_template_id": template.id,
                    "sms_method": method,
                }
            )
            action.with_company(self.company).with_context(
                active_model="res.partner", active_ids=(self.partner + self.ben).ids
            ).run()
            self.run_cron(QUEUE)
        self.assertEqual(set(self.left), {("iap", OTHER_NUMBER)})

    def test_the_question_costs_no_more_for_many_texts_than_for_few(self):
        texts = self.env["sms.sms"].create(
            [{"number": f"+1202555{i:04}", "body": "Hello"} for i in range(40)]
        )
        self.env.flush_all()

        def queries(some):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            some._without_opted_out()
            return self.env.cr.sql_log_count - before

        queries(texts)
        self.assertEqual(queries(texts[:2]), queries(texts))

    # ------------------------------------------------------------
    # THE COMPOSER SHOWS IT EARLY
    # ------------------------------------------------------------

    def composer(self, partners, mode, company=None):
        composer = self.env["sms.composer"].with_user(self.agent)
        composer = composer.with_company(company or self.company)
        many = {"default_res_ids": partners.ids}
        return composer.with_context(
            default_res_model="res.partner",
            default_composition_mode=mode,
            **({"default_res_id": partners.id} if len(partners) == 1 else many),
        )

    def test_the_composer_says_so_before_anything_is_written(self):
        form = Form(self.composer(self.partner, "comment"))
        self.assertEqual(form.sms_inbox_opted_out_count, 1)
        form.recipient_single_number_itf = OTHER_NUMBER
        self.assertEqual(form.sms_inbox_opted_out_count, 0)
        form.recipient_single_number_itf = "(202) 555-0143"
        self.assertEqual(form.sms_inbox_opted_out_count, 1)
        elsewhere = Form(self.composer(self.partner, "comment", self.dental))
        self.assertEqual(elsewhere.sms_inbox_opted_out_count, 0)

    def test_the_composer_refuses_to_send_and_names_the_number(self):
        composer = self.composer(self.partner, "comment").create({"body": "Hello"})
        with self.assertRaisesRegex(UserError, r"want no texts.*\+1 202 555 0143"):
            composer.action_send_sms()
        numbers = self.composer(self.ben, "numbers").create(
            {"body": "Hello", "numbers": f"{THEIR_NUMBER},{OTHER_NUMBER}"}
        )
        with self.assertRaisesRegex(UserError, r"want no texts.*\+1 202 555 0143\."):
            numbers.action_send_sms()
        elsewhere = self.composer(self.partner, "comment", self.dental)
        elsewhere.create({"body": "Hello"}).action_send_sms()
        self.assertEqual(self.left, [(self.twilio_of(self.dental), THEIR_NUMBER)])

    def test_the_composer_says_where_to_decide_what_is_in_doubt(self):
        self.opt_out(OTHER_NUMBER, state="review")
        form = Form(self.composer(self.ben, "comment"))
        self.assertIn("Decide it in their conversation", form.sms_inbox_obstacle)
        composer = self.composer(self.ben, "comment").create({"body": "Hello"})
        with self.assertRaisesRegex(UserError, "may mean.*555 0144"):
            composer.action_send_sms()

    def test_a_batch_counts_who_opted_out_and_texts_the_others(self):
        composer = self.composer(self.partner + self.ben, "mass").create(
            {"body": "Hello"}
        )
        self.assertEqual(composer.sms_inbox_opted_out_count, 1)
        composer.action_send_sms()
        refused = self.env["sms.sms"].search([("partner_id", "=", self.partner.id)])
        self.assertEqual(refused.mapped("state"), ["canceled"])
        self.assertEqual(refused.mapped("failure_type"), ["sms_optout"])
        self.run_cron(QUEUE)
        self.assertEqual(self.left, [("iap", OTHER_NUMBER)])

    def test_a_batch_asks_the_company_of_each_record(self):
        (self.partner + self.ben).company_id = self.dental
        self.opt_out(OTHER_NUMBER, self.dental)
        composer = self.composer(self.partner + self.ben, "mass").create(
            {"body": "Hello"}
        )
        self.assertEqual(composer.sms_inbox_opted_out_count, 1)
        composer.action_send_sms_mass_now()
        self.assertEqual(self.left, [(self.twilio_of(self.dental), THEIR_NUMBER)])
