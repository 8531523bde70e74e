from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged

from ..messaging import opt_out
from ..messaging.opt_out import Intent
from .common import SmsInboxCase
from .test_consent_heard import DOUBTFUL


@tagged("post_install", "-at_install")
class TestPhrases(SmsInboxCase):
    """The words of opt-outs as data that managers may change."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.phrases = cls.env["sms.inbox.phrase"].with_user(cls.manager)

    def meant(self, text):
        return opt_out.classify(text, self.phrases._phrases())

    def make_phrase(self, **vals):
        return self.phrases.create(
            {"language": "en", "kind": "phrase", "intent": "opt_out", **vals}
        )

    def test_all_that_is_shipped_is_there_and_reads_the_same(self):
        self.assertEqual(
            set(self.phrases.search([])._rows()), set(opt_out.shipped_rows())
        )
        self.assertEqual(self.meant("please stop texting me"), Intent.OPT_OUT)
        self.assertEqual(self.meant("stop by tomorrow"), Intent.NONE)

    def test_the_rule_is_the_phrases_name_in_the_file(self):
        found = opt_out.judge("STOP", self.phrases._phrases())
        self.assertEqual(found, opt_out.judge("STOP"))

    def test_a_phrase_counts_at_once_and_no_longer_when_archived(self):
        self.assertEqual(self.meant("banana for good"), Intent.NONE)
        phrase = self.make_phrase(text="banana for (good|ever)")
        self.assertEqual(self.meant("Banana for good!"), Intent.OPT_OUT)
        phrase.intent = "review"
        self.assertEqual(self.meant("Banana for good!"), Intent.REVIEW)
        phrase.active = False
        self.assertEqual(self.meant("Banana for good!"), Intent.NONE)
        phrase.active = True
        phrase.unlink()
        self.assertEqual(self.meant("Banana for good!"), Intent.NONE)

    def test_phrases_are_read_once_while_nothing_about_them_changes(self):
        read = self.phrases._phrases()
        with self.assertQueryCount(1):
            self.assertIs(self.phrases._phrases(), read)

    def test_an_update_keeps_changes_and_brings_what_is_new(self):
        changed = self.env.ref("sms_inbox.phrase_en_stop_texting_me")
        archived = self.env.ref("sms_inbox.phrase_en_word")
        missing = self.env.ref("sms_inbox.phrase_nl_wrong")
        words = missing.text
        changed.text = "leave off <texting> me"
        archived.active = False
        missing.unlink()
        self.env["sms.inbox.phrase"]._load_shipped()
        self.assertEqual(changed.text, "leave off <texting> me")
        self.assertFalse(archived.active)
        self.assertEqual(self.env.ref("sms_inbox.phrase_nl_wrong").text, words)

    def test_what_cannot_be_read_is_refused_with_the_reason(self):
        for text, reason in (
            ("stop (texting|calling me", "bracket"),
            ("stop texting] me", "bracket"),
            ("stop <nothing like it> me", "no list"),
            ("stop (texting|) me", "no words"),
            ("..", "no words"),
        ):
            with self.subTest(text=text):
                with (
                    self.assertRaisesRegex(ValidationError, reason),
                    self.env.cr.savepoint(),
                ):
                    self.make_phrase(text=text)

    def test_a_list_that_phrases_use_cannot_go(self):
        words = self.env.ref("sms_inbox.phrase_en_texting")
        with (
            self.assertRaisesRegex(ValidationError, "no list"),
            self.env.cr.savepoint(),
        ):
            words.active = False
        with (
            self.assertRaisesRegex(ValidationError, "no list"),
            self.env.cr.savepoint(),
        ):
            words.unlink()

    def test_a_phrase_says_what_it_means(self):
        with self.assertRaises(ValidationError):
            self.make_phrase(text="banana", intent=False)

    def test_only_managers_change_phrases(self):
        for user in (self.agent, self.supervisor):
            phrases = self.phrases.with_user(user)
            self.assertTrue(phrases.search([], limit=1).text)
            with self.assertRaises(AccessError):
                phrases.create({"kind": "word", "intent": "none", "text": "banana"})
            with self.assertRaises(AccessError):
                phrases.search([], limit=1).text = "banana"
            with self.assertRaises(AccessError):
                phrases.search([], limit=1).unlink()

    def test_a_text_can_be_tried_before_the_phrase_is_saved(self):
        with Form(self.phrases) as form:
            form.language = "en"
            form.intent = "opt_out"
            form.text = "banana for good"
            form.sample = "Banana for good"
            self.assertEqual(
                form.outcome,
                "They would get no more texts. "
                "This phrase finds “banana for good” in it.",
            )
            form.sample = "See you tomorrow"
            self.assertEqual(form.outcome, "Nothing would come of it.")
            form.text = "banana (for good"
            form.sample = "Banana for good"
            self.assertIn("bracket", form.outcome)
            form.text = "banana for good"
        self.assertEqual(self.meant("banana for good"), Intent.OPT_OUT)

    def test_trying_says_which_other_phrase_it_was(self):
        with Form(self.env.ref("sms_inbox.phrase_en_word")) as form:
            form.sample = "quit texting me all day"
            self.assertEqual(
                form.outcome,
                "They would get no more texts. The rule en_stop_texting_me (English) "
                "finds “quit texting me” in it.",
            )

    def test_trying_says_that_a_person_would_decide(self):
        for sample, why in (
            (DOUBTFUL, " The rule "),
            ("🛑", " A sign such as 🛑, without any words."),
        ):
            with self.subTest(sample), Form(self.phrases) as form:
                form.language, form.kind, form.intent = "en", "word", "none"
                form.text = "banana"
                form.sample = sample
                self.assertIn("A person would decide about this." + why, form.outcome)
