"""Bulk texts: who gets one, once each, and what the buttons do to those that wait."""

from datetime import datetime
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models import sms_inbox_batch, sms_inbox_batch_writing
from ..models.sms_inbox_batch import NEVER
from .common import THEIR_NUMBER, SmsInboxCase

OTHER_NUMBER = "+14155550101"


class BulkCase(SmsInboxCase):
    """Some contacts, and short ways to text them all."""

    def make_partners(self, count, **vals):
        return self.env["res.partner"].create(
            [
                {"name": f"Person {i}", "phone": f"+1212555{1000 + i}", **vals}
                for i in range(count)
            ]
        )

    def make_bulk(self, partners, body="Hi {{ object.name }}", user=None, **vals):
        bulks = self.env["sms.inbox.bulk"].with_user(user or self.supervisor)
        action = bulks.with_context(
            active_model=partners._name, active_ids=partners.ids
        )._open()
        bulk = bulks.browse(action["res_id"])
        bulk.write({"body": body, "number_ids": [(6, 0, self.number.ids)], **vals})
        return bulk

    def make_batch(self, partners, *args, **vals):
        action = self.make_bulk(partners, *args, **vals).action_send()
        return self.env["sms.inbox.batch"].browse(action["res_id"])

    def work(self):
        self.run_cron("sms_inbox.ir_cron_batch")

    def texts(self, batch):
        return self.env["sms.inbox.message"].search(
            [("batch_id", "=", batch.id)], order="id"
        )


