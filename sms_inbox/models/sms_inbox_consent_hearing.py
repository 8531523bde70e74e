from datetime import datetime, timedelta
from typing import NamedTuple

from odoo import api, fields, models

from .. import carriers, short_transaction
from ..consent_source import Source
from ..messaging import numbers, opt_out
from ..messaging.opt_out import Intent

HELPED_WITHIN = timedelta(minutes=10)
HELPED_ONCE_IN = timedelta(days=1)
OURS = 5  # of our latest texts in a thread, which an answer may quote
BY_CARRIER = {
    "stop": Intent.OPT_OUT,
    "start": Intent.OPT_IN,
    "help": Intent.HELP,
}
FAREWELLS = ("opt_out", "wrong_person")
DAWN = datetime.min
MOST_ANSWERS = 4  # to one person's STOP and START in a day; then it is a machine


class Heard(NamedTuple):
    """What a text that came in says of further texts, and how we know.

    ``answered`` says that the carrier has acted on it and answered it; ``lifts`` are
    the consents that a mere YES lifts.
    """

    text: models.Model
    intent: Intent
    rule: str
    language: str
    answered: bool
    lifts: models.Model | None = None


# a subject of its own in a file of its own, as one file would be too long
# pylint: disable=consider-merging-classes-inherited
class SmsInboxConsent(models.Model):
    """What people's own words do to their consents, and how they are answered.

    All of it happens in the transaction that stores the text itself.
    """

    _inherit = "sms.inbox.consent"

    @api.model
    def _hear(self, texts, keywords):
        """Act on what texts that came in say of further texts, in their order.

        :param keywords: {text: "stop", "start" or "help", as the carrier told us}
        """
        heard = self._judged(texts, keywords)
        for one_of_each in _rounds(heard):
            for company, some in _grouped(one_of_each, _company).items():
                self._act(company, some)

    # ------------------------------------------------------------
    # WHAT IS SAID
    # ------------------------------------------------------------

    @api.model
    def _judged(self, texts, keywords):
        """A :class:`Heard` for each text that says something of further texts."""
        phrases = self.env["sms.inbox.phrase"]._phrases()
        # short codes and names are machines, and nobody texts them
        texts = texts.filtered(lambda text: numbers.stored(text.contact_number))
        found = {text: opt_out.judge(text.body or "", phrases) for text in texts}
        known = {text: keywords.get(text) or self._known(text) for text in texts}
        # an answer may quote what we wrote, so those are judged again without it
        spoke = texts.filtered(lambda text: found[text].intent is not Intent.NONE)
        for text, ours in self._ours(spoke.filtered(lambda t: not known[t])).items():
            found[text] = opt_out.judge(text.body, phrases, ours=ours)
        yes = self._yes_that_starts(texts)
        heard = []
        for text in texts:
            intent = meant(found[text], keywords.get(text), text.body or "")
            rule, language = found[text].rule or "carrier", found[text].language
            if text in yes:
                intent, rule = Intent.OPT_IN, "yes"
            if intent is not Intent.NONE:
                answered, lifts = bool(known[text]), yes.get(text)
                heard.append(Heard(text, intent, rule, language, answered, lifts))
        return heard

    @api.model
    def _known(self, text):
        """The word that the carrier acts on and answers by itself, or ""."""
        return text.number_id.line_id._keywords().meant_by(text.body or "")

    @api.model
    def _ours(self, texts):
        """{text of theirs: the bodies of our latest ones in its thread}"""
        # raw SQL: the latest few of each of many threads, in one statement
        self.env.cr.execute(
            """
            SELECT theirs.id, ARRAY(
                   SELECT body FROM sms_inbox_message ours
                    WHERE ours.conversation_id = theirs.conversation_id
                      AND ours.place < theirs.place AND direction = 'out' AND body != ''
                 ORDER BY ours.place DESC LIMIT %s)
              FROM sms_inbox_message theirs
             WHERE theirs.id = ANY(%s)
            """,
            (OURS, texts.ids),
        )
        return {texts.browse(id_): tuple(b) for id_, b in self.env.cr.fetchall()}

    @api.model
    def _yes_that_starts(self, texts):
        """{text that says just yes: what its sender had stopped with just STOP}"""
        saying = texts.filtered(lambda text: opt_out.is_yes(text.body or ""))
        saying = saying.filtered(lambda text: text.number_id.line_id._yes_starts())
        if not saying:
            return {}
        stopped = self._for(saying, ("opted_out",)).filtered(
            lambda c: c.said_by == "person" and _is_stop_word(c.words)
        )
        about = {t: stopped.filtered(lambda c, t=t: c._about(t)) for t in saying}
        return {text: consents for text, consents in about.items() if consents}

    # ------------------------------------------------------------
    # WHAT IT DOES
    # ------------------------------------------------------------

    @api.model
    def _act(self, company, heard):
        """Act on what was heard from different people."""
        act = {
            Intent.OPT_OUT: self._heard_opt_out,
            Intent.WRONG_PERSON: self._heard_wrong_person,
            Intent.OPT_IN: self._heard_opt_in,
            Intent.REVIEW: self._heard_doubt,
            Intent.HELP: self._heard_help,
        }
        for intent, some in _grouped(heard, lambda each: each.intent).items():
            act[intent](company, some)

    @api.model
    def _heard_opt_out(self, company, heard):
        heard = self._newer_than_their_own_word(company, heard)
        # first, as what comes of a text is told at the next savepoint already
        self._texts(heard).conversation_id.probably_done = True
        changed = self._change(company, self._sources(heard), "opted_out")
        self._answer("opt_out", [each for each in heard if not each.answered], changed)

    @api.model
    def _heard_wrong_person(self, company, heard):
        heard = self._newer_than_their_own_word(company, heard)
        # whose contact it is wants to be looked at, but nobody waits for an answer
        self._texts(heard).conversation_id.write(
            {"wrong_person": True, "probably_done": True}
        )
        changed = self._change(company, self._sources(heard), "opted_out")
        self._answer("wrong_person", heard, changed)

    @api.model
    def _heard_opt_in(self, company, heard):
        """They lift what stops texts from the number that they text, or from all."""
        heard = self._newer_than_any_word(company, heard)
        sources = self._sources([each for each in heard if not each.lifts])
        for each in heard:
            for consent in each.lifts or self._standing(each.text):
                sources[consent.number, consent.line_id] = _source(each)
        self._texts(heard).conversation_id.probably_done = True
        changed = self._change(company, sources, "subscribed")
        self._answer("opt_in", [each for each in heard if not each.answered], changed)

    @api.model
    def _standing(self, text):
        """The consents that say anything of the number that a text came to."""
        consents = self._for(text, ("opted_out", "review", "unknown"))
        return consents.filtered(lambda consent: consent._about(text))

    @api.model
    def _heard_doubt(self, company, heard):
        """Hold texts until a person has decided; who opted out stays opted out."""
        refusing = self._opted_out(self._texts(heard))
        sources = self._sources([each for each in heard if each.text not in refusing])
        for pair, consent in self._of_pairs(company, sources).items():
            if consent.state == "review":
                consent.text_id = sources[pair].text
                consent._hold_texts()
        self._change(company, sources, "review")

    @api.model
    def _heard_help(self, company, heard):
        texts = self._texts(heard)
        since = fields.Datetime.now() - HELPED_ONCE_IN
        helped = self.env["sms.inbox.message"].search(
            [
                ("conversation_id", "in", texts.conversation_id.ids),
                ("answers_word", "=", "help"),
                ("date", ">=", since),
            ]
        )
        texts.conversation_id.probably_done = True
        self._answer(
            "help",
            [
                each
                for each in heard
                if not each.answered
                and each.text.conversation_id not in helped.conversation_id
            ],
            within=HELPED_WITHIN,
        )

    # ------------------------------------------------------------
    # PARTS OF IT
    # ------------------------------------------------------------

    @api.model
    def _answer(self, word, heard, changed=None, **how):
        """Answer texts once, where there is something new to tell."""
        texts = self._texts(heard)
        self.env["sms.inbox.conversation"]._confirm(
            word,
            texts if changed is None else self._untold(word, changed._about(texts)),
            {each.text: each.language for each in heard},
            **how,
        )

    @api.model
    def _texts(self, heard):
        return self.env["sms.inbox.message"].union(*(each.text for each in heard))

    @api.model
    def _sources(self, heard):
        return {
            (each.text.contact_number, self._scope(each.text)): _source(each)
            for each in heard
        }

    @api.model
    def _scope(self, text):
        """The line that their word is about; an empty one for all of the company's."""
        line = text.number_id.line_id
        scope = text.company_id.sms_inbox_opt_out_scope
        return line if scope == "number" else line.browse()

    @api.model
    def _untold(self, word, texts):
        """Those whose senders were not told so before, nor told often today."""
        answers = self.env["sms.inbox.message"].search(
            [
                ("company_id", "in", texts.company_id.ids),
                ("contact_number", "in", texts.mapped("contact_number")),
                ("answers_word", "in", (*FAREWELLS, "opt_in")),
            ],
            order="id",
        )
        lifted = self._last_lifted(texts)
        today = fields.Datetime.now() - timedelta(days=1)
        untold = texts
        for number, told in answers.grouped("contact_number").items():
            farewells = told.filtered(
                lambda t: t.answers_word in FAREWELLS and t.state != "canceled"
            )
            latest = max(farewells.mapped("date"), default=None)
            knows = word in FAREWELLS and latest and latest > lifted.get(number, DAWN)
            if knows or len(told.filtered(lambda t: t.date > today)) >= MOST_ANSWERS:
                untold -= texts.filtered(lambda t, of=number: t.contact_number == of)
        return untold

    @api.model
    def _last_lifted(self, texts):
        """{their number: when an opt-out of theirs was last taken back}"""
        groups = self.env["sms.inbox.consent.event"]._read_group(
            [
                ("company_id", "in", texts.company_id.ids),
                ("number", "in", texts.mapped("contact_number")),
                ("state", "in", ("subscribed", "unknown")),
            ],
            ["number"],
            ["at:max"],
        )
        return dict(groups)

    @api.model
    def _newer_than_any_word(self, company, heard):
        """Without texts that came late, after somebody had changed the consent."""
        return self._newer(heard, self._since(company, heard))

    @api.model
    def _newer_than_their_own_word(self, company, heard):
        """Without texts that came late, after a START that they wrote later."""
        own = [("state", "=", "subscribed"), ("said_by", "=", "person")]
        return self._newer(heard, self._since(company, heard, own))

    @api.model
    def _newer(self, heard, since):
        def is_news(text):
            lines = (self._scope(text), text.number_id.line_id.browse())
            said = [since.get((text.contact_number, line)) for line in lines]
            return all(not at or at <= text.date for at in said)

        return [each for each in heard if is_news(each.text)]

    @api.model
    def _since(self, company, heard, domain=()):
        """{(their number, line): since when their consent is as it is}"""
        numbers_ = [each.text.contact_number for each in heard]
        groups = self._read_group(
            [("company_id", "=", company.id), ("number", "in", numbers_), *domain],
            ["number", "line_id"],
            ["since:max"],
        )
        return {(number, line): since for number, line, since in groups}

    # ------------------------------------------------------------
    # WHAT NOBODY DECIDED
    # ------------------------------------------------------------

    @api.model
    def _cron_decide(self):
        """Take for an opt-out what nobody decided before the legal deadline."""
        for consents in self._undecided().grouped("company_id").values():
            consents._opt_out_safely()

    @api.model
    def _undecided(self, domain=()):
        now = fields.Datetime.now()
        return self.search(
            [*domain, ("state", "=", "review"), ("decide_by", "<=", now)]
        )

    def _opt_out_safely(self):
        """Opt people out; one who cannot be keeps nobody else past the deadline."""
        step = type(self)._opt_out_undecided
        what = "Consent {.id} was not decided"
        short_transaction.run_for_each(self.env, step, self, what)

    def _opt_out_undecided(self):
        # somebody may have decided one of them meanwhile
        late = self._undecided([("id", "in", self.ids)])
        rule = self.env._("nobody decided within 10 business days")
        sources = {
            (consent.number, consent.line_id): Source(
                self.env._("SMS Inbox"),
                rule,
                "person",
                words=consent.words or "",
                text=consent.text_id,
            )
            for consent in late
        }
        self.browse()._change(late.company_id, sources, "opted_out")


def meant(found, keyword, body):
    """What a text means, the carrier's word for it first; a YES can mean anything."""
    if keyword and not (keyword == "start" and opt_out.is_yes(body)):
        return BY_CARRIER[keyword]
    return found.intent


def _company(heard):
    return heard.text.company_id


def _is_stop_word(words):
    return carriers.USUAL.meant_by(words or "") == "stop"


def _source(heard):
    text = heard.text
    actor = text.env._("The recipient")
    return Source(actor, heard.rule, "person", words=text.body or "", text=text)


def _grouped(items, key):
    groups = {}
    for item in items:
        groups.setdefault(key(item), []).append(item)
    return groups


def _rounds(heard):
    """In their order, so that nobody is twice in a round."""
    rounds, seen = [[]], set()
    for each in heard:
        person = each.text.company_id, each.text.contact_number
        if person in seen:
            rounds.append([])
            seen.clear()
        seen.add(person)
        rounds[-1].append(each)
    return rounds
