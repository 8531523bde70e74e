"""The words that carriers answer by themselves, and only those."""

import pytest

from carriers import TOLL_FREE, USUAL, Sandbox, Telnyx, Twilio


@pytest.mark.parametrize("body", ["STOP", "stop", " Stop\n", "Revoke", "OptOut"])
def test_a_bare_word_counts_whatever_its_case_and_blanks(body):
    assert USUAL.meant_by(body) == "stop"


@pytest.mark.parametrize("body", ["STOP PLEASE", "stop.", "Don't stop", "", "stop all"])
def test_a_word_among_others_is_none_of_the_carriers(body):
    assert USUAL.meant_by(body) == ""


def test_each_carrier_knows_its_own_words():
    assert Telnyx.keywords.meant_by("stop all") == "stop"
    assert Telnyx.keywords.meant_by("yes") == ""
    assert Twilio.keywords.meant_by("yes") == "start"
    assert Twilio.keywords.meant_by("info") == "help"
    assert Sandbox.keywords.meant_by("STOP") == ""


def test_the_networks_answer_little_on_toll_free_numbers():
    kinds = [TOLL_FREE.meant_by(word) for word in ("STOP", "UNSTOP", "YES", "HELP")]
    assert kinds == ["stop", "start", "", ""]