@tagged("post_install", "-at_install")
class TestBatchWriting(BulkCase):
    def test_everybody_gets_one_text_with_their_own_name(self):
        partners = self.make_partners(3)
        batch = self.make_batch(partners)
        self.assertEqual(batch.state, "preparing")
        self.work()
        texts = self.texts(batch)
        self.assertEqual(
            texts.mapped("body"), ["Hi Person 0", "Hi Person 1", "Hi Person 2"]
        )
        self.assertEqual(
            texts.mapped("contact_number"), partners.mapped("phone_sanitized")
        )
        self.assertEqual(set(texts.mapped("priority")), {"bulk"})
        self.assertEqual(texts.author_id, self.supervisor)
        self.assertEqual((batch.state, batch.waiting_count), ("running", 3))

    def test_long_texts_are_spread_by_what_they_weigh(self):
        self.line.limit_id.segments_per_second = 1.0
        line = self.make_line(self.account, OTHER_NUMBER, rate=1.0)
        other = self.make_number(line, name="Service")
        waiting = {
            **{"number_id": self.number.id, "contact_number": THEIR_NUMBER},
            **{"partner_id": False, "body": "Hello", "segments": 10},
        }
        self.env["sms.inbox.conversation"]._queue_many([waiting], priority="bulk")
        both = [(6, 0, (self.number + other).ids)]
        batch = self.make_batch(self.make_partners(8), "x" * 700, number_ids=both)
        self.work()
        texts = self.texts(batch)
        self.assertEqual(set(texts.mapped("segments")), {5})
        # with the 10 segments that wait for the one, both end after 25
        self.assertEqual(len(texts.filtered(lambda t: t.number_id == other)), 5)

    def test_a_batch_at_fault_stops_and_no_other(self):
        bad = self.make_batch(self.make_partners(1))
        good = self.make_batch(self.partner)
        bad.model = "no.such.model"
        with mute_logger("odoo.addons.sms_inbox.models.sms_inbox_batch_writing"):
            self.work()
        self.assertEqual((bad.state, good.state), ("paused", "running"))
        self.assertTrue(bad.stopped_because)

    def test_a_batch_waits_while_its_number_is_set_aside_and_leaves_nobody_out(self):
        batch = self.make_batch(self.make_partners(3))
        self.line._set_aside("Not registered.")
        self.work()
        self.assertEqual((batch.state, batch.left_out_count), ("paused", 0))
        self.assertIn("set aside", batch.stopped_because)
        self.line.action_bring_back()
        batch.action_resume()
        self.work()
        self.assertEqual((batch.state, len(self.texts(batch))), ("running", 3))
        self.assertFalse(batch.stopped_because)

    def test_a_batch_whose_number_is_no_longer_in_use_leaves_everybody_out(self):
        partners = self.make_partners(3)
        batch = self.make_batch(partners)
        self.number.active = False
        self.work()
        self.assertEqual(batch.left_out, {"no_sender": partners.ids})

    def test_an_agent_cannot_say_that_many_are_few(self):
        partners = self.make_partners(60)
        bulk = self.make_bulk(partners, user=self.agent)
        bulk.count = 1
        with self.assertRaises(UserError):
            bulk.action_send()

    def test_a_thread_that_a_bulk_text_makes_is_closed_and_knows_its_contact(self):
        partner = self.make_partners(1)
        self.make_batch(partner)
        self.work()
        thread = self.env["sms.inbox.conversation"].search(
            [
                ("contact_number", "=", partner.phone_sanitized),
                ("company_id", "=", self.company.id),
            ]
        )
        self.assertEqual(thread.stage, "closed")
        self.assertEqual(thread.partner_id, partner)
        self.assertFalse(thread.last_text_at)
        self.dispatch()
        self.assertEqual(thread.last_text, "Hi Person 0")

    def test_a_bulk_text_answers_nobody(self):
        thread = self.receive("Are you open?").conversation_id
        since = thread.waiting_since
        self.make_batch(self.partner)
        self.work()
        self.assertEqual((thread.stage, thread.waiting_since), ("needs_reply", since))

    def test_who_knows_a_number_is_texted_from_it(self):
        line = self.make_line(self.account, OTHER_NUMBER)
        other = self.make_number(line, self.agent, name="Service")
        thread = self.make_conversation(number=other)
        thread.send_text("Hello")
        both = [(6, 0, (self.number + other).ids)]
        batch = self.make_batch(self.partner, number_ids=both)
        self.work()
        self.assertEqual(self.texts(batch).number_id, other)

    def test_people_whom_no_number_knows_are_shared_out(self):
        line = self.make_line(self.account, OTHER_NUMBER)
        other = self.make_number(line, self.agent, name="Service")
        both = self.number + other
        batch = self.make_batch(self.make_partners(10), number_ids=[(6, 0, both.ids)])
        self.work()
        texts = self.texts(batch).grouped("number_id")
        self.assertEqual({n: len(t) for n, t in texts.items()}, dict.fromkeys(both, 5))

    def test_each_who_gets_no_text_is_left_out_with_a_reason(self):
        make = self.env["res.partner"].create
        good = make({"name": "Good", "phone": "+12125551000"})
        left_out = {
            "no_number": make({"name": "None"}),
            "not_a_number": make({"name": "Odd", "phone": "call me"}),
            "twice": make({"name": "Twin", "phone": "+12125551000"}),
            "opted_out": make({"name": "Out", "phone": "+12125551001"}),
            "not_textable": make({"name": "Premium", "phone": "+19005551002"}),
            "ours": make({"name": "Self", "phone": self.number.number}),
        }
        self.env["sms.inbox.consent"].create(
            {
                "company_id": self.company.id,
                "number": "+12125551001",
                "state": "opted_out",
            }
        )
        everyone = good.union(*left_out.values())
        batch = self.make_batch(everyone)
        self.work()
        self.assertEqual(self.texts(batch).contact_number, "+12125551000")
        self.assertEqual(batch.left_out, {r: p.ids for r, p in left_out.items()})
        self.assertEqual(batch.left_out_count, len(left_out))
        domain = batch.action_left_out()["domain"]
        self.assertEqual(self.env["res.partner"].search(domain), everyone - good)

    def test_a_text_that_cannot_be_filled_in_keeps_no_other_waiting(self):
        parent = self.env["res.partner"].create({"name": "Acme"})
        partners = self.make_partners(2)
        partners[1].parent_id = parent
        editor = self.env.ref("mail.group_mail_template_editor")
        self.supervisor.group_ids += editor
        body = "Hi {{ object.parent_id.name.upper() }}"
        batch = self.make_batch(partners, body)
        self.work()
        self.assertEqual(self.texts(batch).mapped("body"), ["Hi ACME"])
        self.assertEqual(batch.left_out, {"not_filled_in": partners[0].ids})

    def test_placeholders_with_code_are_for_those_who_may_edit_templates(self):
        editor = self.env.ref("mail.group_mail_template_editor")
        self.env.ref("base.group_user").implied_ids -= editor
        self.supervisor.group_ids -= editor
        self.assertIn(
            "simple", self.make_bulk(self.partner, "{{ user.email }}").problem
        )
        self.assertTrue(self.make_batch(self.partner, "Hi {{ object.name }}"))

    def test_a_contact_of_another_company_is_left_out(self):
        other = self.env["res.company"].create({"name": "Cars"})
        partners = self.make_partners(2)
        partners[1].company_id = other
        batch = self.make_batch(partners)
        self.work()
        self.assertEqual(self.texts(batch).mapped("body"), ["Hi Person 0"])
        self.assertEqual(batch.left_out, {"no_permission": partners[1].ids})

    def test_whoever_lost_their_rights_sends_nothing_more(self):
        batch = self.make_batch(self.make_partners(2), user=self.agent)
        self.agent.group_ids -= self.env.ref("sms_inbox.group_user")
        self.work()
        self.assertFalse(self.texts(batch))
        self.assertEqual(list(batch.left_out), ["no_permission"])

    def test_records_without_numbers_are_texted_through_their_contact(self):
        user = self.env["res.users"].search([("id", "=", self.agent.id)])
        user.partner_id.phone = "+12125551009"
        reasons = self.env["sms.inbox.recipients"]._judge(
            "res.users", user.ids, self.number
        )
        self.assertEqual(reasons[0].number, "+12125551009")

    def test_a_later_start_parks_the_texts_until_then(self):
        start = datetime(2040, 1, 2, 8)
        batch = self.make_batch(self.make_partners(1), timing="later", start=start)
        self.work()
        text = self.texts(batch)
        self.assertEqual(text.not_before, start)
        self.assertEqual((text.parked_until, text.waits_for), (start, "schedule"))

    def test_a_notice_ends_with_the_hours_in_which_it_may_come_and_bulk_goes_on(self):
        self.env["sms.inbox.quiet.rule"].search([]).active = False
        self.env["sms.inbox.quiet.rule"].create(
            {"opens": 0, "closes": 24, "sunday": True}
        )
        partners = self.make_partners(2)
        bulk = self.make_batch(partners[0])
        notice = self.make_batch(partners[1], priority="notice")
        self.work()
        self.assertFalse(self.texts(bulk).not_after)
        self.assertTrue(self.texts(notice).not_after)

    def test_a_batch_is_done_when_nothing_waits(self):
        batch = self.make_batch(self.make_partners(2))
        self.work()
        self.texts(batch).write({"state": "delivered"})
        self.work()
        self.assertEqual((batch.state, batch.progress), ("done", 100))
        self.assertEqual(batch.delivered_count, 2)


