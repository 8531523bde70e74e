import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging import segments

ADDON = Path(__file__).resolve().parents[2] / "sms_inbox"
GSM = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡§¿ÄÖÑÜäöñüà"
ESCAPED = "^{}\\[~]|€\f"

TEXTS = st.text(st.sampled_from("a€é[日😀ç\n"), max_size=400)
PLAIN = st.text(st.sampled_from("aZ9 é€["), max_size=700)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("a" * 152 + "€", 1),
        ("a" * 152 + "€" + "a" * 152, 3),
        (("€" * 76 + "a") * 2, 2),  # 306 septets, both parts full
        ("a" * 1600, 11),
        ("ç", 1),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        ("a" * 69 + "😀", 2),
        ("日" * 70, 1),
        ("日" * 71, 2),
        ("日" * 134, 2),
        ("日" * 135, 3),
        (("😀" * 33 + "日") * 2, 2),  # 134 units, both parts full
        ("日" * 66 + "😀" + "日" * 66, 3),
    ],
)
def test_a_text_takes_its_segments(text, expected):
    assert segments.count(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a" * 160, 1),
        ("a" * 304, 2),
        ("a" * 305, 3),
        ("日" * 70, 1),
        ("日" * 132, 2),
        ("日" * 133, 3),
    ],
)
def test_toll_free_parts_are_one_unit_shorter(text, expected):
    assert segments.count(text, toll_free=True) == expected


@pytest.mark.parametrize("character", GSM + ESCAPED)
def test_the_gsm_alphabet_stays_in_septets(character):
    assert segments.encoding("a" + character).name == "GSM-7"


@pytest.mark.parametrize("character", "çáíóúâêôãõïë`\t\u00a0“”‘’–—…•日😀")
def test_what_looks_plain_but_is_not_turns_the_whole_text(character):
    assert segments.encoding("a" * 100 + character).name == "UCS-2"
    assert segments.count("a" * 100 + character) == 2


def test_one_emoji_triples_an_ordinary_text():
    assert segments.count("a" * 150) == 1
    assert segments.count("a" * 149 + "😀") == 3


def test_a_family_of_emoji_takes_eight_units():
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
    assert segments.count("日" * 62 + family) == 1
    assert segments.count("日" * 63 + family) == 2


def test_half_a_surrogate_pair_is_counted_and_not_refused():
    assert segments.count("\ud83d" * 71) == 2


@given(TEXTS, TEXTS, st.booleans())
def test_a_longer_text_never_takes_fewer_segments(text, more, toll_free):
    counted = segments.count(text, toll_free)
    assert segments.count(text + more, toll_free) >= counted


@given(TEXTS)
def test_a_toll_free_number_never_takes_fewer_segments(text):
    assert segments.count(text, toll_free=True) >= segments.count(text)


@given(TEXTS, st.booleans())
def test_a_count_lies_between_full_parts_and_parts_one_unit_short(text, toll_free):
    coding = segments.encoding(text)
    if coding.name == "GSM-7":
        units = len(text) + sum(text.count(c) for c in ESCAPED)
    else:
        units = len(text.encode("utf-16-le")) // 2
    room = coding.joined_toll_free if toll_free else coding.joined
    counted = segments.count(text, toll_free)
    if units <= coding.alone:
        assert counted == 1
    else:
        assert -(-units // room) <= counted <= -(-units // (room - 1))


@given(PLAIN)
def test_the_order_of_one_width_characters_does_not_matter(text):
    plain = "".join(c for c in text if c not in ESCAPED)
    assert segments.count(plain) == segments.count("".join(sorted(plain)))


def test_the_browser_s_vectors_hold_here_too():
    source = (ADDON / "static/tests/segments.test.js").read_text()
    vectors = json.loads(source.split("VECTORS = ")[1].split(";\n")[0])
    counted = [
        [text, times, toll_free, segments.count(text * times, toll_free)]
        for text, times, toll_free, _expected in vectors
    ]
    assert counted == vectors
