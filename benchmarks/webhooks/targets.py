"""What is compared: where each takes its calls, and where it stores them."""

import re
from dataclasses import dataclass

OUR_TOKEN = "[^/]+"
EVENTS = "SELECT count(*) FROM sms_inbox_webhook_event WHERE "
PROBE = "SELECT count(*) FROM sms_inbox_probe WHERE key "
OF_THE_PEER = """
    SELECT count(*)
      FROM sms_tracker tracker
      JOIN mail_notification notification
        ON notification.id = tracker.mail_notification_id
     WHERE notification.notification_status = 'sent'
"""


@dataclass(frozen=True)
class Target:
    """``kind`` as in ``calls``; ``stored`` counts what it stored.

    ``uuids`` asks for the texts that can be reported on, each of them once.
    """

    name: str
    stored: str
    kind: str = ""
    path: str = ""
    uuids: str = ""
    most: int = 1500  # calls a second, to have enough of them ready

    def pattern(self):
        """What its paths look like in the log, where tokens are masked."""
        path = re.sub(r"^(/sms_inbox/\w+/)[^/]+", r"\1…", self.path)
        return re.compile(re.escape(path).replace(r"\{uuid\}", "[0-9a-f]+"))


ROUTE = Target(
    "Odoo route, one INSERT", f"{PROBE} LIKE 'SM%'", "text", "/sms_inbox_probe"
)
BARE = Target("bare INSERT, 8 connections", f"{PROBE} LIKE 'bare%'")
PEER = Target(
    "Odoo's sms_twilio, report",
    OF_THE_PEER,
    "report",
    "/sms_twilio/status/{uuid}",
    "SELECT sms_uuid FROM sms_tracker ORDER BY id",
    most=300,
)


def ours(places):
    """Our three webhooks, of the accounts that ``world.build`` made."""
    twilio, telnyx = places["twilio"], places["telnyx"]
    base = f"/sms_inbox/twilio/{twilio['token']}"
    return [
        Target(
            "SMS Inbox, text by Twilio",
            f"{EVENTS} account_id = {twilio['id']} AND kind = 'inbound'",
            "text",
            f"{base}/inbound",
        ),
        Target(
            "SMS Inbox, text by Telnyx",
            f"{EVENTS} account_id = {telnyx['id']}",
            "telnyx",
            f"/sms_inbox/telnyx/{telnyx['token']}/inbound",
        ),
        Target(
            "SMS Inbox, report by Twilio",
            f"{EVENTS} account_id = {twilio['id']} AND kind = 'status'",
            "report",
            f"{base}/status/{{uuid}}",
            "SELECT uuid FROM sms_inbox_attempt ORDER BY id",
        ),
    ]
