from odoo import api, fields, models

NEAREST_FIRST = ("line", "campaign", "brand", "account")
NUMBER_TYPES = [
    ("long_code", "Ordinary number"),
    ("toll_free", "Toll-free"),
    ("short_code", "Short code"),
    ("alphanumeric", "Name (one-way)"),
]


class SmsInboxNumberType(models.Model):
    """A type of number with the limits that carriers usually give it.

    The limits are a pattern: choosing the type for a line copies them. Numbers of the
    same type and account share the levels above the number, because more numbers do
    not let a campaign or a brand send more.
    """

    _name = "sms.inbox.number.type"
    _description = "Type of number"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    number_type = fields.Selection(NUMBER_TYPES, string="Kind", required=True)
    limit_ids = fields.One2many("sms.inbox.limit", "type_id", string="Limits")
    source = fields.Char(help="Where these figures come from.")
    note = fields.Text("Good to know", translate=True)
    limits_in_words = fields.Text("Allows", compute="_compute_limits_in_words")

    @api.depends("limit_ids.in_words", "limit_ids.level")
    @api.depends_context("lang")
    def _compute_limits_in_words(self):
        for number_type in self:
            number_type.limits_in_words = number_type._nearest_first()._in_lines()

    def _nearest_first(self):
        return self.limit_ids.sorted(lambda limit: NEAREST_FIRST.index(limit.level))

    @api.model
    def _of(self, vals):
        """The type in a line's values: the one chosen, or the usual one of its kind."""
        if vals.get("type_id"):
            return self.browse(vals["type_id"])
        kind = vals.get("number_type") or "long_code"
        return self.search([("number_type", "=", kind)], limit=1)

    def _limit_for(self, account):
        """A limit of its own for one more line of ``account``, within the shared ones.

        More numbers do not let a campaign, a brand or an account send more: those
        levels are shared with the account's other lines of this type.
        """
        limit = self.env["sms.inbox.limit"]
        for level in reversed(self._nearest_first()):
            shared = level._copied_for(account)
            limit = shared or level.copy(
                {"type_id": False, "parent_id": limit.id, "pattern_id": level.id}
            )
        return limit or limit.create({"name": self.env._("One segment per second")})
