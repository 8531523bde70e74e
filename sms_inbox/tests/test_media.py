"""Pictures both ways: fetched from the carrier, and fetched by it from us."""

import io
import random
import threading
from datetime import timedelta
from unittest.mock import patch

from PIL import Image

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from .. import carriers, short_transaction
from ..messaging import media as kinds
from ..models import sms_inbox_media_fetching, sms_inbox_media_sending
from .common import PICTURE, PNG, THEIR_NUMBER, SmsInboxCase

FETCH = "sms_inbox.ir_cron_fetch_media"
PAGE = b"<html><script>alert(1)</script></html>"


def picture(content, name="bike.png"):
    return {**PICTURE, "name": name, "content": content}


@tagged("post_install", "-at_install")
class TestMediaIn(SmsInboxCase):
    def come(self, *pictures, body=""):
        """Let a text with something attached come in; what is attached."""
        return self.receive(body, pictures=pictures or [PICTURE]).media_ids

    def fetch(self, *outcomes):
        """Run the scheduled action, the carrier giving or raising these in turn."""
        if not outcomes:
            return self.run_cron(FETCH)
        with patch.object(carriers.Sandbox, "fetch", side_effect=list(outcomes)):
            return self.run_cron(FETCH)

    def let_pass(self, media):
        media.retry_at = fields.Datetime.now() - timedelta(seconds=1)

    def test_a_picture_is_fetched_and_seen_by_whoever_may_read_its_text(self):
        media = self.come()
        self.assertEqual(media.message_id.conversation_id.last_text, "Picture")
        (shown,) = media.message_id.with_user(self.agent).media
        self.assertEqual((shown["state"], shown["kind"]), ("waiting", "picture"))
        self.fetch()
        (shown,) = media.message_id.with_user(self.agent).media
        self.assertEqual((shown["state"], shown["type"]), ("here", "image/png"))
        attachment = self.env["ir.attachment"].browse(shown["attachment"])
        self.assertEqual(attachment.with_user(self.agent).raw, PNG)
        stranger = self.make_user("stranger", "group_user", self.company)
        other_company = self.env["res.company"].create({"name": "Dental"})
        spy = self.make_user("spy", "group_manager", other_company)
        for user in (stranger, spy):
            with self.assertRaises(AccessError):
                _unseen = attachment.with_user(user).raw

    def test_a_page_that_says_it_is_a_picture_is_kept_as_a_file(self):
        media = self.come()
        self.fetch(("image/png", PAGE))
        self.assertEqual(media.content_type, kinds.ANY)
        self.assertEqual(media.attachment_id.mimetype, kinds.ANY)
        self.assertEqual(media.message_id.media[0]["kind"], "file")
        self.assertTrue(media.name.endswith(".bin"))

    def test_what_the_carrier_has_no_more_can_be_asked_for_again_by_a_person(self):
        media = self.come()
        gone = carriers.TextRefused("", "The carrier does not have it any more.")
        self.fetch(gone)
        self.assertEqual((media.state, media.reason), ("failed", gone.text))
        media.with_user(self.agent).action_fetch()
        self.assertEqual(media.state, "waiting")
        with self.assertRaises(UserError):
            media.with_user(self.agent).action_fetch()
        self.fetch()
        self.assertEqual((media.state, media.reason), ("here", False))

    def test_what_fails_is_tried_again_later_and_not_for_ever(self):
        media = self.come()
        later = carriers.TryLater("", "The carrier could not be reached.")
        for tries in range(1, 5):
            self.fetch(later)
            self.assertEqual((media.state, media.tries), ("waiting", tries))
            with patch.object(carriers.Sandbox, "fetch") as fetch:
                self.run_cron(FETCH)
            fetch.assert_not_called()
            self.let_pass(media)
        self.fetch(later)
        self.assertEqual((media.state, media.reason), ("failed", later.text))

    def test_one_that_cannot_be_read_holds_up_no_other(self):
        first, second = self.come() + self.come()
        with self.assertLogs(sms_inbox_media_fetching.__name__, "WARNING") as log:
            self.fetch(ValueError("https://private"), ("image/png", PNG))
        self.assertNotIn("private", "".join(log.output))
        self.assertEqual((first.state, second.state), ("waiting", "here"))

    def test_one_that_cannot_be_stored_holds_up_no_other(self):
        media = self.come(*[PICTURE] * 7)
        files = type(media)
        store = files._store

        def breaks(one, name, *args):
            if one in media[:6]:
                raise KeyError("private")
            return store(one, name, *args)

        self.startPatcher(patch.object(files, "_store", breaks))
        with self.assertLogs(short_transaction.__name__, "WARNING") as log:
            self.fetch()
        self.assertNotIn("private", "".join(log.output))
        self.assertEqual(media.mapped("state"), ["waiting"] * 6 + ["here"])
        self.assertEqual(media.mapped("tries"), [1] * 7)
        self.assertGreater(min(media[:6].mapped("retry_at")), fields.Datetime.now())

    def test_a_try_counts_before_it_is_made_as_it_may_never_end(self):
        media = self.come()
        self.assertEqual(len(media._next_jobs()), 1)
        self.assertEqual(media.tries, 1)
        self.assertEqual(media._next_jobs(), [])

    def test_what_does_not_end_is_given_up_and_tried_again(self):
        slow, quick = self.come(PICTURE, PICTURE)
        goes_on = threading.Event()
        self.addCleanup(goes_on.set)

        def drips(*_args):
            if not dripping:
                dripping.append(True)
                goes_on.wait()
            return "image/png", PNG

        dripping = []
        with (
            patch.object(carriers.Sandbox, "fetch", drips),
            patch.object(sms_inbox_media_fetching, "LONGEST", 1),
        ):
            self.run_cron(FETCH)
        self.assertEqual((slow.state, quick.state), ("waiting", "here"))
        self.assertIn("too long", slow.reason)

    def test_what_a_run_has_no_time_for_is_fetched_in_the_next(self):
        media = self.come(*[PICTURE] * 9) + self.come()
        with patch.object(sms_inbox_media_fetching, "SLICE", 0):
            self.fetch()
        self.assertEqual(len(media.filtered(lambda each: each.state == "here")), 5)
        self.fetch()
        self.assertEqual(set(media.mapped("state")), {"here"})

    def test_a_text_with_words_and_pictures_shows_its_words_in_lists(self):
        media = self.come(PICTURE, PICTURE, body="Both wheels")
        self.assertEqual(len(media), 2)
        self.assertEqual(media.message_id.conversation_id.last_text, "Both wheels")

    def test_with_a_text_goes_what_is_attached_to_it(self):
        media = self.come()
        self.fetch()
        attachment = media.attachment_id
        media.message_id.unlink()
        self.assertFalse(media.exists() or attachment.exists())


