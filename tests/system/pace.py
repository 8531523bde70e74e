"""What a carrier's log of arrivals says of the limits: kept, and used."""

from bisect import bisect_right
from math import inf

from tests.simulator.segments import segments


def counted(arrivals, senders=None):
    """[(monotonic seconds, segments)] in order, counted as the carrier does.

    Refused calls count too: they have come. ``senders`` narrows down.
    """
    return sorted(
        (row["monotonic"], cost(row))
        for row in arrivals
        if senders is None or row["sender"] in senders
    )


def cost(row):
    """What a text that came counts; one with pictures is one, however long."""
    if row["media"]:
        return 1
    return segments(row["body"], row["sender"], row["recipient"])


def shortfall(log, rate):
    """By how many seconds a limit of ``rate`` segments a second was broken at worst.

    Zero or less when t(j) - t(i) >= segments(i .. j-1) / rate holds for all i < j.
    With P for the segments before, that is t(j) - P(j) / rate never falling below
    what it has been.
    """
    worst, highest, before = -inf, -inf, 0
    for moment, cost in log:
        level = moment - before / rate
        worst, highest = max(worst, highest - level), max(highest, level)
        before += cost
    return worst


def most_within(log, seconds):
    """The most segments within any window of so many seconds, its end left out."""
    moments = [moment for moment, _cost in log]
    sums = [0]
    for _moment, cost in log:
        sums.append(sums[-1] + cost)
    return max(
        (
            # a sum ends before the first arrival that lies a whole window later
            sums[bisect_right(moments, moment + seconds - 1e-9)] - sums[first]
            for first, moment in enumerate(moments)
        ),
        default=0,
    )


def use(log, rate):
    """The share of a rate that was used from the first arrival to the last."""
    took = log[-1][0] - log[0][0]
    return sum(cost for _moment, cost in log[:-1]) / (rate * took)


def total(log):
    """All segments."""
    return sum(cost for _moment, cost in log)
