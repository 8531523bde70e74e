from odoo import api, fields, models

from ..messaging import loops


# a subject of its own in a file of its own, as one file would be too long
# pylint: disable=consider-merging-classes-inherited
class SmsInboxConversation(models.Model):
    """Many texts at once, each to somebody else. They answer nobody."""

    _inherit = "sms.inbox.conversation"

    @api.model
    def _queue_many(self, texts, **common):
        """Queue a text in each of many threads, made where there are none.

        A new thread begins closed; one that exists keeps its stage and still waits on
        us if it did. Whoever calls has checked words, numbers and consents; consents
        are checked again when a text leaves. One that somebody got too often today is
        held, for a person to release.

        :param texts: dicts of ``number_id``, ``contact_number``, ``partner_id``,
            ``body`` and ``segments``; no two for the same pair of numbers
        :param common: values that all texts share, such as ``priority``
        :return: the messages, in sudo and in the same order
        """
        begin = {
            (text["number_id"], text["contact_number"]): {
                "partner_id": text["partner_id"],
                "stage": "closed",
            }
            for text in texts
        }
        # sudo: sms.inbox.conversation - whoever may use the numbers may open threads
        threads = self.sudo()._of_pairs(begin, begin)
        repeated = self._repeated(texts)
        # sudo: sms.inbox.message - texts are written by code alone
        messages_sudo = self.env["sms.inbox.message"].sudo()
        messages_sudo = messages_sudo.create(
            [
                self._bulk_vals(text, threads, common)
                | self._held_if_repeated(text, repeated)
                for text in texts
            ]
        )
        self.env["sms.inbox.dispatcher"]._wake(common.get("not_before") or None)
        return messages_sudo

    @api.model
    def _bulk_vals(self, text, threads, common):
        thread = threads[text["number_id"], text["contact_number"]]
        own = ("number_id", "contact_number", "body", "segments")
        not_before = common.get("not_before")
        latest = thread._latest(common["priority"], not_before)
        return {
            **{name: text[name] for name in own},
            "conversation_id": thread.id,
            "company_id": thread.company_id.id,
            "direction": "out",
            "state": "queued",
            "parked_until": not_before,
            "waits_for": not_before and "schedule",
            **common,
            "not_after": min(
                filter(None, (text.get("not_after"), common.get("not_after"), latest)),
                default=False,
            ),
        }

    @api.model
    def _repeated(self, texts):
        """{(contact's number, words)} of what somebody got too often within a day."""
        since = fields.Datetime.subtract(fields.Datetime.now(), days=1)
        numbers = self.env["sms.inbox.number"].browse({t["number_id"] for t in texts})
        # sudo: sms.inbox.message - of all of the company's numbers
        texts_sudo = self.env["sms.inbox.message"].sudo()
        groups = texts_sudo._read_group(
            [
                ("company_id", "in", numbers.company_id.ids),
                ("contact_number", "in", [text["contact_number"] for text in texts]),
                ("direction", "=", "out"),
                ("date", ">=", since),
            ],
            ["contact_number", "body"],
            ["__count"],
        )
        return {(to, body) for to, body, count in groups if loops.is_repeat(count + 1)}

    @api.model
    def _held_if_repeated(self, text, repeated):
        if (text["contact_number"], text["body"]) not in repeated:
            return {}
        return {
            "state": "held",
            "error_text": self.env._(
                "They would get the same text more than 20 times in a day."
            ),
        }
