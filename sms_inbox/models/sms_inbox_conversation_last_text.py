from odoo import models

from ..messaging.delivery import FRUITLESS

PREVIEW = 120  # characters of a text that lists show
FEW = 10  # texts, more than a carrier keeps back at a time
# Raw SQL: what is on their phone, or is about to be. Bulk texts and what has a time of
# its own wait for hours, and are not said until they leave.
SAID = """(state IN ('received', 'sent', 'delivered')
           OR priority != 'bulk' AND state NOT IN ('held', 'canceled')
              AND parked_until IS NULL)"""
# Of the last few the latest moment: what a carrier kept for hours, and said last, is
# no older than what was said before it.
LAST = """(SELECT id, body, max(date) OVER () AS date, direction = 'out' AS is_ours,
                  media_count, state IN %(fruitless)s AS failed
             FROM (SELECT id, body, date, direction, media_count, state, place
                     FROM sms_inbox_message
                    WHERE conversation_id = shown.id AND {which}
                 ORDER BY place DESC LIMIT %(few)s) AS few
         ORDER BY place DESC LIMIT 1)"""
SHOW_LAST = f"""
    UPDATE sms_inbox_conversation thread
       SET last_text = left(last.body, %(preview)s), last_text_at = last.date,
           last_is_ours = last.is_ours, last_failed = last.failed
      FROM unnest(%(ids)s) AS shown (id)
 LEFT JOIN LATERAL ({LAST.format(which=SAID)}
                    UNION ALL
                    {LAST.format(which="state != 'canceled'")} LIMIT 1) AS last ON TRUE
     WHERE thread.id = shown.id
       AND (thread.last_text_at, thread.last_is_ours, thread.last_failed,
            thread.last_text) IS DISTINCT FROM
           (last.date, last.is_ours, last.failed, left(last.body, %(preview)s))
 RETURNING last.id, last.media_count
"""


# a subject of its own in a file of its own, as one file would be too long
# pylint: disable=consider-merging-classes-inherited
class SmsInboxConversation(models.Model):
    """What lists show of a thread's last text: as the recipient's phone does."""

    _inherit = "sms.inbox.conversation"

    def _spoke(self, text, **vals):
        """A text was said, and nothing after it.

        :param vals: what else changes with it
        """
        self.write(
            {
                "last_text": (text.body or "")[:PREVIEW],
                "last_text_at": text.date,
                "last_is_ours": text.direction == "out",
                "last_failed": False,
                **vals,
            }
        )

    def _show_last(self):
        """Have lists show the last text that was said in each of these threads.

        Where nothing was said yet, it is the last that is to be.
        """
        if not self:
            return
        self.env.flush_all()
        # raw SQL: the latest of each of many threads, in one statement
        self.env.cr.execute(
            SHOW_LAST,
            {
                "ids": self.ids,
                "preview": PREVIEW,
                "few": FEW,
                "fruitless": tuple(FRUITLESS),
            },
        )
        names = ["last_text", "last_text_at", "last_is_ours", "last_failed"]
        self.invalidate_recordset(names)
        with_media = [row[0] for row in self.env.cr.fetchall() if row[1]]
        for text in self.env["sms.inbox.message"].browse(with_media):
            text._preview_media(text.media_ids[:1].content_type)
