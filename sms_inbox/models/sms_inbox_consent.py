from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from .. import words
from ..consent_source import SOURCE, Source, Sources
from ..messaging import working_days

OF_CODE = {"said_by", "since", "rule", "words", "text_id", "decide_by"}


class SmsInboxConsent(models.Model):
    """Whether a company may text a number: from all of its lines, or from one.

    ``review``: something that they wrote may mean that they want no more texts. A
    person decides; undecided at the legal deadline, it means just that.
    """

    _name = "sms.inbox.consent"
    _description = "Consent to be texted"
    _rec_name = "number"
    _order = "number, id"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        ondelete="cascade",
    )
    number = fields.Char(required=True, help="With country code.")
    line_id = fields.Many2one(
        "sms.inbox.line",
        ondelete="restrict",
        groups="base.group_system",
        help="Empty: all of the company's numbers.",
    )
    state = fields.Selection(
        [
            ("unknown", "Not asked"),
            ("subscribed", "Agreed"),
            ("opted_out", "Wants no texts"),
            ("review", "To be decided"),
        ],
        required=True,
        default="unknown",
    )
    said_by = fields.Selection(
        [
            ("person", "The recipient"),
            ("staff", "One of us"),
            ("carrier", "The carrier"),
        ],
        required=True,
        readonly=True,
        default="staff",
    )
    since = fields.Datetime(readonly=True)
    rule = fields.Char("Why", readonly=True)
    text_id = fields.Many2one(
        "sms.inbox.message",
        string="What they wrote",
        readonly=True,
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    words = fields.Text(
        "They wrote", readonly=True, groups="sms_inbox.group_supervisor"
    )
    decide_by = fields.Datetime(
        readonly=True,
        help="Undecided by then, they count as wanting no texts (47 CFR 64.1200).",
    )

    _number_unique = models.UniqueIndex(
        "(company_id, number, COALESCE(line_id, 0))",
        "There is a consent for this number already. Change that one.",
    )
    _undecided_idx = models.Index("(decide_by) WHERE state = 'review'")
    # an opt-out from a line that companies share holds for all of them
    _line_idx = models.Index("(line_id, number) WHERE line_id IS NOT NULL")
    _same_company_as_text = models.Constraint(
        "FOREIGN KEY (text_id, company_id) "
        "REFERENCES sms_inbox_message (id, company_id) ON DELETE RESTRICT"
    )

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            vals["number"] = self._normalised(vals)
        consents = super().create(vals_list)
        consents._take_effect()
        return consents

    def write(self, vals):
        self._check_keeps_its_number(vals)
        if OF_CODE & vals.keys() and not (self.env.su or self._has_sources()):
            raise AccessError(self.env._("This is kept up to date by itself."))
        if "state" not in vals:
            return super().write(vals)
        changed = self.filtered(lambda consent: consent._changes_to(vals["state"]))
        changed._check_may_be_lifted(vals["state"])
        result = super().write(vals)
        changed._take_effect()
        return result

    def _check_keeps_its_number(self, vals):
        for name in {"company_id", "number", "line_id"} & vals.keys():
            field = self._fields[name]
            if any(field.convert_to_write(c[name], c) != vals[name] for c in self):
                raise UserError(
                    self.env._(
                        "A consent keeps its number. Add one for the other number."
                    )
                )

    def _changes_to(self, state):
        """Whether a state is news: another one, or now in the person's own words."""
        said_now = self._source().said_by == "person" != self.said_by
        return self.state != state or state == "opted_out" and said_now

    def _check_may_be_lifted(self, state):
        """What a person said, a click in a list does not undo."""
        if self._has_sources() or state == "opted_out":
            return
        if self._not_by_staff():
            raise UserError(
                self.env._(
                    "They said themselves that they want no texts. Use Subscribe "
                    "again, and write down why."
                )
            )

    @api.model
    def _normalised(self, vals):
        company = self.env["res.company"].browse(vals.get("company_id"))
        country = (company or self.env.company).country_id.code
        return words.e164(self.env, vals.get("number"), country)

    @api.constrains("line_id")
    def _check_line(self):
        for consent in self.filtered("line_id"):
            # sudo: sms.inbox.line - belongs to no company, users may not read it
            users_sudo = consent.sudo().line_id.with_context(active_test=False)
            if consent.company_id not in users_sudo.number_ids.company_id:
                raise ValidationError(self.env._("Choose one of your own numbers."))

    # ------------------------------------------------------------
    # CHANGE
    # ------------------------------------------------------------

    @api.model
    def _change(self, company, sources, state):
        """Give consents a state, made where there are none; those that it changed.

        :param sources: {(their number in E.164, the line or an empty one for all):
            its :class:`Source`}
        """
        consents = self.with_context(**{SOURCE: Sources(sources)})
        known = consents._of_pairs(company, sources)
        changed = consents.union(*known.values()).filtered(
            lambda consent: consent._changes_to(state)
        )
        changed.write({"state": state})
        return changed + consents.create(
            [
                {
                    "company_id": company.id,
                    "number": number,
                    "line_id": line.id,
                    "state": state,
                }
                for number, line in sources
                if (number, line) not in known
            ]
        )

    @api.model
    def _of_pairs(self, company, pairs):
        """{(their number, line): consent} of those pairs for which there is one."""
        found = self.search(
            [
                ("company_id", "=", company.id),
                ("number", "in", [number for number, _line in pairs]),
            ]
        )
        by_pair = {(consent.number, consent.line_id): consent for consent in found}
        return {pair: by_pair[pair] for pair in pairs if pair in by_pair}

    def _take_effect(self):
        """Note the change, and what it means for texts that wait, at the same time.

        The dispatcher holds the same numbers as it claims, so that it cannot claim a
        text in a transaction that has not seen the change.
        """
        self._note_source()
        self._write_ledger()
        subscribers = self.env["sms.inbox.subscriber"]
        for (company, state), consents in self.grouped(
            lambda c: (c.company_id, c.state)
        ).items():
            rows = subscribers._of_many(company, consents.mapped("number"))
            rows._touch()
            rows._tell_screens()
            # sudo: phone.blacklist - Odoo's own list, where the company wants that
            self.env["phone.blacklist"].sudo()._sms_inbox_follow(
                company, consents.mapped("number"), state == "opted_out"
            )
        for state, consents in self.grouped("state").items():
            consents._settle_texts(state)
        self._threads()._tell_screens()

    def _note_source(self):
        now = fields.Datetime.now()
        for source, consents in self.grouped(lambda c: c._source()).items():
            # what they wrote counts from when they wrote it, however late it came
            wrote = source.text and source.said_by == "person"
            since = source.text.date if wrote else now
            # sudo: sms.inbox.consent - people write the state, we note the rest
            consents.sudo().write(
                {
                    "since": since,
                    "said_by": source.said_by,
                    "rule": source.rule,
                    "words": source.words,
                    "text_id": source.text and source.text.id,
                    "decide_by": False,
                }
            )
        # sudo: sms.inbox.consent - people write the state, we note the rest
        for consent_sudo in self.sudo().filtered(lambda c: c.state == "review"):
            consent_sudo.decide_by = working_days.later(consent_sudo.since)

    def _settle_texts(self, state):
        if state == "opted_out":
            self._waiting()._cancel(self.env._("They want no texts from you."))
        elif state == "review":
            self._hold_texts()
        else:
            held = self._waiting().filtered(lambda t: t.waits_for == "consent")
            held._let_go()
            farewells = self._waiting(("opt_out", "wrong_person"))
            farewells._cancel(self.env._("They want texts after all."))

    def _hold_texts(self):
        """Hold all that was written before what they wrote was read."""
        waiting = self._waiting().filtered(lambda text: text.state == "queued")
        waiting.filtered(lambda text: text.priority != "code")._hold_for_consent()

    def _waiting(self, words=(False, "opt_in")):
        """The texts that wait, in sudo, to leave for these people.

        :param words: which words of theirs they answer
        """
        # sudo: sms.inbox.message - texts change by code alone
        texts_sudo = self.env["sms.inbox.message"].sudo()
        waiting_sudo = texts_sudo.search(
            [
                ("company_id", "in", self.company_id.ids),
                ("contact_number", "in", self.mapped("number")),
                ("state", "in", ("queued", "held")),
                ("answers_word", "in", words),
            ]
        )
        return self._about(waiting_sudo)

    def _threads(self):
        """The conversations, in sudo, with these people."""
        # sudo: sms.inbox.conversation - whoever sees them learns of the change
        threads_sudo = self.env["sms.inbox.conversation"].sudo()
        return threads_sudo.search(
            [
                ("company_id", "in", self.company_id.ids),
                ("contact_number", "in", self.mapped("number")),
            ]
        )

    # ------------------------------------------------------------
    # LEDGER
    # ------------------------------------------------------------

    def _write_ledger(self):
        values = []
        for consent in self:
            source = consent._source()
            values.append(
                {
                    "company_id": consent.company_id.id,
                    "number": consent.number,
                    # sudo: sms.inbox.line - of no company, users may not read it
                    "line_number": consent.sudo().line_id.number,
                    "state": consent.state,
                    "said_by": source.said_by,
                    "actor": source.actor,
                    "rule": source.rule,
                    "words": source.words,
                    "reason": source.reason,
                    "text_uuid": source.text and source.text.uuid,
                }
            )
        # sudo: sms.inbox.consent.event - the ledger is written by code alone
        self.env["sms.inbox.consent.event"].sudo().create(values)

    def _has_sources(self):
        """Whether code says whose doing it is. A client's context has plain values."""
        return isinstance(self.env.context.get(SOURCE), Sources)

    def _source(self):
        """Whose doing a change is."""
        if self._has_sources():
            # sudo: sms.inbox.line - of no company, users may not read it
            return self.env.context[SOURCE][self.number, self.sudo().line_id]
        return Source(self.env.user.name, self.env._("by hand"))

    def _before_review(self):
        """The state that a doubtful text interrupted."""
        events = self.env["sms.inbox.consent.event"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("number", "=", self.number),
                ("line_number", "=", self.line_id.number),
                ("state", "!=", "review"),
            ],
            limit=1,
        )
        return "subscribed" if events.state == "subscribed" else "unknown"
