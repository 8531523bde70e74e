"""What Twilio's list says of a text whose answer was lost."""

import time
from types import SimpleNamespace

import pytest

from carriers import errors, twilio

from .carrier_contract import BODY, RECIPIENT, SENDER
from .carrier_contract import outbound as a_text


@pytest.fixture
def carrier(credentials):
    return twilio.Twilio(credentials)


def test_what_is_found_has_its_present_state(carrier, simulator):
    simulator.settings(statuses=[])
    accepted = carrier.send(a_text(body="a" * 161))
    (found,) = carrier.find(a_text(body="a" * 161), time.time())
    assert (found.carrier_id, found.segments) == (accepted.carrier_id, 2)
    assert [(r.state, r.status) for r in found.reports] == [("sending", "queued")]

    simulator.report(accepted.carrier_id, "undelivered", "30006")
    (found,) = carrier.find(a_text(body="a" * 161), time.time())
    (report,) = found.reports
    assert (report.state, report.error_code) == ("undelivered", "30006")
    assert report.key == f"{accepted.carrier_id}:undelivered"


def test_only_texts_of_the_same_two_numbers_are_found(carrier):
    carrier.send(a_text(recipient="+12025550199"))
    carrier.send(a_text(sender="+15005550006"))
    assert carrier.find(a_text(), 0) == []


@pytest.mark.parametrize("prefix", ["", "Sent from your Twilio trial account - "])
def test_what_says_something_else_may_be_ours_as_twilio_changed_it(
    carrier, simulator, prefix
):
    simulator.settings(body_prefix=prefix)
    accepted = carrier.send(a_text())
    (found,) = carrier.find(a_text(), 0)
    assert (found.carrier_id, found.other_words) == (accepted.carrier_id, bool(prefix))


def test_a_picture_without_words_is_the_same_whatever_twilio_calls_no_words():
    for body in ("", None):
        row = SimpleNamespace(body=body)
        assert not twilio._has_other_words(row, a_text(body=""))


def test_a_text_that_came_in_is_none_of_ours(carrier, simulator):
    simulator.receive("", SENDER, RECIPIENT, BODY)
    assert carrier.find(a_text(), 0) == []


@pytest.mark.parametrize("changes", [{"to": "+12025550199"}, {"from_": "+15005550006"}])
def test_a_list_that_shows_more_than_asked_for_fools_nobody(changes):
    values = {"from_": SENDER, "to": RECIPIENT, "body": BODY} | changes
    row = SimpleNamespace(direction="outbound-api", **values)
    assert not twilio._is_of_pair(row, a_text())


def test_a_text_that_moved_to_the_next_page_is_one_text(carrier, monkeypatch):
    carrier.send(a_text())
    read = carrier._list

    def read_twice(*asked):
        rows, complete = read(*asked)
        return rows * 2, complete

    # Between two pages a text would have to come in, at the right moment.
    monkeypatch.setattr(carrier, "_list", read_twice)
    assert len(carrier.find(a_text(), 0)) == 1


def test_equal_texts_are_found_the_oldest_first(carrier):
    ids = [carrier.send(a_text()).carrier_id for _ in range(3)]
    assert [found.carrier_id for found in carrier.find(a_text(), 0)] == ids


@pytest.mark.parametrize(("ahead", "count"), [(50, 1), (70, 0)])
def test_older_texts_are_not_found_but_clocks_may_differ(carrier, ahead, count):
    carrier.send(a_text())
    assert len(carrier.find(a_text(), int(time.time()) + ahead)) == count


@pytest.fixture
def short_list(monkeypatch):
    """Pages of two texts, of which two are read."""
    monkeypatch.setattr(twilio, "_PAGE", 2)
    monkeypatch.setattr(twilio, "_MOST_LISTED", 4)


@pytest.mark.usefixtures("short_list")
def test_a_text_on_a_later_page_is_found(carrier, simulator):
    wanted = carrier.send(a_text()).carrier_id
    for i in range(3):
        carrier.send(a_text(body=f"text number {i}"))
    found = carrier.find(a_text(), 0)
    assert [each.carrier_id for each in found if not each.other_words] == [wanted]
    assert simulator.requests()[-1]["query"]["Page"] == "1"


@pytest.mark.usefixtures("short_list")
def test_too_long_a_list_proves_no_absence(carrier):
    for i in range(5):
        carrier.send(a_text(body=f"text number {i}"))
    with pytest.raises(errors.OutcomeUnknown):
        carrier.find(a_text(), 0)
    found = carrier.find(a_text(body="text number 4"), 0)
    assert [each.other_words for each in found].count(False) == 1


@pytest.mark.usefixtures("short_list")
def test_pages_of_older_texts_are_not_read(carrier, simulator):
    for i in range(5):
        carrier.send(a_text(body=f"text number {i}"))
    assert carrier.find(a_text(), time.time() + 100) == []
    reads = [r for r in simulator.requests() if r["method"] == "GET"]
    assert len(reads) == 1


@pytest.mark.parametrize(
    "fault", ["dropped_before", "500", "503", "429", "garbage", "nameless"]
)
def test_looking_without_an_answer_is_a_carrier_error(carrier, simulator, fault):
    simulator.fault(fault, on="read")
    with pytest.raises(errors.CarrierError):
        carrier.find(a_text(), 0)
