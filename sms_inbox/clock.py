"""Moments: naive UTC as Odoo stores them, epoch seconds as the plain rules reckon."""

from datetime import UTC, datetime


def epoch(moment):
    """Epoch seconds of a naive UTC moment; 0 for none."""
    return moment.replace(tzinfo=UTC).timestamp() if moment else 0.0


def moment(seconds):
    """The naive UTC moment of epoch seconds; False for none."""
    return seconds and datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)
