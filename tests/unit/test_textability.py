import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carriers import CARRIERS, Meaning
from carriers.recipients import KINDS
from messaging import textability
from messaging.textability import (
    DAY,
    HINT_PAUSE,
    SHAPES,
    SOURCES,
    UNDECIDED,
    Evidence,
    Piece,
    Verdict,
    decide,
    failure,
    look_up_due,
    looked_up,
    offline,
    remember,
)


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
        ("fixed_voip", "unknown", "voip"),
        ("nonfixed_voip", "likely", "voip"),
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


# ------------------------------------------------------------
# What was seen and said of it
# ------------------------------------------------------------

NANP = SHAPES["shape_undecided"]
MOBILE = Piece("look_up", "mobile", 100.0, "Twilio")
LANDLINE = Piece("look_up", "landline", 100.0, "Twilio")


def delivery(kind, at):
    return Piece("delivery", kind, float(at))


def inbound(at):
    return Piece("inbound", "text", float(at))


def word(kind, at):
    return Piece("word", kind, float(at), "Ada")


def silent(*moments):
    return [delivery("unreachable", at) for at in moments]


def state_of(*pieces, shape=NANP):
    verdict = decide(shape, pieces)
    return verdict.state, verdict.reason


@pytest.mark.parametrize(
    ("pieces", "state", "reason"),
    [
        ([], "unknown", "shape_undecided"),
        ([MOBILE], "likely", "mobile_line"),
        ([LANDLINE], "unlikely", "landline"),
        ([LANDLINE, MOBILE._replace(at=200.0)], "likely", "mobile_line"),
        ([delivery("delivered", 1)], "textable", "delivered"),
        ([inbound(1)], "textable", "texted_us"),
        ([delivery("landline", 1)], "not_textable", "failed_landline"),
        ([delivery("no_number", 1)], "not_textable", "failed_no_number"),
        ([word("can", 1)], "textable", "person_can"),
        ([word("cannot", 1)], "not_textable", "person_cannot"),
    ],
)
def test_each_kind_of_evidence_says_something_by_itself(pieces, state, reason):
    assert state_of(*pieces) == (state, reason)


@pytest.mark.parametrize("proof", [delivery("delivered", 50), inbound(50)])
def test_a_text_that_got_through_beats_a_later_look_up(proof):
    assert state_of(proof, LANDLINE)[0] == "textable"
    assert decide(NANP, [proof, LANDLINE]).line_type == "landline"


def test_of_what_the_line_tells_the_latest_counts():
    assert state_of(delivery("landline", 1), inbound(2)) == ("textable", "texted_us")
    assert state_of(delivery("landline", 1), delivery("delivered", 2))[0] == "textable"
    before = delivery("delivered", 1)
    for kind in ("landline", "no_number"):
        assert state_of(before, delivery(kind, 2)) == ("unlikely", "failed_since")


def test_a_persons_word_beats_all_until_the_line_itself_tells_otherwise():
    everything = [LANDLINE, delivery("landline", 200), *silent(201, 202, 203)]
    assert state_of(*everything, word("can", 300)) == ("textable", "person_can")
    proof = delivery("delivered", 200)
    assert state_of(MOBILE, proof, word("cannot", 300))[0] == "not_textable"
    for newer in (inbound(400), delivery("delivered", 400)):
        assert state_of(MOBILE, proof, word("cannot", 300), newer)[0] == "textable"
    newer = delivery("no_number", 400)
    assert state_of(word("can", 300), newer)[0] == "not_textable"
    # what is no proof does not count against it, however new
    later = [LANDLINE._replace(at=400.0), *silent(401, 402, 403)]
    assert state_of(word("can", 300), *later) == ("textable", "person_can")


def test_a_look_up_that_finds_a_mobile_phone_takes_an_earlier_refusal_back():
    assert state_of(delivery("landline", 50), MOBILE) == ("likely", "mobile_line")
    assert state_of(MOBILE, delivery("landline", 150))[0] == "not_textable"
    assert state_of(delivery("landline", 50), LANDLINE)[0] == "not_textable"


