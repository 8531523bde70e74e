from datetime import UTC, timedelta

from odoo import api, fields, models

AT_WORK = timedelta(minutes=1)  # somebody who works in the next minute is there


# a subject of its own in a file of its own, as one file would be too long
# pylint: disable=consider-merging-classes-inherited
class SmsInboxNumber(models.Model):
    """Who gets the conversations that nobody has yet."""

    _inherit = "sms.inbox.number"

    assign_rule = fields.Selection(
        [
            ("by_hand", "Nobody: people take them"),
            ("salesperson", "The contact's salesperson"),
            ("round_robin", "Whoever is there, in turns"),
        ],
        string="New conversations go to",
        required=True,
        default="by_hand",
    )
    assign_back = fields.Boolean(
        "First to whoever answered them last",
        help="If they still answer this number and are there.",
    )
    assign_turn = fields.Integer(
        default=0, readonly=True, copy=False, help="How many were given out in turns."
    )

    def _next_ones(self, people, count):
        """Users, one for each of ``count`` conversations, in turns.

        :param people: who is there, of which those are served next that waited longest
        """
        self.flush_recordset(["assign_turn"])
        # raw SQL: counts and locks in one, so that two texts at once get two users
        self.env.cr.execute(
            "UPDATE sms_inbox_number SET assign_turn = assign_turn + %s WHERE id = %s "
            "RETURNING assign_turn",
            (count, self.id),
        )
        (turn,) = self.env.cr.fetchone()
        self.invalidate_recordset(["assign_turn"])
        people = people.sorted("id")
        return [people[at % len(people)] for at in range(turn - count, turn)]

    def _people_there(self):
        """{number: the users who answer it and are at work, those online if any are}"""
        people = {number: number._members_answering() for number in self}
        there = self._at_work(self.env["res.users"].union(*people.values()))
        online = there & self._online(there)
        return {
            number: members & online or members & there
            for number, members in people.items()
        }

    def _members_answering(self):
        """The members who can answer it: with the role, and working in its company."""
        return self.user_ids._sms_inbox_answering(self.company_id)

    @api.model
    def _at_work(self, users):
        """Those of some users who work now by their own working hours."""
        # sudo: resource.resource - whether somebody works now, and nothing else of it
        users_sudo = users.sudo()
        now = fields.Datetime.now().replace(tzinfo=UTC)
        there = self.env["res.users"]
        for calendar_sudo, some_sudo in users_sudo.grouped(_calendar).items():
            if not calendar_sudo:
                there |= some_sudo
                continue
            resources_sudo = some_sudo.resource_ids
            spans = calendar_sudo._work_intervals_batch(
                now, now + AT_WORK, resources_sudo
            )
            there |= some_sudo.filtered(
                lambda u, spans=spans: bool(spans[u.resource_ids[:1].id])
            )
        return there.with_env(self.env)

    @api.model
    def _online(self, users):
        # sudo: mail.presence - who is online is for all of Odoo's users to see
        presences_sudo = self.env["mail.presence"].sudo()
        return presences_sudo.search(
            [("user_id", "in", users.ids), ("status", "=", "online")]
        ).user_id.with_env(self.env)


def _calendar(user):
    """The working hours of a user, else those of their company."""
    own = user.resource_ids[:1].calendar_id
    return own if user.resource_ids else user.company_id.resource_calendar_id
