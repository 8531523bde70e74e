from ipaddress import ip_address
from urllib.parse import urlsplit

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

from .. import carriers, short_transaction
from ..messaging import numbers
from .sms_inbox_account import LOOPBACK


# a subject of its own in a file of its own, as one file would be too long
# pylint: disable=consider-merging-classes-inherited
class SmsInboxAccount(models.Model):
    """Setting an account up: is all in order, what has it, where do its texts go."""

    _inherit = "sms.inbox.account"

    sets_webhooks = fields.Boolean(compute="_compute_abilities")
    lists_received = fields.Boolean(compute="_compute_abilities")

    @api.depends("carrier")
    def _compute_abilities(self):
        for account in self:
            carrier = carriers.get(account.carrier)
            account.sets_webhooks = carrier.sets_webhooks
            account.lists_received = carrier.lists_received

    # ------------------------------------------------------------
    # BUTTONS
    # ------------------------------------------------------------

    def action_test_connection(self):
        """Check the account, its numbers and its addresses, and show what to do."""
        self.ensure_one()
        self.check_access("write")
        findings = self._findings()
        check = self.env["sms.inbox.account.check"].create(
            {"account_id": self.id, "findings": _as_list(self.env, findings)}
        )
        return _dialog(check, self.env._("Test connection"))

    def action_fetch_numbers(self):
        """Choose among the numbers that the carrier has and that are not set up."""
        self.ensure_one()
        self.check_access("write")
        owned = self._numbers_at_carrier()
        wizard = self.env["sms.inbox.fetch.numbers"]._of(self, owned)
        return _dialog(wizard, self.env._("Fetch numbers"))

    def action_set_up_webhooks(self):
        """Choose the numbers whose texts the carrier shall bring to us."""
        self.ensure_one()
        self.check_access("write")
        if not self.inbound_url:
            raise UserError(self.env._("Enter the public address of this Odoo first."))
        if problem := self._public_address_problem():
            raise UserError(problem)
        owned = self._numbers_at_carrier()
        wizard = self.env["sms.inbox.set.webhooks"]._of(self, owned)
        return _dialog(wizard, self.env._("Set up webhooks"))

    def action_fetch_missed(self):
        """Ask for the time span in which something may have been missed."""
        self.ensure_one()
        self.check_access("write")
        wizard = self.env["sms.inbox.fetch.missed"].create({"account_id": self.id})
        return _dialog(wizard, self.env._("Fetch what was missed"))

    def _numbers_at_carrier(self):
        """What the carrier lists, or a UserError; holds no transaction meanwhile."""
        try:
            return self._ask_for_numbers()
        except carriers.CarrierError as error:
            raise UserError(self._words_of_failure(error)) from error

    def _ask_for_numbers(self):
        adapter = self._carrier()
        # commit: no lock and no snapshot is held while we wait for the carrier
        short_transaction.commit(self.env)
        return adapter.numbers()

    def _words_of_failure(self, error):
        if isinstance(error, carriers.AccountUnusable):
            return self.env._(
                "The carrier does not accept these credentials: %s Copy them from its "
                "console again.",
                error.text,
            )
        return self.env._("The carrier did not answer as hoped: %s", error.text)

    # ------------------------------------------------------------
    # FINDINGS
    # ------------------------------------------------------------

    def _findings(self):
        """[(whether it is in order, a sentence)] of all that can be checked."""
        if self.carrier == "sandbox":
            return [(True, self.env._("The sandbox needs no connection."))]
        try:
            listed = {owned.number: owned for owned in self._ask_for_numbers()}
        except carriers.CarrierError as error:
            return [(False, self._words_of_failure(error)), self._finding_of_address()]
        return [
            (True, self.env._("The carrier accepts the credentials.")),
            self._finding_of_address(),
            *self._findings_of_lines(listed),
        ]

    def _finding_of_address(self):
        problem = self._public_address_problem()
        return not problem, problem or self.env._(
            "The public address is one that a carrier can call."
        )

    def _public_address_problem(self):
        """Why no carrier could call the public address, or ""."""
        parts = urlsplit(self.public_base_url or "")
        host = parts.hostname or ""
        if not host:
            return self.env._(
                "No public address is entered, so the carrier cannot call us."
            )
        if host in LOOPBACK or _is_private(host):
            return self.env._(
                "Only this machine or network knows the address %s. Enter the one that "
                "the internet reaches.",
                host,
            )
        if parts.scheme != "https":
            return self.env._("The public address must start with https://.")
        if "_" in host:
            # https://www.twilio.com/docs/api/errors/21609
            return self.env._(
                "Carriers call no host with an underscore in its name, such as %s.",
                host,
            )
        return ""

    def _findings_of_lines(self, listed):
        lines = self.line_ids.filtered(lambda line: line.number_type != "alphanumeric")
        if not lines:
            yield False, self.env._("No number is set up yet. Press Fetch numbers.")
        for line in lines:
            number = numbers.pretty(line.number)
            if line.number not in listed:
                yield (
                    False,
                    self.env._(
                        "%s is not a number of this account at the carrier. Nothing "
                        "can be sent from it.",
                        number,
                    ),
                )
            elif self.inbound_url:
                yield self._finding_of_url(number, listed[line.number].inbound_url)

    def _finding_of_url(self, number, url):
        place = self._place_of(url)
        if place == "here":
            return True, self.env._("Texts to %s come here.", number)
        return False, {
            "former": self.env._(
                "Texts to %(number)s go to a former address of ours. %(remedy)s",
                number=number,
                remedy=self._remedy(),
            ),
            "nowhere": self.env._(
                "Texts to %(number)s go nowhere. %(remedy)s",
                number=number,
                remedy=self._remedy(),
            ),
            "elsewhere": self.env._(
                "Texts to %(number)s go to another system. %(remedy)s",
                number=number,
                remedy=self._remedy(),
            ),
        }[place]

    def _remedy(self):
        if carriers.get(self.carrier).sets_webhooks:
            return self.env._("Press Set up webhooks.")
        return self.env._(
            "Copy the address for incoming texts into the carrier's console."
        )

    def _place_of(self, url):
        """Where an address at the carrier leads: "here", "former", "nowhere", ..."""
        # a fragment sets how the carrier connects, and is no part of the address
        address = url.partition("#")[0]
        if not address:
            return "nowhere"
        if address == self.inbound_url:
            return "here"
        tokens = filter(None, (self.webhook_token, self.other_webhook_token))
        ours = [f"/sms_inbox/{self.carrier}/{token}/inbound" for token in tokens]
        return "former" if address.endswith(tuple(ours)) else "elsewhere"


def _dialog(wizard, title):
    return {
        "type": "ir.actions.act_window",
        "name": title,
        "res_model": wizard._name,
        "res_id": wizard.id,
        "view_mode": "form",
        "target": "new",
    }


def _is_private(host):
    try:
        return not ip_address(host).is_global
    except ValueError:
        return "." not in host


def _as_list(env, findings):
    signs = {
        True: ("✓", "text-success", env._("In order:")),
        False: ("✗", "text-danger", env._("Not in order:")),
    }
    row = Markup(
        '<li class="mb-2"><b class="%s">%s</b> '
        '<span class="visually-hidden">%s</span> %s</li>'
    )
    rows = []
    for in_order, sentence in findings:
        sign, colour, word = signs[in_order]
        rows.append(row % (colour, sign, word, sentence))
    return Markup('<ul class="list-unstyled">%s</ul>') % Markup().join(rows)
