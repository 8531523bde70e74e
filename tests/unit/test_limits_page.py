"""The figures of the page about limits, run."""

import re
from datetime import datetime, timezone
from pathlib import Path

from messaging.capacity import Waiting, forecast
from messaging.rate_limit import Level, Text

PAGE = Path(__file__).parents[2] / "docs" / "limits.md"
NOON = datetime(2026, 6, 1, 12, tzinfo=timezone.utc).timestamp()
MIDNIGHT = NOON + 12 * 3600


def figures():
    """The numbers at the ends of the example's lines."""
    example = PAGE.read_text().split("An example.")[1]
    return [int(n) for n in re.findall(r"^- .*: (\d+)", example, re.MULTILINE)]


def test_the_example_is_what_the_forecast_says():
    chain = [Level(rate=1), Level(per_day=2000, reserve=0.1)]
    texts = [Waiting("a", Text(1, urgent=False), 3, 3000)]
    found = forecast({"a": chain}, texts, NOON)
    today = found.leaves_by(MIDNIGHT - 1)
    minutes = round((found.ends - MIDNIGHT) / 60)
    assert [today, found.texts - today, minutes] == figures()
