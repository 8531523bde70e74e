from odoo.tests import HttpCase, tagged

from .common import SmsInboxCase


@tagged("post_install", "-at_install")
class TestBoardScreen(SmsInboxCase, HttpCase):
    """The board in a real browser: late ones first, put off, confirm, many at once."""

    def test_the_board_moves_what_waits(self):
        ada = self.receive("Is my bike ready?").conversation_id
        ada.waiting_since = "2026-01-05 14:00:00"
        thankful = self.receive("Hi", "+12025550198").conversation_id
        thankful.with_user(self.agent).send_text("It is ready.")
        self.receive("Thanks!", "+12025550198")
        self.env.flush_all()
        self.start_tour("/odoo/sms-conversations", "sms_inbox_board", login="agent")
        self.env.invalidate_all()
        self.assertEqual((ada.stage, thankful.stage), ("needs_reply", "closed"))
        self.assertEqual(ada.waiting_since.isoformat(), "2026-01-05T14:00:00")
