import json

from odoo import api, fields, models
from odoo.tools import format_datetime

from .. import words
from ..messaging import notify

NAMED = 3  # people that the first line names
INBOX = "action-sms_inbox.sms_inbox_inbox_action"
ICON = "/sms_inbox/static/description/icon.png"


# a subject of its own in a file of its own, as one file would be too long
# pylint: disable=consider-merging-classes-inherited
class ResUsers(models.Model):
    """Users are told of unread texts by push or e-mail, unless they want neither."""

    _inherit = "res.users"

    sms_inbox_tell_unread = fields.Boolean(
        "Tell me of unread texts",
        compute="_compute_sms_inbox_tell_unread",
        inverse="_inverse_sms_inbox_tell_unread",
        help="By push or e-mail, after five minutes.",
    )

    @property
    def SELF_READABLE_FIELDS(self):
        return [*super().SELF_READABLE_FIELDS, "sms_inbox_tell_unread"]

    @property
    def SELF_WRITEABLE_FIELDS(self):
        return [*super().SELF_WRITEABLE_FIELDS, "sms_inbox_tell_unread"]

    @api.depends("res_users_settings_ids.sms_inbox_tell_unread")
    def _compute_sms_inbox_tell_unread(self):
        for user in self:
            # sudo: res.users.settings - who chose nothing yet is told
            settings_sudo = user.sudo().res_users_settings_ids
            user.sms_inbox_tell_unread = (
                not settings_sudo or settings_sudo.sms_inbox_tell_unread
            )

    def _inverse_sms_inbox_tell_unread(self):
        # sudo: res.users.settings - the field's own rules say who may write it
        settings = self.env["res.users.settings"].sudo()
        for user in self:
            settings_sudo = settings._find_or_create_for_user(user)
            settings_sudo.sms_inbox_tell_unread = user.sms_inbox_tell_unread

    # ------------------------------------------------------------
    # PUSH OR E-MAIL
    # ------------------------------------------------------------

    def _sms_inbox_tell_unread(self, threads):
        """Queue a push on each user's devices, or an e-mail to those who have none.

        Odoo's own queues send them.

        :param threads: {user: conversations with unread texts, which they may read}
        """
        devices_sudo = self.env["mail.thread"]._web_push_get_partners_parameters(
            self.partner_id.ids
        )[0]
        pushed, written = self.browse(), self.browse()
        for user in self:
            has_device = user.partner_id in devices_sudo.partner_id
            medium = notify.medium(has_device, bool(user.email))
            pushed |= user if medium == "push" else self.browse()
            written |= user if medium == "email" else self.browse()
        lines = {user: user._sms_inbox_unread_lines(threads[user]) for user in self}
        pushed._sms_inbox_push(devices_sudo, lines)
        written._sms_inbox_mail(lines)

    def _sms_inbox_unread_lines(self, threads):
        """What a user is told of each thread, who waits longest first."""
        env = self.with_context(lang=self.lang).env
        return [
            {
                "id": thread.id,
                "who": thread.display_name,
                "number": thread.number_id.name,
                "since": format_datetime(
                    env,
                    thread.waiting_since,
                    tz=self.tz,
                    dt_format="EEE d MMM, " + words.time_format(env),
                ),
                "text": "" if thread.last_is_ours else thread.last_text or "",
            }
            for thread in threads.sorted(lambda t: (t.waiting_since, t.id))
        ]

    # ------------------------------------------------------------
    # PUSH
    # ------------------------------------------------------------

    def _sms_inbox_push(self, devices_sudo, lines):
        if not self:
            return
        by_partner = devices_sudo.grouped("partner_id")
        # sudo: mail.push - Odoo's own queue, which users do not write
        self.env["mail.push"].sudo().create(
            [
                {
                    "mail_push_device_id": device.id,
                    "payload": json.dumps(user._sms_inbox_payload(lines[user])),
                }
                for user in self
                for device in by_partner[user.partner_id]
            ]
        )
        self.env.ref("mail.ir_cron_web_push_notification")._trigger()

    def _sms_inbox_payload(self, lines):
        """What a device shows; a click opens the thread that waits longest."""
        first = lines[0]
        if len(lines) == 1:
            title, body = f"{first['who']} ({first['number']})", first["text"]
        else:
            title = self._sms_inbox_names(lines)
            body = "\n".join(f"{line['who']}: {line['text']}" for line in lines)
        payload = {
            "title": title,
            "options": {
                "body": body,
                "icon": ICON,
                # a later one about the same thread takes its place
                "tag": f"sms.inbox.conversation_{first['id']}",
                # Odoo opens /odoo/<model>/<res_id>; an action is a path as well
                "data": {"model": INBOX, "res_id": first["id"]},
            },
        }
        return self.env["mail.thread"]._web_push_truncate_payload(payload)

    @api.model
    def _sms_inbox_names(self, lines):
        names = ", ".join(line["who"] for line in lines[:NAMED])
        return f"{names}…" if len(lines) > NAMED else names

    # ------------------------------------------------------------
    # E-MAIL
    # ------------------------------------------------------------

    def _sms_inbox_mail(self, lines):
        if not self:
            return
        told = {
            user.id: {"names": self._sms_inbox_names(lines[user]), "lines": lines[user]}
            for user in self
        }
        template = self.env.ref("sms_inbox.mail_template_unread_texts")
        # sudo: mail.template - the scheduled action's own words, to users of ours
        template.sudo().with_context(sms_inbox_told=told).send_mail_batch(self.ids)
        self.env.ref("mail.ir_cron_mail_scheduler_action")._trigger()

    def _sms_inbox_told(self):
        """What the e-mail of unread texts tells a user; empty outside of it."""
        told = self.env.context.get("sms_inbox_told", {})
        return told.get(self.id, {"names": "", "lines": []})
