from odoo import api, models

from .. import short_transaction


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
        are checked again when a text leaves.

        :param texts: dicts of ``number_id``, ``contact_number``, ``partner_id``,
            ``body`` and ``segments``; no two for the same pair of numbers
        :param common: values that all texts share, such as ``priority``
        :return: the messages, in sudo and in the same order
        """
        threads = self._of_many(texts)
        # sudo: sms.inbox.message - texts are written by code alone
        messages_sudo = self.env["sms.inbox.message"].sudo()
        messages_sudo = messages_sudo.create(
            [self._bulk_vals(text, threads, common) for text in texts]
        )
        for message_sudo in messages_sudo:
            message_sudo.conversation_id._spoke(message_sudo, {})
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
                filter(None, (common.get("not_after"), latest)), default=False
            ),
        }

    @api.model
    def _of_many(self, texts):
        """{(our number's id, contact's number): thread}, in sudo, for all of them."""
        # sudo: sms.inbox.conversation - whoever may use the numbers may open threads
        threads_sudo = self.sudo().with_context(tracking_disable=True)
        existing_sudo = threads_sudo.search(
            [
                ("number_id", "in", list({text["number_id"] for text in texts})),
                ("contact_number", "in", [text["contact_number"] for text in texts]),
            ]
        )
        found = {(t.number_id.id, t.contact_number): t for t in existing_sudo}
        missing = [
            text
            for text in texts
            if (text["number_id"], text["contact_number"]) not in found
        ]
        new_sudo = threads_sudo._begin_closed(missing)
        return found | {(t.number_id.id, t.contact_number): t for t in new_sudo}

    @api.model
    def _begin_closed(self, texts):
        if not texts:
            return self.browse()
        numbers = self.env["sms.inbox.number"].browse(
            {text["number_id"] for text in texts}
        )
        company = numbers.company_id
        company.ensure_one()
        values = [
            {
                "number_id": text["number_id"],
                "company_id": company.id,
                "contact_number": text["contact_number"],
                "partner_id": text["partner_id"],
                "stage": "closed",
            }
            for text in texts
        ]
        pairs = "sms_inbox_conversation_pair_unique"
        with short_transaction.made_once(self.env, pairs):
            return self.create(values)
