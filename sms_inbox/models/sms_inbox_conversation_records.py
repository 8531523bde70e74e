from odoo import api, models
from odoo.fields import Domain

from .. import words
from .sms_inbox_conversation_timeline import IN_THREADS

MOST_THREADS = 20  # of a record that are shown beside it
COUNTED = 100  # texts of a record are counted as far as this; screens say "99+"


# a subject of its own in a file of its own, as one file would be too long
# pylint: disable=consider-merging-classes-inherited
class SmsInboxConversation(models.Model):
    """The texts that belong to a record of whatever model: by its phone numbers.

    They are read under the user's own rules where they are, and copied nowhere: a
    record, and what is written below it, may be shared by companies.
    """

    _inherit = "sms.inbox.conversation"

    @api.model
    @api.readonly
    def texts_of_record(self, model, record_id):
        """What stands beside a record: its threads, or whom one could text.

        :return: dict of ``threads`` (rows as the inbox has them, latest first),
            ``count`` (of their texts, as far as ``COUNTED``), ``people`` (those of its
            numbers: dicts of ``number`` in E.164 and ``partner_id``), and
            ``missing`` (what to fill in so that there is a number, else "")
        :raise AccessError: if the user may not read the record
        """
        record = self.env[model].browse(record_id)
        record.check_access("read")
        people, contacts = self._people_of(record)
        threads = self._threads_of(record, people, contacts)
        return {
            "threads": threads._inbox_rows(),
            "count": self._count_texts(Domain("id", "in", threads.ids)),
            "people": [
                {"number": number, "partner_id": contact.id}
                for number, contact in people.items()
            ],
            "missing": "" if people else self._what_is_missing(record, contacts),
        }

    @api.model
    def _text_count_of(self, record):
        """How many texts belong to a record, as far as ``COUNTED``.

        :return: None where a record of this kind has no phone number and no contact
        """
        if not (record._phone_get_number_fields() or record._mail_get_partner_fields()):
            return None
        return self._count_texts(self._of_record(record, *self._people_of(record)))

    @api.model
    def _count_texts(self, domain):
        of_threads = Domain("conversation_id", "in", self._search(domain))
        return self.env["sms.inbox.message"].search_count(
            of_threads & IN_THREADS, limit=COUNTED
        )

    # ------------------------------------------------------------
    # WHICH TEXTS
    # ------------------------------------------------------------

    @api.model
    def _people_of(self, record):
        """{number: contact} of a record, and its contacts, as far as the user sees."""
        people, _numberless = self.env["sms.inbox.unsubscribe"]._people(record)
        contacts = record._mail_get_partners()[record.id]
        return people, contacts._filtered_access("read")

    @api.model
    def _threads_of(self, record, people, contacts):
        return self.search(
            self._of_record(record, people, contacts),
            order="last_text_at desc nulls last, id desc",
            limit=MOST_THREADS,
        )

    @api.model
    def _of_record(self, record, people, contacts):
        """The threads with a record's numbers, and with any number of its contacts."""
        company = self.env["mail.message"]._sms_inbox_company(record)
        theirs = Domain("contact_number", "in", list(people))
        theirs |= Domain("partner_id", "in", contacts.ids)
        return Domain("company_id", "=", company.id) & theirs

    # ------------------------------------------------------------
    # NO NUMBER
    # ------------------------------------------------------------

    @api.model
    def _what_is_missing(self, record, contacts):
        """What to fill in so that a record has a number that can be texted."""
        holder = record if record._phone_get_number_fields() else contacts[:1]
        if not holder:
            return self.env._(
                "Texts are found by the phone number of a contact. Choose one in "
                "“%(field)s”.",
                field=self._label(record, record._mail_get_partner_fields()),
            )
        for name in holder._phone_get_number_fields():
            if holder[name]:
                return self._what_is_wrong(holder, holder[name])
        return self.env._(
            "%(name)s has no phone number. Enter one in “%(field)s”.",
            name=holder.display_name,
            field=self._label(holder, holder._phone_get_number_fields()),
        )

    @api.model
    def _what_is_wrong(self, holder, written):
        country = holder._phone_get_country().get(holder.id)
        subscribers = self.env["sms.inbox.subscriber"]
        _none, problem = subscribers._as_number(
            written, country or self.env.company.country_id
        )
        return self.env._(
            "“%(number)s” cannot be texted. %(what_to_do)s",
            number=written,
            what_to_do=words.number_problem(self.env, problem),
        )

    @api.model
    def _label(self, record, names):
        return record._fields[names[0]]._description_string(self.env)
