import re

from odoo import api, models
from odoo.fields import Domain

from .. import word_search, words
from ..messaging import numbers

SUGGESTED = 8  # people that are listed for what was typed
# what is meant for a number, right or wrong, not for a name such as "3M"
LIKE_A_NUMBER = re.compile(r"\+|\(?\d(\D*\d){2}")
WITH_A_PHONE = Domain("phone_sanitized", "!=", False)


# a subject of its own in a file of its own, as one file would be too long
# pylint: disable=consider-merging-classes-inherited
class SmsInboxConversation(models.Model):
    """Whom to begin a conversation with, from which number, and who is the same."""

    _inherit = "sms.inbox.conversation"

    @api.model
    @api.readonly
    def inbox_people(self, typed):
        """People with a phone number for what was typed, a name or a number.

        :return: dicts of ``partner_id`` (or False), ``name`` and ``number`` (E.164)
        """
        return self._inbox_people(typed.strip(), self._inbox_number(typed)[0])

    @api.model
    @api.readonly
    def inbox_whom(self, typed):
        """People for what was typed, and what a press of Enter makes of it.

        :return: dict of ``people``, whether what was typed means the first of them
            (``sure``), and what is wrong with it as a number (``problem``)
        """
        typed = typed.strip()
        number, problem = self._inbox_number(typed)
        people = self._inbox_people(typed, number)
        as_number = LIKE_A_NUMBER.match(typed)
        return {
            "people": people,
            "sure": bool(people)
            and (not as_number or _is_whole(people[0], typed, number)),
            "problem": as_number and problem or "",
        }

    @api.model
    def _inbox_people(self, typed, number):
        """Whoever has the number first, if need be nobody by name."""
        called = self._inbox_called(typed)
        if number:
            called |= Domain("phone_sanitized", "=", number)
        contacts = self.env["res.partner"].search(
            WITH_A_PHONE & called, limit=SUGGESTED
        )
        people = [
            {"partner_id": p.id, "name": p.display_name, "number": p.phone_sanitized}
            for p in contacts.sorted(lambda p: p.phone_sanitized != number)
        ]
        if number and number not in contacts.mapped("phone_sanitized"):
            people.insert(0, {"partner_id": False, "name": "", "number": number})
        return people

    @api.model
    def _inbox_called(self, typed):
        by_number = not any(map(str.isalpha, typed))
        digits = "".join(filter(str.isdigit, typed)) if by_number else ""
        query = word_search.typed(typed)
        named = self.env["res.partner"]._search(
            WITH_A_PHONE & word_search.having("complete_name", query)
        )
        word_search.by_index(named)
        called = Domain("id", "in", named)
        return called | Domain("phone_sanitized", "like", digits) if digits else called

    @api.model
    def _inbox_number(self, typed):
        """What was typed as a number (or False), or else why it is none."""
        try:
            return numbers.parse(typed, self.env.company.country_id.code), ""
        except numbers.NumberError as error:
            return False, words.number_problem(self.env, error.reason)

    @api.model
    @api.readonly
    def inbox_senders(self, contact_number):
        """Our numbers that may text somebody, the one to choose first."""
        senders = self.env["sms.inbox.number"]
        best = senders._best_for(contact_number)
        known = senders._usable()._known_to([contact_number]).get(contact_number)
        return [
            {
                "id": sender.id,
                "name": sender.name,
                "number": numbers.pretty(sender.number),
                "known": sender == known,
            }
            for sender in best | senders._usable()
        ]

    @api.model
    def inbox_start(self, number_id, contact_number, partner_id=False):
        """The id of the thread with somebody, made if need be, with its contact."""
        thread = self.browse(self.start(number_id, contact_number))
        if partner_id and not thread.partner_id:
            thread.partner_id = partner_id
        return thread.id

    # ------------------------------------------------------------
    # THE SAME PERSON
    # ------------------------------------------------------------

    def _inbox_same_person(self):
        """The texted threads of one's person that the user may see, this one included.

        They are the same person's by the number, or by the contact whose other numbers
        they are with.
        """
        return self.search(
            self._inbox_same_person_domain(), order="last_text_at desc, id desc"
        )

    def _inbox_same_person_domain(self):
        same = Domain("contact_number", "=", self.contact_number)
        if self.partner_id:
            same |= Domain("partner_id", "=", self.partner_id.id)
        texted = Domain("last_text_at", "!=", False)
        return Domain("company_id", "=", self.company_id.id) & texted & same

    def _inbox_unseen_threads(self):
        """How many threads their phone shows that the user may not see."""
        # sudo: sms.inbox.conversation - how many there are, nothing of what they say
        on_their_phone_sudo = self.sudo().search(
            [
                ("company_id", "=", self.company_id.id),
                ("contact_number", "=", self.contact_number),
                ("last_text_at", "!=", False),
            ]
        )
        on_their_phone = on_their_phone_sudo.with_env(self.env)
        return len(on_their_phone) - len(on_their_phone._filtered_access("read"))


def _is_whole(person, typed, number):
    return person["number"] == number or person["name"].casefold() == typed.casefold()
