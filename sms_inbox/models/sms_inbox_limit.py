from math import inf

from psycopg2.extras import Json, execute_values

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.base.models.res_partner import _tz_get

from .. import clock
from ..messaging import rate_limit
from ..messaging.priority import URGENT

CHAIN = """
    WITH RECURSIVE chain AS (
        SELECT id, parent_id FROM sms_inbox_limit WHERE id = ANY(%s)
        UNION
        SELECT parent.id, parent.parent_id
          FROM sms_inbox_limit parent JOIN chain ON chain.parent_id = parent.id
    )
    SELECT id, parent_id, name, segments_per_second, segments_per_minute,
           segments_per_day, recipients_per_day, timezone, reserve, network,
           unknown_share, free_at, last_cost, recent, day, used, recipients
      FROM sms_inbox_limit
     WHERE id IN (SELECT id FROM chain)
"""


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
    level = fields.Selection(
        [
            ("line", "Number"),
            ("campaign", "Campaign"),
            ("brand", "Brand"),
            ("account", "Account"),
        ],
        required=True,
        default="line",
        help="What this limit holds for. A number's own limit is within its "
        "campaign's, that is within its brand's, and that within the account's.",
    )
    segments_per_second = fields.Float(
        "Segments per second",
        required=True,
        default=1.0,
        digits=(12, 4),
        help="A long text counts as several segments. 0.1 means one segment in ten "
        "seconds; 0 means that only the other limits count.",
    )
    segments_per_minute = fields.Integer(
        "Segments per minute", help="In any sixty seconds. 0 means no such limit."
    )
    segments_per_day = fields.Integer("Segments per day", help="0 means no such limit.")
    recipients_per_day = fields.Integer(
        "New people per day",
        help="How many different people may be texted first in a day. Answers to "
        "people who wrote do not count. 0 means no such limit.",
    )
    timezone = fields.Selection(
        _tz_get,
        string="Day of",
        required=True,
        default="UTC",
        help="Where the day begins and ends that the daily limits count.",
    )
    reserve = fields.Float(
        "Kept for replies",
        help="The share of each minute and day that notices and bulk texts leave to "
        "codes and replies.",
    )
    network = fields.Char(
        "Only to network",
        help="The name of a mobile network, when only texts to its phones count.",
    )
    unknown_share = fields.Float(
        "Share of unknown phones",
        default=1.0,
        help="As how much of a text one counts whose phone is of a network that is "
        "not known. About a third of US phones are of each large network.",
    )
    type_id = fields.Many2one(
        "sms.inbox.number.type",
        string="Pattern of",
        index="btree_not_null",
        ondelete="cascade",
        readonly=True,
        help="This limit is no real one: it is copied for numbers of this type.",
    )
    pattern_id = fields.Many2one(
        "sms.inbox.limit",
        string="Copied from",
        index="btree_not_null",
        ondelete="set null",
        readonly=True,
    )
    lane = fields.Integer(
        compute="_compute_lane",
        store=True,
        recursive=True,
        readonly=False,
        default=0,
        help="Which of the senders that run side by side takes care of it. All that "
        "is within one limit shares a lane.",
    )
    # what has been counted; written by the dispatcher alone
    free_at = fields.Float(digits=(16, 6), readonly=True, copy=False)
    last_cost = fields.Float(digits=(16, 6), readonly=True, copy=False)
    recent = fields.Json(readonly=True, copy=False)
    day = fields.Char(readonly=True, copy=False)
    used = fields.Float(readonly=True, copy=False)
    recipients = fields.Integer(readonly=True, copy=False)
    line_ids = fields.One2many("sms.inbox.line", "limit_id", string="Numbers")

    _rate_is_positive = models.Constraint(
        "CHECK (segments_per_second > 0 OR level != 'line' "
        "AND segments_per_second = 0)",
        "A number's rate must be more than zero. For one segment in ten seconds, "
        "enter 0.1.",
    )
    _counts_are_not_negative = models.Constraint(
        "CHECK (segments_per_minute >= 0 AND segments_per_day >= 0 "
        "AND recipients_per_day >= 0)",
        "A limit cannot be less than zero. Enter 0 for none.",
    )
    _lane_is_one = models.Constraint(
        "CHECK (lane >= 0)", "Lanes are numbered from 0 on."
    )
    _shares_are_shares = models.Constraint(
        "CHECK (reserve >= 0 AND reserve < 1 "
        "AND unknown_share >= 0 AND unknown_share <= 1)",
        "Enter a share between 0 and 100 %, and keep less than all for replies.",
    )

    @api.depends("parent_id.lane")
    def _compute_lane(self):
        for limit in self:
            limit.lane = limit.parent_id.lane if limit.parent_id else limit.lane

    @api.constrains("parent_id")
    def _check_no_circle(self):
        if self._has_cycle():
            raise ValidationError(
                self.env._("A limit cannot be within itself. Choose another one.")
            )

    @api.model_create_multi
    def create(self, vals_list):
        limits = super().create(vals_list)
        limits._add_lanes()
        return limits

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {"lane", "parent_id"}:
            self._add_lanes()
        return result

    def _add_lanes(self):
        """Have each lane that is used taken care of."""
        for lane in set(self.mapped("lane")):
            self.env["sms.inbox.dispatcher"]._add_lane(lane)

    def _chain(self):
        """This limit and all that it is within, the tightest place first."""
        self.ensure_one()
        chain = self
        while chain[-1:].parent_id:
            chain += chain[-1:].parent_id
        return chain

    def _copied_for(self, account):
        """The copy of this pattern that other lines of ``account`` are within."""
        if self.level == "line":
            return self.browse()
        lines = self.env["sms.inbox.line"].search([("account_id", "=", account.id)])
        chains = self.browse().union(*(line.limit_id._chain() for line in lines))
        return chains.filtered(lambda limit: limit.pattern_id == self)[:1]

    def _day_is_full(self):
        """The carrier says that its day is full, whatever was counted here.

        The brand may send through others too, whom nobody here can count. Where no
        limit of the chain has a day, nothing is noted.
        """
        days = self._chain().filtered("segments_per_day")
        level = (days.filtered("network") or days)[:1]
        if level:
            now = clock.of_database(self.env)
            (plain,) = level._levels(lock=True)[level.id][:1]
            plain.note(now, max(0.0, level.segments_per_day - plain.used_today(now)))
            self._store([plain])

    @api.model
    def _uncount(self, texts):
        """Texts did not leave: the days on which they were counted have them back."""
        # sudo: sms.inbox.limit - belongs to no company
        limits_sudo = {t: t.number_id.sudo().line_id.limit_id for t in texts}
        chains = self.browse().union(*limits_sudo.values())._levels(lock=True)
        levels = {t: chains[limit.id] for t, limit in limits_sudo.items()}
        counted = texts.filtered(lambda t: _has_days(levels[t]))
        if not counted:
            return
        plain = self._plain(counted, levels)
        for text in counted:
            for level in levels[text]:
                level.uncount(clock.epoch(text.left_at), plain[text])
        self._store([level for chain in chains.values() for level in chain])

    # ------------------------------------------------------------
    # AS PLAIN VALUES
    # ------------------------------------------------------------

    @api.model
    def _plain(self, texts, levels, at=None):
        """{text: what a limit must know of it}, of texts that left.

        :param dict levels: text -> the levels that count it
        :param at: when they leave once more, in epoch seconds
        """
        # sudo: sms.inbox.subscriber - the networks of phones, for counting alone
        people_sudo = self.env["sms.inbox.subscriber"].sudo()
        people_sudo = people_sudo.search_fetch(
            [
                ("company_id", "in", texts.company_id.ids),
                ("number", "in", texts.mapped("contact_number")),
            ],
            ["company_id", "number", "network"],
        )
        networks = {(p.company_id, p.number): p.network for p in people_sudo}
        new = self._to_new_people(texts, levels, at)
        return {
            text: rate_limit.Text(
                text.segments,
                text.priority in URGENT,
                networks.get((text.company_id, text.contact_number)) or "",
                text in new,
            )
            for text in texts
        }

    @api.model
    def _to_new_people(self, texts, levels, at):
        """Those of the texts by which a day's limit counts one more person."""
        counted = texts.filtered(lambda text: not text.answers_since)
        texts.flush_model(["left_at"])
        pairs = [
            {"number_id": text.number_id.id, "contact_number": text.contact_number}
            for text in counted
        ]
        texted = self.env["sms.inbox.claim"]._texted_lately(pairs, but=texts.ids)
        return counted.filtered(
            lambda text: self._is_new(
                levels[text],
                texted.get((text.number_id.id, text.contact_number)),
                at or clock.epoch(text.left_at),
            )
        )

    @api.model
    def _is_new(self, levels, texted, at):
        """Whether somebody who is texted ``at`` was not yet on that day of a limit.

        :param texted: when another text to them left last (naive UTC; None: not lately)
        """
        return any(
            not texted or not level.same_day(clock.epoch(texted), at)
            for level in levels
            if level.recipients_per_day
        )

    def _levels(self, lock=False):
        """The chains of these limits as plain levels, the tightest place first.

        Limits that are within the same one share its level, as they do here.

        :param lock: keep others from counting until this transaction ends
        :return: {id of a limit: list of :class:`rate_limit.Level`}
        """
        self.flush_model()
        # raw SQL: read under a lock, several times a second, past the ORM's cache
        self.env.cr.execute(
            CHAIN + (" ORDER BY id FOR NO KEY UPDATE" if lock else ""), (self.ids,)
        )
        rows = {row["id"]: row for row in self.env.cr.dictfetchall()}
        levels = {limit_id: _level(row) for limit_id, row in rows.items()}

        def chain(limit_id):
            while limit_id:
                yield levels[limit_id]
                limit_id = rows[limit_id]["parent_id"]

        return {limit_id: list(chain(limit_id)) for limit_id in self.ids}

    def _delay(self, moments):
        """Have nothing leave before these moments; {id of a limit: epoch seconds}"""
        levels = [chain[0] for chain in self.exists()._levels(lock=True).values()]
        for level in levels:
            level.delay(moments[level.key])
        self._store(levels)

    @api.model
    def _store(self, levels):
        """Keep what was counted on these levels."""
        rows = [
            (
                level.key,
                level.free_at,
                min(level.last_cost, NO_COST),
                Json(level.recent),
                level.day,
                level.used,
                level.recipients,
            )
            for level in {level.key: level for level in levels}.values()
        ]
        # raw SQL: one statement for all, and no trace of a writer on each
        execute_values(
            self.env.cr._obj,
            """
            UPDATE sms_inbox_limit
               SET free_at = counted.free_at, last_cost = counted.last_cost,
                   recent = counted.recent, day = counted.day, used = counted.used,
                   recipients = counted.recipients
              FROM (VALUES %s) AS counted
                   (id, free_at, last_cost, recent, day, used, recipients)
             WHERE sms_inbox_limit.id = counted.id
            """,
            rows,
            template="(%s, %s, %s, %s::jsonb, %s, %s, %s)",
        )
        self.invalidate_model(
            ["free_at", "last_cost", "recent", "day", "used", "recipients"]
        )


NO_COST = 1e9  # seconds; what a level that was never charged has for its last cost


def _has_days(levels):
    return any(level.per_day or level.recipients_per_day for level in levels)


def _level(row):
    return rate_limit.Level(
        rate=row["segments_per_second"],
        per_minute=row["segments_per_minute"] or 0,
        per_day=row["segments_per_day"] or 0,
        recipients_per_day=row["recipients_per_day"] or 0,
        zone=row["timezone"],
        reserve=row["reserve"] or 0.0,
        network=row["network"] or "",
        unknown_share=row["unknown_share"] or 0.0,
        key=row["id"],
        name=row["name"],
        free_at=row["free_at"] or 0.0,
        last_cost=row["last_cost"] if row["free_at"] else inf,
        recent=[tuple(entry) for entry in row["recent"] or ()],
        day=row["day"] or "",
        used=row["used"] or 0.0,
        recipients=row["recipients"] or 0,
    )
