"""What the lists of consents show: whose a number is, why, and how long to decide."""

from ast import literal_eval
from datetime import timedelta

from lxml import etree

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from ..consent_source import Source
from .common import THEIR_NUMBER
from .test_consent_heard import DOUBTFUL, OTHER_NUMBER, ConsentCase


@tagged("post_install", "-at_install")
class TestConsentNames(ConsentCase):
    def unsubscribe(self, *numbers):
        consents = self.env["sms.inbox.consent"].with_user(self.manager)
        return consents._unsubscribe(self.company, numbers).with_user(self.manager)

    def named(self, number=THEIR_NUMBER, user=None):
        return self.consents(number).with_user(user or self.manager).their_name

    def test_both_lists_name_whom_the_thread_is_with(self):
        text = self.receive(DOUBTFUL)
        twin = self.partner.copy({"name": "Twin", "phone": THEIR_NUMBER})
        text.conversation_id.partner_id = twin
        self.assertEqual(self.named(user=self.supervisor), "Twin")
        self.assertEqual(self.events().with_user(self.manager).their_name, "Twin")

    def test_without_a_thread_the_contacts_with_the_number_are_named(self):
        self.unsubscribe(THEIR_NUMBER)
        self.assertEqual(self.named(), "Ada Chen")
        self.assertEqual(self.events().with_user(self.manager).their_name, "Ada Chen")

    def test_nobody_is_named_where_nobody_is_known(self):
        self.unsubscribe(OTHER_NUMBER)
        self.assertFalse(self.named(OTHER_NUMBER))

    def test_a_contact_of_another_company_is_not_named(self):
        self.partner.company_id = self.env["res.company"].create({"name": "Boats"})
        self.unsubscribe(THEIR_NUMBER)
        self.assertFalse(self.named())

    def test_a_thread_that_the_user_may_not_see_names_nobody(self):
        text = self.receive(DOUBTFUL, OTHER_NUMBER)
        text.conversation_id.partner_id = self.partner
        self.number.user_ids = False
        self.assertFalse(self.named(OTHER_NUMBER, self.agent))
        self.assertEqual(self.named(OTHER_NUMBER, self.supervisor), "Ada Chen")

    def test_many_are_shown_in_as_few_queries_as_one(self):
        numbers = [f"+12025552{n:03d}" for n in range(20)]
        self.env["res.partner"].create(
            [{"name": f"Contact {n}", "phone": n} for n in numbers]
        )
        for number in numbers[:10]:
            self.receive(DOUBTFUL, number)
        self.unsubscribe(*numbers[10:])
        for model in ("sms.inbox.consent", "sms.inbox.consent.event"):
            rows = self.env[model].with_user(self.manager)
            rows = rows.search([("number", "in", numbers)])
            self.assertEqual(self.queries(rows), self.queries(rows[:1] + rows[-1:]))

    def queries(self, rows):
        for _warm_up in range(3):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            rows.read(["their_name", "said_by_label", "rule_label"])
            spent = self.env.cr.sql_log_count - before
        return spent


