import time

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .. import carriers, clock, short_transaction
from ..messaging import textability
from ..messaging.textability import DAY, Piece
from ..toast import toast


# a subject of its own in a file of its own, as one file would be too long
# pylint: disable=consider-merging-classes-inherited
class SmsInboxSubscriber(models.Model):
    """What carriers say of the line behind a number, and when they are asked again."""

    _inherit = "sms.inbox.subscriber"

    can_look_up = fields.Boolean(compute="_compute_can_look_up")
    looked_up_at = fields.Datetime("Looked up on", readonly=True, copy=False)
    # moved ahead while a carrier is being asked, so that nothing is forgotten when the
    # server dies just then
    look_up_at = fields.Datetime(
        "To be looked up on",
        readonly=True,
        copy=False,
        help="Empty: no look-up is wanted, or nobody agreed to pay for one.",
    )
    look_up_tries = fields.Integer(readonly=True, copy=False)

    _look_up_idx = models.Index(
        "(company_id, look_up_at, id) WHERE look_up_at IS NOT NULL"
    )

    @api.depends("company_id")
    def _compute_can_look_up(self):
        able = self._accounts_that_look_up(self.company_id).company_id
        for subscriber in self:
            subscriber.can_look_up = subscriber.company_id in able

    # ------------------------------------------------------------
    # BY HAND
    # ------------------------------------------------------------

    def action_look_up(self):
        """Ask a carrier what kind of line it is, and note what that says."""
        self.ensure_one()
        self.check_access("read")
        if not self.env.user.has_group("sms_inbox.group_manager"):
            raise AccessError(
                self.env._("Only administrators of SMS Inbox can look numbers up.")
            )
        account = self._accounts_that_look_up(self.company_id)[:1]
        if not account:
            raise UserError(
                self.env._(
                    "None of your company's carrier accounts can look numbers up at "
                    "the moment."
                )
            )
        found = self._ask_for_line(account)
        # sudo: sms.inbox.subscriber - evidence is written by code, whoever starts it
        self.sudo()._told(found, account)
        # sudo: sms.inbox.look.up.month - counted by code, whoever looks up
        self.env["sms.inbox.look.up.month"].sudo()._count({self.company_id.id: 1})
        if found.kind:
            return True
        unknown = self.env._("The carrier does not know what kind of line this is.")
        return toast(unknown, "warning")

    @api.model
    def _accounts_that_look_up(self, companies):
        """Accounts that can, at the moment.

        The sandbox knows nothing of people: it is asked where there is no other alone.
        """
        able = [name for name, each in carriers.CARRIERS.items() if each.looks_up]
        accounts = self.env["sms.inbox.account"].search(
            [("company_id", "in", companies.ids), ("carrier", "in", able)]
        )
        real = accounts.filtered(lambda account: account.carrier != "sandbox")
        return accounts.filtered(
            lambda account: (
                not account.set_aside_at
                and (account in real or account.company_id not in real.company_id)
            )
        )

    def _ask_for_line(self, account):
        adapter, number = account._carrier(), self.number
        # commit: no lock and no snapshot is held while we wait for the carrier
        short_transaction.commit(self.env)
        try:
            return adapter.lookup(number)
        except carriers.CarrierError as error:
            raise UserError(account._words_of_failure(error)) from error

    # ------------------------------------------------------------
    # ANSWERS
    # ------------------------------------------------------------

    def _told(self, found, account, names=None):
        """Note what a carrier says of the line; a text that got through says more.

        :param names: what limits call networks, if they were read already
        """
        now = fields.Datetime.now()
        values = {"looked_up_at": now, "look_up_tries": 0}
        if textability.looked_up(found.kind):
            network = found.network if found.kind == "mobile" else ""
            names = self._names_of_networks() if names is None else names
            values["network"] = self._as_limits_name(network, names) or False
            by = carriers.get(account.carrier).label
            piece = Piece("look_up", found.kind, time.time(), by)
            pieces = textability.remember([*self._pieces(), piece])
            self._conclude(pieces, **values)
        else:
            self.write({**values, "checked_at": now})
        self.look_up_at = self.company_id.sms_inbox_look_up and self._look_up_due()

    @api.model
    def _names_of_networks(self):
        # sudo: sms.inbox.limit - of no company; the names of networks are no secret
        limits_sudo = self.env["sms.inbox.limit"].sudo()
        return set(limits_sudo.search([("network", "!=", False)]).mapped("network"))

    @api.model
    def _as_limits_name(self, network, names):
        """A network ("T-MOBILE USA, INC.") as our limits call it ("T-Mobile").

        A limit of one network counts texts to just the name that it has.
        """
        found = [name for name in names if name.lower() in network.lower()]
        return max(found, key=len, default=network)

    def _plan_look_up(self):
        """After more evidence: when a carrier is to be asked, if the company wants."""
        if self.company_id.sms_inbox_look_up:
            self.look_up_at = self._look_up_due()

    @api.model
    def _first_look_up(self, company, shape):
        """When a carrier is to be asked about a number that is new; False for never."""
        if not company.sms_inbox_look_up or shape.reason not in textability.UNDECIDED:
            return False
        self._wake_look_ups()
        return fields.Datetime.now()

    def _look_up_due(self):
        """When a carrier is to be asked (again), not before now; False for never."""
        due = textability.look_up_due(
            textability.offline(self.number),
            self._pieces(),
            clock.epoch(self.looked_up_at) or None,
            self.company_id.sms_inbox_look_up_days * DAY,
        )
        if due is None:
            return False
        now = clock.epoch(fields.Datetime.now())
        if due <= now:
            self._wake_look_ups()
        return clock.moment(max(due, now))
