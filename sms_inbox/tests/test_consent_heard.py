"""What people write does to their consent, in the transaction that stores it."""

from datetime import datetime, timedelta
from itertools import count

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .. import carriers, clock
from ..consent_source import Source
from .common import OUR_NUMBER, THEIR_NUMBER, SmsInboxCase

DOUBTFUL = "not interested"
SERIAL = count(1)
OTHER_NUMBER = "+12025550144"


class ConsentCase(SmsInboxCase):
    def consents(self, number=THEIR_NUMBER, company=None):
        return self.env["sms.inbox.consent"].search(
            [
                ("company_id", "=", (company or self.company).id),
                ("number", "=", number),
            ]
        )

    def state(self, number=THEIR_NUMBER):
        return self.consents(number).state

    def events(self, number=THEIR_NUMBER):
        return self.env["sms.inbox.consent.event"].search(
            [("company_id", "=", self.company.id), ("number", "=", number)], order="id"
        )

    def answers(self, word=None, number=THEIR_NUMBER):
        """The texts that answered a word by themselves, oldest first."""
        domain = [("contact_number", "=", number), ("answers_word", "!=", False)]
        if word:
            domain.append(("answers_word", "=", word))
        return self.env["sms.inbox.message"].search(domain, order="id")

    def receive_late(self, body, ago, line=OUR_NUMBER):
        """Process a text that the carrier got a while ago."""
        self.env["sms.inbox.webhook.event"]._store(
            self.account,
            carriers.InboundText(
                carrier_id=f"SM{next(SERIAL)}",
                sender=THEIR_NUMBER,
                recipient=line,
                body=body,
                at=clock.epoch(fields.Datetime.now() - ago),
            ),
        )
        self.process_events()

    def queue(self, body="Ready!", priority="reply", number=None, author=None):
        conversation = self.make_conversation(number)
        author = author or (self.agent if priority == "reply" else None)
        return conversation._queue(body, priority, author)


