from odoo import api, fields, models
from odoo.tools import SQL

from ..carriers import Meaning

# States of a text that has left, or will once more, and whose end is not known yet.
END_NOT_KNOWN = ("queued", "sending", "sent")


class SmsInboxTraffic(models.Model):
    """What went through our numbers and how it ended, to be counted over time.

    One row per text that was handed to a carrier or came in. It has no words and no
    number of theirs.
    """

    _name = "sms.inbox.traffic"
    _description = "Traffic"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "date"
    _depends = {
        "sms.inbox.message": [
            "company_id",
            "date",
            "direction",
            "error_meaning",
            "left_at",
            "number_id",
            "priority",
            "segments",
            "state",
        ],
        "res.company": ["resource_calendar_id"],
        "resource.calendar": ["tz"],
    }

    date = fields.Datetime(
        readonly=True, help="When it was handed to the carrier, or came to us."
    )
    hour = fields.Char(
        "Hour of the day", readonly=True, help="In the company's own time zone."
    )
    number_id = fields.Many2one("sms.inbox.number", "Our number", readonly=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    direction = fields.Selection(
        [("in", "From them"), ("out", "From us")], readonly=True
    )
    state = fields.Selection(
        lambda self: self.env["sms.inbox.message"]._fields["state"].selection,
        readonly=True,
    )
    priority = fields.Selection(
        lambda self: self.env["sms.inbox.message"]._fields["priority"].selection,
        readonly=True,
    )
    error_kind = fields.Selection("_error_kinds", "What went wrong", readonly=True)
    texts = fields.Integer(readonly=True)
    segments = fields.Integer(
        readonly=True, help="Carriers count a long text as several."
    )
    delivered_share = fields.Float(
        "Delivered, %",
        readonly=True,
        digits=(5, 1),
        aggregator="avg",
        help="Of the texts from us whose end is known, so many were delivered.",
    )
    filtered_share = fields.Float(
        "Taken for spam, %",
        readonly=True,
        digits=(5, 1),
        aggregator="avg",
        help="Of the texts from us whose end is known, so many were filtered out.",
    )

    @api.model
    def _error_kinds(self):
        words = {
            Meaning.FILTERED: self.env._("Taken for spam"),
            Meaning.BLOCKED: self.env._("Blocked on their side"),
            Meaning.OPT_OUT: self.env._("Wants no texts"),
            Meaning.LANDLINE: self.env._("Landline"),
            Meaning.BAD_NUMBER: self.env._("No such number"),
            Meaning.PERMANENT: self.env._("Could not be delivered"),
            Meaning.RETRY: self.env._("Phone out of reach"),
            Meaning.EXPIRED: self.env._("Too late"),
            Meaning.QUIET_HOURS: self.env._("Quiet hours where they live"),
            Meaning.LOOP: self.env._("Machines answering each other"),
            Meaning.CONFIG_SENDER: self.env._("Our number is not set up"),
            Meaning.SENDER_WAIT: self.env._("Our number is being set up"),
            Meaning.SENDER_SLOW: self.env._("Our number was too fast"),
            Meaning.QUEUE_FULL: self.env._("Our number had too many waiting"),
            Meaning.ACCOUNT: self.env._("Account cannot be used"),
            Meaning.ACCOUNT_DAY: self.env._("Account's day is used up"),
            Meaning.SLOW: self.env._("Account was too fast"),
            Meaning.DEFER_DAY: self.env._("Network's day is used up"),
            Meaning.UNKNOWN_SENT: self.env._("Answer was lost"),
            Meaning.MEDIA: self.env._("Attachment"),
            Meaning.BUG: self.env._("Not understood by the carrier"),
            Meaning.INFO: self.env._("Warning only"),
        }
        return [(meaning.value, label) for meaning, label in words.items()]

    @property
    def _table_query(self):
        # two parts, so that a span of time finds an index in each
        return SQL(
            """
            SELECT traffic.*,
                   to_char(
                       traffic.date AT TIME ZONE 'UTC'
                                    AT TIME ZONE COALESCE(calendar.tz, 'UTC'),
                       'HH24:00') AS hour
              FROM (%s UNION ALL %s) AS traffic
              JOIN res_company company ON company.id = traffic.company_id
         LEFT JOIN resource_calendar calendar
                ON calendar.id = company.resource_calendar_id
            """,
            self._part_out(),
            self._part_in(),
        )

    @api.model
    def _part_out(self):
        return SQL(
            """
            SELECT id, left_at AS date, number_id, company_id, direction, state,
                   priority, error_meaning AS error_kind, 1 AS texts, segments,
                   CASE WHEN state = 'delivered' THEN 100.0
                        WHEN state NOT IN %(open)s THEN 0 END AS delivered_share,
                   CASE WHEN state IN %(open)s THEN NULL
                        WHEN error_meaning = %(filtered)s THEN 100.0
                        ELSE 0 END AS filtered_share
              FROM sms_inbox_message
             WHERE left_at IS NOT NULL
            """,
            open=END_NOT_KNOWN,
            filtered=Meaning.FILTERED.value,
        )

    @api.model
    def _part_in(self):
        return SQL(
            """
            SELECT id, date, number_id, company_id, direction, state,
                   NULL AS priority, NULL AS error_kind, 1 AS texts, segments,
                   NULL AS delivered_share, NULL AS filtered_share
              FROM sms_inbox_message
             WHERE direction = 'in'
            """
        )
