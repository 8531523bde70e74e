import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carriers.recipients import KINDS
from messaging import textability
from messaging.textability import looked_up, offline


@pytest.mark.parametrize(
    ("number", "state", "reason", "line_type"),
    [
        ("+447911123456", "likely", "mobile_shape", "mobile"),
        ("+33612345678", "likely", "mobile_shape", "mobile"),
        ("+442079460018", "unlikely", "landline_shape", "landline"),
        ("+12025550143", "unknown", "shape_undecided", ""),
        ("+525512345678", "unknown", "shape_undecided", ""),
        ("+18005551234", "unknown", "toll_free", "toll_free"),
        ("+445600123456", "unknown", "voip", "voip"),
        ("+15005550006", "unknown", "personal", "personal"),
        ("+447700900123", "unknown", "unassigned_range", ""),
        ("+19005551234", "not_textable", "premium_rate", "premium_rate"),
        ("+33884012345", "not_textable", "shared_cost", "shared_cost"),
        ("+447640123456", "not_textable", "pager", "pager"),
        ("+443031234567", "not_textable", "company_number", "uan"),
        ("+41860791234567", "not_textable", "voicemail", "voicemail"),
        ("55555", "not_textable", "short_code", "short_code"),
        ("ACME", "not_textable", "alphanumeric", "alphanumeric"),
        ("+1202555", "not_textable", "impossible", ""),
        ("+999123456789", "not_textable", "impossible", ""),
        ("12025550143", "not_textable", "impossible", ""),
        ("", "not_textable", "impossible", ""),
    ],
)
def test_a_shape_is_evidence(number, state, reason, line_type):
    assert offline(number) == (state, reason, line_type)


@given(st.text(max_size=20) | st.from_regex(r"\+[1-9][0-9]{1,15}", fullmatch=True))
def test_no_shape_is_proof_and_every_reason_is_documented(number):
    evidence = offline(number)
    assert evidence.state != textability.TEXTABLE
    # at the beginning of a line of the table; Python 3.13 takes the indentation away
    row = rf"^ *{evidence.reason}  "
    assert re.search(row, textability.Evidence.__doc__, re.MULTILINE)


@pytest.mark.parametrize(
    ("kind", "state", "line_type"),
    [
        ("mobile", "likely", "mobile"),
        ("landline", "unlikely", "landline"),
        ("voip", "unknown", "voip"),
        ("toll_free", "unknown", "toll_free"),
        ("personal", "unknown", "personal"),
        ("premium_rate", "not_textable", "premium_rate"),
        ("shared_cost", "not_textable", "shared_cost"),
        ("pager", "not_textable", "pager"),
        ("uan", "not_textable", "uan"),
        ("voicemail", "not_textable", "voicemail"),
        ("invalid", "not_textable", ""),
    ],
)
def test_a_carriers_word_for_a_line_is_evidence(kind, state, line_type):
    evidence = looked_up(kind)
    assert (evidence.state, evidence.line_type) == (state, line_type)


def test_each_kind_that_a_carrier_may_tell_has_its_rule_and_no_other():
    assert {kind for kind in KINDS if looked_up(kind)} == set(KINDS) - {""}
    assert looked_up("pigeon") is None


def test_no_carriers_word_is_proof_and_every_reason_is_documented():
    for kind in filter(None, KINDS):
        evidence = looked_up(kind)
        assert evidence.state != textability.TEXTABLE
        row = rf"^ *{evidence.reason}  "
        assert re.search(row, textability.Evidence.__doc__, re.MULTILINE)