def test_three_unreachable_in_a_row_say_unlikely_and_two_nothing():
    assert state_of(MOBILE, *silent(1, 2)) == ("likely", "mobile_line")
    assert state_of(MOBILE, *silent(1, 2, 3)) == ("unlikely", "unreachable")
    gone = [delivery("gone", at) for at in (1, 2, 3)]
    assert state_of(MOBILE, *gone) == ("unlikely", "unreachable")


def test_a_text_that_got_through_in_between_begins_the_count_anew():
    for proof in (delivery("delivered", 3), inbound(3)):
        assert state_of(*silent(1, 2), proof, *silent(4))[0] == "textable"
        assert state_of(*silent(1, 2), proof, *silent(4, 5, 6))[0] == "unlikely"


def test_of_the_same_moment_the_text_that_got_through_counts():
    assert state_of(delivery("delivered", 3), *silent(3, 3, 3))[0] == "textable"
    assert state_of(delivery("landline", 3), inbound(3))[0] == "textable"


def test_unreachable_makes_nothing_better_that_is_worse_already():
    assert state_of(*silent(1, 2, 3), shape=SHAPES["premium_rate"]) == (
        "not_textable",
        "premium_rate",
    )


# ------------------------------------------------------------
# Errors
# ------------------------------------------------------------


@pytest.mark.parametrize("meaning", list(Meaning))
def test_of_all_meanings_two_say_something_of_the_number(meaning):
    says = {Meaning.LANDLINE: "landline", Meaning.BAD_NUMBER: "no_number"}
    assert failure(meaning.value) == says.get(meaning, "")


CODES = {
    ("twilio", "30006"): "landline",
    ("twilio", "21614"): "landline",
    ("twilio", "21635"): "landline",
    ("twilio", "21211"): "no_number",
    ("twilio", "21217"): "no_number",
    ("twilio", "30003"): "unreachable",
    ("twilio", "30005"): "gone",
    ("telnyx", "40001"): "landline",
    ("telnyx", "40310"): "no_number",
    ("telnyx", "40012"): "no_number",
    ("telnyx", "40008"): "unreachable",
    ("sandbox", "30003"): "unreachable",
    ("sandbox", "30006"): "landline",
}
# about the sender's own side of the pair, though the number is at fault
PAIR = {("twilio", "21265"), ("twilio", "21266")}


@pytest.mark.parametrize(
    ("carrier", "code"),
    [(c.name, code) for c in CARRIERS.values() for code in c.codes],
)
def test_each_code_of_each_carrier_is_evidence_or_none(carrier, code):
    adapter = CARRIERS[carrier]
    kind = failure(adapter.meaning(code).value, adapter.line_hints.get(code, ""))
    if (carrier, code) in CODES:
        assert kind == CODES[carrier, code]
    elif (carrier, code) not in PAIR:
        # the sandbox speaks in Twilio's codes
        assert kind == CODES.get(("twilio", code) if carrier == "sandbox" else "", "")


# ------------------------------------------------------------
# Whatever the order
# ------------------------------------------------------------

MOMENTS = st.integers(0, 8).map(float)
PIECES = st.one_of(
    st.builds(Piece, st.just("look_up"), st.sampled_from(KINDS[:-1]), MOMENTS),
    st.builds(
        Piece,
        st.just("delivery"),
        st.sampled_from(["delivered", "landline", "no_number", "unreachable", "gone"]),
        MOMENTS,
    ),
    st.builds(Piece, st.just("inbound"), st.just("text"), MOMENTS),
    st.builds(Piece, st.just("word"), st.sampled_from(["can", "cannot"]), MOMENTS),
)
# few kinds, so that several of one come together
RESULTS = st.builds(
    Piece,
    st.just("delivery"),
    st.sampled_from(["delivered", "unreachable", "unreachable", "gone"]),
    MOMENTS,
)
SOME = st.lists(PIECES, max_size=12) | st.lists(RESULTS, max_size=6)
SHAPE = st.sampled_from(sorted(SHAPES.values()))


