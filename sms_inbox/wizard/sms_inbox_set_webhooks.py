from odoo import api, fields, models
from odoo.exceptions import UserError

from .. import carriers, short_transaction
from ..messaging import numbers
from ..toast import toast


class SmsInboxSetWebhooks(models.TransientModel):
    """Have the carrier bring us the texts to our numbers."""

    _name = "sms.inbox.set.webhooks"
    _description = "Set up webhooks"

    account_id = fields.Many2one(
        "sms.inbox.account", required=True, readonly=True, ondelete="cascade"
    )
    inbound_url = fields.Char(related="account_id.inbound_url", related_sudo=False)
    row_ids = fields.One2many("sms.inbox.set.webhooks.row", "wizard_id")

    @api.model
    def _of(self, account, owned):
        """The wizard with a row for each number of ours that the carrier lists."""
        ours = set(account.line_ids.mapped("number"))
        rows = [self._row(account, number) for number in owned if number.number in ours]
        if not rows:
            raise UserError(
                self.env._(
                    "No number of this account is set up yet. Fetch numbers first."
                )
            )
        return self.create(
            {
                "account_id": account.id,
                "row_ids": [fields.Command.create(row) for row in rows],
            }
        )

    @api.model
    def _row(self, account, owned):
        place = account._place_of(owned.inbound_url)
        return {
            "number": owned.number,
            "carrier_id": owned.carrier_id,
            "kind": owned.kind,
            "place": place,
            "present_url": owned.inbound_url if place == "elsewhere" else False,
            # another system's texts are taken from it only by a person's own click
            "chosen": place in ("nowhere", "former"),
        }

    def action_set_up(self):
        """Set the address for the numbers that were chosen, and say how it went."""
        self.ensure_one()
        self.account_id.check_access("write")
        chosen = self.row_ids.filtered("chosen")
        if not chosen:
            raise UserError(self.env._("Choose at least one number."))
        owned, url = [row._owned() for row in chosen], self.inbound_url
        adapter = self.account_id._carrier()
        # commit: no lock and no snapshot is held while we wait for the carrier
        short_transaction.commit(self.env)
        return self._words_of_outcome(_set_all(adapter, owned, url))

    def _words_of_outcome(self, failures):
        not_done = [
            self.env._(
                "%(number)s could not be changed: %(reason)s",
                number=numbers.pretty(number),
                reason=reason,
            )
            for number, reason in failures
        ]
        if not_done:
            return toast("\n".join(not_done), "danger", sticky=True)
        return toast(self.env._("Texts to these numbers come here now."))


def _set_all(adapter, owned, url):
    """[(number, why not)] of those where it failed; one does not stop the others."""
    failures = []
    for number in owned:
        try:
            adapter.set_inbound_url(number, url)
        except carriers.CarrierError as error:
            failures.append((number.number, error.text))
    return failures
