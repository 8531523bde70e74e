import logging
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import suppress
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError

from .. import carriers, short_transaction
from ..messaging import media as kinds

_logger = logging.getLogger(__name__)

AT_ONCE = 5
SLICE = 30.0  # seconds of one run, after which no others are begun
LONGEST = 60.0  # seconds; both together are less than Odoo's 120 of a scheduled action
MOST_BYTES = 5_000_000  # as much as a carrier lets a text have
PAUSES = (15, 60, 300, 1800)  # seconds before each further try


class Job(NamedTuple):
    """What is to be fetched, free of any database."""

    media_id: int
    carrier: carriers.Carrier
    media: carriers.Media


# a subject of its own in a file of its own, as one file would be too long
# pylint: disable=consider-merging-classes-inherited
class SmsInboxMedia(models.Model):
    """Fetching what came in from the carrier, where it lies for a while."""

    _inherit = "sms.inbox.media"

    @api.model
    def _cron_fetch(self):
        """Fetch what is attached to texts that came in."""
        end = time.monotonic() + SLICE
        while jobs := short_transaction.run(self.env, self._next_jobs):
            # no transaction is open while anything is fetched
            for job, outcome in _fetch_together(jobs):
                self.browse(job.media_id)._fetched_safely(outcome)
            if time.monotonic() > end:
                self._wake()
                break

    @api.model
    def _next_jobs(self):
        due = self.search(
            [
                ("state", "=", "waiting"),
                "|",
                ("retry_at", "=", False),
                ("retry_at", "<=", fields.Datetime.now()),
            ],
            limit=AT_ONCE,
        )
        for media in due:
            # counted before, as one that ends this process would be the first again
            media.tries += 1
            media._try_again_later()
        return [media._job() for media in due]

    def _job(self):
        account = self.message_id.number_id.line_id.account_id
        at_the_carrier = carriers.Media(self.url, self.content_type or "")
        return Job(self.id, account._carrier(), at_the_carrier)

    def _fetched_safely(self, outcome):
        """Keep what came; a fault stops this one alone, and it is tried again."""
        what = f"Attached file {self.id} was not kept"
        with short_transaction.safely(self.env, what, self._not_kept):
            short_transaction.run(self.env, self._fetched, outcome)

    def _fetched(self, outcome):
        """Keep what came, or plan another try; nothing if the text is gone."""
        if not self.exists() or self.state != "waiting":
            return
        if isinstance(outcome, carriers.CarrierError):
            self._not_fetched(outcome)
        else:
            claimed, content = outcome
            found = kinds.content_type(content, claimed)
            self._store(self._file_name(found), found, content)
        self.message_id.conversation_id._tell_screens()

    def _not_fetched(self, error):
        self.reason = error.text
        if isinstance(error, carriers.TextRefused) or self.tries > len(PAUSES):
            self.state = "failed"
            return
        self._try_again_later()
        self._wake(self.retry_at)

    def _not_kept(self):
        if self.exists():
            self._not_fetched(carriers.TryLater("", "It could not be stored."))

    def _try_again_later(self):
        pause = PAUSES[min(self.tries, len(PAUSES)) - 1]
        self.retry_at = fields.Datetime.add(fields.Datetime.now(), seconds=pause)

    def _file_name(self, content_type):
        word = self.message_id._media_word(content_type)
        return f"{word}.{kinds.ending(content_type)}"

    def action_fetch(self):
        """Try again to fetch what could not be fetched, by a person's will."""
        self.check_access("read")
        self.message_id.conversation_id.check_access("write")
        if any(media.state != "failed" for media in self):
            raise UserError(
                self.env._("Only what could not be fetched can be tried again.")
            )
        # sudo: sms.inbox.media - what is attached changes by code alone
        self.sudo().write(
            {"state": "waiting", "tries": 0, "retry_at": False, "reason": False}
        )
        self._wake()
        return True


def _fetch_together(jobs):
    """Each job and its outcome, the quickest first."""
    pool = ThreadPoolExecutor(len(jobs))
    calls = {pool.submit(_fetch, job): job for job in jobs}
    with suppress(TimeoutError):
        for call in as_completed(calls, LONGEST):
            yield calls.pop(call), call.result()
    # what goes on for longer ends by itself, and nobody waits for it
    pool.shutdown(wait=False)
    for job in calls.values():
        yield job, carriers.TryLater("", "It took too long.")


def _fetch(job):
    """(type, content), or the CarrierError that says why not."""
    try:
        return job.carrier.fetch(job.media, MOST_BYTES)
    except carriers.CarrierError as error:
        return error
    except Exception as error:
        # one bad answer must not hold up the others; its words could quote an address
        _logger.warning(
            "Attached file %s was not fetched: %s", job.media_id, type(error).__name__
        )
        return carriers.TryLater("", "The carrier's answer could not be read.")
