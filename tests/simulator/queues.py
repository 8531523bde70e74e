"""How much a sender has in Twilio's queue, and how much it sent today.

https://www.twilio.com/docs/api/errors/21611 (the queue; 36,000 segments at 1 a second)
https://www.twilio.com/docs/api/errors/30027 (the day's cap)
"""

import time


class Queues:
    """All senders' queues, in segments."""

    def __init__(self, settings):
        self.settings = settings
        self._waiting = {}  # sender -> (segments, monotonic time when it was so)
        self._today = {}  # sender -> segments

    def add(self, sender, segments):
        """Whether the sender's queue has room for so many more; takes them then."""
        capacity = self.settings["queue_capacity"]
        if not capacity:
            return True
        now = time.monotonic()
        waiting, then = self._waiting.get(sender, (0, now))
        left = max(0.0, waiting - (now - then) * self.settings["queue_rate"])
        if left + segments > capacity:
            return False
        self._waiting[sender] = (left + segments, now)
        return True

    def count_day(self, sender, segments):
        """Whether the sender's day has room for so many more, which count anyway."""
        total = self._today.get(sender, 0) + segments
        self._today[sender] = total
        cap = self.settings["day_cap"]
        return not cap or total <= cap