@tagged("post_install", "-at_install")
class TestBatchKilled(BulkCase):
    def setUp(self):
        super().setUp()
        self.startPatcher(patch.object(sms_inbox_batch_writing, "CHUNK", 2))

    def chunk(self, batch):
        batch._step()
        self.env.flush_all()

    def assert_once_each(self, batch, partners):
        self.assertEqual(
            self.texts(batch).mapped("contact_number"),
            partners.mapped("phone_sanitized"),
        )

    def test_a_kill_before_a_chunk_commits_repeats_and_loses_nothing(self):
        partners = self.make_partners(5)
        batch = self.make_batch(partners)
        self.chunk(batch)
        try:
            with self.env.cr.savepoint():
                self.chunk(batch)
                self.assertEqual(len(self.texts(batch)), 4)
                raise ZeroDivisionError
        except ZeroDivisionError:
            self.env.invalidate_all()
        self.assertEqual((batch.position, len(self.texts(batch))), (2, 2))
        self.work()
        self.assert_once_each(batch, partners)

    def test_a_pointer_that_fell_back_gives_nobody_a_second_text(self):
        partners = self.make_partners(4)
        batch = self.make_batch(partners)
        self.work()
        batch.write({"position": 0, "state": "preparing"})
        self.work()
        self.assert_once_each(batch, partners)
        self.assertEqual(batch.left_out, {"twice": partners.ids})

    def test_a_number_in_two_chunks_gets_one_text(self):
        partners = self.make_partners(3)
        partners[2].phone = partners[0].phone
        batch = self.make_batch(partners)
        self.work()
        self.assert_once_each(batch, partners[:2])
        self.assertEqual(batch.left_out, {"twice": partners[2].ids})


