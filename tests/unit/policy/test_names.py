import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from applications.policy.errors import InvalidValue
from applications.policy.names import (
    parse_address,
    parse_name_en,
    parse_name_zh,
)


def refusal_of(parse, text):
    with pytest.raises(InvalidValue) as refused:
        parse(text)
    return refused.value.code, refused.value.params["reason"]


HIDDEN = [
    pytest.param("\u200b", id="zero-width space"),
    pytest.param("\u200d", id="zero-width joiner"),
    pytest.param("\ufeff", id="byte order mark"),
    pytest.param("\u202e", id="right-to-left override"),
    pytest.param("\u2067", id="right-to-left isolate"),
    pytest.param("\u200f", id="right-to-left mark"),
    pytest.param("\x00", id="NUL"),
    pytest.param("\x1b", id="escape"),
    pytest.param("\x85", id="next line"),
    pytest.param("\ufe0f", id="variation selector"),
    pytest.param("\U000e0100", id="ideographic variation selector"),
    pytest.param("\U0001f600", id="emoji"),
    pytest.param("\U0001f1ed\U0001f1f0", id="flag"),
    pytest.param("\ud800", id="lone surrogate"),
    pytest.param("\ue000", id="private use"),
]


class TestChineseNames:
    @pytest.mark.parametrize(
        "name",
        [
            "陳大文",
            pytest.param("陳𨋢", id="HKSCS beyond the basic plane"),
            pytest.param("𠮷田", id="supplementary plane"),
            pytest.param("\ufa0c文", id="compatibility ideograph, kept as written"),
            pytest.param("\U000323af", id="extension H"),
            "阿卜杜勒·拉赫曼",
            "歐陽 大文",
        ],
    )
    def test_keep_every_character(self, name):
        assert parse_name_zh(name) == name

    def test_are_trimmed_of_ideographic_blanks(self):
        assert parse_name_zh("\u3000陳大文\u3000") == "陳大文"

    @pytest.mark.parametrize("hidden", HIDDEN)
    def test_hold_nothing_hidden_and_no_pictures(self, hidden):
        assert refusal_of(parse_name_zh, f"陳{hidden}文") == ("INVALID_NAME", "HIDDEN")

    @pytest.mark.parametrize(
        ("name", "reason"),
        [
            ("", "BLANK"),
            (" \u3000 ", "BLANK"),
            ("陳" * 300, "TOO_LONG"),
            ("CHAN", "CHARACTERS"),
            ("陳1", "CHARACTERS"),
            ("<b>陳</b>", "CHARACTERS"),
        ],
    )
    def test_say_what_is_wrong(self, name, reason):
        assert refusal_of(parse_name_zh, name) == ("INVALID_NAME", reason)


class TestEnglishNames:
    @pytest.mark.parametrize(
        "name", ["CHAN", "Tai Man", "O'Brien", "D’Souza", "Lee-Wong", "José", "Jr."]
    )
    def test_keep_what_identity_cards_show(self, name):
        assert parse_name_en(name) == name

    def test_take_full_width_letters_as_ordinary_ones(self):
        assert parse_name_en("ＣＨＡＮ　Tai") == "CHAN Tai"

    def test_are_stored_composed(self):
        assert parse_name_en("Jose\u0301") == "Jos\u00e9"

    @pytest.mark.parametrize("hidden", HIDDEN)
    def test_hold_nothing_hidden_and_no_pictures(self, hidden):
        assert refusal_of(parse_name_en, f"CH{hidden}AN") == ("INVALID_NAME", "HIDDEN")

    @pytest.mark.parametrize(
        ("name", "reason"),
        [
            ("", "BLANK"),
            ("   ", "BLANK"),
            ("A" * 300, "TOO_LONG"),
            ("陳", "CHARACTERS"),
            ("CHAN2", "CHARACTERS"),
            ("Robert'); DROP TABLE students;--", "CHARACTERS"),
            ("{{ 7*7 }}", "CHARACTERS"),
            ("=cmd|' /C calc'!A0", "CHARACTERS"),
            ("CHAN\r\nBcc: x", "HIDDEN"),
            ("שלום", "CHARACTERS"),
        ],
    )
    def test_say_what_is_wrong(self, name, reason):
        assert refusal_of(parse_name_en, name) == ("INVALID_NAME", reason)

    @given(st.text(max_size=80))
    def test_are_settled_after_once(self, text):
        try:
            name = parse_name_en(text)
        except InvalidValue:
            return
        assert parse_name_en(name) == name
        assert unicodedata.is_normalized("NFC", name)


class TestAddresses:
    def test_stand_on_one_line(self):
        assert parse_address("Flat A, 5/F\r\n測試道 1 號\n") == "Flat A, 5/F, 測試道 1 號"

    def test_keep_characters_of_the_hkscs(self):
        assert parse_address("𨋢𠮷\ufa0c道 1 號") == "𨋢𠮷\ufa0c道 1 號"

    @pytest.mark.parametrize("hidden", HIDDEN)
    def test_hold_nothing_hidden_and_no_pictures(self, hidden):
        assert refusal_of(parse_address, f"測試道{hidden} 1 號") == (
            "INVALID_ADDRESS",
            "CHARACTERS",
        )

    @pytest.mark.parametrize(
        ("address", "reason"),
        [
            (" \n ", "BLANK"),
            ("道" * 301, "TOO_LONG"),
            ("=cmd|' /C calc'!A0", "FORMULA"),
            ("@SUM(1)", "FORMULA"),
        ],
    )
    def test_say_what_is_wrong(self, address, reason):
        assert refusal_of(parse_address, address) == ("INVALID_ADDRESS", reason)
