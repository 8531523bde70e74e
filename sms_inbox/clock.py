"""Moments: naive UTC as Odoo stores them, epoch seconds as the plain rules reckon.

The queue goes by the database's clock: servers that share a database share it too,
while each one's own may be seconds off.
"""

from datetime import UTC, datetime


def epoch(moment):
    """Epoch seconds of a naive UTC moment; 0 for none."""
    return moment.replace(tzinfo=UTC).timestamp() if moment else 0.0


def moment(seconds):
    """The naive UTC moment of epoch seconds; False for none."""
    return seconds and datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)


def of_database(env):
    """Epoch seconds on the database's clock, now; not when its transaction began.

    Asking takes a round trip, which is small beside what a limit must not be off by.
    """
    # raw SQL: the ORM has no word for it
    env.cr.execute("SELECT extract(epoch FROM clock_timestamp())::float")
    return env.cr.fetchone()[0]
