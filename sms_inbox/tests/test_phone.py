from datetime import timedelta

from odoo.tests import tagged

from .common import THEIR_NUMBER, SmsInboxCase


@tagged("post_install", "-at_install")
class TestPhone(SmsInboxCase):
    """The recipient's phone in the sandbox shows texts as the inbox does."""

    def test_an_answer_of_the_same_second_comes_after_its_text(self):
        heard = self.receive("HELP")
        self.dispatch()
        thread = heard.conversation_id
        answer = self.env["sms.inbox.message"].search(
            [("conversation_id", "=", thread.id), ("answers_word", "=", "help")]
        )
        # raw SQL: carriers' calls are noted to the microsecond, our own texts are not
        self.env.cr.execute(
            "UPDATE sms_inbox_message SET date = %s WHERE id = %s",
            (answer.date + timedelta(microseconds=1), heard.id),
        )
        self.env.invalidate_all()
        phone = self.env["sms.inbox.phone"].with_user(self.agent)
        ((shown),) = phone.threads(THEIR_NUMBER)
        opened = thread.with_user(self.agent).inbox_open(["body"], 10)
        in_inbox = [text["id"] for text in reversed(opened["texts"])]
        self.assertEqual([text["id"] for text in shown["texts"]], in_inbox)
        self.assertEqual([text["mine"] for text in shown["texts"]], [True, False])
