from odoo import api, fields, models
from odoo.exceptions import UserError

from ..messaging import numbers
from ..toast import toast

MOST_SHOWN = 80  # people who are listed one by one


class SmsInboxUnsubscribe(models.TransientModel):
    """Unsubscribe people from a company's texts by hand, or subscribe them again."""

    _name = "sms.inbox.unsubscribe"
    _description = "Unsubscribe by hand"

    change = fields.Selection(
        [("opted_out", "Unsubscribe"), ("subscribed", "Subscribe again")],
        required=True,
        readonly=True,
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    # many thousand, which no screen needs
    numbers = fields.Json(readonly=True, prefetch=False)
    count = fields.Integer("Phone numbers", readonly=True)
    numberless = fields.Integer("Without a phone number", readonly=True)
    row_ids = fields.One2many("sms.inbox.unsubscribe.row", "wizard_id", string="Who")
    message_id = fields.Many2one("mail.message", readonly=True, ondelete="cascade")
    reason = fields.Char(help="It is kept in the record of consents.")
    own_word_count = fields.Integer(
        "Said it themselves", compute="_compute_own_word_count"
    )
    may_lift = fields.Boolean(compute="_compute_may_lift")

    # ------------------------------------------------------------
    # OPEN
    # ------------------------------------------------------------

    @api.model
    def _open(self, change):
        """The action that opens this for the records of the context."""
        model = self.env.context["active_model"]
        records = self.env[model].browse(self.env["sms.inbox.bulk"]._chosen(model))
        return self._open_for(records, change)

    @api.model
    def _open_for(self, records, change):
        """The action that opens this for contacts, conversations, or what has a phone.

        :param change: "opted_out" or "subscribed"
        :raise UserError: if none of them has a number, or they are of two companies
        """
        people, numberless = self._people(records)
        company = self.env.company
        if records._name == "sms.inbox.conversation":
            company = records.company_id
        if len(company) > 1:
            raise UserError(self.env._("Choose conversations of one company."))
        if not people:
            raise UserError(self.env._("None of them has a phone number."))
        return self._open_window(company, people, change, numberless=numberless)

    @api.model
    def _open_window(self, company, people, change, chosen=None, **values):
        """The action that opens this for some people.

        :param people: {number: contact}
        :param chosen: the numbers that are ticked, all if it is None
        """
        chosen = people if chosen is None else chosen
        shown = people.items() if len(people) <= MOST_SHOWN else ()
        window = self.create(
            {
                "change": change,
                "company_id": company.id,
                "numbers": list(people),
                "count": len(people),
                "row_ids": [
                    (0, 0, {"number": n, "partner_id": p.id, "chosen": n in chosen})
                    for n, p in shown
                ],
                **values,
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": window._title(),
            "res_model": self._name,
            "res_id": window.id,
            "views": [(False, "form")],
            "target": "new",
        }

    def _title(self):
        if self.change == "opted_out":
            return self.env._("Unsubscribe from texts")
        return self.env._("Subscribe to texts again")

    # ------------------------------------------------------------
    # WHO
    # ------------------------------------------------------------

    @api.model
    def _people(self, records):
        """{number in E.164: contact} of records, and how many of them have none.

        A record without a number of its own has those of its contacts.
        """
        if records._name == "sms.inbox.conversation":
            return {r.contact_number: r.partner_id for r in records}, 0
        contacts_of = records._mail_get_partners()
        readable = self.env["res.partner"].union(*contacts_of.values())
        readable = readable._filtered_access("read")
        people, numberless = {}, 0
        for record in records:
            contacts = contacts_of[record.id] & readable
            found = dict.fromkeys(self._numbers_of(record), contacts[:1])
            if not found:
                found = {n: each for each in contacts for n in self._numbers_of(each)}
            numberless += not found
            for number, contact in found.items():
                people.setdefault(number, contact)
        return people, numberless

    @api.model
    def _numbers_of(self, record):
        country = record._phone_get_country().get(record.id)
        country = country or self.env.company.country_id
        found = []
        for name in record._phone_get_number_fields():
            try:
                found.append(numbers.parse(record[name], country.code))
            except numbers.NumberError:
                continue
        return found

    # ------------------------------------------------------------
    # WHAT THEY WANT NOW
    # ------------------------------------------------------------

    @api.depends("row_ids.chosen", "change")
    def _compute_own_word_count(self):
        for window in self:
            lifts = window.change == "subscribed"
            own = window._own_word(window._chosen()) if lifts else ()
            window.own_word_count = len(own)

    @api.depends_context("uid")
    def _compute_may_lift(self):
        self.may_lift = self.env.user.has_group("sms_inbox.group_manager")

    def _chosen(self):
        """The numbers that are ticked; all, where they are too many to be listed."""
        if self.row_ids:
            return self.row_ids.filtered("chosen").mapped("number")
        # a record that a form has changed reads this from the one that is stored
        return self._origin.numbers or self.numbers or []

    def _own_word(self, chosen):
        """Those who opted out themselves, whom not everybody may subscribe again."""
        return {
            number
            for number, consent in self._standing(chosen).items()
            if consent._not_by_staff()
        }

    def _standing(self, chosen):
        """{number: its consent}; of several the one that is hardest to undo."""
        consents = self.env["sms.inbox.consent"].search(
            [("company_id", "=", self.company_id.id), ("number", "in", chosen)]
        )
        ranked = consents.sorted(
            lambda c: (c.state == "opted_out", c.said_by != "staff", c.id)
        )
        return {consent.number: consent for consent in ranked}

    # ------------------------------------------------------------
    # CHANGE
    # ------------------------------------------------------------

    def action_apply(self):
        """Unsubscribe or subscribe who is ticked; say whom, and whom not and why."""
        self.ensure_one()
        chosen = self._chosen()
        if not chosen:
            raise UserError(self.env._("Choose at least one number."))
        apply = {"opted_out": self._unsubscribe, "subscribed": self._resubscribe}
        outcomes = apply[self.change](chosen)
        said = [words % _who(some) for words, some in outcomes.items() if some]
        if self.numberless:
            said.append(self.env._("Without a phone number: %s.", self.numberless))
        done = len(said) == 1 and next(iter(outcomes.values()))
        return toast(" ".join(said), "success" if done else "warning")

    def _unsubscribe(self, chosen):
        """{words: numbers} of what became of whom, what was asked for first."""
        consents = self.env["sms.inbox.consent"]
        changed = consents._unsubscribe(self.company_id, chosen, *self._why())
        changed = set(changed.mapped("number"))
        return {
            self.env._("Unsubscribed: %s."): changed,
            self.env._("Wanted no texts before: %s."): set(chosen) - changed,
        }

    def _resubscribe(self, chosen):
        """{words: numbers} of what became of whom, what was asked for first."""
        consents = self.env["sms.inbox.consent"]
        refused = set() if self.may_lift else self._own_word(chosen)
        allowed = set(chosen) - refused
        changed = consents._resubscribe(self.company_id, allowed, self.reason or "")
        changed = set(changed.mapped("number"))
        return {
            self.env._("Subscribed again: %s."): changed,
            self.env._(
                "Refused, as they said themselves that they want no texts: %s. They "
                "can text START, or an administrator can subscribe them again."
            ): refused,
            self.env._("Had not unsubscribed: %s."): allowed - changed,
        }

    def _why(self):
        """The reason and the rule, for the record of consents."""
        if not self.message_id:
            return self.reason or "", ""
        self.message_id.check_access("read")
        message = self.env._(
            "Message %(message)s of %(model)s,%(record)s.",
            message=self.message_id.id,
            model=self.message_id.model,
            record=self.message_id.res_id,
        )
        reason = f"{self.reason} {message}" if self.reason else message
        return reason, self.env._("by e-mail or note")


def _who(some):
    """One number as people read it, else how many they are."""
    return numbers.pretty(*some) if len(some) == 1 else str(len(some))
