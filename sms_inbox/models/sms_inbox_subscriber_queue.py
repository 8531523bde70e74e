import random
import time
from collections import Counter, defaultdict

from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools import SQL

from .. import carriers, short_transaction
from ..before_commit import gathered
from ..carriers import back_off, look_ups
from ..messaging import textability

AT_ONCE = 100  # look-ups of a company claimed in one transaction
MOST_COMPANIES = 10  # asked for at the same time, as each takes some threads
PER_SECOND = look_ups.PER_SECOND  # look-ups of one account that begin
ROUND = 15.0  # seconds in which those are begun
SLICE = 45.0  # seconds of one run, as Odoo ends what takes minutes
# Seconds until a look-up counts as forgotten: longer than any round can last.
LEASE = 600
MOST_TRIES = 6
FIRST_PAUSE = 60  # seconds before a further try; each is four times the one before
LONGEST_PAUSE = 6 * 3600


# a subject of its own in a file of its own, as one file would be too long
# pylint: disable=consider-merging-classes-inherited
class SmsInboxSubscriber(models.Model):
    """The queue of look-ups: what is in it was agreed to, and has ``look_up_at``.

    A round claims some rows by moving that time ahead, counts them for the month and
    commits; asks the carriers while no transaction is open; and writes the answers down
    in one transaction. Who dies in between leaves rows that are due again later: a
    number may be asked about twice, and none is forgotten.
    """

    _inherit = "sms.inbox.subscriber"

    # ------------------------------------------------------------
    # INTO THE QUEUE
    # ------------------------------------------------------------

    @api.model
    def _wake_look_ups(self):
        """Have the queue looked at when this transaction commits."""
        if self.env.cr.precommit.data.setdefault("sms_inbox_look_ups_woken", set()):
            return
        self.env.cr.precommit.data["sms_inbox_look_ups_woken"].add(True)
        # somebody may have deleted it, which must keep nobody from saving a number
        cron = self.env.ref("sms_inbox.ir_cron_look_up", raise_if_not_found=False)
        if cron:
            # sudo: ir.cron - whoever saves a number may have it looked up
            cron.sudo()._trigger()

    @api.model
    def _partners_changed(self, partners):
        """Their numbers are new: queue them when this transaction ends, in one go."""
        # sudo: sms.inbox.subscriber - written by code, whoever saves a contact
        queue = self.env["sms.inbox.subscriber"].sudo()._queue_new_numbers
        changed = gathered(self.env, "sms_inbox_new_numbers", dict, queue)
        changed.setdefault(self.env.company.id, set()).update(partners.ids)

    @api.model
    def _queue_new_numbers(self, changed):
        """Queue those that a company wants to know more of.

        A contact's own company decides; for shared contacts it is the one in which
        somebody works on them.
        """
        # sudo: res.company - whose settings count is more than the writer may see
        companies = self.env["res.company"].sudo()
        if not companies.search_count([("sms_inbox_look_up", "=", True)], limit=1):
            return
        self.env.flush_all()
        for active, partners in changed.items():
            self._enqueue(
                SQL(
                    """
                    SELECT company.id AS company_id, partner.phone_sanitized AS number,
                           partner.sms_shape AS shape
                      FROM res_partner partner
                      JOIN res_company company
                        ON company.id = COALESCE(partner.company_id, %(active)s)
                     WHERE partner.id = ANY(%(partners)s)
                       AND partner.phone_sanitized IS NOT NULL
                       AND company.sms_inbox_look_up
                       AND EXISTS (
                           SELECT FROM sms_inbox_number
                            WHERE company_id = company.id AND active)
                    """,
                    active=active,
                    partners=list(partners),
                )
            )

    @api.model
    def _enqueue(self, numbers):
        """Queue (company_id, number, shape) of a query, where a look-up can tell more.

        :return: how many these are; not those that are known already, or wait
        """
        # raw SQL: for very many numbers in one statement
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO sms_inbox_subscriber AS known
                            (company_id, number, textability, textability_reason,
                             textability_source, line_type, checked_at, look_up_at,
                             look_up_tries, create_uid, create_date, write_uid,
                             write_date)
                     SELECT DISTINCT ON (found.company_id, found.number)
                            found.company_id, found.number, shape.state,
                            shape.sentence, 'shape', shape.line_type, %(now)s, %(now)s,
                            0, %(uid)s, %(now)s, %(uid)s, %(now)s
                       FROM (%(numbers)s) found
                       JOIN (VALUES %(shapes)s)
                            AS shape (reason, state, line_type, sentence)
                         ON shape.reason = found.shape
                ON CONFLICT (company_id, number)
                  DO UPDATE SET look_up_at = EXCLUDED.look_up_at, look_up_tries = 0
                      WHERE %(open)s
                """,
                numbers=numbers,
                shapes=self._shapes_sql(),
                open=self._open_sql(),
                now=fields.Datetime.now(),
                uid=SUPERUSER_ID,
            )
        )
        count = self.env.cr.rowcount
        if count:
            self.invalidate_model()
            self._wake_look_ups()
        return count

    @api.model
    def _count_open(self, numbers):
        """How many of (company_id, number, shape) of a query would be queued."""
        # raw SQL: for very many numbers in one statement
        found = self.env.execute_query(
            SQL(
                """
                SELECT COUNT(DISTINCT (found.company_id, found.number))
                  FROM (%(numbers)s) found
             LEFT JOIN sms_inbox_subscriber known
                    ON known.company_id = found.company_id
                   AND known.number = found.number
                 WHERE found.shape = ANY(%(shapes)s)
                   AND (known.id IS NULL OR %(open)s)
                """,
                numbers=numbers,
                shapes=list(textability.UNDECIDED),
                open=self._open_sql(),
            )
        )
        return found[0][0]

    @api.model
    def _open_sql(self):
        """Whether a row, ``known``, is one that a look-up would tell more of.

        Not if a text or a person told already, it waits, or it was looked up lately.
        """
        return SQL(
            """
            known.look_up_at IS NULL
            AND COALESCE(known.textability_source, 'shape') IN ('shape', 'look_up')
            AND (known.looked_up_at IS NULL
                 OR known.looked_up_at < %s - (
                    SELECT make_interval(days => sms_inbox_look_up_days)
                      FROM res_company WHERE id = known.company_id))
            """,
            fields.Datetime.now(),
        )

    @api.model
    def _shapes_sql(self):
        """Shapes that a look-up tells more of, with what they say themselves."""
        company = self.env.company
        shapes = [textability.SHAPES[reason] for reason in textability.UNDECIDED]
        return SQL(", ").join(
            SQL(
                "(%s, %s, %s, %s)",
                shape.reason,
                shape.state,
                shape.line_type,
                self._sentence(company, shape.reason),
            )
            for shape in shapes
        )

    # ------------------------------------------------------------
    # THE QUEUE AT WORK
    # ------------------------------------------------------------

    @api.model
    def _cron_look_up(self):
        """Ask carriers about what is due, as far as accounts and months allow."""
        end = time.monotonic() + SLICE
        while time.monotonic() < end:
            asked = short_transaction.run(self.env, self._claim_look_ups)
            if not asked:
                return
            # no transaction is open while anybody is asked
            seconds = min(ROUND, end - time.monotonic())
            answers = look_ups.ask(asked, seconds, PER_SECOND)
            short_transaction.run(self.env, self._write_down_look_ups, answers)
        self._wake_look_ups()
        short_transaction.commit(self.env)

    @api.model
    def _claim_look_ups(self):
        """Some that are due, leased and counted, as plain values."""
        now = fields.Datetime.now()
        waiting = dict(
            self._read_group([("look_up_at", "<=", now)], ["company_id"], ["__count"])
        )
        companies = self.env["res.company"].union(*waiting)
        months = self.env["sms.inbox.look.up.month"]
        left = months._left(companies)
        companies = companies.filtered(lambda company: left[company])
        accounts = self._accounts_to_ask(companies)
        # in no order, so that none waits for the same others each time
        chosen = random.sample(list(accounts), min(len(accounts), MOST_COMPANIES))
        room = {c.id: min(AT_ONCE, left[c], waiting[c]) for c in chosen}
        rows = self._lease(room, now)
        months._count(Counter(company_id for _id, company_id, _number in rows))
        asked = {c.id: (accounts[c].id, accounts[c]._carrier()) for c in chosen}
        return [
            look_ups.LookUp(row_id, *asked[company_id], number)
            for row_id, company_id, number in rows
        ]

    @api.model
    def _accounts_to_ask(self, companies):
        """{company: its account to ask}, for those that have one that may be asked."""
        found = {}
        for account in self._accounts_that_look_up(companies):
            if not account._look_ups_held():
                found.setdefault(account.company_id, account)
        return found

    @api.model
    def _lease(self, room, now):
        """(id, company's id, number) of rows that are due, and are being asked about.

        :param room: {company's id: how many at most}
        """
        if not room:
            return []
        self.flush_model()
        # raw SQL: the first of each company, for many companies in one statement
        rows = self.env.execute_query(
            SQL(
                """
                UPDATE sms_inbox_subscriber asked
                   SET look_up_at = %(lease)s,
                       look_up_tries = COALESCE(asked.look_up_tries, 0) + 1
                  FROM (VALUES %(room)s) AS room (company_id, most),
                       LATERAL (
                           SELECT id FROM sms_inbox_subscriber
                            WHERE company_id = room.company_id AND look_up_at <= %(now)s
                            ORDER BY look_up_at, id
                            LIMIT room.most) due
                 WHERE asked.id = due.id
             RETURNING asked.id, asked.company_id, asked.number
                """,
                lease=fields.Datetime.add(now, seconds=LEASE),
                room=SQL(", ").join(SQL("(%s, %s)", *pair) for pair in room.items()),
                now=now,
            )
        )
        self.invalidate_model(["look_up_at", "look_up_tries"])
        return rows

    # ------------------------------------------------------------
    # ANSWERS
    # ------------------------------------------------------------

    @api.model
    def _write_down_look_ups(self, answers):
        rows = self.browse([a.look_up.key for a in answers]).exists().grouped("id")
        names, free = self._names_of_networks(), Counter()
        outcomes = defaultdict(list)
        for answer in answers:
            outcomes[answer.look_up.account_id].append(answer.outcome)
            row = rows.get(answer.look_up.key)
            if row and not row._landed(answer, names):
                free[row.company_id.id] += 1
        self.env["sms.inbox.look.up.month"]._uncount(free)
        for account_id, of_account in outcomes.items():
            account = self.env["sms.inbox.account"].browse(account_id)
            account._heed_look_ups(of_account)

    def _landed(self, answer, names):
        """Note what came of a look-up; whether a carrier may charge for it."""
        outcome = answer.outcome
        if isinstance(outcome, carriers.LineType):
            account = self.env["sms.inbox.account"].browse(answer.look_up.account_id)
            self._told(outcome, account, names)
        elif outcome is None or look_ups.is_of_account(outcome):
            self._put_back_look_up()
        elif look_ups.is_final(outcome) or self.look_up_tries >= MOST_TRIES:
            self._asked_in_vain()
        elif self.look_up_at:
            self.look_up_at = self._next_try(outcome)
        # of an answer that was lost nobody knows
        return isinstance(outcome, carriers.LineType | carriers.OutcomeUnknown)

    def _put_back_look_up(self):
        """It was not the number's turn after all."""
        self.look_up_tries = max(0, self.look_up_tries - 1)
        if self.look_up_at:
            self.look_up_at = fields.Datetime.now()

    def _asked_in_vain(self):
        """The carrier has no answer for this number; that says nothing of it."""
        self.write({"looked_up_at": fields.Datetime.now(), "look_up_tries": 0})
        self.look_up_at = self.company_id.sms_inbox_look_up and self._look_up_due()

    def _next_try(self, error):
        pause = back_off.pause(self.look_up_tries, FIRST_PAUSE, LONGEST_PAUSE, 4)
        seconds = max(pause, getattr(error, "retry_after", None) or 0)
        return fields.Datetime.add(fields.Datetime.now(), seconds=seconds)
