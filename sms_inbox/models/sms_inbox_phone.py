import mimetypes

from odoo import api, models
from odoo.exceptions import UserError

from .. import carriers
from ..messaging import media as kinds
from ..messaging import numbers

MOST_TO_SEND = 1_400_000  # characters of base64, about 1 MB
# What a handset has in hand: texts of ours that arrived, and its own.
ON_THE_PHONE = ("sent", "delivered", "received")


class SmsInboxPhone(models.AbstractModel):
    """The handsets of sandbox recipients: their threads, as a real phone shows them.

    A phone groups texts by the sender's number and knows nothing of contacts, of
    companies, or of who answered. Everything is read with the user's own rights.
    """

    _name = "sms.inbox.phone"
    _description = "Sandbox phone"

    @api.model
    def handsets(self):
        """The contacts' numbers that texted with a sandbox line, latest first."""
        conversations = self.env["sms.inbox.conversation"].search(
            [("number_id", "in", self._numbers().ids), ("last_text_at", "!=", False)],
            order="last_text_at desc",
            limit=200,
        )
        names = {}
        for conversation in conversations:
            number = conversation.contact_number
            names[number] = names.get(number) or conversation.partner_id.name
        return [
            {"number": number, "pretty": numbers.pretty(number), "name": name or ""}
            for number, name in names.items()
        ]

    @api.model
    def threads(self, handset):
        """The threads on the phone with the number ``handset``, latest first.

        :return: dicts with the sender's ``line``, the sandbox ``account_id`` to answer
            through, and ``texts``, oldest first
        """
        texts = self.env["sms.inbox.message"].search(
            [
                ("number_id", "in", self._numbers().ids),
                ("contact_number", "=", handset),
                ("state", "in", ON_THE_PHONE),
            ],
            order="place desc",
            limit=500,
        )
        return [
            self._thread(of_line)
            for of_line in texts.grouped(lambda text: text.number_id.number).values()
        ]

    @api.model
    def lines(self):
        """Our sandbox numbers in use, for somebody who has no thread with them yet."""
        return [self._line(number) for number in self._numbers().filtered("active")]

    @api.model
    def _line(self, number):
        # sudo: sms.inbox.line - users may not read lines, the account's id says little
        account_sudo = number.sudo().line_id.account_id
        return {
            "line": number.number,
            "pretty": numbers.pretty(number.number),
            "account_id": account_sudo.id,
        }

    @api.model
    def _thread(self, texts):
        return {
            **self._line(texts[:1].number_id),
            "texts": [
                {
                    "id": text.id,
                    "mine": text.direction == "in",
                    "body": text.body or "",
                    "media": text.media or [],
                    "at": text.date.isoformat() + "Z",
                }
                for text in texts.sorted("place")
            ],
        }

    @api.model
    def _attached(self, pictures):
        """What a phone sends, the content itself in the address (RFC 2397).

        :param pictures: dicts of ``name`` and ``content`` (base64)
        """
        if sum(len(picture["content"]) for picture in pictures) > MOST_TO_SEND:
            raise UserError(self.env._("This phone can send 1 MB at most."))
        types = [
            mimetypes.guess_type(each["name"])[0] or kinds.ANY for each in pictures
        ]
        return tuple(
            carriers.Media(f"data:{type_};base64,{picture['content']}", type_)
            for type_, picture in zip(types, pictures, strict=True)
        )

    @api.model
    def _numbers(self):
        """The sandbox numbers, retired ones too, that the user may see."""
        # sudo: sms.inbox.line - which carrier a line has; the rules follow right after
        lines_sudo = (
            self.env["sms.inbox.line"]
            .sudo()
            .search([("account_id.carrier", "=", "sandbox")])
        )
        return (
            self.env["sms.inbox.number"]
            .with_context(active_test=False)
            .search([("line_id", "in", lines_sudo.ids)])
        )
