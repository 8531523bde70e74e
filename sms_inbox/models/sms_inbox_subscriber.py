from odoo import api, fields, models

from .. import short_transaction, words
from ..messaging import quiet_hours, textability, zones

STATES = [
    ("textable", "Can be texted"),
    ("likely", "Probably can be texted"),
    ("unlikely", "Probably cannot be texted"),
    ("not_textable", "Cannot be texted"),
    ("unknown", "Not known"),
]


class SmsInboxSubscriber(models.Model):
    """What a company knows of a number that it texts: can it be texted, and why so."""

    _name = "sms.inbox.subscriber"
    _description = "Texted number"
    _rec_name = "number"
    _order = "number"

    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    number = fields.Char(required=True, readonly=True)
    textability = fields.Selection(
        STATES, string="Can be texted", required=True, default="unknown"
    )
    textability_reason = fields.Char("Why we think so")
    line_type = fields.Char()
    network = fields.Char(help="The mobile network that it belongs to, where known.")
    timezone = fields.Char(
        "Time zone",
        compute="_compute_timezone",
        help="Where the number tells that it is at home. Notices and bulk texts leave "
        "when the hours are allowed in all of these places.",
    )
    checked_at = fields.Datetime("Checked on")

    _number_unique = models.UniqueIndex("(company_id, number)")

    @api.depends("number")
    def _compute_timezone(self):
        for row in self:
            home = quiet_hours.place(row.number or "")
            row.timezone = ", ".join(zones.city(zone) for zone in home.zones)

    @api.model
    def _of_many(self, company, contact_numbers):
        """The rows of a company's numbers, in sudo; new ones from offline evidence."""
        pairs = {(company.id, number) for number in contact_numbers}
        return self._of_pairs(pairs)

    @api.model
    def _of_pairs(self, pairs):
        """The rows of (company's id, number), in sudo, made where there are none."""
        # sudo: sms.inbox.subscriber - evidence is written by code, whoever starts it
        found_sudo = self.sudo().search(
            [
                ("company_id", "in", list({company for company, _number in pairs})),
                ("number", "in", list({number for _company, number in pairs})),
            ]
        )
        known_sudo = found_sudo.filtered(lambda row: row._pair() in pairs)
        missing = pairs - {row._pair() for row in known_sudo}
        if not missing:
            return known_sudo
        with short_transaction.made_once(
            self.env, "sms_inbox_subscriber_number_unique"
        ):
            return known_sudo + known_sudo.create(
                [self._from_shape(*pair) for pair in sorted(missing)]
            )

    def _pair(self):
        return self.company_id.id, self.number

    @api.model
    def _from_shape(self, company_id, number):
        shape = textability.offline(number)
        # sudo: res.company - whose settings count, whoever found the number
        company = self.env["res.company"].sudo().browse(company_id)
        return {
            "company_id": company_id,
            "number": number,
            "textability": shape.state,
            "textability_reason": self._sentence(company, shape.reason),
            "line_type": shape.line_type,
            "checked_at": fields.Datetime.now(),
            "look_up_at": self._first_look_up(company, shape),
        }

    @api.model
    def _sentence(self, company, reason):
        """Why we think so, in the language of the company, whoever found it out."""
        lang = company.partner_id.lang
        return words.textability_reason(self.with_context(lang=lang).env, reason)

    @api.model
    def _hold(self, company_ids, contact_numbers, wait=True):
        """Let nobody change what these people want before this transaction ends.

        Whoever changed it after this transaction's snapshot makes it fail instead.

        :param wait: for those that somebody is about to change; else they are left out
        :return: the pairs of a company's id and a number that are held
        """
        # raw SQL: the ORM has no FOR SHARE
        self.env.cr.execute(
            "SELECT company_id, number FROM sms_inbox_subscriber "
            "WHERE company_id = ANY(%s) AND number = ANY(%s) FOR SHARE"
            + ("" if wait else " SKIP LOCKED"),
            (list(company_ids), list(contact_numbers)),
        )
        return set(self.env.cr.fetchall())

    def _touch(self):
        """Write on the row, so that whoever holds or held it has to see us."""
        # raw SQL: a write that changes nothing, which the ORM would leave out
        self.env.cr.execute(
            "UPDATE sms_inbox_subscriber SET number = number WHERE id = ANY(%s)",
            (self.ids,),
        )
