from datetime import timedelta

from odoo import api, fields, models

# 47 CFR 64.1200(a)(12): a confirmation within five minutes is presumed covered
CONFIRMED_WITHIN = timedelta(minutes=5)


# a subject of its own in a file of its own, as one file would be too long
# pylint: disable=consider-merging-classes-inherited
class SmsInboxConversation(models.Model):
    """Whether they want texts: what they wrote, what is decided, what they are told."""

    _inherit = "sms.inbox.conversation"

    wrong_person = fields.Boolean(
        "Says it is the wrong person",
        readonly=True,
        help="They wrote that this number is not that of the contact.",
    )
    opted_out = fields.Boolean(compute="_compute_consent")
    undecided = fields.Boolean(
        "May want no texts",
        compute="_compute_consent",
        search="_search_undecided",
        help="Something that they wrote may mean that they want no more texts.",
    )
    doubtful_words = fields.Text("What they wrote", compute="_compute_consent")
    decide_by = fields.Datetime(compute="_compute_consent")

    @api.depends("number_id", "company_id", "contact_number")
    def _compute_consent(self):
        consents = self.env["sms.inbox.consent"]._for(self, ("opted_out", "review"))
        by_number = consents.grouped("number")
        for conversation in self:
            theirs = by_number.get(conversation.contact_number, consents.browse())
            theirs = theirs.filtered(lambda c, about=conversation: c._about(about))
            doubtful = theirs.filtered(lambda consent: consent.state == "review")[:1]
            conversation.opted_out = "opted_out" in theirs.mapped("state")
            conversation.undecided = bool(doubtful)
            conversation.doubtful_words = doubtful.words
            conversation.decide_by = doubtful.decide_by

    @api.model
    def _search_undecided(self, operator, value):
        if operator != "in":
            return NotImplemented
        # sudo: sms.inbox.consent - holds for everyone; the threads have their own rules
        undecided_sudo = self.env["sms.inbox.consent"].sudo()
        undecided_sudo = undecided_sudo.search(
            [("state", "=", "review"), ("company_id", "in", self.env.companies.ids)]
        )
        threads_sudo = self.sudo().search(
            [("contact_number", "in", undecided_sudo.mapped("number"))]
        )
        found = undecided_sudo._about(threads_sudo).ids
        return [("id", "in" if True in value else "not in", found)]

    @api.readonly
    def may_subscribe_again(self):
        """Whether they want no texts by a word that the user may lift."""
        self.ensure_one()
        self.check_access("read")
        consents_sudo = self.env["sms.inbox.consent"]._for(self, ("opted_out",))
        is_manager = self.env.user.has_group("sms_inbox.group_manager")
        return self.opted_out and (is_manager or not consents_sudo._not_by_staff())

    # ------------------------------------------------------------
    # DECISIONS
    # ------------------------------------------------------------

    def action_wants_no_texts(self):
        """Decide that what they wrote means that they want no more texts."""
        return self._decide(wanted=False)

    def action_wants_texts(self):
        """Decide that what they wrote does not mean that; what was held may leave."""
        return self._decide(wanted=True)

    def _decide(self, wanted):
        self.ensure_one()
        self.check_access("write")
        self._doubtful_consent()._decide(wanted)
        return True

    def _doubtful_consent(self):
        """The consent, in sudo, that is to be decided with these people."""
        return (
            self.env["sms.inbox.consent"]
            ._for(self, ("review",))
            .filtered(lambda consent: consent._about(self))[:1]
        )

    def _doubtful_text_seen_by(self, author):
        """The text that leaves a consent undecided, if an author has read it."""
        text = self._doubtful_consent().text_id
        if not (author and text):
            return text.browse()
        # sudo: sms.inbox.conversation.user - written by code alone, of any author
        seen = (
            self.env["sms.inbox.conversation.user"]
            .sudo()
            .search_count(
                [
                    ("conversation_id", "=", text.conversation_id.id),
                    ("user_id", "=", author.id),
                    ("seen_doubt_id", ">=", text.id),
                ]
            )
        )
        return text if seen else text.browse()

    def _note_seen_doubt(self):
        """Remember that the user has seen what leaves a consent undecided."""
        consents = self.env["sms.inbox.consent"]._for(self, ("review",))
        for text in consents.text_id.filtered(lambda t: t.conversation_id in self):
            thread = text.conversation_id.with_env(self.env)
            own_sudo = self.env["sms.inbox.conversation.user"]._of_user(thread)
            if own_sudo.seen_doubt_id < text.id:
                own_sudo.seen_doubt_id = text.id

    def action_unlink_contact(self):
        """Take the contact off for good, as the number is not theirs."""
        self.check_access("write")
        self.partner_id = False
        return True

    def action_right_person(self):
        """Keep the contact; whether texts are wanted is another question."""
        self.check_access("write")
        # sudo: sms.inbox.conversation - what they said is noted by code alone
        self.sudo().wrong_person = False
        return True

    def _erase(self):
        """Take away what lists show of the texts, and what the team noted."""
        # a tracked change would write the contact's name down once more
        self.with_context(tracking_disable=True).write(
            {"last_text": False, "partner_id": False, "wrong_person": False}
        )
        of_these = [("res_id", "in", self.ids)]
        for model, field in (
            ("mail.activity", "res_model"),
            ("mail.message", "model"),
            ("ir.attachment", "res_model"),
        ):
            records = self.env[model].with_context(active_test=False)
            records.search([(field, "=", self._name), *of_these]).unlink()
        self._tell_screens()

    # ------------------------------------------------------------
    # ANSWERS TO WORDS
    # ------------------------------------------------------------

    @api.model
    def _confirm(self, word, texts, languages=None, within=CONFIRMED_WITHIN):
        """Queue the one answer to each text that says a word, while it makes sense.

        :param texts: theirs, of one company
        :param languages: {text: in which they wrote, where that is known}
        """
        since = fields.Datetime.now() - within
        texts = texts.filtered(
            lambda text: (
                text.date > since
                and not text.conversation_id._number_sudo()._why_unusable()
            )
        )
        if not texts:
            return
        languages = languages or {}
        answers = [t._answer_to(word, within, languages.get(t)) for t in texts]
        self._queue_many(answers, priority="code", answers_word=word)

    def _language(self, language):
        """The installed language to answer in: theirs, else that of the company."""
        codes = [code for code, _name in self.env["res.lang"].get_installed()]
        if self.partner_id.lang in codes:
            return self.partner_id.lang
        spoken = [code for code in codes if language and code.startswith(language)]
        return next(iter(spoken), self.company_id.partner_id.lang or None)
