"""Telnyx's strings in a test; the process is the one of ``client``."""

import base64

from .telnyx import API_KEY, PROFILE, SEED
from .telnyx_shapes import public_key


class TelnyxSimulator:
    """Telnyx in a running :class:`Simulator`, whose settings and faults count here too.

    >>> telnyx = TelnyxSimulator(simulator)
    >>> # account: telnyx.api_key, telnyx.public_key, api_base_url = telnyx.url
    """

    api_key = API_KEY
    profile = PROFILE
    public_key = public_key(SEED)

    def __init__(self, simulator):
        self._simulator = simulator
        self.url = simulator.url

    def account(self, key=API_KEY, **values):
        """Makes or changes an account: numbers, seed, profile, webhook_url, lines."""
        return self._pull("account", key=key, **values)

    def receive(self, sender, recipient, text, media=(), **how):
        """Lets a text arrive from outside: url, key, repeat, forged, age.

        ``media`` are pairs of (content type, bytes) that are attached. Gives one entry
        per post, with the "json" that was posted, the answer's "status" and "body".
        """
        attached = [
            (self.url, content_type, base64.b64encode(content).decode())
            for content_type, content in media
        ]
        return self._pull(
            "receive",
            sender=sender,
            recipient=recipient,
            text=text,
            media=attached,
            **how,
        )

    def report(self, message_id, status, code="", **how):
        """Posts one report now: url, forged, age; gives its entry."""
        return self._pull(
            "report", message_id=message_id, status=status, code=code, **how
        )

    def texts(self):
        """Every text that Telnyx has, oldest first, in and out."""
        return self._pull("texts")

    def _pull(self, string, **values):
        return self._simulator._post("telnyx", {"string": string} | values)
