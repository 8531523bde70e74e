"""How long to wait before a carrier is asked again: longer each time that it fails."""

import random

JITTER = 0.1  # of a pause, so that what failed together does not come back together
MOST_DOUBLED = 30  # times; a float has an end


def pause(times: int, first: float, longest: float, factor: int = 2) -> float:
    """Seconds to wait after something failed so many times in a row, a tenth at random.

    :param first: seconds after the first time; each pause is ``factor`` times the one
        before, up to ``longest``
    """
    seconds = min(first * factor ** min(times - 1, MOST_DOUBLED), longest)
    return seconds * random.uniform(1 - JITTER, 1 + JITTER)
