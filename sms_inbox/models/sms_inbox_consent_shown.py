import re

from odoo import api, fields, models

from .. import words

# as rules are called that come from phrases: those shipped, and a company's own
OF_PHRASE = re.compile(r"[a-z]+_\w+|\d+")


class SmsInboxConsentShown(models.AbstractModel):
    """What lists show beside a number and a rule: whose it is, and what it means.

    For models with ``company_id``, ``number``, ``said_by``, ``actor`` and ``rule``.
    """

    _name = "sms.inbox.consent.shown"
    _description = "What lists of consents show"

    their_name = fields.Char(compute="_compute_their_name")
    said_by_label = fields.Char("Who said so", compute="_compute_said_by_label")
    rule_label = fields.Text("By which rule", compute="_compute_rule_label")

    # ------------------------------------------------------------
    # NAMES, as far as the user may see threads and contacts
    # ------------------------------------------------------------

    @api.depends("company_id", "number")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_their_name(self):
        names = self._names_of_contacts() | self._names_in_threads()
        nobody = self.env["res.company"]  # who has the contacts that all share
        for row in self:
            keys = [(row.company_id, row.number), (nobody, row.number)]
            row.their_name = next((names[key] for key in keys if key in names), False)

    def _names_in_threads(self):
        """{(company, number): name} of the contacts that threads are with."""
        threads = self.env["sms.inbox.conversation"].search_fetch(
            [
                ("company_id", "in", self.company_id.ids),
                ("contact_number", "in", self.mapped("number")),
                ("partner_id", "!=", False),
            ],
            ["company_id", "contact_number", "partner_id"],
            order="id",
        )
        return {(t.company_id, t.contact_number): t.display_name for t in threads}

    def _names_of_contacts(self):
        """{(company, number): names} of the contacts that have the number."""
        contacts = self.env["res.partner"].search_fetch(
            [("phone_sanitized", "in", self.mapped("number")), ("name", "!=", False)],
            ["company_id", "phone_sanitized", "name"],
        )
        by_number = contacts.grouped(lambda c: (c.company_id, c.phone_sanitized))
        return {key: ", ".join(some.mapped("name")) for key, some in by_number.items()}

    # ------------------------------------------------------------
    # WHO SAID SO
    # ------------------------------------------------------------

    @api.depends("said_by", "actor")
    @api.depends_context("lang")
    def _compute_said_by_label(self):
        sources = dict(self._fields["said_by"]._description_selection(self.env))
        for row in self:
            row.said_by_label = row._colleague() or sources.get(row.said_by)

    def _colleague(self):
        """The name of whoever of us it was, as it was then, or ""."""
        return self.said_by == "staff" and self.actor or ""

    # ------------------------------------------------------------
    # RULES
    # ------------------------------------------------------------

    @api.depends("rule", "said_by", "actor")
    @api.depends_context("lang")
    def _compute_rule_label(self):
        phrases = self._phrases_of_rules()
        known = self._known_rules()
        for row in self:
            rule = row.rule or ""
            if rule in phrases:
                row.rule_label = self._recognised(phrases[rule])
            elif rule not in known and OF_PHRASE.fullmatch(rule):
                row.rule_label = self.env._("Recognised by a phrase that was deleted")
            else:
                named = row._done_by_colleague()
                row.rule_label = named.get(rule) or known.get(rule, rule)

    def _phrases_of_rules(self):
        """{rule: the phrase that it names}, archived ones too."""
        rules = {rule for rule in self.mapped("rule") if rule}
        # sudo: ir.model.data - where shipped phrases have their names, no user reads it
        named_sudo = (
            self.env["ir.model.data"]
            .sudo()
            .search_fetch(
                [
                    ("module", "=", "sms_inbox"),
                    ("model", "=", "sms.inbox.phrase"),
                    ("name", "in", [f"phrase_{rule}" for rule in rules]),
                ],
                ["name", "res_id"],
            )
        )
        ids = {name.name.removeprefix("phrase_"): name.res_id for name in named_sudo}
        ids |= {rule: int(rule) for rule in rules if rule.isdigit()}
        there = self.env["sms.inbox.phrase"].browse(ids.values()).exists()
        return {
            rule: there.browse(id_) for rule, id_ in ids.items() if id_ in there.ids
        }

    @api.model
    def _recognised(self, phrase):
        """Say of a phrase in which language it was recognised, and as what."""
        language = words.language(self.env, phrase.language)
        meanings = dict(phrase._fields["intent"]._description_selection(self.env))
        if phrase.intent not in meanings:
            return self.env._("Recognised in %s", language)
        if phrase.intent == "review":
            return self.env._(
                "Recognised in %s as something that a person decides about", language
            )
        return self.env._(
            "Recognised in %(language)s as “%(meaning)s”",
            language=language,
            meaning=meanings[phrase.intent],
        )

    def _done_by_colleague(self):
        """{rule that one of us is: what they did}, where it is known who it was"""
        who = self._colleague()
        if not who:
            return {}
        return {
            "by hand": self.env._("%s changed it by hand", who),
            "decided by hand": self.env._("%s read what they wrote, and decided", who),
        }

    @api.model
    def _known_rules(self):
        """{rule that no phrase is: what it means}"""
        return {
            "yes": self.env._("A YES, which takes back a mere STOP"),
            "learned": self.env._(
                "It reads like examples of such texts, though no phrase is in it"
            ),
            "sign": self.env._("A sign such as 🛑, without any words"),
            "carrier": self.env._("A word that the carrier acts on by itself"),
            "the carrier refused a text": self.env._(
                "The carrier refused a text to them"
            ),
            "the carrier's list of opt-outs": self.env._(
                "They are on the carrier's list"
            ),
            "by hand": self.env._("One of us changed it by hand"),
            "decided by hand": self.env._(
                "One of us read what they wrote, and decided"
            ),
            "nobody decided within 10 business days": self.env._(
                "Nobody decided within 10 business days"
            ),
        }