@tagged("post_install", "-at_install")
class TestMediaOut(SmsInboxCase, HttpCase):
    def attachment(self, content=PNG, name="Ada's bike.png", **vals):
        files = self.env["ir.attachment"].with_user(self.agent)
        vals = {"res_model": "mail.compose.message", "res_id": 0, **vals}
        return files.create({"name": name, "raw": content, **vals})

    def send(self, *attachments, body="Look"):
        conversation = self.make_conversation().with_user(self.agent)
        ids = [attachment.id for attachment in attachments]
        text_id = conversation.send_text(body, attachment_ids=ids)
        return self.env["sms.inbox.message"].browse(text_id)

    def links(self):
        """The addresses that the carrier is given."""
        (outbound,) = self.dispatch()
        return outbound.media

    def test_the_carrier_fetches_a_picture_and_learns_nothing_else(self):
        upload = self.attachment()
        text = self.send(upload)
        self.assertFalse(upload.exists())
        self.assertEqual((text.segments, text.media_count), (1, 1))
        (link,) = self.links()
        answer = self.url_open(link)
        self.assertEqual((answer.status_code, answer.content), (200, PNG))
        self.assertEqual(answer.headers["Content-Type"], "image/png")
        self.assertNotIn("session_id", answer.cookies)
        said = f"{answer.headers} {link}"
        for private in ("Ada", "bike.png", "Bikes", THEIR_NUMBER.strip("+")):
            self.assertNotIn(private, said)

    def test_a_link_that_is_changed_or_has_ended_leads_nowhere(self):
        self.send(self.attachment())
        (link,) = self.links()
        changed = f"{link[:-6]}{'A' if link[-6] != 'A' else 'B'}{link[-5:]}"
        for wrong in (changed, link[:-20], "/sms_inbox/media/x", f"{link}x"):
            answer = self.url_open(wrong)
            self.assertEqual((answer.status_code, answer.text), (404, ""), wrong)
        self.send(self.attachment())
        past = timedelta(seconds=-1)
        with patch.object(sms_inbox_media_sending, "LINK_LASTS", past):
            (ended,) = self.links()
        self.assertEqual(self.url_open(ended).status_code, 404)

    def test_a_picture_alone_is_a_text(self):
        text = self.send(self.attachment(), body="")
        self.assertEqual(text.conversation_id.last_text, "Picture")
        with self.assertRaisesRegex(UserError, "Write something"):
            self.send(body="")

    def test_a_text_that_is_sent_again_has_its_pictures_still(self):
        text = self.send(self.attachment())
        self.dispatch(lambda _outbound: self.refuse())
        self.assertEqual(text.state, "failed")
        text.with_user(self.agent).action_retry()
        self.assertEqual(len(self.links()), 1)

    def refuse(self):
        raise carriers.TextRefused("30005", "It did not pass.")

    def test_a_picture_of_a_text_that_was_taken_back_can_go_with_the_next(self):
        text = self.send(self.attachment())
        text.with_user(self.agent).action_cancel()
        [taken_back] = text.with_user(self.agent).read(["media"])[0]["media"]
        kept = self.env["ir.attachment"].browse(taken_back["attachment"])
        again = self.send(kept)
        self.assertEqual(again.media_ids.attachment_id.raw, PNG)
        self.assertEqual(text.media_ids.attachment_id.raw, PNG)

    def test_what_phones_cannot_show_is_refused_in_words(self):
        for content, name in ((PAGE, "page.png"), (b"<svg></svg>", "drawing.svg")):
            with self.assertRaisesRegex(UserError, f"cannot show “{name}”"):
                self.send(self.attachment(content, name))
        with self.assertRaisesRegex(UserError, "is empty"):
            self.send(self.attachment(b""))

    def test_too_many_or_too_large_is_refused_in_words(self):
        with self.assertRaisesRegex(UserError, "at most 10 files"):
            self.send(*(self.attachment() for _file in range(11)))
        sound = b"ID3" + bytes(5_100_000)
        with self.assertRaisesRegex(UserError, "5.1 MB .* 5.0 MB"):
            self.send(self.attachment(sound, "song.mp3"))

    def test_a_large_picture_is_made_smaller(self):
        noise = random.Random(1).randbytes(1200 * 900 * 3)
        large = io.BytesIO()
        Image.frombytes("RGB", (1200, 900), noise).save(large, "PNG")
        text = self.send(self.attachment(large.getvalue()))
        self.assertEqual(text.media_ids.content_type, "image/jpeg")
        self.assertLess(text.media_ids.size, kinds.MOST_PICTURE)

    def test_what_a_user_may_not_read_is_not_sent(self):
        secret = self.attached_to(self.env.ref("sms_inbox.ir_cron_fetch_media"))
        with self.assertRaises(AccessError):
            self.send(secret)

    def test_what_belongs_to_a_record_is_sent_and_stays_there(self):
        shared = self.attached_to(self.partner)
        self.send(shared)
        self.assertTrue(shared.exists())

    def attached_to(self, record):
        return self.env["ir.attachment"].create(
            {
                "name": "bike.png",
                "raw": PNG,
                "res_model": record._name,
                "res_id": record.id,
            }
        )

    def test_without_a_public_address_it_is_said_why_nothing_can_be_attached(self):
        twilio = self.make_account(
            self.company, carrier="twilio", account_sid="AC1", auth_token="12345"
        )
        number = self.make_number(self.make_line(twilio, "+14155550188"), self.agent)
        conversation = self.make_conversation(number).with_user(self.agent)
        self.assertEqual(conversation.most_media, 0)
        with self.assertRaisesRegex(UserError, "public address"):
            conversation.send_text("Look", attachment_ids=self.attachment().ids)
