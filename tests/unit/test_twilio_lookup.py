"""What Twilio tells of other people's numbers."""

import pytest

from carriers import errors
from carriers.errors import Meaning
from carriers.recipients import KINDS, LineType
from carriers.twilio import Twilio
from carriers.values import Credentials

from .carrier_contract import RECIPIENT


@pytest.fixture
def carrier(credentials):
    return Twilio(credentials)


@pytest.fixture
def found(carrier, simulator):
    """What a look-up says of a number of which Twilio knows this."""

    def find(number=RECIPIENT, **line):
        simulator.account(lines={number: line})
        return carrier.lookup(number)

    return find


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        ("mobile", "mobile"),
        ("landline", "landline"),
        ("fixedVoip", "fixed_voip"),
        ("nonFixedVoip", "nonfixed_voip"),
        ("personal", "personal"),
        ("tollFree", "toll_free"),
        ("premium", "premium_rate"),
        ("sharedCost", "shared_cost"),
        ("uan", "uan"),
        ("voicemail", "voicemail"),
        ("pager", "pager"),
        ("unknown", ""),
        (None, ""),
        ("carrierPigeon", ""),
        (["mobile"], ""),
    ],
)
def test_each_kind_of_line_has_one_word(found, told, kind):
    assert found(type=told).kind == kind
    assert kind in KINDS


@pytest.mark.parametrize(
    "error", ["TOO_SHORT", "TOO_LONG", "INVALID_COUNTRY_CODE", "INVALID_LENGTH"]
)
def test_a_wrong_number_is_a_good_answer_that_says_so(found, error):
    assert found(validation_errors=[error]) == LineType("invalid")


def test_a_number_that_is_only_in_no_known_range_may_exist(found):
    assert found(validation_errors=["INVALID_BUT_POSSIBLE"]).kind == ""


def test_a_number_that_is_too_short_is_none(carrier):
    assert carrier.lookup("+12025").kind == "invalid"


@pytest.mark.parametrize(
    ("code", "meaning"),
    [
        (60600, Meaning.PERMANENT),
        (60601, Meaning.PERMANENT),
        (60606, Meaning.ACCOUNT),
        (60607, Meaning.PERMANENT),
        (60608, Meaning.RETRY),
        (60611, Meaning.ACCOUNT_DAY),
        (60613, Meaning.RETRY),
        (60616, Meaning.SLOW),
        (60699, Meaning.PERMANENT),
    ],
)
def test_an_error_inside_of_a_good_answer_has_one_meaning(found, code, meaning):
    with pytest.raises(errors.Refused) as refusal:
        found(error_code=code)
    assert (refusal.value.code, refusal.value.meaning) == (str(code), meaning)
    assert RECIPIENT[1:] not in str(refusal.value)


def test_canadian_numbers_need_an_approved_account(carrier, simulator):
    with pytest.raises(errors.TextRefused) as refusal:
        carrier.lookup("+14165550143")
    assert refusal.value.code == "60601"
    simulator.account(canada=True)
    assert carrier.lookup("+14165550143").kind == "mobile"


@pytest.mark.parametrize("number", ["12025550143", "+0", "nonsense", "+1/../2?x=1"])
def test_what_is_no_number_is_refused_and_not_quoted(carrier, number):
    with pytest.raises(errors.TextRefused) as refusal:
        carrier.lookup(number)
    assert refusal.value.code == "20404"
    assert number not in str(refusal.value)


@pytest.mark.parametrize(
    ("fault", "decision"),
    [
        ("429", errors.TryLater),
        ("500", errors.OutcomeUnknown),
        ("503", errors.OutcomeUnknown),
        ("lost", errors.OutcomeUnknown),
        ("garbage", errors.OutcomeUnknown),
    ],
)
def test_a_question_that_fails_is_one_of_the_contracts_errors(
    carrier, simulator, fault, decision
):
    simulator.fault(fault, on="read")
    with pytest.raises(decision):
        carrier.lookup(RECIPIENT)


def test_a_wrong_token_is_the_accounts_fault(simulator):
    wrong = Credentials(simulator.account_sid, "wrong", api_base_url=simulator.url)
    with pytest.raises(errors.AccountUnusable):
        Twilio(wrong).lookup(RECIPIENT)


def test_only_what_is_paid_for_is_asked(carrier, simulator):
    carrier.lookup(RECIPIENT)
    request = simulator.requests()[-1]
    assert request["path"] == f"/v2/PhoneNumbers/%2B{RECIPIENT[1:]}"
    assert request["method"] == "GET"
