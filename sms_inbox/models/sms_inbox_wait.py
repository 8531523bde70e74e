from odoo import api, fields, models

ANSWERED = "answered"


class SmsInboxWait(models.Model):
    """One stretch in which somebody waited on us, from their text to our answer.

    Reports read these. They follow a thread's ``waiting_since``: a stretch begins and
    ends with it, and goes on where an answer came to nothing.
    """

    _name = "sms.inbox.wait"
    _description = "Waiting time"
    _order = "began desc, id desc"
    _rec_name = "conversation_id"
    _check_company_auto = True

    conversation_id = fields.Many2one(
        "sms.inbox.conversation",
        string="With",
        required=True,
        readonly=True,
        index=True,
        check_company=True,
        ondelete="cascade",
    )
    number_id = fields.Many2one(
        "sms.inbox.number",
        string="Our number",
        required=True,
        readonly=True,
        index=True,
        check_company=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, readonly=True, ondelete="restrict"
    )
    began = fields.Datetime("Since", required=True, readonly=True, index=True)
    ended = fields.Datetime("Until", readonly=True)
    how = fields.Selection(
        [
            (ANSWERED, "Answered"),
            ("closed", "Closed"),
            ("done", "Confirmed as done"),
            ("opted_out", "Closed, wants no texts"),
            ("by_hand", "Moved by hand"),
        ],
        string="Ended by",
        readonly=True,
    )
    user_id = fields.Many2one(
        "res.users",
        string="Who ended it",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    first = fields.Boolean(
        "First answer",
        readonly=True,
        help="They wrote for the first time, or for the first time since we closed the "
        "conversation.",
    )
    seconds = fields.Integer("Waited (seconds)", readonly=True, aggregator="avg")
    working_seconds = fields.Integer(
        "Waited in working hours (seconds)", readonly=True, aggregator="avg"
    )

    _one_at_a_time = models.UniqueIndex("(conversation_id) WHERE ended IS NULL")
    _ended_idx = models.Index("(company_id, ended) WHERE ended IS NOT NULL")
    _same_company = models.Constraint(
        "FOREIGN KEY (conversation_id, company_id) "
        "REFERENCES sms_inbox_conversation (id, company_id) ON DELETE CASCADE"
    )
    _same_company_as_number = models.Constraint(
        "FOREIGN KEY (number_id, company_id) "
        "REFERENCES sms_inbox_number (id, company_id) ON DELETE RESTRICT"
    )

    def init(self):
        # raw SQL: those who waited already when there were no rows yet
        self.env.cr.execute(
            """
            INSERT INTO sms_inbox_wait
                        (conversation_id, number_id, company_id, began)
                 SELECT id, number_id, company_id, waiting_since
                   FROM sms_inbox_conversation
                  WHERE waiting_since IS NOT NULL AND last_is_ours IS NOT TRUE
            ON CONFLICT (conversation_id) WHERE ended IS NULL DO NOTHING
            """
        )

    # ------------------------------------------------------------
    # FOLLOWING THE THREADS
    # ------------------------------------------------------------

    @api.model
    def _follow(self, changes):
        """Bring the stretches in line with the threads that changed.

        :param changes: {thread: a ``Change``}
        """
        ongoing, known = self._known(changes)
        over, new, gone, back = {}, [], self.browse(), self.browse()
        for thread, change in changes.items():
            since, wait = thread.waiting_since, ongoing.get(thread, self.browse())
            earlier = known.get((thread, since), self.browse())
            if change.again and earlier and earlier != wait:
                # what came later in a stretch that goes on is a part of it
                gone |= wait
                back |= earlier
            elif since and wait and since < wait.began:
                wait.began = since
            elif not (wait and wait.began == since):
                if wait:
                    over[wait] = change
                if since if wait else change.began:
                    new.append((thread, change, since or change.began))
        gone.unlink()
        back._go_on()
        self._end(over)
        made = self._begin(new)
        self._end({w: changes[w.conversation_id] for w in made if w._is_over()})

    @api.model
    def _known(self, changes):
        """{thread: the stretch that goes on}, {(thread, since): one to go on with}"""
        threads = self.env["sms.inbox.conversation"].union(*changes)
        since = {t.waiting_since for t, change in changes.items() if change.again}
        waits = self.search(
            [
                ("conversation_id", "in", threads.ids),
                "|",
                ("ended", "=", False),
                ("began", "in", list(since)),
            ]
        )
        ongoing = {w.conversation_id: w for w in waits if not w.ended}
        return ongoing, {(w.conversation_id, w.began): w for w in waits}

    def _is_over(self):
        return not self.conversation_id.waiting_since

    def _go_on(self):
        self.write(
            {
                "ended": False,
                "how": False,
                "user_id": False,
                "seconds": False,
                "working_seconds": False,
            }
        )

    @api.model
    def _begin(self, new):
        # one that ends makes room for the next
        self.flush_model(["ended"])
        return self.create(
            [
                {
                    "conversation_id": thread.id,
                    "number_id": thread.number_id.id,
                    "company_id": thread.company_id.id,
                    "began": since,
                    "first": change.first,
                }
                for thread, change, since in new
            ]
        )

    @api.model
    def _end(self, over):
        """End stretches, each as its change tells."""
        waits = self.union(*over)
        refusing = self._refusing(over)
        for company, some in waits.grouped("company_id").items():
            ends = {wait: max(wait.began, over[wait].at) for wait in some}
            work = company._sms_inbox_work(
                min(some.mapped("began")), max(ends.values())
            )
            for wait, end in ends.items():
                how = "opted_out" if wait in refusing else over[wait].how
                wait.write(
                    {
                        "ended": end,
                        "how": how,
                        "user_id": over[wait].user_id,
                        "seconds": (end - wait.began).total_seconds(),
                        "working_seconds": work.worked(wait.began, end).total_seconds(),
                    }
                )

    @api.model
    def _refusing(self, over):
        """Those that were closed, not answered, as the people want no texts."""
        ways = ("closed", "done")
        closed = self.union(*(wait for wait in over if over[wait].how in ways))
        return closed.filtered("conversation_id.opted_out")
