from odoo import api, fields, models
from odoo.exceptions import UserError

from ..messaging import numbers


class SmsInboxFetchNumbers(models.TransientModel):
    """Set up numbers that the carrier lists for an account."""

    _name = "sms.inbox.fetch.numbers"
    _description = "Fetch numbers"
    _check_company_auto = True

    account_id = fields.Many2one(
        "sms.inbox.account", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="account_id.company_id")
    row_ids = fields.One2many("sms.inbox.fetch.numbers.row", "wizard_id")
    set_up_already = fields.Integer(readonly=True)
    type_id = fields.Many2one(
        "sms.inbox.number.type",
        string="Type of all",
        help="For the numbers below that have no type of their own.",
    )
    user_ids = fields.Many2many(
        "res.users",
        string="Who answers",
        check_company=True,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )

    @api.model
    def _of(self, account, owned):
        """The wizard with a row for each of these numbers that nobody has set up.

        :param owned: the numbers as the carrier lists them
        """
        # whose it is stays unsaid: the other company's business is not ours to tell
        # sudo: sms.inbox.line - a number is set up once, whoever may see it
        lines_sudo = self.env["sms.inbox.line"].sudo()
        known = lines_sudo.search(
            [("number", "in", [number.number for number in owned])]
        )
        taken = set(known.mapped("number"))
        new = [number for number in owned if number.number not in taken]
        rows = self.env["sms.inbox.fetch.numbers.row"]
        return self.create(
            {
                "account_id": account.id,
                "set_up_already": len(taken),
                "row_ids": [
                    fields.Command.create(rows._of(number) | {"chosen": len(new) == 1})
                    for number in new
                ],
            }
        )

    def action_add(self):
        """Set up the numbers that were chosen, for the account's company."""
        self.ensure_one()
        self.account_id.check_access("write")
        chosen = self.row_ids.filtered("chosen")
        if not chosen:
            raise UserError(self.env._("Choose at least one number."))
        for row in chosen:
            line = self.env["sms.inbox.line"].create(row._line_values())
            line._confirm()  # the carrier has just listed it
            self.env["sms.inbox.number"].create(
                {
                    "name": row.name or numbers.pretty(row.number),
                    "line_id": line.id,
                    "company_id": self.company_id.id,
                    "user_ids": [fields.Command.set(self.user_ids.ids)],
                }
            )
        return {"type": "ir.actions.act_window_close"}