@tagged("post_install", "-at_install")
class TestOptOutHeard(ConsentCase):
    def test_stop_is_noted_with_its_words_and_where_they_stand(self):
        text = self.receive("STOP")
        self.assertRecordValues(
            self.consents(),
            [
                {
                    "state": "opted_out",
                    "said_by": "person",
                    "since": text.date,
                    "line_id": False,
                }
            ],
        )
        self.assertRecordValues(
            self.events(),
            [
                {
                    "state": "opted_out",
                    "said_by": "person",
                    "words": "STOP",
                    "text_uuid": text.uuid,
                    "line_number": False,
                }
            ],
        )

    def test_any_reasonable_wording_counts(self):
        self.receive("Please take me off your list")
        self.assertEqual(self.state(), "opted_out")

    def test_an_ordinary_text_changes_nothing(self):
        self.receive("I'll stop by tomorrow")
        self.assertFalse(self.consents())
        self.assertFalse(self.answers())

    def test_what_waits_is_canceled_and_says_why(self):
        texts = self.queue() + self.queue("Sale!", "bulk")
        self.receive("stop")
        self.assertEqual(texts.mapped("state"), ["canceled", "canceled"])
        self.assertEqual(
            set(texts.mapped("error_text")), {"They want no texts from you."}
        )

    def test_it_is_confirmed_once_and_nothing_else_leaves(self):
        text = self.receive("Please stop texting me")
        answer = self.answers()
        self.assertEqual(answer.answers_word, "opt_out")
        self.assertEqual(answer.not_after, text.date + timedelta(minutes=5))
        with self.assertRaisesRegex(UserError, "wants no texts"):
            self.make_conversation().send_text("But why?")
        self.assertEqual(
            [text.body for text in self.dispatch()], [answer.body], "the one answer"
        )
        self.receive("I said stop texting me")
        self.assertEqual(self.answers(), answer)

    def test_the_company_says_in_its_own_words_what_is_confirmed(self):
        self.company.sms_inbox_opt_out_confirmation = "Bikes: done, no more texts."
        self.receive("stop")
        self.assertEqual(self.answers().body, "Bikes: done, no more texts.")

    def test_a_word_of_its_own_that_a_carrier_took_for_stop_counts(self):
        texts = self.env["sms.inbox.conversation"]._receive_all(
            [{"number": self.number, "contact_number": THEIR_NUMBER, "body": "LOPETA"}]
        )
        self.env["sms.inbox.consent"]._hear(texts, {texts: "stop"})
        self.assertEqual(self.state(), "opted_out")
        self.assertFalse(self.answers(), "the carrier has answered it")

    def test_a_text_that_comes_hours_late_is_heeded_and_not_confirmed(self):
        self.receive_late("stop", timedelta(hours=3))
        self.assertEqual(self.state(), "opted_out")
        self.assertFalse(self.answers())

    def test_stop_in_one_thread_stops_the_whole_company(self):
        line = self.make_line(self.account, "+14155550177")
        other = self.queue(number=self.make_number(line, self.agent))
        self.receive("stop")
        self.assertEqual(other.state, "canceled")

    def test_where_the_company_says_so_it_stops_one_number_alone(self):
        self.company.sms_inbox_opt_out_scope = "number"
        line = self.make_line(self.account, "+14155550177")
        other = self.queue(number=self.make_number(line, self.agent))
        mine = self.queue()
        self.receive("stop")
        self.assertEqual((mine.state, other.state), ("canceled", "queued"))
        self.assertEqual(self.consents().line_id, self.line)

    def test_nobody_else_and_no_other_company_is_stopped(self):
        company = self.env["res.company"].create({"name": "Boats"})
        account = self.make_account(company)
        line = self.make_line(account, "+14155550178")
        texts = self.queue(number=self.make_number(line)) + self.make_conversation(
            contact_number=OTHER_NUMBER
        )._queue("Hi", "reply", self.agent)
        self.receive("stop")
        self.assertEqual(texts.mapped("state"), ["queued", "queued"])
        self.assertFalse(self.consents(company=company))

    def test_a_thread_that_they_ended_is_probably_done(self):
        text = self.receive("stop")
        self.assertTrue(text.conversation_id.probably_done)
        self.assertEqual(text.conversation_id.stage, "needs_reply")

    def test_a_stop_to_a_number_that_is_retired_counts(self):
        line = self.make_line(self.account, "+14155550177")
        other = self.queue(number=self.make_number(line, self.agent))
        self.number.active = False
        self.receive("STOP")
        self.assertEqual(self.state(), "opted_out")
        self.assertEqual(other.state, "canceled")

    def test_what_a_machine_writes_comes_in_like_any_other_text(self):
        text = self.receive("Please stop texting me", "72345")
        self.assertEqual(text.body, "Please stop texting me")
        self.assertFalse(self.consents("72345"))

    def test_two_machines_end_after_a_few_answers(self):
        for _again in range(10):
            self.receive("stop")
            self.receive("start")
        self.assertLessEqual(len(self.answers()), 5)
        self.assertEqual(self.state(), "subscribed")

    def test_a_stop_overtakes_the_answer_to_a_start(self):
        for body in ("stop", "start", "stop"):
            self.account.sandbox_receive(OUR_NUMBER, THEIR_NUMBER, body)
        self.process_events()
        handed_over = self.dispatch()
        self.assertNotIn("again.", [t.body.split("them ")[0] for t in handed_over])
        self.assertFalse(
            [t for t in self.answers("opt_in") if t.state not in ("canceled",)]
        )

    def test_an_answer_to_a_word_is_not_sent_again_by_hand(self):
        self.receive("stop")
        answer = self.answers()
        answer._settle("failed", "30003")
        with self.assertRaisesRegex(UserError, "cannot be sent again"):
            answer.with_user(self.agent).action_retry()

    def test_who_was_told_by_an_agents_decision_is_not_told_twice(self):
        thread = self.receive(DOUBTFUL).conversation_id.with_user(self.agent)
        thread.action_wants_no_texts()
        self.receive("STOP")
        self.assertEqual(len(self.answers()), 1)
        self.assertEqual(self.consents().said_by, "person")

    def test_each_is_confirmed_within_five_minutes_of_their_own_text(self):
        events = self.env["sms.inbox.webhook.event"]
        for number, ago in ((THEIR_NUMBER, 280), (OTHER_NUMBER, 0)):
            at = clock.epoch(fields.Datetime.now() - timedelta(seconds=ago))
            sm = f"SM{next(SERIAL)}"
            text = carriers.InboundText(sm, number, OUR_NUMBER, "stop", at=at)
            events._store(self.account, text)
        self.process_events()
        first, second = self.answers(), self.answers(number=OTHER_NUMBER)
        self.assertGreater(second.not_after - first.not_after, timedelta(minutes=4))

    def test_a_refusal_of_an_older_text_undoes_no_later_start(self):
        text = self.queue()
        self.dispatch()
        self.receive_late("START", timedelta(seconds=-5))
        text.attempt_ids._heed_opt_out()
        self.assertEqual(self.state(), "subscribed")

    def test_many_who_stop_at_once_each_get_their_own(self):
        numbers = [f"+1202555{i:04d}" for i in range(160, 165)]
        for number in numbers:
            self.account.sandbox_receive(OUR_NUMBER, number, "stop")
        self.process_events()
        for number in numbers:
            self.assertEqual(self.state(number), "opted_out")
            self.assertEqual(len(self.answers(number=number)), 1)
            self.assertEqual(self.events(number).words, "stop")


