from odoo import api, fields, models
from odoo.tools import SQL

SHARES = {"median_hours": 0.5, "p90_hours": 0.9, "median_elapsed": 0.5}


class SmsInboxWaitReport(models.Model):
    """How long people waited on us, to be counted: one row per stretch that ended.

    Medians and percentiles are of the stretches in each group, whatever the groups.
    """

    _name = "sms.inbox.wait.report"
    _description = "Waiting times"
    _auto = False
    _order = "began desc, id desc"
    _rec_name = "conversation_id"
    _depends = {
        "sms.inbox.wait": [
            "began",
            "company_id",
            "conversation_id",
            "ended",
            "first",
            "how",
            "number_id",
            "seconds",
            "user_id",
            "working_seconds",
        ],
        "res.company": ["resource_calendar_id", "sms_inbox_response_minutes"],
        "resource.calendar": ["tz"],
    }

    began = fields.Datetime("They wrote on", readonly=True)
    hour = fields.Char(
        "Hour of the day", readonly=True, help="In the company's own time zone."
    )
    conversation_id = fields.Many2one("sms.inbox.conversation", "With", readonly=True)
    number_id = fields.Many2one("sms.inbox.number", "Our number", readonly=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    user_id = fields.Many2one("res.users", "Agent", readonly=True)
    how = fields.Selection(
        lambda self: self.env["sms.inbox.wait"]._fields["how"].selection,
        string="Ended by",
        readonly=True,
    )
    first = fields.Boolean("First answer", readonly=True)
    waits = fields.Integer("Times they waited", readonly=True)
    median_hours = fields.Float(
        "Median wait",
        readonly=True,
        aggregator="avg",
        help="In working hours. Half of them waited no longer.",
    )
    p90_hours = fields.Float(
        "90 % waited at most",
        readonly=True,
        aggregator="avg",
        help="In working hours. One in ten waited longer.",
    )
    average_hours = fields.Float(
        "Average wait", readonly=True, aggregator="avg", help="In working hours."
    )
    median_elapsed = fields.Float(
        "Median wait, by the clock",
        readonly=True,
        aggregator="avg",
        help="Nights and weekends count too.",
    )
    in_time_share = fields.Float(
        "In time, %",
        readonly=True,
        digits=(5, 1),
        aggregator="avg",
        help="Ended within the company's response time.",
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT wait.id, wait.began, wait.conversation_id, wait.number_id,
                   wait.company_id, wait.user_id, wait.how, wait.first, 1 AS waits,
                   to_char(
                       wait.began AT TIME ZONE 'UTC'
                                  AT TIME ZONE COALESCE(calendar.tz, 'UTC'),
                       'HH24:00') AS hour,
                   wait.working_seconds / 3600.0 AS median_hours,
                   wait.working_seconds / 3600.0 AS p90_hours,
                   wait.working_seconds / 3600.0 AS average_hours,
                   wait.seconds / 3600.0 AS median_elapsed,
                   CASE WHEN company.sms_inbox_response_minutes = 0 THEN NULL
                        WHEN wait.working_seconds
                             <= company.sms_inbox_response_minutes * 60 THEN 100.0
                        ELSE 0 END AS in_time_share
              FROM sms_inbox_wait wait
              JOIN res_company company ON company.id = wait.company_id
         LEFT JOIN resource_calendar calendar
                ON calendar.id = company.resource_calendar_id
             WHERE wait.ended IS NOT NULL
            """
        )

    @api.model
    def _read_group_select(self, aggregate_spec, query):
        """Aggregate by percentiles, which the ORM has no word for."""
        share = SHARES.get(aggregate_spec.removesuffix(":avg"))
        if share is None:
            return super()._read_group_select(aggregate_spec, query)
        column = self._field_to_sql(
            self._table, aggregate_spec.removesuffix(":avg"), query
        )
        return SQL("percentile_cont(%s) WITHIN GROUP (ORDER BY %s)", share, column)

    def action_open(self):
        """Open the conversation that it is about."""
        return self.conversation_id.action_open()
