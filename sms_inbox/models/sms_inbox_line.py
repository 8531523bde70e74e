from odoo import api, fields, models
from odoo.exceptions import UserError

from .. import carriers, short_transaction, words
from ..messaging import numbers
from .sms_inbox_number_type import NUMBER_TYPES


class SmsInboxLine(models.Model):
    """A number as the carrier knows it. It belongs to no company; its use does.

    See ``sms.inbox.number`` for the line in the hands of a company.
    """

    _name = "sms.inbox.line"
    _inherit = ["sms.inbox.hold"]
    _description = "Line at a carrier"
    _rec_name = "number"
    _order = "number"

    number = fields.Char(required=True, help="With country code, or a short code.")
    type_id = fields.Many2one(
        "sms.inbox.number.type",
        index="btree_not_null",
        ondelete="restrict",
        help="Fills in the limits that carriers usually give such a number.",
    )
    number_type = fields.Selection(
        NUMBER_TYPES, string="Kind", required=True, default="long_code"
    )
    usage = fields.Selection(
        [
            ("conversation", "Conversations of one company"),
            ("notification", "One-time notices of several companies"),
        ],
        required=True,
        default="conversation",
    )
    account_id = fields.Many2one(
        "sms.inbox.account", required=True, index=True, ondelete="restrict"
    )
    limit_id = fields.Many2one(
        "sms.inbox.limit",
        string="Sending limit",
        required=True,
        index=True,
        ondelete="restrict",
    )
    confirms_stop = fields.Boolean(
        "Carrier answers STOP itself",
        help="Then we send no second answer to its words: STOP, START, HELP and what "
        "else it knows.",
    )
    claimed_at = fields.Datetime(
        "Confirmed by the carrier",
        readonly=True,
        copy=False,
        help="When the carrier said that this number belongs to the account. Nothing "
        "is sent from a number before that.",
    )
    number_ids = fields.One2many("sms.inbox.number", "line_id", string="Used by")
    limits_in_words = fields.Text("Limits", compute="_compute_limits_in_words")

    # whose it is stays unsaid: the other company's business is not ours to tell
    _number_unique = models.UniqueIndex(
        "(number)",
        "This number cannot be added, because it is set up already. If it should be "
        "yours, ask whoever runs this database to hand it over.",
    )

    @api.depends("number")
    def _compute_display_name(self):
        for line in self:
            line.display_name = numbers.pretty(line.number or "")

    @api.depends("limit_id", "type_id")
    @api.depends_context("lang")
    def _compute_limits_in_words(self):
        for line in self:
            chosen_anew = line.type_id != line._origin.type_id
            limits = (
                line.type_id._nearest_first()
                if line.type_id and (chosen_anew or not line.limit_id)
                else line.limit_id and line.limit_id._chain()
            )
            line.limits_in_words = limits and limits._in_lines()

    @api.constrains("account_id", "usage")
    def _check_numbers_in_use(self):
        self.number_ids._check_same_company()

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_account(vals)
            number_type = self.env["sms.inbox.number.type"]._of(vals)
            vals.setdefault("number_type", number_type.number_type or "long_code")
            vals["number"] = self._normalised(vals.get("number"), vals["number_type"])
            account = self.env["sms.inbox.account"].browse(vals.get("account_id"))
            carrier = carriers.get(account.carrier) if account else None
            vals.setdefault(
                "confirms_stop",
                bool(carrier and carrier.keywords.stop)
                and vals["number_type"] != "short_code",
            )
            if not vals.get("limit_id"):
                vals["limit_id"] = number_type._limit_for(account).id
        lines = super().create(vals_list)
        # the sandbox always says yes, and without a network
        lines.filtered(lambda line: line.account_id.carrier == "sandbox")._confirm()
        return lines

    def write(self, vals):
        self._check_account(vals)
        if "number" in vals:
            number_type = vals.get("number_type") or self[:1].number_type
            vals["number"] = self._normalised(vals["number"], number_type)
        if vals.keys() & {"number", "account_id"}:
            vals.setdefault("claimed_at", False)
        result = super().write(vals)
        if vals.get("type_id") and "limit_id" not in vals:
            for line in self:
                line._take_the_types_limits()
        return result

    def _take_the_types_limits(self):
        earlier = self.limit_id
        self.write(
            {
                "number_type": self.type_id.number_type,
                "limit_id": self.type_id._limit_for(self.account_id).id,
            }
        )
        if earlier.level == "line" and not earlier.line_ids:
            earlier.unlink()

    @api.model
    def _check_account(self, vals):
        """Refuse accounts of companies that the user does not see."""
        accounts = self.env["sms.inbox.account"].browse(vals.get("account_id") or [])
        accounts.check_access("read")

    @api.model
    def _normalised(self, number, number_type):
        number = (number or "").strip()
        if number_type == "alphanumeric" or numbers.is_short_code(number):
            return number
        return words.e164(self.env, number)

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_claim(self):
        """Ask the carrier whether the account holds this number, and remember a yes."""
        self.ensure_one()
        adapter, number = self.account_id._carrier(), self.number
        # commit: no lock and no snapshot is held while we wait for the carrier
        short_transaction.commit(self.env)
        try:
            owned = adapter.owns(number)
        except carriers.CarrierError as error:
            raise UserError(
                self.env._("The carrier did not answer as hoped: %s", error.text)
            ) from error
        if not owned:
            raise UserError(
                self.env._(
                    "The carrier says that %s does not belong to this account. Check "
                    "the number and the account.",
                    numbers.pretty(number),
                )
            )
        self._confirm()
        return True

    def action_bring_back(self):
        self.number_ids._end_alert()
        return super().action_bring_back()

    def _alert(self, reason):
        for line in self:
            line.number_ids.filtered("active")._alert(reason)

    def _confirm(self):
        self.claimed_at = fields.Datetime.now()

    # ------------------------------------------------------------
    # WORDS THAT THE CARRIER ANSWERS
    # ------------------------------------------------------------

    def _keywords(self):
        """The words that the carrier acts on and answers by itself."""
        if self.number_type == "toll_free":
            return carriers.TOLL_FREE
        if not self.confirms_stop:
            return carriers.Keywords()
        return carriers.get(self.account_id.carrier).keywords

    def _yes_starts(self):
        """Whether a mere YES lifts a STOP here, as it does with most carriers."""
        if self.number_type == "toll_free":
            return False
        known = carriers.get(self.account_id.carrier).keywords.start
        return not known or "YES" in known