@tagged("post_install", "-at_install")
class TestOptInHeard(ConsentCase):
    def test_start_lifts_what_they_said_and_is_confirmed(self):
        self.receive("stop")
        self.receive("START")
        self.assertEqual(self.state(), "subscribed")
        self.assertEqual(self.answers().mapped("answers_word"), ["opt_out", "opt_in"])
        self.assertTrue(self.make_conversation().send_text("Welcome back"))

    def test_stop_and_start_that_come_together_count_in_their_order(self):
        for body in ("stop", "start", "stop"):
            self.account.sandbox_receive(OUR_NUMBER, THEIR_NUMBER, body)
        self.process_events()
        self.assertEqual(self.state(), "opted_out")
        self.assertEqual(
            self.events().mapped("state"), ["opted_out", "subscribed", "opted_out"]
        )

    def test_any_other_text_lifts_nothing(self):
        self.receive("stop")
        for body in ("Is my bike ready?", "Let's start Monday", "Yes please"):
            self.receive(body)
        self.assertEqual(self.state(), "opted_out")

    def test_yes_lifts_a_bare_stop(self):
        self.receive("STOP")
        self.receive("Yes")
        self.assertEqual(self.state(), "subscribed")

    def test_yes_lifts_nothing_that_was_said_in_other_words(self):
        self.receive("take me off your list")
        self.receive("Yes")
        self.assertEqual(self.state(), "opted_out")

    def test_yes_lifts_nothing_on_a_toll_free_number(self):
        self.line.number_type = "toll_free"
        self.receive("STOP")
        self.receive("Yes")
        self.assertEqual(self.state(), "opted_out")

    def test_yes_of_somebody_who_never_stopped_means_yes(self):
        self.receive("Yes")
        self.assertFalse(self.consents())

    def test_a_start_to_one_number_does_not_hide_a_late_stop_to_another(self):
        self.company.sms_inbox_opt_out_scope = "number"
        line = self.make_line(self.account, "+14155550177")
        self.make_number(line, self.agent)
        self.receive_late("START", timedelta(minutes=10))
        self.receive_late("stop", timedelta(minutes=30), line.number)
        stopped = self.consents().filtered(lambda c: c.state == "opted_out")
        self.assertEqual(stopped.line_id, line)

    def test_a_yes_that_a_carrier_takes_for_start_is_judged_here(self):
        for first, then in (("take me off your list", "opted_out"), ("Hello", False)):
            with self.subTest(first=first):
                number = f"+1202555019{len(first) % 10}"
                self.receive(first, number)
                text = self.receive("Yes", number)
                self.env["sms.inbox.consent"]._hear(text, {text: "start"})
                self.assertEqual(self.state(number), then)

    def test_start_lifts_what_the_carrier_said_of_this_number(self):
        source = Source("Twilio", "the carrier refused a text", "carrier")
        self.env["sms.inbox.consent"]._opt_out(
            self.company, [(THEIR_NUMBER, self.line)], source
        )
        # the transaction of a test began before; a text of a moment later lifts it
        self.receive_late("UNSTOP", timedelta(seconds=-1))
        self.assertFalse(
            self.consents().filtered(lambda consent: consent.state == "opted_out")
        )

    def test_a_start_that_comes_late_lifts_no_later_stop(self):
        self.receive("stop")
        self.receive_late("start", timedelta(hours=1))
        self.assertEqual(self.state(), "opted_out")

    def test_a_stop_that_comes_late_ends_no_later_start(self):
        self.receive_late("stop", timedelta(hours=2))
        self.receive_late("start", timedelta(minutes=30))
        self.receive_late("stop", timedelta(hours=1))
        self.assertEqual(self.state(), "subscribed")