@given(SHAPE, SOME, st.randoms())
def test_the_order_in_which_evidence_comes_does_not_matter(shape, pieces, random):
    shuffled = random.sample(pieces, len(pieces))
    assert decide(shape, shuffled) == decide(shape, pieces)
    assert look_up_due(shape, shuffled, 3.0, 5.0) == look_up_due(
        shape, pieces, 3.0, 5.0
    )


@given(SHAPE, SOME, SOME)
def test_nothing_that_matters_later_is_forgotten(shape, earlier, later):
    kept = remember([*remember(earlier), *later])
    assert decide(shape, kept) == decide(shape, [*earlier, *later])
    due = look_up_due(shape, [*earlier, *later], 3.0, 5.0)
    assert look_up_due(shape, kept, 3.0, 5.0) == due
    assert len(kept) <= 11
    assert remember(kept) == kept


@given(SHAPE, SOME)
def test_only_a_text_or_a_person_proves_anything(shape, pieces):
    verdict = decide(shape, pieces)
    assert isinstance(verdict, Verdict)
    if verdict.state == "textable":
        assert verdict.source in ("delivery", "inbound", "word")
    assert verdict.source in SOURCES


@given(SHAPE, SOME, MOMENTS)
def test_one_text_that_does_not_arrive_never_marks_a_number(shape, pieces, at):
    others = [p for p in pieces if p.kind not in ("unreachable", "gone")]
    for kind in ("unreachable", "gone"):
        more = [*others, delivery(kind, at), delivery(kind, at)]
        assert decide(shape, more) == decide(shape, others)


@given(SOME)
def test_every_reason_is_documented(pieces):
    reason = decide(NANP, pieces).reason
    docs = Evidence.__doc__ + Verdict.__doc__
    assert re.search(rf"^ *{reason}  ", docs, re.MULTILINE)


# ------------------------------------------------------------
# When to ask a carrier
# ------------------------------------------------------------

HALF_A_YEAR = 180 * DAY


def due(*pieces, shape=NANP, asked_at=None):
    return look_up_due(shape, pieces, asked_at, HALF_A_YEAR)


@pytest.mark.parametrize("reason", list(SHAPES))
def test_a_number_is_looked_up_only_if_its_shape_does_not_decide(reason):
    asked = due(shape=SHAPES[reason])
    assert (asked == 0.0) if reason in UNDECIDED else (asked is None)


def test_an_answer_is_believed_for_some_time_and_so_is_a_proof():
    assert due(asked_at=10.0) == 10.0 + HALF_A_YEAR
    assert due(inbound(500)) == 500.0 + HALF_A_YEAR
    assert due(inbound(500), asked_at=10.0) == 500.0 + HALF_A_YEAR
    assert due(word("can", 500), asked_at=10.0) == 500.0 + HALF_A_YEAR


def test_a_number_that_seems_to_have_moved_is_looked_up_at_once():
    proof, refused = delivery("delivered", 10), delivery("landline", HALF_A_YEAR)
    assert due(proof, refused, asked_at=5.0) == refused.at
    assert due(delivery("gone", 20), asked_at=None) == 20.0
    # also where its shape decides: what was a mobile number may be nobody's now
    shape = SHAPES["mobile_shape"]
    assert due(proof, refused, shape=shape) == refused.at


def test_a_number_is_not_looked_up_every_day_for_that():
    gone = delivery("gone", 20)
    assert due(gone, asked_at=10.0) == 10.0 + HINT_PAUSE
    # a look-up after it is the answer to it
    assert due(gone, asked_at=30.0) == 30.0 + HALF_A_YEAR


def test_a_first_refusal_is_no_sign_that_it_moved():
    assert due(delivery("landline", 20)) == 20.0 + HALF_A_YEAR
