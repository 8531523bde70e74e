from datetime import date

from odoo import api, fields, models
from odoo.tools import SQL


def following(day):
    """The first day of the month after ``day``'s."""
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


class SmsInboxLookUpMonth(models.Model):
    """How many numbers a company looked up in a month (UTC), against its limit.

    Counted before a carrier is asked, so that no crash lets more through; what was not
    asked after all, or had no answer that a carrier charges for, is taken off again.
    """

    _name = "sms.inbox.look.up.month"
    _description = "Look-ups of a month"
    _rec_name = "month"
    _order = "month desc, id desc"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade"
    )
    month = fields.Date(required=True, readonly=True, help="Its first day.")
    count = fields.Integer("Look-ups", readonly=True)

    _month_unique = models.UniqueIndex("(company_id, month)")

    @api.model
    def _now(self):
        return fields.Date.today().replace(day=1)

    @api.model
    def _used(self, companies):
        """{company: look-ups of this month}"""
        rows = self.search(
            [("company_id", "in", companies.ids), ("month", "=", self._now())]
        )
        counts = {row.company_id: row.count for row in rows}
        return {company: counts.get(company, 0) for company in companies}

    @api.model
    def _left(self, companies):
        """{company: look-ups that it may still make in this month}"""
        used = self._used(companies)
        return {c: max(0, c.sms_inbox_look_up_most - used[c]) for c in companies}

    @api.model
    def _count(self, counts):
        """Add to this month.

        :param counts: {company's id: look-ups}
        """
        if not counts:
            return
        # raw SQL: two servers may begin a month at the same moment
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO sms_inbox_look_up_month AS month (company_id, month, count)
                     VALUES %s
                ON CONFLICT (company_id, month)
                  DO UPDATE SET count = month.count + EXCLUDED.count
                """,
                SQL(", ").join(
                    SQL("(%s, %s, %s)", company, self._now(), count)
                    for company, count in counts.items()
                ),
            )
        )
        self.invalidate_model()

    @api.model
    def _uncount(self, counts):
        """Take off this month what costs nothing after all, as :meth:`_count`."""
        for row in self.search(
            [("company_id", "in", list(counts)), ("month", "=", self._now())]
        ):
            row.count = max(0, row.count - counts[row.company_id.id])