@tagged("post_install", "-at_install")
class TestHelpHeard(ConsentCase):
    def test_help_is_answered_with_the_companys_name_and_contact(self):
        self.company.sms_inbox_help_contact = "help@bikes.example"
        self.receive("HELP")
        body = self.answers("help").body
        self.assertIn("Bikes", body)
        self.assertIn("help@bikes.example", body)

    def test_help_is_answered_once(self):
        self.receive("help")
        self.receive("Help!")
        self.assertEqual(len(self.answers("help")), 1)

    def test_who_opted_out_is_helped_all_the_same(self):
        self.receive("stop")
        self.dispatch()
        self.receive("help")
        self.assertEqual(
            [text.body for text in self.dispatch()], [self.answers("help").body]
        )

    def test_a_question_that_asks_for_help_is_no_word(self):
        self.receive("can you help me with an invoice?")
        self.assertFalse(self.answers())


@tagged("post_install", "-at_install")
class TestWrongPerson(ConsentCase):
    def test_it_stops_texts_and_asks_about_the_contact(self):
        text = self.receive("Sorry, wrong number")
        thread = text.conversation_id.with_user(self.agent)
        self.assertEqual(self.state(), "opted_out")
        self.assertTrue(thread.wrong_person)
        self.assertEqual(self.answers().answers_word, "wrong_person")
        self.assertEqual((thread.stage, thread.unread), ("needs_reply", 1))
        self.assertFalse(thread._asks(), "it would wait for an answer")
        self.assertFalse(thread.overdue_at)
        thread.action_unlink_contact()
        self.assertFalse(thread.partner_id)
        self.assertFalse(thread.candidate_ids, "the same contact is offered again")
        thread.partner_id = self.partner.copy({"name": "Somebody else"})
        self.assertFalse(thread.wrong_person)

    def test_the_contact_stays_if_they_were_right(self):
        thread = self.receive("wrong number").conversation_id.with_user(self.agent)
        thread.action_right_person()
        self.assertEqual(thread.partner_id, self.partner)
        self.assertEqual(self.state(), "opted_out")


