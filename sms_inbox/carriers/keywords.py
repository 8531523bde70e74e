"""The words that a carrier acts on by itself: it blocks, unblocks, and answers."""

from __future__ import annotations

from typing import NamedTuple


class Keywords(NamedTuple):
    """Words in capitals. A text counts when it is one of them and nothing else."""

    stop: frozenset[str] = frozenset()
    start: frozenset[str] = frozenset()
    help: frozenset[str] = frozenset()

    def meant_by(self, body: str) -> str:
        """ "stop", "start", "help", or "" for a text that the carrier leaves alone."""
        word = body.strip().upper()
        return next((kind for kind in self._fields if word in getattr(self, kind)), "")


# What Twilio's long codes know, and nearly all others:
# https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out
USUAL = Keywords(
    stop=frozenset("STOP STOPALL UNSUBSCRIBE CANCEL END QUIT REVOKE OPTOUT".split()),
    start=frozenset({"START", "YES", "UNSTOP"}),
    help=frozenset({"HELP", "INFO"}),
)
# The networks themselves block toll-free numbers, whoever carries the texts:
# https://help.twilio.com/articles/223134027
TOLL_FREE = Keywords(
    stop=frozenset({"STOP"}),
    start=frozenset({"START", "UNSTOP"}),
)
