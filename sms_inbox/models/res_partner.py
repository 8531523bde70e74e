from odoo import api, fields, models
from odoo.exceptions import UserError


class ResPartner(models.Model):
    _inherit = "res.partner"

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
    sms_conversation_count = fields.Integer(
        "Conversations",
        compute="_compute_sms_conversation_count",
        search="_search_sms_conversation_count",
        groups="sms_inbox.group_user",
    )

    # ------------------------------------------------------------
    # COMPUTES, from the active company's rows
    # ------------------------------------------------------------

    @api.depends("phone_sanitized")
    @api.depends_context("company")
    def _compute_sms_textability(self):
        rows = self.env["sms.inbox.subscriber"].search(
            self._sms_rows_domain() + [("number", "in", self._sms_numbers())]
        )
        known = {row.number: row for row in rows}
        for partner in self:
            row = known.get(partner.phone_sanitized)
            partner.sms_textability = row.textability if row else "unknown"
            partner.sms_textability_reason = row.textability_reason if row else False

    @api.model
    def _search_sms_textability(self, operator, value):
        if operator != "in":
            return NotImplemented
        rows = self.env["sms.inbox.subscriber"].search(self._sms_rows_domain())
        found = rows.filtered(lambda row: row.textability in value).mapped("number")
        domain = [("phone_sanitized", "in", found)]
        if "unknown" in value:
            known = rows.mapped("number")
            domain = ["|", *domain, ("phone_sanitized", "not in", known)]
        return domain

    @api.depends("phone_sanitized")
    @api.depends_context("company")
    def _compute_sms_opt_out(self):
        numbers = set(self._sms_opted_out().mapped("number"))
        for partner in self:
            partner.sms_opt_out = partner.phone_sanitized in numbers

    @api.model
    def _search_sms_opt_out(self, operator, value):
        if operator != "in":
            return NotImplemented
        numbers = self._sms_opted_out().mapped("number")
        positive = "in" if True in value else "not in"
        return [("phone_sanitized", positive, numbers)]

    @api.depends_context("company", "uid")
    def _compute_sms_conversation_count(self):
        counts = dict(
            self.env["sms.inbox.conversation"]._read_group(
                self._sms_threads_domain() + [("partner_id", "in", self.ids)],
                ["partner_id"],
                ["__count"],
            )
        )
        for partner in self:
            partner.sms_conversation_count = counts.get(partner._origin, 0)

    @api.model
    def _search_sms_conversation_count(self, operator, value):
        matches = {"in": lambda n: n in value, ">": lambda n: n > value}.get(operator)
        if not matches:
            return NotImplemented
        counts = self.env["sms.inbox.conversation"]._read_group(
            self._sms_threads_domain() + [("partner_id", "!=", False)],
            ["partner_id"],
            ["__count"],
        )
        if matches(0):
            others = [partner.id for partner, count in counts if not matches(count)]
            return [("id", "not in", others)]
        return [("id", "in", [p.id for p, count in counts if matches(count)])]

    @api.model
    def _sms_threads_domain(self):
        return self._sms_rows_domain() + [("last_text_at", "!=", False)]

    @api.model
    def _sms_rows_domain(self):
        return [("company_id", "=", self.env.company.id)]

    def _sms_numbers(self):
        return [number for number in self.mapped("phone_sanitized") if number]

    @api.model
    def _sms_opted_out(self):
        return self.env["sms.inbox.consent"].search(
            self._sms_rows_domain() + [("state", "=", "opted_out")]
        )

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
            return super().create(vals_list)
        # the contact itself is meant, not those that are created along with it
        plain = self.with_context(sms_inbox_conversation_id=False)
        partners = super(ResPartner, plain).create(vals_list).with_env(self.env)
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
        """Open the thread with this contact, or ask from which number to begin one."""
        self.ensure_one()
        if not self.phone:
            raise UserError(
                self.env._(
                    "%s has no phone number. Enter one first.", self.display_name
                )
            )
        conversations = self._sms_open_conversations()
        if len(conversations) == 1:
            return conversations.action_open()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Text %s", self.display_name),
            "res_model": "sms.inbox.start",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_partner_id": self.id},
        }

    def _sms_open_conversations(self):
        """The threads with this contact that can go on, or the one possible new one."""
        conversations = self.env["sms.inbox.conversation"].search(
            self._sms_rows_domain()
            + [
                ("contact_number", "=", self.phone_sanitized),
                ("number_id.active", "=", True),
            ]
        )
        numbers = self.env["sms.inbox.number"]._usable()
        if conversations or len(numbers) != 1:
            return conversations
        conversation = conversations.browse(
            conversations.start(numbers.id, self.phone_sanitized or self.phone)
        )
        if not conversation.partner_id:
            conversation.partner_id = self
        return conversation

    def action_sms_inbox_conversations(self):
        """The threads with this contact, each with another of our numbers."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sms_inbox.sms_inbox_conversation_action"
        )
        return {
            **action,
            "domain": [("partner_id", "=", self.id)],
            "context": {},
            "view_mode": "list,form",
            "views": [(False, "list"), (False, "form")],
        }

    def action_sms_inbox_link(self):
        """Say that this contact is the one who texts in the thread of the context."""
        self.ensure_one()
        conversation = self._sms_conversation_of_context()
        return conversation.write({"partner_id": self.id})
