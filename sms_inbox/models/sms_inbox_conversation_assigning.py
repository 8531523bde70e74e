from markupsafe import Markup

from odoo import api, models

MOST_NAMED = 20  # conversations that one notification names


# a subject of its own in a file of its own, as one file would be too long
# pylint: disable=consider-merging-classes-inherited
class SmsInboxConversation(models.Model):
    """Give conversations that nobody has to somebody, by the rule of their number."""

    _inherit = "sms.inbox.conversation"

    # ------------------------------------------------------------
    # WHAT WE BEGIN
    # ------------------------------------------------------------

    def _queue(self, *args, **kwargs):
        """As before; what nobody has is whose who begins it, if they answer there."""
        text_sudo = super()._queue(*args, **kwargs)
        begun_by = (text_sudo.found or {}).get("begun_by")
        if begun_by:
            self.user_id = begun_by
        return text_sudo

    def _is_to_begin(self):
        """Whether nobody has it, and nothing was said in it or it was closed."""
        return not self.user_id and (not self.last_text_at or self.stage == "closed")

    def _beginner(self):
        """Who has what the user begins: the salesperson, where the number says so."""
        number_sudo = self._number_sudo()
        members = number_sudo._members_answering().with_env(self.env)
        # turns are for what comes in
        ruled = self._by_rule(number_sudo, there=self.env["res.users"])
        return ruled.get(self, self.env.user & members)

    def _as_found(self):
        """As before, and who has it only since."""
        found = super()._as_found()
        begins = self._is_to_begin()
        return {**found, "begun_by": self._beginner().id} if begins else found

    def _to_put_back(self, found):
        """As before; who has it since has it no more, but not another one."""
        found = dict(super()._to_put_back(found))
        begun_by = found.pop("begun_by", False)
        if begun_by and self.user_id.id == begun_by:
            found["user_id"] = False
        return found

    # ------------------------------------------------------------
    # WHAT IS HANDED OVER
    # ------------------------------------------------------------

    def _message_auto_subscribe_notify(self, partner_ids, template):
        """As before; of many that somebody gets at once, one notification tells."""
        quiet = self.env.context.get("mail_auto_subscribe_no_notify")
        if len(self) < 2 or quiet or not self.env.registry.ready:
            return super()._message_auto_subscribe_notify(partner_ids, template)
        words = self.env._("%s conversations were assigned to you", len(self))
        self.env["mail.thread"].message_notify(
            partner_ids=partner_ids,
            subject=words,
            body=Markup("<p>%s:</p><ul>%s</ul>") % (words, self._named_in_list()),
            email_layout_xmlid="mail.mail_notification_layout",
        )

    def _named_in_list(self):
        """Links to the first of some conversations, as the lines of a list."""
        lines = [
            Markup('<li><a href="%s">%s</a></li>')
            % (thread._notify_get_action_link("view"), thread.display_name)
            for thread in self[:MOST_NAMED]
        ]
        more = Markup("<li>…</li>") if len(self) > MOST_NAMED else ""
        return Markup().join([*lines, more])

    # ------------------------------------------------------------
    # WHAT COMES IN
    # ------------------------------------------------------------

    @api.model
    def _assign_by_rules(self, threads):
        """Assign threads in which they wrote, where nobody has them yet.

        What is only probably done needs nobody.
        """
        free = threads.filtered(
            lambda thread: (
                not thread.user_id
                and not thread.probably_done
                and (
                    thread.number_id.assign_rule != "by_hand"
                    or thread.number_id.assign_back
                )
            )
        )
        if not free:
            return
        there = free.number_id._people_there()
        found = self._back_to(free, there)
        for number, rest in (free - self.union(*found)).grouped("number_id").items():
            found |= rest._by_rule(number, there[number])
        # the new text itself is their news: no e-mail for each that they get
        quiet = self.with_context(tracking_disable=True)
        for user, some in self._by_user(found).items():
            quiet.browse(some.ids).user_id = user

    @api.model
    def _by_user(self, found):
        users = {}
        for thread, user in found.items():
            users[user] = users.get(user, self.browse()) | thread
        return users

    @api.model
    def _back_to(self, threads, there):
        """{thread: the user who answered it last}, of those who are there"""
        back = threads.filtered("number_id.assign_back")
        authors = back._last_authors()
        return {
            thread: authors[thread]
            for thread in back
            if authors.get(thread, self.env["res.users"]) & there[thread.number_id]
        }

    def _last_authors(self):
        """{thread: the user who wrote the last answer in it}"""
        if not self:
            return {}
        self.env["sms.inbox.message"].flush_model(["state"])
        # raw SQL: the latest of each of many threads, in one statement
        self.env.cr.execute(
            """
            SELECT thread.id, last.author_id
              FROM unnest(%s) AS thread(id), LATERAL (
                   SELECT author_id FROM sms_inbox_message
                    WHERE conversation_id = thread.id AND direction = 'out'
                      AND author_id IS NOT NULL AND state != 'canceled'
                 ORDER BY place DESC LIMIT 1) AS last
            """,
            (self.ids,),
        )
        rows = self.env.cr.fetchall()
        users = self.env["res.users"].browse({user_id for _thread, user_id in rows})
        known = {user.id: user for user in users}
        threads = {thread.id: thread for thread in self}
        return {threads[thread_id]: known[user_id] for thread_id, user_id in rows}

    def _by_rule(self, number, there):
        """{thread: who gets it} of a number's threads, without those nobody gets"""
        if number.assign_rule == "salesperson":
            members = number._members_answering()
            return {
                thread: thread.partner_id.user_id
                for thread in self
                if thread.partner_id.user_id & members
            }
        if number.assign_rule == "round_robin" and there:
            turns = number._next_ones(there, len(self))
            return dict(zip(self, turns, strict=True))
        return {}
