from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import ormcache

from .. import words
from ..messaging import opt_out
from ..messaging.phrases import BadPhrase, Phrases, Row, compiled, shipped_rows


class SmsInboxPhrase(models.Model):
    """Words by which people say that they want no more texts, and what only looks so.

    They are of languages, not of companies. ``messaging/phrases.py`` says how a phrase
    is written. What is shipped comes from ``data/sms_inbox_phrases.csv``.
    """

    _name = "sms.inbox.phrase"
    _inherit = "sms.inbox.remembered"
    _description = "Opt-out phrase"
    _order = "language, kind, intent, id"
    _rec_name = "text"

    active = fields.Boolean(default=True)
    language = fields.Char(
        required=True,
        default="any",
        size=5,
        help="The code of a language, such as en or fr; any for all of them.",
    )
    kind = fields.Selection(
        [
            ("word", "The whole text"),
            ("sentence", "A sentence of its own"),
            ("clause", "A part of a sentence, with nothing else in it"),
            ("bare", "Likewise, where texts are named or nothing is"),
            ("named", "Likewise, only where texts are named"),
            ("topic", "Names the texts, and says nothing alone"),
            ("phrase", "Anywhere"),
            ("hint", "Anywhere, certain only beside a doubtful one"),
            ("turn", "Takes back what stands beside it"),
            ("list", "List of words for phrases"),
        ],
        "Where it counts",
        required=True,
        default="phrase",
    )
    intent = fields.Selection(
        [
            ("opt_out", "No more texts"),
            ("review", "A person decides"),
            ("wrong_person", "Wrong person"),
            ("opt_in", "Texts again"),
            ("help", "Asks for help"),
            ("none", "Does not count"),
        ],
        "What it means",
    )
    text = fields.Text("Phrase", required=True)
    sample = fields.Char("Try it", store=False)
    outcome = fields.Char("What comes of it", compute="_compute_outcome")

    @api.depends("sample", "text", "language", "kind", "intent", "active")
    def _compute_outcome(self):
        for phrase in self:
            phrase.outcome = phrase._try(phrase.sample) if phrase.sample else False

    def _try(self, sample):
        """Say what would come of a text with this phrase as it is on the screen."""
        # sudo: sms.inbox.phrase - what holds for everybody's texts
        others_sudo = self.sudo().search([("id", "!=", self._origin.id)])
        rows = others_sudo._rows() + (self._rows() if self.active and self.text else ())
        try:
            found = opt_out.judge(sample, Phrases(rows))
        except BadPhrase as error:
            return self._complaint(error)
        return f"{self._what_comes_of(found)} {self._why(found)}".strip()

    def _what_comes_of(self, found):
        return {
            "opt_out": self.env._("They would get no more texts."),
            "review": self.env._("A person would decide about this."),
            "wrong_person": self.env._(
                "They would get no more texts, and a person would look at the contact."
            ),
            "opt_in": self.env._("They would get texts again."),
            "help": self.env._("They would get the answer to HELP."),
            "none": self.env._("Nothing would come of it."),
        }[found.intent.value]

    def _why(self, found):
        if not found.rule:
            return ""
        known = self.env["sms.inbox.consent.event"]._known_rules()
        if found.rule in known:
            return f"{known[found.rule]}."
        if self.text and found.rule == self._rows()[0].id:
            return self.env._("This phrase finds “%s” in it.", found.words)
        return self.env._(
            "The rule %(rule)s (%(language)s) finds “%(words)s” in it.",
            rule=found.rule,
            language=words.language(self.env, found.language),
            words=found.words,
        )

    @api.constrains("text", "language", "kind", "active")
    def _check_text(self):
        # sudo: sms.inbox.phrase - a list may be needed by any phrase
        rows = self.sudo().search([])._rows()
        archived = self.filtered(lambda p: not p.active and p.kind != "list")
        try:
            Phrases(rows + archived._rows())
        except BadPhrase as error:
            raise ValidationError(self._complaint(error)) from error

    @api.constrains("kind", "intent")
    def _check_intent(self):
        for phrase in self:
            if phrase.kind not in ("list", "turn") and not phrase.intent:
                raise ValidationError(
                    self.env._("Say what “%(text)s” means.", text=phrase.text)
                )

    def _complaint(self, error):
        """What is wrong with a phrase, in a sentence."""
        if error.reason == "list":
            return self.env._(
                "There is no list “%(what)s”. A list of words is written as "
                "“name: one|two”, and used in phrases as “<name>”.",
                what=error.what,
            )
        if error.reason == "bracket":
            return self.env._(
                "Something in “%(what)s” cannot be read: see whether each bracket "
                "is closed.",
                what=error.what,
            )
        return self.env._(
            "A part of “%(what)s” has no words, so it would match everything.",
            what=error.what,
        )

    # ------------------------------------------------------------
    # FOR THE RULES
    # ------------------------------------------------------------

    @api.model
    @ormcache("self._version()")
    def _phrases(self):
        """The phrases in force, as :mod:`messaging.opt_out` reads them."""
        # sudo: sms.inbox.phrase - what holds for everybody's texts
        return compiled(self.sudo().search([])._rows())

    def _rows(self):
        """These phrases as rows of the file; one's rule is its name there."""
        names = self.get_external_id()
        return tuple(
            Row(
                names.get(phrase.id, "").partition("phrase_")[2] or str(phrase.id),
                phrase.language or "any",
                phrase.intent or "",
                phrase.kind,
                phrase.text,
            )
            for phrase in self
        )

    @api.model
    def _load_shipped(self):
        """Bring what the addon's file has and this database has not.

        What an administrator changed or archived stays as it is.
        """
        self._load_records(
            [
                {
                    "xml_id": f"sms_inbox.phrase_{row.id}",
                    "noupdate": True,
                    "values": {
                        "language": row.language,
                        "kind": row.kind,
                        "intent": row.intent or False,
                        "text": row.text,
                    },
                }
                for row in shipped_rows()
            ],
            update=True,
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_needed(self):
        """A list goes only when no phrase names it."""
        # sudo: sms.inbox.phrase - a list may be needed by any phrase
        rest_sudo = self.sudo().search([("id", "not in", self.ids)])
        try:
            Phrases(rest_sudo._rows())
        except BadPhrase as error:
            raise ValidationError(self._complaint(error)) from error
