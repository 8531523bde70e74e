from datetime import timedelta
from unittest.mock import patch
from uuid import uuid4

from odoo.exceptions import AccessError, UserError
from odoo.fields import Datetime
from odoo.tests import tagged

from ..messaging import numbers
from .common import THEIR_NUMBER
from .test_inbox import InboxCase
from .test_queries import MANY


@tagged("post_install", "-at_install")
class TestInboxThread(InboxCase):
    """The open thread: what stands around its texts, sending, notes, company."""

    def setUp(self):
        super().setUp()
        self.colleague = self.make_user("colleague", "group_user", self.company)
        self.number.user_ids += self.colleague
        self.thread = self.make_conversation().with_user(self.agent)

    def send(self, thread, body="Hello", **options):
        return thread.inbox_send(body, uuid4().hex, **options)

    def texts(self):
        return self.env["sms.inbox.message"].search(
            [("conversation_id", "=", self.thread.id)], order="id"
        )

    # ------------------------------------------------------------
    # WHAT THE RECIPIENT'S PHONE SHOWS
    # ------------------------------------------------------------

    def second_number(self):
        line = self.make_line(self.account, "+14155550101")
        return self.make_number(line, self.agent, name="Service")

    def test_a_thread_that_is_new_to_them_says_so_and_which_number_they_know(self):
        self.assertEqual(self.thread.inbox_thread()["known_as"], "")
        self.receive("Hi")
        other = self.make_conversation(self.second_number()).with_user(self.agent)
        shown = other.inbox_thread()
        self.assertEqual(shown["known_as"], self.number.number)
        others = other.inbox_around()["others"]
        self.assertEqual([row["id"] for row in others], self.thread.ids)
        self.receive("Hi", line="+14155550101")
        self.assertEqual(other.inbox_thread()["known_as"], "")

    def test_threads_that_one_may_not_see_are_not_among_the_others(self):
        number = self.second_number()
        self.receive("A secret", line="+14155550101")
        thread = self.thread.with_user(self.colleague)
        self.assertEqual(thread.inbox_around()["others"], [])
        # which number they know is what the sender has to know
        self.assertEqual(thread.inbox_thread()["known_as"], number.number)

    def test_opening_gives_the_latest_texts_and_the_notes_along(self):
        for body in ("Hi", "Is it ready?", "Hello?"):
            self.receive(body)
        self.thread.inbox_note("Ask Tom")
        opened = self.thread.inbox_open(["body", "direction"], 2)
        self.assertEqual(
            [text["body"] for text in opened["texts"]], ["Hello?", "Is it ready?"]
        )
        self.assertEqual([note["body"] for note in opened["notes"]], ["Ask Tom"])
        self.assertEqual(opened["thread"], self.thread.inbox_thread())

    def test_opening_takes_as_many_queries_for_a_long_thread_as_for_a_short_one(self):
        def open_thread():
            self.thread.inbox_open(["body", "media", "waiting_words", "author_id"], 30)

        self.receive("Hi")
        for_short = self.queries(open_thread)
        for n in range(MANY):
            self.receive(f"Is it ready? I ask for the {n}th time")
        self.assertEqual(self.queries(open_thread), for_short)

    def test_opening_marks_read_and_never_answered(self):
        self.receive("Hi")
        thread = self.thread
        self.assertEqual((thread.unread, thread.stage), (1, "needs_reply"))
        waiting_since = thread.waiting_since
        thread.inbox_thread()
        thread.mark_read()
        self.env.invalidate_all()
        self.assertEqual((thread.unread, thread.stage), (0, "needs_reply"))
        self.assertEqual(thread.waiting_since, waiting_since)

    # ------------------------------------------------------------
    # SENDING
    # ------------------------------------------------------------

    def test_a_reply_that_crossed_a_colleagues_is_announced_and_not_sent(self):
        self.receive("Is it ready?")
        seen = self.texts()[-1].id
        self.send(self.thread.with_user(self.colleague), "Yes!", seen_text_id=seen)
        outcome = self.send(self.thread, "No", seen_text_id=seen)
        self.assertEqual(outcome, {"crossed": [self.colleague.name]})
        self.assertEqual(self.texts().mapped("body"), ["Is it ready?", "Yes!"])
        self.send(self.thread, "No", seen_text_id=self.texts()[-1].id)
        self.assertEqual(self.texts()[-1].body, "No")

    def test_what_does_not_cross_is_sent(self):
        self.receive("Is it ready?")
        seen = self.texts()[-1].id
        self.receive("Hello?")
        self.send(self.thread, "Yes", seen_text_id=seen)
        self.send(self.thread, "It is", seen_text_id=seen)
        self.assertEqual(self.texts().mapped("body")[-2:], ["Yes", "It is"])

    def test_asking_twice_sends_once_though_the_first_is_newer_than_what_was_seen(self):
        uuid = uuid4().hex
        first = self.thread.inbox_send("Hi", uuid, seen_text_id=0)
        again = self.thread.inbox_send("Hi", uuid, seen_text_id=0)
        self.assertEqual(first["id"], again["id"])

    def test_the_undo_time_is_each_users_own_and_nothing_at_first(self):
        self.assertEqual(self.send(self.thread)["undo"], 0)
        self.assertFalse(self.texts()[-1].not_before)
        settings = self.env["res.users.settings"]._find_or_create_for_user(self.agent)
        settings.with_user(self.agent).set_res_users_settings({"sms_inbox_undo": "5"})
        before = Datetime.now()
        outcome = self.send(self.thread)
        self.assertEqual(outcome["undo"], 5)
        text = self.texts()[-1]
        self.assertGreaterEqual(text.not_before - before, timedelta(seconds=5))
        self.assertEqual(self.send(self.thread.with_user(self.colleague))["undo"], 0)
        text.with_user(self.agent).action_cancel()
        self.assertEqual(text.state, "canceled")

    def test_a_text_for_later_does_not_leave_before(self):
        later = Datetime.now() + timedelta(hours=3)
        self.send(self.thread, not_before=Datetime.to_string(later))
        self.assertEqual(self.dispatch(), [])
        text = self.texts()[-1]
        self.assertEqual((text.state, text.waits_for), ("queued", "schedule"))
        self.assertEqual(text.not_before, later.replace(microsecond=0))

    # ------------------------------------------------------------
    # NOTES, TEMPLATES
    # ------------------------------------------------------------

    def test_a_note_is_for_the_team_and_never_becomes_a_text(self):
        self.thread.inbox_note("She likes <b>red</b>\nbikes")
        (note,) = self.thread.with_user(self.colleague).inbox_notes()
        self.assertEqual(note["body"], "She likes <b>red</b>\nbikes")
        self.assertEqual(note["author"], self.agent.name)
        self.assertFalse(self.texts())
        self.assertFalse(
            self.env["mail.notification"].search_count(
                [("res_partner_id", "=", self.partner.id)]
            )
        )

    def test_a_template_comes_with_its_placeholders_filled_in(self):
        template = self.env["sms.template"].create(
            {
                "name": "Ready",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "body": "Dear {{ object.name }}, it is ready.",
            }
        )
        self.assertEqual(self.thread.partner_id, self.partner)
        names = [each["name"] for each in self.thread.inbox_templates()]
        self.assertIn("Ready", names)
        self.assertEqual(
            self.thread.inbox_template(template.id), "Dear Ada Chen, it is ready."
        )

    def test_people_are_unsubscribed_and_subscribed_again_from_the_thread(self):
        wizards = self.env["sms.inbox.unsubscribe"].with_user(self.agent)
        for method, opted_out in (
            ("action_unsubscribe", True),
            ("action_subscribe", False),
        ):
            action = getattr(self.thread, method)()
            wizards.browse(action["res_id"]).action_apply()
            self.env.invalidate_all()
            self.assertEqual(self.thread.inbox_thread()["opted_out"], opted_out)

    # ------------------------------------------------------------
    # WHO ELSE IS HERE
    # ------------------------------------------------------------

    def channels(self, user, *ids):
        asked = [f"sms_inbox.presence_{each}" for each in ids]
        listening = self.env["ir.websocket"].with_user(user)
        request = type("Request", (), {"session": type("S", (), {"uid": user.id})})
        with patch("odoo.addons.bus.models.ir_websocket.request", request):
            heard = listening._build_bus_channel_list([*asked, "other"])
        # records cannot be compared with words
        return [(str(c[0]), c[1]) for c in heard if isinstance(c, tuple)] + [
            c for c in heard if isinstance(c, str)
        ]

    def test_only_who_may_read_a_thread_hears_who_is_in_it(self):
        presence = (str(self.thread), "presence")
        stranger = self.make_user("stranger", "group_user", self.company)
        other = self.env["res.company"].create({"name": "Cakes"})
        elsewhere = self.make_user("elsewhere", "group_supervisor", other)
        self.assertIn(presence, self.channels(self.colleague, self.thread.id))
        for user in (stranger, elsewhere):
            heard = self.channels(user, self.thread.id)
            self.assertFalse([c for c in heard if "presence" in str(c)])
            self.assertIn("other", heard)

    def test_what_is_told_names_the_user_and_nothing_of_the_contact(self):
        sent = []
        with patch.object(
            type(self.env["bus.bus"]), "_sendone", lambda _bus, *args: sent.append(args)
        ):
            self.thread.inbox_presence("typing")
            self.thread.inbox_presence("<script>")
        ((channel, kind, payload),) = sent
        self.assertEqual(channel, (self.thread, "presence"))
        self.assertEqual(kind, "sms_inbox.presence")
        self.assertEqual(
            payload,
            {
                "conversation_id": self.thread.id,
                "user_id": self.agent.id,
                "name": self.agent.name,
                "doing": "typing",
                "asks": False,
            },
        )

    # ------------------------------------------------------------
    # ANYONE
    # ------------------------------------------------------------

    def people(self, typed):
        return [
            (person["name"], person["number"])
            for person in self.conversations.inbox_people(typed)
        ]

    def test_people_are_found_by_name_and_by_part_of_a_number_and_new_ones_by_all(self):
        ada = ("Ada Chen", THEIR_NUMBER)
        self.assertIn(ada, self.people("ada ch"))
        self.assertIn(ada, self.people("555 0143"))
        self.assertEqual(self.people("+44 7700 900123"), [("", "+447700900123")])
        self.assertEqual(self.people("nobody is called so"), [])

    def whom(self, typed):
        whom = self.conversations.inbox_whom(typed)
        return [person["name"] for person in whom["people"]], whom["sure"]

    def test_a_name_or_a_whole_number_means_somebody_and_a_part_of_one_nobody(self):
        for typed in ("ada", THEIR_NUMBER, "202-555-0143"):
            self.assertEqual(self.whom(typed), (["Ada Chen"], True), typed)
        for typed in ("5550143", "+120255501"):
            self.assertEqual(self.whom(typed), (["Ada Chen"], False), typed)
        self.assertEqual(self.whom("+44 7700 900123"), ([""], True))
        self.assertEqual(self.whom("nobody is called so"), ([], False))

    def test_who_has_the_whole_number_comes_before_who_has_it_in_theirs(self):
        partners = self.env["res.partner"]
        partners.create({"name": "Aaa", "phone": "+492025550143"})
        partners.create({"name": "Bel", "phone": "+32475123456"})
        self.assertEqual(self.whom("202 555 0143"), (["Ada Chen", "Aaa"], True))
        self.company.country_id = self.env.ref("base.be")
        self.assertEqual(self.whom("0475 12 34 56"), (["Bel"], True))

    def test_digits_of_a_name_are_looked_for_in_no_number(self):
        self.assertEqual(self.whom("Studio 5"), ([], False))

    def test_what_is_wrong_with_a_number_is_said_and_nothing_of_a_name(self):
        for typed, says in (
            ("+999999999999", "No country has this code"),
            ("+1-800-FLOWERS", "no letters"),
            ("+14155552671 ext 5", "leave the extension out"),
            ("0475 12 34 56", "Start the number with +"),
        ):
            whom = self.conversations.inbox_whom(typed)
            self.assertFalse(whom["people"], typed)
            self.assertIn(says, whom["problem"])
        self.assertEqual(self.conversations.inbox_whom("3M")["problem"], "")

    def test_the_sender_that_they_know_comes_first(self):
        self.second_number()
        self.receive("Hi", line="+14155550101")
        best, other = self.conversations.inbox_senders(THEIR_NUMBER)
        self.assertEqual((best["name"], best["known"]), ("Service", True))
        self.assertEqual((other["name"], other["known"]), ("Sales", False))
        self.assertEqual(best["number"], numbers.pretty("+14155550101"))

    def test_a_conversation_begins_with_its_contact(self):
        partner = self.env["res.partner"].create(
            {"name": "Bo", "phone": "+12025550170"}
        )
        thread_id = self.conversations.inbox_start(
            self.number.id, "+12025550170", partner.id
        )
        self.assertEqual(self.conversations.browse(thread_id).partner_id, partner)
        with self.assertRaises(UserError):
            self.conversations.with_user(
                self.make_user("stranger", "group_user", self.company)
            ).inbox_start(self.number.id, "+12025550170")

    # ------------------------------------------------------------
    # SEARCH
    # ------------------------------------------------------------

    def found(self, words, user=None):
        rows = self.conversations.with_user(user or self.agent).inbox_search(words)
        return [row["id"] for row in rows]

    def test_threads_are_found_by_number_name_and_words_of_any_text(self):
        self.receive("Do you rent e-bikes for a week?")
        self.receive("And a trailer")
        (stranger,) = self.converse(1)
        self.env.flush_all()
        for words in ("0143", "202-555 01", "ada", "Chen Ada", "rent", "WEEK bik"):
            with self.subTest(words=words):
                self.assertEqual(self.found(words), self.thread.ids)
        self.assertEqual(self.found("question"), stranger.ids)
        for words in ("", "  ", "!!", "&|:*", "nothing such", "14"):
            with self.subTest(words=words):
                self.assertEqual(self.found(words), [])

    def test_a_row_shows_the_text_that_was_found_in_it(self):
        self.receive("Do you rent e-bikes for a week, or only for a day?")
        self.receive("And a trailer")
        (row,) = self.conversations.inbox_search("WEEK")
        self.assertEqual(row["found"], "…rent e-bikes for a week, or only for a day?")
        (row,) = self.conversations.inbox_search("ada")
        self.assertEqual(row["found"], "")
        self.receive("Hi! Is the blue city bike in size M?")
        (row,) = self.conversations.inbox_search("bike")
        self.assertEqual(row["found"], "…Is the blue city bike in size M?")

    def test_a_search_finds_nothing_that_one_may_not_read(self):
        self.receive("The code word is swordfish")
        stranger = self.make_user("stranger", "group_user", self.company)
        other = self.env["res.company"].create({"name": "Cakes"})
        elsewhere = self.make_user("elsewhere", "group_supervisor", other)
        for words in ("swordfish", "0143", "ada"):
            with self.subTest(words=words):
                self.assertTrue(self.found(words))
                self.assertFalse(self.found(words, stranger))
                self.assertFalse(self.found(words, elsewhere))

    def test_who_may_not_read_a_thread_cannot_write_in_it(self):
        stranger = self.make_user("stranger", "group_user", self.company)
        theirs = self.thread.with_user(stranger)
        for call in (
            lambda: self.send(theirs),
            lambda: theirs.inbox_note("Hi"),
            lambda: theirs.inbox_template(1),
            lambda: theirs.action_unsubscribe(),
            lambda: theirs.action_subscribe(),
        ):
            with self.assertRaises(AccessError):
                call()
