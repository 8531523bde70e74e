from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..messaging import rate_limit


class SmsInboxLimit(models.Model):
    """How fast texts may leave: a level of the chain line, campaign, brand, account.

    A limit belongs to a carrier's world, not to a company: a brand's allowance does not
    stop at a company's border. It holds no customer data.
    """

    _name = "sms.inbox.limit"
    _description = "Sending limit"
    _order = "name, id"

    name = fields.Char(required=True)
    parent_id = fields.Many2one(
        "sms.inbox.limit",
        string="Within",
        index="btree_not_null",
        ondelete="restrict",
        help="The wider limit that also counts these texts, such as the campaign's or "
        "the account's.",
    )
    segments_per_second = fields.Float(
        "Segments per second",
        required=True,
        default=1.0,
        digits=(12, 4),
        help="A long text counts as several segments. 0.1 means one segment in ten "
        "seconds.",
    )
    free_at = fields.Float(
        digits=(16, 6),
        readonly=True,
        copy=False,
        help="When the next segment may leave, in seconds since 1970 (UTC).",
    )
    last_cost = fields.Float(
        digits=(16, 6),
        readonly=True,
        copy=False,
        help="Seconds that the last text took up; nobody waits longer than that, even "
        "when the clock was set back.",
    )
    line_ids = fields.One2many("sms.inbox.line", "limit_id", string="Numbers")

    _rate_is_positive = models.Constraint(
        "CHECK (segments_per_second > 0)",
        "The rate must be more than zero. For one segment in ten seconds, enter 0.1.",
    )

    @api.constrains("parent_id")
    def _check_no_circle(self):
        if self._has_cycle():
            raise ValidationError(
                self.env._("A limit cannot be within itself. Choose another one.")
            )

    def _chain(self):
        """This limit and all that it is within, the tightest place first."""
        self.ensure_one()
        chain = self
        while chain[-1:].parent_id:
            chain += chain[-1:].parent_id
        return chain

    def _wait(self, now):
        """Seconds until the whole chain lets a text go; ``now`` in epoch seconds."""
        return rate_limit.chain_wait([level._level() for level in self._chain()], now)

    def _charge(self, now, segments):
        """Count a text of ``segments`` that leaves at ``now`` on every level."""
        chain = self._chain()
        levels = [level._level() for level in chain]
        for row, level in zip(
            chain, rate_limit.chain_charge(levels, now, segments), strict=True
        ):
            row.write({"free_at": level.free_at, "last_cost": level.last_cost})

    def _level(self):
        return rate_limit.Level(self.segments_per_second, self.free_at, self.last_cost)
