"""When a number of ours should be set aside."""

from __future__ import annotations

FEWEST_FILTERED = 3
HEALTHY_SHARE = 50  # at most one text in so many may be filtered, that is, 2 %


def looks_filtered(filtered: int, handed_over: int) -> bool:
    """Whether carriers filter this number's texts as spam, not just a text or two.

    So it looks with at least three filtered texts and more than 2 % of those handed
    over; more texts then make it worse (https://www.twilio.com/docs/api/errors/30007).

    :param filtered: texts that the carrier reported as filtered
    :param handed_over: all texts that it took in the same time
    """
    return filtered >= FEWEST_FILTERED and filtered * HEALTHY_SHARE > handed_over
