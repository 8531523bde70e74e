"""Hot paths take as many queries for many rows as for few."""

from odoo.tests import tagged

from .. import carriers
from .common import SmsInboxCase

FEW, MANY = 2, 30


@tagged("post_install", "-at_install")
class TestQueries(SmsInboxCase):
    def queries(self, call):
        """How many queries ``call`` takes, with nothing cached of the rows."""
        for _warm_up in range(2):
            call()
            self.env.flush_all()
            self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        call()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def converse(self, count):
        have = self.env["sms.inbox.conversation"].search_count(
            [("number_id", "=", self.number.id)]
        )
        for index in range(have, count):
            partner = self.env["res.partner"].create(
                {"name": f"Contact {index}", "phone": f"+12025551{index:03d}"}
            )
            self.make_conversation(contact_number=partner.phone).send_text("Hello")

    def assert_same_for_many(self, call):
        self.converse(FEW)
        for_few = self.queries(call)
        self.converse(MANY)
        self.assertEqual(self.queries(call), for_few)

    def view_fields(self, model, view_type):
        records = self.env[model].with_user(self.agent)
        return {
            name: {"fields": {"display_name": {}}}
            if records._fields[name].type == "many2one"
            else {}
            for name in records.get_view(view_type=view_type)["models"][model]
        }

    def assert_view_reads_as_quickly(self, model, view_type):
        fields = self.view_fields(model, view_type)
        records = self.env[model].with_user(self.agent)
        self.assert_same_for_many(lambda: records.web_search_read([], fields))

    def test_the_list_reads_many_conversations_as_quickly_as_few(self):
        self.assert_view_reads_as_quickly("sms.inbox.conversation", "list")

    def test_the_board_reads_many_conversations_as_quickly_as_few(self):
        self.assert_view_reads_as_quickly("sms.inbox.conversation", "kanban")

    def test_the_list_reads_many_texts_as_quickly_as_few(self):
        self.assert_view_reads_as_quickly("sms.inbox.message", "list")

    def test_contacts_show_what_is_known_of_many_numbers_as_quickly_as_of_few(self):
        names = ["sms_textability", "sms_opt_out", "sms_conversation_count"]
        partners = self.env["res.partner"].with_user(self.agent)
        domain = [("name", "like", "Contact")]
        self.assert_same_for_many(lambda: partners.search_read(domain, names))

    def test_the_phone_shows_many_handsets_as_quickly_as_few(self):
        phone = self.env["sms.inbox.phone"].with_user(self.agent)
        self.assert_same_for_many(phone.handsets)

    def hearing(self, first, count):
        """The queries of acting on so many people's texts that want no more."""
        consents = self.env["sms.inbox.consent"]
        people = [f"+12025552{first + n:03d}" for n in range(count)]
        for _warm_up in range(3):
            texts = self.env["sms.inbox.conversation"]._receive_all(
                [
                    {"number": self.number, "contact_number": person, "body": "Stop it"}
                    for person in people
                ]
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            consents._hear(texts, {})
            self.env.flush_all()
            spent = self.env.cr.sql_log_count - before
            consents._resubscribe(self.company, people, "for the next round")
        return spent

    def test_many_who_want_no_more_at_once_take_as_few_queries_as_two(self):
        self.assertEqual(self.hearing(100, MANY), self.hearing(200, FEW))

    def test_storing_a_carriers_word_takes_no_more_with_many_stored(self):
        events = self.env["sms.inbox.webhook.event"]

        def store():
            store.count += 1
            text = carriers.InboundText(f"SM{store.count}", "+12025550143", "1", "Hi")
            events._store(self.account, text)

        store.count = 0
        for_few = self.queries(store)
        for _more in range(MANY):
            store()
        self.assertEqual(self.queries(store), for_few)