@tagged("post_install", "-at_install")
class TestConsentReasons(ConsentCase):
    def why(self):
        """The label of the last change, and of the consent itself."""
        event = self.events()[-1:].with_user(self.manager)
        consent = self.consents().with_user(self.manager)
        self.assertEqual(event.rule, consent.rule, "what is kept stays as it is")
        self.assertEqual(event.rule_label, consent.rule_label)
        return event.rule_label

    def change(self, rule):
        staff = self.env["sms.inbox.consent"].with_user(self.manager)
        staff._resubscribe(self.company, [THEIR_NUMBER])
        staff._unsubscribe(self.company, [THEIR_NUMBER], rule=rule)

    def test_a_phrase_is_said_as_a_sentence(self):
        self.receive("unsubscribe me")
        self.assertEqual(self.events().rule, "en_keyword")
        self.assertEqual(self.why(), "Recognised in English as “No more texts”")

    def test_a_doubtful_phrase_says_that_a_person_decides(self):
        self.receive(DOUBTFUL)
        label = "Recognised in English as something that a person decides about"
        self.assertEqual(self.why(), label)

    def test_a_phrase_of_all_languages_is_too(self):
        self.receive("STOP")
        self.assertEqual(self.why(), "Recognised in any language as “No more texts”")

    def test_a_phrase_is_said_after_it_was_archived(self):
        self.receive("unsubscribe me")
        self.env.ref("sms_inbox.phrase_en_keyword").active = False
        self.assertEqual(self.why(), "Recognised in English as “No more texts”")

    def test_a_phrase_of_ones_own_is_said_until_it_is_deleted(self):
        phrase = self.env["sms.inbox.phrase"].create(
            {"language": "sv", "kind": "word", "intent": "opt_out", "text": "sluta nu"}
        )
        self.receive("Sluta nu")
        self.assertEqual(self.events().rule, str(phrase.id))
        self.assertEqual(self.why(), "Recognised in Swedish as “No more texts”")
        phrase.unlink()
        self.env.invalidate_all()
        self.assertEqual(self.why(), "Recognised by a phrase that was deleted")

    def test_what_is_no_phrase_says_what_it_means(self):
        for rule, label in (
            ("by hand", f"{self.manager.name} changed it by hand"),
            ("carrier", "A word that the carrier acts on by itself"),
            ("sign", "A sign such as 🛑, without any words"),
            ("yes", "A YES, which takes back a mere STOP"),
            ("en_gone_since", "Recognised by a phrase that was deleted"),
            ("von Hand", "von Hand"),
        ):
            with self.subTest(rule):
                self.change(rule)
                self.assertEqual(self.why(), label)

    def test_what_an_import_left_without_a_rule_has_no_label(self):
        consent = self.env["sms.inbox.consent"].new({"number": THEIR_NUMBER})
        self.assertFalse(consent.rule_label)


@tagged("post_install", "-at_install")
class TestConsentScreens(ConsentCase):
    def test_a_click_on_what_is_to_be_decided_opens_the_thread(self):
        text = self.receive(DOUBTFUL)
        consents = self.env["sms.inbox.consent"].with_user(self.supervisor)
        action = self.env.ref("sms_inbox.sms_inbox_consent_action_undecided")
        shown = consents.get_views([(action.view_id.id, "list"), (False, "kanban")])
        for view in shown["views"].values():
            arch = etree.fromstring(view["arch"])
            opened = getattr(consents.browse(self.consents().id), arch.get("action"))()
            self.assertEqual(opened["res_id"], text.conversation_id.id)

    def test_it_says_how_many_days_are_left_to_decide(self):
        self.receive(DOUBTFUL)
        consent = self.consents().with_context(tz="UTC")
        for days, left in ((3, 3), (0, 0), (-3, 0)):
            with self.subTest(days):
                consent.decide_by = fields.Datetime.now() + timedelta(days=days)
                self.assertEqual(consent.days_left, left)

    def test_what_is_decided_has_no_days_left(self):
        self.receive("stop")
        self.assertEqual(self.consents().days_left, 0)

    def test_the_list_of_phrases_opens_on_whole_words_and_sentences(self):
        action = self.env.ref("sms_inbox.sms_inbox_phrase_action")
        view = self.env.ref("sms_inbox.sms_inbox_phrase_view_search")
        [default] = literal_eval(action.context)
        name = default.removeprefix("search_default_")
        [found] = etree.fromstring(view.arch).xpath(f"//filter[@name='{name}']")
        phrases = self.env["sms.inbox.phrase"].search(literal_eval(found.get("domain")))
        self.assertEqual(set(phrases.mapped("kind")), {"word", "sentence"})

    def test_a_text_is_tried_without_writing_a_phrase(self):
        phrases = self.env["sms.inbox.phrase"].with_user(self.manager)
        form = Form(phrases, "sms_inbox.sms_inbox_phrase_view_form_try")
        form.sample = "unsubscribe me"
        self.assertIn("no more texts", form.outcome)
        form.sample = "see you at 5"
        self.assertEqual(form.outcome, "Nothing would come of it.")


