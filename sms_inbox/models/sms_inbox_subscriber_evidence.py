import time

from odoo import api, fields, models
from odoo.exceptions import AccessError

from .. import clock, words
from ..before_commit import gathered
from ..messaging import textability
from ..messaging.textability import Piece

# Another text that gets through is no news; only its date is, and that can wait.
FRESH = 3600  # seconds
MOST_TOLD = 50  # numbers of one transaction that screens are told one by one


# a subject of its own in a file of its own, as one file would be too long
# pylint: disable=consider-merging-classes-inherited
class SmsInboxSubscriber(models.Model):
    """The evidence behind the state of a number, and what a person says of it.

    The pieces stand on the row, the newest of each kind; the state, its reason, source
    and date are what follows from them. One entry, :meth:`_learn`, takes in whatever
    texts and carriers tell; it reads and writes once for each transaction.
    """

    _inherit = "sms.inbox.subscriber"

    evidence = fields.Json(
        readonly=True, copy=False, help="What is known beside the number's shape."
    )
    textability_source = fields.Selection(
        [
            ("shape", "The number itself"),
            ("look_up", "A carrier's look-up"),
            ("delivery", "A text to it"),
            ("inbound", "A text from it"),
            ("word", "A person"),
        ],
        string="Source",
        readonly=True,
        default="shape",
    )
    textability_at = fields.Datetime(
        "Known since", readonly=True, help="When the evidence came that decides."
    )
    textability_label = fields.Char(
        "Why, and since when", compute="_compute_textability_label"
    )

    @api.depends("evidence", "number")
    @api.depends_context("lang", "tz")
    def _compute_textability_label(self):
        for row in self:
            row.textability_label = words.textability_label(row.env, row._verdict())

    def _pieces(self):
        return [Piece(*piece) for piece in self.evidence or []]

    def _verdict(self, pieces=None):
        shape = textability.offline(self.number or "")
        return textability.decide(shape, self._pieces() if pieces is None else pieces)

    # ------------------------------------------------------------
    # LEARNING
    # ------------------------------------------------------------

    @api.model
    def _learn(self, company, number, piece):
        """Note a piece of evidence of a company's number, when this transaction ends.

        A row that does not exist yet is made.
        """
        # sudo: sms.inbox.subscriber - evidence is written by code, not by users
        learn = self.env["sms.inbox.subscriber"].sudo()._learn_now
        news = gathered(self.env, "sms_inbox_evidence", dict, learn)
        news.setdefault((company.id, number), []).append(piece)

    @api.model
    def _learn_now(self, news):
        for row in self._of_pairs(set(news)):
            row._weigh(news[row._pair()])

    def _weigh(self, pieces):
        """Take in more evidence, if it says more than what is known."""
        known = self._pieces()
        if not self._is_news(known, pieces):
            return
        self._conclude(textability.remember([*known, *pieces]))
        self._plan_look_up()

    def _is_news(self, known, pieces):
        """Whether more evidence changes anything that somebody would miss."""
        if self.textability != "textable" or any(
            piece.kind not in ("delivered", "text") for piece in pieces
        ):
            return True
        before, after = (self._verdict(some) for some in (known, [*known, *pieces]))
        return before.reason != after.reason or after.at - before.at >= FRESH

    def _conclude(self, pieces, **values):
        """Keep these pieces, and what follows from them; ``values`` come along."""
        verdict = self._verdict(pieces)
        before = self.textability
        self.write(
            {
                "evidence": pieces,
                "textability": verdict.state,
                "textability_reason": self._sentence(self.company_id, verdict.reason),
                "textability_source": verdict.source,
                "textability_at": clock.moment(int(verdict.at)),
                "line_type": verdict.line_type,
                "checked_at": fields.Datetime.now(),
                **values,
            }
        )
        if self.textability != before:
            self._tell_screens()

    # ------------------------------------------------------------
    # A PERSON'S WORD
    # ------------------------------------------------------------

    def action_mark_textable(self):
        """Say that these numbers can be texted, whatever else is known of them."""
        return self._mark("can")

    def action_mark_not_textable(self):
        """Say that these numbers cannot be texted."""
        return self._mark("cannot")

    def action_forget_word(self):
        """Take back what a person said of these numbers; the evidence stays."""
        return self._mark(None)

    def _mark(self, kind):
        self.check_access("read")
        if not (self.env.su or self.env.user.has_group("sms_inbox.group_user")):
            raise AccessError(
                self.env._("Only users of SMS Inbox can say whether a number works.")
            )
        word = [Piece("word", kind, time.time(), self.env.user.name)] if kind else []
        # sudo: sms.inbox.subscriber - evidence is written by code, whoever starts it
        for row_sudo in self.sudo():
            others = [piece for piece in row_sudo._pieces() if piece.source != "word"]
            row_sudo._conclude(textability.remember([*others, *word]))
        return True

    # ------------------------------------------------------------
    # SCREENS
    # ------------------------------------------------------------

    def _tell_screens(self):
        """Have the mark beside these numbers change on every open screen.

        Once for each transaction, at its end, however often they changed.
        """
        # sudo: sms.inbox.subscriber - whom to tell is more than the writer may see
        tell = self.env["sms.inbox.subscriber"].sudo()._tell_screens_now
        gathered(self.env, "sms_inbox_subscribers_told", set, tell).update(self.ids)

    @api.model
    def _tell_screens_now(self, ids):
        rows = self.browse(ids).exists()
        users = self.env.ref("sms_inbox.group_user").all_user_ids
        for company, theirs in rows.grouped("company_id").items():
            audience = users.filtered(
                lambda user, company=company: company in user.company_ids
            )
            for change in theirs._changes():
                audience._bus_send(
                    "sms_inbox/subscriber", {"company_id": company.id, **change}
                )

    def _changes(self):
        """What screens are told; for very many numbers, that something changed."""
        if len(self) > MOST_TOLD:
            return [{"number": False, "textability": False}]
        return [{"number": row.number, "textability": row.textability} for row in self]
