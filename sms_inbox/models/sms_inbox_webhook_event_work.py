import logging

from odoo import api, models
from odoo.exceptions import UserError

from .. import carriers, short_transaction
from ..messaging import numbers, segments, wording

_logger = logging.getLogger(__name__)

BATCH = 100  # events per round of the scheduled action


# a subject of its own in a file of its own, as one file would be too long
# pylint: disable=consider-merging-classes-inherited
class SmsInboxWebhookEvent(models.Model):
    """What carriers told us, turned into texts and states."""

    _inherit = "sms.inbox.webhook.event"

    @api.model
    def _cron_process(self):
        """Turn what carriers told us into texts and states."""
        events = self.search([("state", "=", "pending")], order="id", limit=BATCH)
        for event in events:
            event._process_safely()
        if len(events) == BATCH:
            self._wake()

    def _process_safely(self):
        """Process this event in a transaction of its own; a fault sets it aside."""
        try:
            short_transaction.run(self.env, self._process)
        except short_transaction.CLASHES:
            return  # too much at once: it stays pending, for the next run
        except Exception as error:
            # the type alone: an error's words could quote the text
            _logger.warning(
                "Event %s of a carrier was set aside: %s", self.id, type(error).__name__
            )
            short_transaction.run(
                self.env, self._set_aside, self.env._("It could not be understood.")
            )

    def _process(self):
        if self.state != "pending":
            return
        handle = {"inbound": self._process_inbound, "status": self._process_status}
        problem = handle[self.kind]()
        if problem:
            self._set_aside(problem)
        else:
            self.state = "done"

    def _process_inbound(self):
        """Make the text, in its conversation; or a sentence that says why not."""
        text = carriers.InboundText.from_json(self.payload)
        line = self.env["sms.inbox.line"].search(
            [
                ("account_id", "=", self.account_id.id),
                ("number", "=", numbers.sender(text.recipient)),
            ]
        )
        if not line:
            return self.env._("The number that was texted is not set up here.")
        if line.usage != "conversation":
            return self.env._("Replies to a shared number belong to no conversation.")
        number = line.number_ids.filtered("active")
        if not number:
            return self.env._("No company uses the number that was texted.")
        self._receive(number, text)

    def _receive(self, number, text):
        Conversation = self.env["sms.inbox.conversation"].with_company(
            number.company_id
        )
        conversation = Conversation._of(number, numbers.sender(text.sender))
        body = wording.clean(text.body)
        message = conversation._receive(
            {
                "body": body,
                "segments": text.segments or segments.count(body),
                "date": self.received_at,
            }
        )
        message._learn_textable(self.env._("They texted us."))

    def _process_status(self):
        """Move the attempt on; a sentence if there is none that this reports on."""
        attempt = self.env["sms.inbox.attempt"].search(
            [
                ("account_id", "=", self.account_id.id),
                ("uuid", "=", self.attempt_uuid),
            ]
        )
        if not attempt:
            return self.env._("There is no text that this reports on.")
        attempt._reported(carriers.StatusReport.from_json(self.payload))

    def _set_aside(self, reason):
        self.write({"state": "set_aside", "reason": reason})

    def action_retry(self):
        """Process events again that were set aside, once their cause is mended."""
        if any(event.state != "set_aside" for event in self):
            raise UserError(self.env._("Only what was set aside can be tried again."))
        self.write({"state": "pending", "reason": False})
        self._wake()
        return True
