from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .. import carriers, short_transaction, words
from ..messaging import textability


class SmsInboxSubscriber(models.Model):
    """What a company knows of a number that it texts: can it be texted, and why so."""

    _name = "sms.inbox.subscriber"
    _description = "Texted number"
    _rec_name = "number"
    _order = "number"

    company_id = fields.Many2one(
        "res.company", required=True, index=True, ondelete="cascade"
    )
    number = fields.Char(required=True, readonly=True)
    textability = fields.Selection(
        [
            ("textable", "Can be texted"),
            ("likely", "Probably can be texted"),
            ("unlikely", "Probably cannot be texted"),
            ("not_textable", "Cannot be texted"),
            ("unknown", "Not known"),
        ],
        string="Can be texted",
        required=True,
        default="unknown",
    )
    textability_reason = fields.Char("Why we think so")
    line_type = fields.Char()
    network = fields.Char(help="The mobile network that it belongs to, where known.")
    timezone = fields.Char()
    checked_at = fields.Datetime("Checked on")
    can_look_up = fields.Boolean(compute="_compute_can_look_up")

    _number_unique = models.UniqueIndex("(company_id, number)")

    @api.depends("company_id")
    def _compute_can_look_up(self):
        able = self._accounts_that_look_up(self.company_id).company_id
        for subscriber in self:
            subscriber.can_look_up = subscriber.company_id in able

    @api.model
    def _of(self, company, contact_number):
        """The row for a number, in sudo, made from offline evidence if need be."""
        return self._of_many(company, [contact_number])

    @api.model
    def _of_many(self, company, contact_numbers):
        """The rows of a company's numbers, in sudo, made where there are none."""
        # sudo: sms.inbox.subscriber - evidence is written by code, whoever starts it
        known_sudo = self.sudo().search(
            [("company_id", "=", company.id), ("number", "in", contact_numbers)]
        )
        missing = set(contact_numbers) - set(known_sudo.mapped("number"))
        if not missing:
            return known_sudo
        with short_transaction.made_once(
            self.env, "sms_inbox_subscriber_number_unique"
        ):
            return known_sudo + known_sudo.create(
                [self._from_shape(company, number) for number in sorted(missing)]
            )

    @api.model
    def _from_shape(self, company, number):
        evidence = textability.offline(number)
        return {
            "company_id": company.id,
            "number": number,
            "textability": evidence.state,
            "textability_reason": words.textability_reason(self.env, evidence.reason),
            "line_type": evidence.line_type,
            "checked_at": fields.Datetime.now(),
        }

    @api.model
    def _hold(self, company_ids, contact_numbers):
        """Let nobody change what these people want before this transaction ends.

        Whoever changed it after this transaction's snapshot makes it fail instead.
        """
        # raw SQL: the ORM has no FOR SHARE
        self.env.cr.execute(
            "SELECT FROM sms_inbox_subscriber WHERE company_id = ANY(%s) "
            "AND number = ANY(%s) FOR SHARE",
            (list(company_ids), list(contact_numbers)),
        )

    def _touch(self):
        """Write on the row, so that whoever holds or held it has to see us."""
        # raw SQL: a write that changes nothing, which the ORM would leave out
        self.env.cr.execute(
            "UPDATE sms_inbox_subscriber SET number = number WHERE id = ANY(%s)",
            (self.ids,),
        )

    def _learn_textable(self, reason):
        """Note that a text got through; it beats whatever was thought before."""
        news = self.filtered(lambda s: s.textability != "textable")
        news.write(
            {
                "textability": "textable",
                "textability_reason": reason,
                "checked_at": fields.Datetime.now(),
            }
        )

    def _learn_not_textable(self, reason):
        """Note the carrier's word that nobody can be texted at this number."""
        self.write(
            {
                "textability": "not_textable",
                "textability_reason": reason,
                "checked_at": fields.Datetime.now(),
            }
        )

    # ------------------------------------------------------------
    # LOOK-UPS
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
        self._learn_line(found)
        return True if found.kind else self._say_unknown()

    @api.model
    def _accounts_that_look_up(self, companies):
        able = [name for name, each in carriers.CARRIERS.items() if each.looks_up]
        return self.env["sms.inbox.account"].search(
            [
                ("company_id", "in", companies.ids),
                ("carrier", "in", able),
                ("set_aside_at", "=", False),
            ]
        )

    def _ask_for_line(self, account):
        adapter, number = account._carrier(), self.number
        # commit: no lock and no snapshot is held while we wait for the carrier
        short_transaction.commit(self.env)
        try:
            return adapter.lookup(number)
        except carriers.CarrierError as error:
            raise UserError(account._words_of_failure(error)) from error

    def _learn_line(self, found):
        """Note what a carrier says of the line; a text that got through says more."""
        values = {"checked_at": fields.Datetime.now()}
        if evidence := textability.looked_up(found.kind):
            network = found.network if found.kind == "mobile" else ""
            values["line_type"] = evidence.line_type
            values["network"] = self._as_limits_name(network) or False
            if self.textability != "textable":
                values["textability"] = evidence.state
                reason = words.textability_reason(self.env, evidence.reason)
                values["textability_reason"] = reason
        # sudo: sms.inbox.subscriber - evidence is written by code, whoever starts it
        self.sudo().write(values)

    @api.model
    def _as_limits_name(self, network):
        """A network ("T-MOBILE USA, INC.") as our limits call it ("T-Mobile").

        A limit of one network counts texts to just the name that it has.
        """
        # sudo: sms.inbox.limit - of no company; the names of networks are no secret
        limits_sudo = self.env["sms.inbox.limit"].sudo()
        named_sudo = limits_sudo.search([("network", "!=", False)])
        names = set(named_sudo.mapped("network"))
        found = [name for name in names if name.lower() in network.lower()]
        return max(found, key=len, default=network)

    @api.model
    def _say_unknown(self):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "message": self.env._(
                    "The carrier does not know what kind of line this is."
                ),
            },
        }