@tagged("post_install", "-at_install")
class TestDoubt(ConsentCase):
    def test_a_doubtful_text_holds_what_was_written_before_it(self):
        texts = self.queue() + self.queue("Sale!", "bulk") + self.queue("Hi", "notice")
        self.receive(DOUBTFUL)
        self.assertEqual(self.state(), "review")
        self.assertEqual(set(texts.mapped("state")), {"held"})
        self.assertEqual(set(texts.mapped("waits_for")), {"consent"})
        self.assertFalse(self.dispatch())

    def test_notices_and_bulk_queued_after_it_are_held_too(self):
        self.receive(DOUBTFUL)
        texts = self.queue("Sale!", "bulk") + self.queue("Hi", "notice")
        self.assertFalse(self.dispatch())
        self.assertEqual(set(texts.mapped("state")), {"held"})

    def test_a_reply_of_somebody_who_read_it_leaves(self):
        thread = self.receive(DOUBTFUL).conversation_id.with_user(self.agent)
        thread.mark_read()
        thread.send_text("Shall we stop writing to you?")
        self.assertEqual(
            [text.body for text in self.dispatch()], ["Shall we stop writing to you?"]
        )

    def test_a_reply_of_somebody_who_has_not_read_it_is_held(self):
        thread = self.receive(DOUBTFUL).conversation_id.with_user(self.agent)
        text = self.env["sms.inbox.message"].browse(thread.send_text("Sale!"))
        self.assertFalse(self.dispatch())
        self.assertEqual((text.state, text.waits_for), ("held", "consent"))

    def test_an_agent_of_another_number_has_not_read_it(self):
        line = self.make_line(self.account, "+14155550177")
        stranger = self.make_user("stranger", "group_user", self.company)
        number = self.make_number(line, stranger)
        self.receive(DOUBTFUL)
        text = self.queue("Sale!", number=number, author=stranger)
        self.assertFalse(self.dispatch())
        self.assertEqual(text.state, "held")

    def test_an_agent_of_another_number_neither_reads_nor_decides_it(self):
        stranger = self.make_user("stranger", "group_user", self.company)
        self.receive(DOUBTFUL)
        consent = self.consents().with_user(stranger)
        with self.assertRaises(AccessError):
            consent.action_wants_texts()
        with self.assertRaises(AccessError):
            consent.read(["words"])

    def test_a_held_reply_is_let_go_by_who_has_read_what_they_wrote(self):
        text = self.queue("Sorry?")
        thread = self.receive(DOUBTFUL).conversation_id
        with self.assertRaisesRegex(UserError, "Decide first"):
            text.with_user(self.agent).action_release()
        thread.with_user(self.agent).mark_read()
        text.with_user(self.agent).action_release()
        self.assertEqual([each.body for each in self.dispatch()], ["Sorry?"])

    def test_held_bulk_is_let_go_by_a_decision_alone(self):
        text = self.queue("Sale!", "bulk")
        self.receive(DOUBTFUL).conversation_id.with_user(self.agent).mark_read()
        with self.assertRaisesRegex(UserError, "Decide first"):
            text.with_user(self.agent).action_release()

    def test_a_second_doubtful_text_has_to_be_read_too(self):
        thread = self.receive(DOUBTFUL).conversation_id.with_user(self.agent)
        thread.mark_read()
        text = self.env["sms.inbox.message"].browse(thread.send_text("Sorry?"))
        self.receive("go away")
        self.assertEqual(text.state, "held")

    def test_a_code_that_they_asked_for_leaves(self):
        self.receive(DOUBTFUL)
        self.queue("Your code: 1234", "code")
        self.assertEqual([t.body for t in self.dispatch()], ["Your code: 1234"])

    def test_deciding_that_they_want_none_cancels_what_was_held(self):
        text = self.queue("Sale!", "bulk")
        thread = self.receive(DOUBTFUL).conversation_id.with_user(self.agent)
        thread.action_wants_no_texts()
        self.assertEqual(text.state, "canceled")
        self.assertEqual(self.state(), "opted_out")
        self.assertEqual(self.answers().answers_word, "opt_out")
        self.assertRecordValues(
            self.events()[-1],
            [{"words": DOUBTFUL, "actor": self.agent.name, "said_by": "staff"}],
        )

    def test_deciding_that_they_may_be_texted_lets_go_what_was_held(self):
        text = self.queue("Sale!", "bulk")
        thread = self.receive(DOUBTFUL).conversation_id.with_user(self.agent)
        thread.action_wants_texts()
        self.assertEqual(self.state(), "unknown")
        self.assertEqual(text.state, "queued")
        self.assertEqual([each.body for each in self.dispatch()], ["Sale!"])

    def test_who_had_agreed_has_agreed_again(self):
        self.receive("START")
        thread = self.receive(DOUBTFUL).conversation_id.with_user(self.agent)
        thread.action_wants_texts()
        self.assertEqual(self.state(), "subscribed")

    def test_what_somebody_decided_is_not_decided_twice(self):
        thread = self.receive(DOUBTFUL).conversation_id.with_user(self.agent)
        thread.action_wants_texts()
        with self.assertRaisesRegex(UserError, "decided this already"):
            thread.action_wants_no_texts()

    def test_the_thread_and_the_list_show_what_is_to_be_decided(self):
        text = self.receive(DOUBTFUL)
        thread = text.conversation_id.with_user(self.agent)
        self.assertRecordValues(
            thread,
            [{"undecided": True, "doubtful_words": DOUBTFUL}],
        )
        threads = self.env["sms.inbox.conversation"].with_user(self.agent)
        self.assertEqual(threads.search([("undecided", "=", True)]), thread)
        consent = self.consents().with_user(self.supervisor)
        self.assertEqual(consent.action_open_conversation()["res_id"], thread.id)
        consent.action_wants_texts()
        self.assertNotIn(thread, threads.search([("undecided", "=", True)]))

    def test_nobody_has_longer_than_ten_business_days(self):
        friday = datetime(2026, 11, 27, 12)
        self.receive_late(DOUBTFUL, fields.Datetime.now() - friday)
        self.assertEqual(self.consents().decide_by, datetime(2026, 12, 11, 12))

    def test_undecided_at_the_deadline_they_want_no_texts(self):
        self.receive_late(DOUBTFUL, timedelta(days=20))
        self.run_cron("sms_inbox.ir_cron_decide_consents")
        self.assertRecordValues(
            self.consents(), [{"state": "opted_out", "said_by": "person"}]
        )
        self.assertFalse(self.answers())

    def test_what_there_is_time_for_stays_to_be_decided(self):
        self.receive(DOUBTFUL)
        self.run_cron("sms_inbox.ir_cron_decide_consents")
        self.assertEqual(self.state(), "review")

    def test_doubt_lifts_no_opt_out(self):
        self.receive("stop")
        self.receive(DOUBTFUL)
        self.assertEqual(self.state(), "opted_out")


