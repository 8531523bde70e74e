from odoo import api, fields, models
from odoo.exceptions import AccessError

from .. import words
from ..messaging import numbers, textability


# a subject of its own in a file of its own, as one file would be too long
# pylint: disable=consider-merging-classes-inherited
class SmsInboxSubscriber(models.Model):
    """The mark that stands beside a phone number, wherever one is shown."""

    _inherit = "sms.inbox.subscriber"

    contact_count = fields.Integer("Contacts", compute="_compute_contact_count")
    conversation_count = fields.Integer(
        "Conversations", compute="_compute_conversation_count"
    )

    @api.depends("number")
    def _compute_contact_count(self):
        counts = self._contact_counts(self.mapped("number"))
        for subscriber in self:
            subscriber.contact_count = counts.get(subscriber.number, 0)

    @api.depends("company_id", "number")
    @api.depends_context("uid")
    def _compute_conversation_count(self):
        rows = self.env["sms.inbox.conversation"]._read_group(
            [
                ("company_id", "in", self.company_id.ids),
                ("contact_number", "in", self.mapped("number")),
            ],
            ["company_id", "contact_number"],
            ["__count"],
        )
        counts = {(company, number): count for company, number, count in rows}
        for subscriber in self:
            key = (subscriber.company_id, subscriber.number)
            subscriber.conversation_count = counts.get(key, 0)

    # ------------------------------------------------------------
    # MARKS
    # ------------------------------------------------------------

    @api.model
    def marks(self, asked):
        """What is known of some phone numbers, as people wrote them, in few queries.

        :param asked: dicts of ``text``; where it may name no country also ``country``
            (an id), or the ``model`` and ``id`` of the record that it is of; and
            ``company`` (an id), if not the active one
        :return: a mark for each, in the same order: a dict of ``number`` (E.164, or
            False where there is none), its ``textability``, its ``state`` (that, or
            "opted_out"), a ``label`` and a ``reason`` for it, ``since`` when (UTC;
            False where the reason tells), and how many ``contacts`` have the number
        :raise AccessError: if the user may not see such marks, or not the company
        """
        self.browse().check_access("read")
        active = self.env.company.id
        asked = [{**each, "company": each.get("company") or active} for each in asked]
        countries = self._countries(asked)
        read = [
            (each["company"], *self._as_number(each["text"], country))
            for each, country in zip(asked, countries, strict=True)
        ]
        known = self._marks_of({(company, n) for company, n, _p in read if n})
        return [
            known[company, number] if number else self._mark_of_no_number(problem)
            for company, number, problem in read
        ]

    @api.model
    def _marks_of(self, pairs):
        """{(company's id, number in E.164): mark}, under the user's own rules."""
        contact_numbers = list({number for _company, number in pairs})
        companies = self.env["res.company"].browse({company for company, _n in pairs})
        if companies - self.env.companies:
            raise AccessError(self.env._("You do not work for this company now."))
        of_pairs = [
            ("company_id", "in", companies.ids),
            ("number", "in", contact_numbers),
        ]
        none = self.browse()
        known = {row._pair(): row for row in self.search(of_pairs)}
        refused = self._who_said_no(of_pairs)
        counts = self._contact_counts(contact_numbers)
        return {
            (company, number): {
                "number": number,
                "contacts": counts.get(number, 0),
                **self._evidence(number, known.get((company, number), none)),
                **refused.get((company, number), {}),
            }
            for company, number in pairs
        }

    @api.model
    def _evidence(self, number, subscriber):
        """What a mark says of a row; of the number itself, where there is none."""
        shape = textability.offline(number)
        state = subscriber.textability if subscriber else shape.state
        labels = dict(self._fields["textability"]._description_selection(self.env))
        return {
            "state": state,
            "textability": state,
            "label": labels[state],
            "reason": subscriber.textability_label
            if subscriber
            else words.textability_reason(self.env, shape.reason),
            "since": False,  # the reason tells
        }

    @api.model
    def _who_said_no(self, of_pairs):
        """{(company's id, number): what a mark says of those who want no texts}."""
        # sudo: sms.inbox.consent - users may not read lines; the companies were checked
        consents_sudo = self.env["sms.inbox.consent"].sudo()
        found_sudo = consents_sudo.search([*of_pairs, ("state", "=", "opted_out")])
        # the last of a number counts: an opt-out from all of ours, where there is one
        return {
            (consent_sudo.company_id.id, consent_sudo.number): {
                "state": "opted_out",
                "label": self.env._("Wants no texts"),
                "reason": self._scope(consent_sudo),
                "one_number": bool(consent_sudo.line_id),
                "since": fields.Datetime.to_string(consent_sudo.since),
            }
            for consent_sudo in found_sudo.sorted(lambda consent: not consent.line_id)
        }

    @api.model
    def _scope(self, consent_sudo):
        if consent_sudo.line_id:
            return self.env._("They want none from one of your numbers.")
        return self.env._("They want none from you.")

    @api.model
    def _mark_of_no_number(self, problem):
        return {
            "number": False,
            "state": "not_textable",
            "textability": "not_textable",
            "label": self.env._("Cannot be texted"),
            "reason": words.number_problem(self.env, problem),
            "since": False,
            "contacts": 0,
        }

    @api.model
    def _contact_counts(self, contact_numbers):
        """{number: how many contacts that the user sees have it}"""
        return dict(
            self.env["res.partner"]._read_group(
                [("phone_sanitized", "in", list(contact_numbers))],
                ["phone_sanitized"],
                ["__count"],
            )
        )

    # ------------------------------------------------------------
    # NUMBERS AS PEOPLE WRITE THEM
    # ------------------------------------------------------------

    @api.model
    def _as_number(self, text, country):
        """(E.164 as Odoo stores it, or None; the problem, if that is none)."""
        number = self.env["res.partner"]._phone_format_number(text, country)
        if number:
            return number, None
        try:
            return numbers.parse(text, country.code), None
        except numbers.NumberError as error:
            return None, error.reason

    @api.model
    def _countries(self, asked):
        """The country to assume for each number, in the same order."""
        of_records = self._countries_of_records(asked)
        of_companies = {c.id: c.country_id for c in self.env.companies}
        chosen = {each["country"] for each in asked if each.get("country")}
        by_id = {c.id: c for c in self.env["res.country"].browse(chosen).exists()}
        return [
            by_id.get(each.get("country"))
            or of_records.get((each.get("model"), each.get("id")))
            or of_companies.get(each["company"], self.env.company.country_id)
            for each in asked
        ]

    @api.model
    def _countries_of_records(self, asked):
        """{(model, id): country} of those records that the user may read."""
        ids_of = {}
        for each in asked:
            if each.get("id") and each.get("model") in self.env:
                ids_of.setdefault(each["model"], set()).add(each["id"])
        found = {}
        for model, ids in ids_of.items():
            records = self.env[model].browse(ids).exists()._filtered_access("read")
            of_records = records._phone_get_country()
            found |= {(model, id_): country for id_, country in of_records.items()}
        return found

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_contacts(self):
        """Show the contacts with this number."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Contacts with %s", numbers.pretty(self.number)),
            "res_model": "res.partner",
            "views": [(False, "list"), (False, "form")],
            "domain": [("phone_sanitized", "=", self.number)],
        }

    def action_conversations(self):
        """Show the conversations with this number."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Conversations with %s", numbers.pretty(self.number)),
            "res_model": "sms.inbox.conversation",
            "views": [(False, "list"), (False, "form")],
            "domain": [
                ("company_id", "=", self.company_id.id),
                ("contact_number", "=", self.number),
            ],
        }