@tagged("post_install", "-at_install")
class TestBatchButtons(BulkCase):
    def test_a_pause_parks_what_waits_and_lets_go_what_is_leaving(self):
        batch = self.make_batch(self.make_partners(3))
        self.work()
        texts = self.texts(batch)
        texts[0].state = "sending"
        batch.with_user(self.supervisor).action_pause()
        self.assertEqual(texts.mapped("waits_for"), [False, "paused", "paused"])
        self.assertEqual(texts[1].parked_until, NEVER)
        self.assertEqual(batch.state, "paused")

    def test_a_paused_batch_writes_no_more_texts_until_it_goes_on(self):
        batch = self.make_batch(self.make_partners(3))
        batch.action_pause()
        self.work()
        self.assertFalse(self.texts(batch))
        batch.action_resume()
        self.work()
        self.assertEqual(len(self.texts(batch)), 3)
        self.assertFalse(any(self.texts(batch).mapped("waits_for")))

    def test_going_on_frees_the_texts_or_parks_them_until_their_time(self):
        start = datetime(2040, 1, 2, 8)
        partners = self.make_partners(2)
        now = self.make_batch(partners[0])
        later = self.make_batch(partners[1], timing="later", start=start)
        self.work()
        for batch in now + later:
            batch.action_pause()
            batch.action_resume()
        self.assertFalse(self.texts(now).parked_until)
        self.assertEqual(self.texts(later).parked_until, start)
        self.assertEqual(self.texts(later).waits_for, "schedule")

    def test_canceling_takes_back_what_has_not_left(self):
        batch = self.make_batch(self.make_partners(3))
        self.work()
        texts = self.texts(batch)
        texts[0].state = "delivered"
        batch.action_cancel()
        self.assertEqual(texts.mapped("state"), ["delivered", "canceled", "canceled"])
        self.assertTrue(all(texts[1:].mapped("error_text")))
        with self.assertRaises(UserError):
            batch.action_resume()

    def test_a_button_begins_and_the_scheduled_action_finishes(self):
        batch = self.make_batch(self.make_partners(5))
        self.work()
        with patch.object(sms_inbox_batch, "STEP", 2):
            batch.action_pause()
            waits = self.texts(batch).mapped("waits_for")
            self.assertEqual(waits, ["paused", "paused", False, False, False])
            self.work()
        self.assertEqual(set(self.texts(batch).mapped("waits_for")), {"paused"})

    def test_a_text_that_came_back_to_the_queue_stays_paused(self):
        batch = self.make_batch(self.make_partners(1))
        self.work()
        text = self.texts(batch)
        text.state = "sending"
        batch.action_pause()
        text.state = "queued"
        self.work()
        self.assertEqual(text.waits_for, "paused")


@tagged("post_install", "-at_install")
class TestBatchAccess(BulkCase):
    def test_an_agent_sees_their_own_bulk_texts_alone(self):
        batch = self.make_batch(self.make_partners(1))
        own = self.make_batch(self.partner, user=self.agent)
        seen = self.env["sms.inbox.batch"].with_user(self.agent).search([])
        self.assertEqual(seen, own.with_user(self.agent))
        with self.assertRaises(AccessError):
            batch.with_user(self.agent).action_cancel()

    def test_nobody_changes_a_bulk_text_but_by_its_buttons(self):
        batch = self.make_batch(self.partner)
        with self.assertRaises(AccessError):
            batch.with_user(self.manager).write({"state": "done"})

    def test_another_company_sees_nothing_of_it(self):
        batch = self.make_batch(self.partner)
        company = self.env["res.company"].create({"name": "Cars"})
        rival = self.make_user("rival", "group_manager", company)
        batches = self.env["sms.inbox.batch"].with_user(rival)
        self.assertFalse(batches.search([]))
        for button in ("action_pause", "action_texts", "action_left_out"):
            with self.subTest(button), self.assertRaises(AccessError):
                getattr(batch.with_user(rival), button)()

    def test_more_than_fifty_people_need_a_supervisor(self):
        partners = self.make_partners(51)
        bulk = self.make_bulk(partners, user=self.agent)
        self.assertIn("50", bulk.problem)
        with self.assertRaises(UserError):
            bulk.action_send()
        self.assertTrue(self.make_batch(partners[:50], user=self.agent))
        self.assertTrue(self.make_batch(partners, user=self.supervisor))

    def test_nobody_texts_from_a_number_that_they_do_not_answer(self):
        line = self.make_line(self.account, OTHER_NUMBER)
        other = self.make_number(line, self.supervisor, name="Service")
        bulk = self.make_bulk(self.partner, user=self.agent)
        bulk.sudo().number_ids = other
        with self.assertRaises(UserError):
            bulk.action_send()


@tagged("post_install", "-at_install")
class TestBatchQueries(BulkCase):
    def queries_of_a_chunk(self, count):
        self.env["sms.inbox.message"].search([("batch_id", "!=", False)]).unlink()
        partners = self.env["res.partner"].create(
            [
                {"name": f"Q{i}", "phone": f"+1{206 + count}555{1000 + i}"}
                for i in range(count)
            ]
        )
        batch = self.make_batch(partners)
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        batch._step()
        self.env.flush_all()
        queries = self.env.cr.sql_log_count - before
        self.assertEqual(len(self.texts(batch)), count)
        return queries

    def test_writing_many_texts_takes_as_many_queries_as_few(self):
        self.queries_of_a_chunk(2)
        self.assertEqual(self.queries_of_a_chunk(40), self.queries_of_a_chunk(3))

    def test_writing_needs_no_lines_of_their_own_for_a_thread_that_exists(self):
        self.make_conversation(contact_number=THEIR_NUMBER)
        self.make_batch(self.partner)
        self.work()
        threads = self.env["sms.inbox.conversation"].search_count(
            [("contact_number", "=", THEIR_NUMBER)]
        )
        self.assertEqual(threads, 1)
