import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging import numbers


@pytest.mark.parametrize(
    ("text", "country", "expected"),
    [
        ("+12025550143", None, "+12025550143"),
        ("(202) 555-0143", "US", "+12025550143"),
        ("202.555.0143", "us", "+12025550143"),
        ("1 202 555 0143", "US", "+12025550143"),
        ("tel:+1-202-555-0143", None, "+12025550143"),
        ("+44 (0)20 7946 0018", None, "+442079460018"),
        ("020 7946 0018", "GB", "+442079460018"),
        ("0044 20 7946 0018", "GB", "+442079460018"),
        ("+44 20 7946 0018", "US", "+442079460018"),
        ("１２０２５５５０１４３", "US", "+12025550143"),
        ("+1\u00a0202\u2011555\u20110143", None, "+12025550143"),
        ("\u202a+12025550143\u202c\n", None, "+12025550143"),
    ],
)
def test_what_people_write_is_understood(text, country, expected):
    assert numbers.parse(text, country) == expected


@pytest.mark.parametrize("text", ["+447700900123", "+15005550006", "+441632960001"])
def test_a_possible_number_in_no_assigned_range_is_accepted(text):
    assert numbers.parse(text) == text


@pytest.mark.parametrize(
    ("text", "country", "reason"),
    [
        ("", None, "empty"),
        ("  \u202c ", "US", "empty"),
        (None, "US", "empty"),
        ("1-800-FLOWERS", "US", "letters"),
        ("call 202 555 0143", "US", "letters"),
        ("Mr Smith", None, "letters"),
        ("202-555-0143 or 202-555-0199", "US", "letters"),
        ("202 555 0143 x12", "US", "extension"),
        ("+1 202 555 0143 ext. 12", None, "extension"),
        ("202 555 0143 #4", "US", "extension"),
        ("55555", "US", "short_code"),
        ("55555", None, "short_code"),
        ("911", "US", "short_code"),
        ("202 555 0143", None, "no_country"),
        ("202 555 0143", "XX", "no_country"),
        ("0044 20 7946 0018", None, "no_country"),
        ("+999 202 555 0143", None, "unknown_country"),
        ("555-0143", "US", "no_area_code"),
        ("+1 202 555", None, "too_short"),
        ("+1 202 555 01430", None, "too_long"),
        ("+5215512345678", None, "too_long"),
        ("+" + "1" * 70, None, "too_long"),
        ("+" + "1" * 7000, None, "too_long"),
        ("0475 12 34 56", "US", "no_country"),
        ("+1 047 512 3456", None, "not_a_number"),
        ("+1 147 512 3456", None, "not_a_number"),
        ("+", None, "not_a_number"),
        ("?!", "US", "not_a_number"),
    ],
)
def test_what_cannot_be_texted_says_why(text, country, reason):
    with pytest.raises(numbers.NumberError) as problem:
        numbers.parse(text, country)
    assert problem.value.reason == reason


@given(st.text(max_size=80), st.sampled_from([None, "US", "GB", "FR", "??"]))
def test_any_text_is_a_number_or_a_number_error(text, country):
    try:
        number = numbers.parse(text, country)
    except numbers.NumberError:
        return
    assert number[0] == "+" and number[1:].isdigit()
    assert numbers.parse(number) == number


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("+12025550143", "+12025550143"),
        ("12025550143", "+12025550143"),  # carriers that leave out the plus
        ("447911123456", "+447911123456"),
        ("55555", "55555"),
        ("123", "123"),
        ("12345678", "12345678"),
        ("ACME", "ACME"),
        ("ACME 24", "ACME 24"),
        ("+1", "+1"),
        ("+999123", "+999123"),
        (" +12025550143 ", "+12025550143"),
        ("", ""),
    ],
)
def test_an_inbound_sender_is_kept_whatever_it_is(text, expected):
    assert numbers.sender(text) == expected


@given(st.text(max_size=40))
def test_a_sender_normalised_twice_is_the_same(text):
    once = numbers.sender(text)
    assert numbers.sender(once) == once


@pytest.mark.parametrize("text", ["123", "55555", "12345678"])
def test_three_to_eight_digits_are_a_short_code(text):
    assert numbers.is_short_code(text)


@pytest.mark.parametrize("text", ["12", "123456789", "+5555", "5 555", "٥٥٥", "123\n"])
def test_nothing_else_is_a_short_code(text):
    assert not numbers.is_short_code(text)


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("+12025550143", "+1 202 555 0143"),
        ("+442079460018", "+44 20 7946 0018"),
        ("55555", "55555"),
        ("ACME", "ACME"),
        ("+nonsense", "+nonsense"),
        ("", ""),
    ],
)
def test_a_number_is_shown_as_people_read_it(number, shown):
    assert numbers.pretty(number) == shown


@pytest.mark.parametrize(
    ("number", "country"),
    [
        ("+12025550143", "US"),
        ("+16135550143", "CA"),
        ("+442079460018", "GB"),
        ("+447911123456", "GG"),
        ("+447700900123", "GB"),
        ("+80012345678", ""),
        ("55555", ""),
        ("ACME", ""),
    ],
)
def test_a_number_has_a_country(number, country):
    assert numbers.country(number) == country