@tagged("post_install", "-at_install")
class TestConsentColleagues(ConsentCase):
    """Of what one of us said, it is told who that was."""

    def unsubscribe(self, user, company=None, number=THEIR_NUMBER):
        consents = self.env["sms.inbox.consent"].with_user(user)
        return consents._unsubscribe(company or self.company, [number])

    def said_by(self, user=None, company=None, number=THEIR_NUMBER):
        consent = self.consents(number, company).with_user(user or self.manager)
        return consent.said_by_label

    def test_who_unsubscribed_them_is_named_to_every_user(self):
        self.unsubscribe(self.agent)
        for user in (self.agent, self.supervisor, self.manager):
            self.assertEqual(self.said_by(user), self.agent.name)
        event = self.events().with_user(self.manager)
        self.assertEqual(event.said_by_label, self.agent.name)
        for row in (event, self.consents().with_user(self.manager)):
            why = f"{self.agent.name} changed it by hand"
            self.assertEqual(row.rule_label, why)

    def test_who_changed_it_last_is_named(self):
        self.unsubscribe(self.agent)
        self.assertEqual(self.said_by(), self.agent.name)
        staff = self.env["sms.inbox.consent"].with_user(self.supervisor)
        staff._resubscribe(self.company, [THEIR_NUMBER])
        self.assertEqual(self.said_by(), self.supervisor.name)

    def test_who_decided_is_named(self):
        thread = self.receive(DOUBTFUL).conversation_id
        thread.with_user(self.agent).action_wants_no_texts()
        self.assertEqual(self.said_by(), self.agent.name)
        why = self.consents().with_user(self.manager).rule_label
        self.assertEqual(why, f"{self.agent.name} read what they wrote, and decided")

    def test_a_change_of_one_number_is_not_taken_for_one_of_all(self):
        self.unsubscribe(self.agent)
        source = Source(self.supervisor.name, "by hand")
        pairs = {(THEIR_NUMBER, self.line): source}
        self.env["sms.inbox.consent"]._change(self.company, pairs, "opted_out")
        by_line = {c.line_id: c.said_by_label for c in self.consents()}
        everywhere = self.line.browse()
        self.assertEqual(
            by_line,
            {everywhere: self.agent.name, self.line: self.supervisor.name},
        )

    def test_their_own_word_and_a_carriers_are_no_colleagues(self):
        self.receive("STOP")
        self.assertEqual(self.said_by(), "The recipient")
        pairs = {(OTHER_NUMBER, self.line.browse()): Source("Telnyx", "", "carrier")}
        self.env["sms.inbox.consent"]._change(self.company, pairs, "opted_out")
        self.assertEqual(self.said_by(number=OTHER_NUMBER), "The carrier")

    def test_what_no_record_tells_is_one_of_us(self):
        consent = self.env["sms.inbox.consent"].new(
            {"number": THEIR_NUMBER, "company_id": self.company.id}
        )
        self.assertEqual(consent.said_by_label, "One of us")

    def test_nobody_of_another_company_is_named(self):
        other = self.env["res.company"].create({"name": "Boats"})
        stranger = self.make_user("stranger", "group_manager", other)
        self.unsubscribe(self.agent)
        self.unsubscribe(stranger, other)
        self.assertEqual(self.said_by(), self.agent.name)
        self.assertEqual(self.said_by(stranger, other), stranger.name)
        with self.assertRaises(AccessError):
            self.said_by(stranger, self.company)

    def test_lists_show_the_name(self):
        for kind in ("list", "kanban"):
            view = self.env.ref(f"sms_inbox.sms_inbox_consent_view_{kind}")
            shown = etree.fromstring(view.arch).xpath("//field/@name")
            self.assertIn("said_by_label", shown)