@tagged("post_install", "-at_install")
class TestCarrierAnswers(ConsentCase):
    """What a carrier has answered by itself is not answered again."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.move_to_account(carrier="twilio", account_sid="AC1", auth_token="x")
        cls.line.confirms_stop = True

    def hear(self, body):
        texts = self.env["sms.inbox.conversation"]._receive_all(
            [{"number": self.number, "contact_number": THEIR_NUMBER, "body": body}]
        )
        self.env["sms.inbox.consent"]._hear(texts, {})

    def test_its_own_word_is_noted_and_not_confirmed_by_us(self):
        self.hear("Stop ")
        self.assertEqual(self.state(), "opted_out")
        self.assertFalse(self.answers())

    def test_help_is_its_own_to_answer(self):
        self.hear("HELP")
        self.assertFalse(self.answers())

    def test_what_it_does_not_know_as_a_word_we_confirm(self):
        self.hear("Stop texting me please")
        self.assertTrue(self.answers("opt_out"))

    def test_a_toll_free_number_answers_no_help(self):
        self.line.number_type = "toll_free"
        self.hear("help")
        self.assertTrue(self.answers("help"))

    def test_a_short_code_answers_nothing(self):
        self.line.confirms_stop = False
        self.hear("stop")
        self.assertTrue(self.answers("opt_out"))


@tagged("post_install", "-at_install")
class TestSharedLine(ConsentCase):
    """What people text to a number that companies share is for all of them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.number.active = False
        cls.line.usage = "notification"
        cls.boats = cls.env["res.company"].create({"name": "Boats"})
        cls.number = cls.make_number(cls.line, cls.agent)
        cls.other = cls.make_number(cls.line, company_id=cls.boats.id)

    def states(self):
        consents = self.consents() + self.consents(company=self.boats)
        return consents.mapped("state")

    def test_a_stop_counts_for_every_company(self):
        self.receive_late("STOP", timedelta())
        self.assertEqual(self.states(), ["opted_out", "opted_out"])

    def test_a_start_lifts_it_for_those_too_who_left_meanwhile(self):
        self.receive_late("STOP", timedelta(minutes=5))
        self.other.active = False
        self.receive_late("START", timedelta())
        self.assertEqual(self.states(), ["subscribed", "subscribed"])

    def test_a_start_that_comes_late_lifts_no_later_stop(self):
        self.receive_late("STOP", timedelta(minutes=10))
        self.receive_late("START", timedelta(hours=2))
        self.assertEqual(self.states(), ["opted_out", "opted_out"])

    def test_doubt_is_to_be_decided_by_each(self):
        self.receive_late(DOUBTFUL, timedelta())
        self.assertEqual(self.states(), ["review", "review"])
        consent = self.consents().with_user(self.supervisor)
        self.assertEqual(consent.words, DOUBTFUL)
        consent.action_wants_no_texts()
        self.assertEqual(self.states(), ["opted_out", "review"])
