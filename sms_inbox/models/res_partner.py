from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .. import word_search, words
from ..messaging import textability


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = ["res.partner", "sms.inbox.texted"]

    # inbound texts find their contact by it; core leaves it without an index
    phone_sanitized = fields.Char(index="btree_not_null")
    sms_textability = fields.Selection(
        lambda self: self.env["sms.inbox.subscriber"]._fields["textability"].selection,
        string="Can be texted",
        compute="_compute_sms_textability",
        search="_search_sms_textability",
        groups="sms_inbox.group_user",
    )
    sms_textability_reason = fields.Char(
        compute="_compute_sms_textability", groups="sms_inbox.group_user"
    )
    sms_opt_out = fields.Boolean(
        "Wants no texts",
        compute="_compute_sms_opt_out",
        search="_search_sms_opt_out",
        groups="sms_inbox.group_user",
    )
    sms_conversation_count = fields.Integer(search="_search_sms_conversation_count")

    # contacts are found by the words of their names, however many they are
    _sms_inbox_words_idx = models.Index(word_search.index("complete_name"))

    # ------------------------------------------------------------
    # COMPUTES, from the active company's rows
    # ------------------------------------------------------------

    @api.depends("phone_sanitized", "sms_shape")
    @api.depends_context("company", "lang", "tz")
    def _compute_sms_textability(self):
        """From the company's row, else from the number itself."""
        rows = self.env["sms.inbox.subscriber"].search(
            self._sms_rows_domain() + [("number", "in", self._sms_numbers())]
        )
        known = {row.number: row for row in rows}
        for partner in self:
            row, shape = known.get(partner.phone_sanitized, rows[:0]), partner.sms_shape
            if row:
                partner.sms_textability = row.textability
                partner.sms_textability_reason = row.textability_label
            elif shape:
                partner.sms_textability = textability.SHAPES[shape].state
                partner.sms_textability_reason = words.textability_reason(
                    self.env, shape
                )
            else:
                partner.sms_textability = "unknown"
                partner.sms_textability_reason = False

    @api.model
    def _search_sms_textability(self, operator, value):
        if operator != "in":
            return NotImplemented
        states = [state for state in value if state]
        shapes = [
            shape.reason
            for shape in textability.SHAPES.values()
            if shape.state in states
        ]
        self.env["sms.inbox.subscriber"].flush_model(
            ["company_id", "number", "textability"]
        )
        company = self.env.company.id

        def to_sql(partners, alias, query):
            # raw SQL: as the compute above does it, for very many contacts at once
            people = query.make_alias(alias, "sms_people")
            known = SQL(
                "%s = %s AND %s = %s",
                SQL.identifier(people, "company_id"),
                company,
                SQL.identifier(people, "number"),
                partners._field_to_sql(alias, "phone_sanitized", query),
            )
            query.add_join("LEFT JOIN", people, "sms_inbox_subscriber", known)
            return SQL(
                "COALESCE(%s = ANY(%s), %s = ANY(%s), %s)",
                SQL.identifier(people, "textability"),
                states,
                partners._field_to_sql(alias, "sms_shape", query),
                shapes,
                "unknown" in states,
            )

        return Domain.custom(to_sql=to_sql)

    @api.depends("phone_sanitized")
    @api.depends_context("company")
    def _compute_sms_opt_out(self):
        consents = self.env["sms.inbox.consent"].search(
            self._sms_opted_out_domain() + [("number", "in", self._sms_numbers())]
        )
        numbers = set(consents.mapped("number"))
        for partner in self:
            partner.sms_opt_out = partner.phone_sanitized in numbers

    @api.model
    def _search_sms_opt_out(self, operator, value):
        if operator != "in":
            return NotImplemented
        opted_out = self.env["sms.inbox.consent"]._search(self._sms_opted_out_domain())
        numbers = opted_out.select(SQL.identifier(opted_out.table, "number"))
        return self._sms_number_is("in" if True in value else "not in", numbers)

    @api.model
    def _sms_number_is(self, operator, numbers):
        """A domain for those whose number is (not) one that a query gives."""

        def to_sql(partners, alias, query):
            number = partners._field_to_sql(alias, "phone_sanitized", query)
            if operator == "in":
                return SQL("%s IN (%s)", number, numbers)
            return SQL("COALESCE(%s NOT IN (%s), TRUE)", number, numbers)

        return Domain.custom(to_sql=to_sql)

    def _sms_contact_ids(self):
        return {partner.id: partner._origin.id for partner in self}

    @api.model
    def _search_sms_conversation_count(self, operator, value):
        """Tell those who have a thread from those who have none."""
        if (operator, value) == (">", 0):
            found = True
        elif operator == "in" and set(value) == {0}:
            found = False
        else:
            return NotImplemented
        threads = self.env["sms.inbox.conversation"]._search(self._sms_threads_domain())
        numbers, linked = (
            threads.subselect(SQL.identifier(threads.table, name))
            for name in ("contact_number", "partner_id")
        )
        texted = Domain.custom(
            to_sql=lambda partners, alias, query: SQL(
                "(%s IN %s OR %s IN %s)",
                SQL.identifier(alias, "id"),
                linked,
                partners._field_to_sql(alias, "phone_sanitized", query),
                numbers,
            )
        )
        return texted if found else ~texted

    @api.model
    def _sms_opted_out_domain(self):
        return self._sms_rows_domain() + [("state", "=", "opted_out")]

    @api.model
    def _sms_owners_of(self, number, company):
        """The contacts of a company, and shared ones, that have this number."""
        # sudo: res.partner - the thread's company decides, not who looks
        partners_sudo = self.sudo().search(
            [
                ("phone_sanitized", "=", number),
                ("company_id", "in", (False, company.id)),
            ]
        )
        return partners_sudo.with_env(self.env)

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        conversation = self._sms_conversation_of_context()
        if not conversation:
            partners = super().create(vals_list)
            self.env["sms.inbox.subscriber"]._partners_changed(partners)
            return partners
        # the contact itself is meant, not those that are created along with it
        plain = self.with_context(sms_inbox_conversation_id=False)
        partners = super(ResPartner, plain).create(vals_list).with_env(self.env)
        self.env["sms.inbox.subscriber"]._partners_changed(partners)
        conversation.partner_id = partners[:1]
        return partners

    @api.model
    def _sms_conversation_of_context(self):
        return self.env["sms.inbox.conversation"].browse(
            self.env.context.get("sms_inbox_conversation_id")
        )

    def write(self, vals):
        result = super().write(vals)
        if "company_id" in vals:
            self._sms_leave_other_companies()
        if vals.keys() & {"company_id", "country_id", *self._phone_get_number_fields()}:
            self.env["sms.inbox.subscriber"]._partners_changed(self)
        return result

    def _sms_leave_other_companies(self):
        """Unlink contacts from threads of companies that they no longer belong to."""
        # sudo: sms.inbox.conversation - those threads are what the user may not see
        for partner in self.filtered("company_id"):
            self.env["sms.inbox.conversation"].sudo().search(
                [
                    ("partner_id", "=", partner.id),
                    ("company_id", "!=", partner.company_id.id),
                ]
            ).partner_id = False

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_sms_inbox_text(self):
        """Open the thread with this contact, or ask or say what stands in the way."""
        self.ensure_one()
        return self.env["sms.inbox.start"]._open_for(self, self)

    def action_sms_inbox_link(self):
        """Say that this contact is the one who texts in the thread of the context."""
        self.ensure_one()
        conversation = self._sms_conversation_of_context()
        return conversation.write({"partner_id": self.id})
