"""Time zones by all the names that come up."""

import phonenumbers.timezone
import pytest

from messaging import quiet_hours, rate_limit, zones


def test_every_zone_that_a_number_may_be_in_is_known():
    names = {
        name
        for prefix in phonenumbers.timezone.TIMEZONE_DATA.values()
        for name in prefix
    }
    unknown = [name for name in names if zones.zone(name).key != name]
    assert not unknown


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../etc/passwd", "x" * 300])
def test_a_name_that_nobody_knows_stops_nothing(name):
    assert zones.zone(name).key == "UTC"
    level = rate_limit.Level(per_day=5, zone=name)
    assert level.opens(1_790_000_000.0, rate_limit.Text(1)).rule == ""


def test_a_number_in_a_zone_with_an_older_name_has_its_hours():
    rule = quiet_hours.Rule("", "", quiet_hours.DAILY, 8, 21)
    window = quiet_hours.window("+919876543210", 1_790_000_000.0, [rule])
    assert window.closes > window.opens
