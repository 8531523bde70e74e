"""Days on which people work, as the law counts them."""

from __future__ import annotations

from datetime import datetime, timedelta

# 47 CFR 64.1200(a)(10): what is asked in any reasonable way is honoured within this
BUSINESS_DAYS = 10
_SATURDAY = 5


def later(moment: datetime, days: int = BUSINESS_DAYS) -> datetime:
    """The moment so many business days later: no Saturday and no Sunday counts.

    Holidays do count, as they differ from place to place; it is rather too soon.
    """
    while days:
        moment += timedelta(days=1)
        days -= moment.weekday() < _SATURDAY
    return moment
