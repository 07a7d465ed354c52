import pytest
from hypothesis import given
from hypothesis import strategies as st

from applications.policy.errors import InvalidValue
from applications.policy.numbers import (
    MAXIMUM_AMOUNT_HKD,
    is_application_number,
    parse_amount_hkd,
    parse_phone,
)


class TestAmounts:
    @pytest.mark.parametrize(
        ("typed", "amount_hkd"),
        [
            (0, 0),
            (42_000, 42_000),
            ("42000", 42_000),
            ("42,000", 42_000),
            ("1,230,000", 1_230_000),
            (" HK$42,000 ", 42_000),
            ("$0", 0),
            ("４２，０００", 42_000),
            (MAXIMUM_AMOUNT_HKD, MAXIMUM_AMOUNT_HKD),
        ],
    )
    def test_are_read_in_whole_dollars(self, typed, amount_hkd):
        assert parse_amount_hkd(typed) == amount_hkd

    @pytest.mark.parametrize(
        ("typed", "reason"),
        [
            (-1, "NEGATIVE"),
            ("-1", "NEGATIVE"),
            ("－１", "NEGATIVE"),
            ("42000.50", "CENTS"),
            ("42000.00", "CENTS"),
            (42000.5, "CENTS"),
            (float("nan"), "NOT_A_NUMBER"),
            (float("inf"), "NOT_A_NUMBER"),
            ("1e9", "NOT_A_NUMBER"),
            ("NaN", "NOT_A_NUMBER"),
            ("0x10", "NOT_A_NUMBER"),
            ("4 2", "NOT_A_NUMBER"),
            ("1,23,456", "NOT_A_NUMBER"),
            ("42_000", "NOT_A_NUMBER"),
            pytest.param("٤٢", "NOT_A_NUMBER", id="Arabic-Indic digits"),
            ("三萬", "CHINESE_NUMERALS"),
            ("叁萬元", "CHINESE_NUMERALS"),
            ("", "BLANK"),
            ("HK$", "BLANK"),
            (MAXIMUM_AMOUNT_HKD + 1, "TOO_LARGE"),
            ("9" * 5_000, "TOO_LARGE"),
        ],
    )
    def test_say_what_is_wrong(self, typed, reason):
        with pytest.raises(InvalidValue) as refused:
            parse_amount_hkd(typed)
        assert (refused.value.code, refused.value.params["reason"]) == ("INVALID_AMOUNT", reason)

    @pytest.mark.parametrize("typed", [True, None, [], {}])
    def test_are_numbers_or_texts(self, typed):
        with pytest.raises(InvalidValue, match="WRONG_TYPE"):
            parse_amount_hkd(typed)

    @given(st.integers(0, MAXIMUM_AMOUNT_HKD))
    def test_mean_the_same_with_and_without_separators(self, amount_hkd):
        assert (
            parse_amount_hkd(f"{amount_hkd:,}") == parse_amount_hkd(str(amount_hkd)) == amount_hkd
        )


class TestTelephoneNumbers:
    @pytest.mark.parametrize(
        "typed",
        [
            "91234567",
            "9123 4567",
            "+852 9123 4567",
            "852-9123-4567",
            "00852 91234567",
            "(852) 91234567",
            "９１２３４５６７",
        ],
    )
    def test_are_eight_digits_however_typed(self, typed):
        assert parse_phone(typed) == "91234567"

    @pytest.mark.parametrize(
        ("typed", "reason"),
        [
            ("9123456", "SHAPE"),
            ("912345678", "SHAPE"),
            ("+86 138 0000 0000", "SHAPE"),
            ("01234567", "SHAPE"),
            ("", "SHAPE"),
            ("9123456A", "LETTERS"),
            ("call me", "LETTERS"),
            ("٩١٢٣٤٥٦٧", "SHAPE"),
        ],
    )
    def test_say_what_is_wrong(self, typed, reason):
        with pytest.raises(InvalidValue) as refused:
            parse_phone(typed)
        assert (refused.value.code, refused.value.params["reason"]) == ("INVALID_PHONE", reason)

    def test_keep_a_number_that_begins_like_the_country_code(self):
        assert parse_phone("85212345") == "85212345"


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("10000001", True),
        ("1000001", False),
        ("100000010", False),
        ("1000000A", False),
        ("１０００００01", False),
    ],
)
def test_an_application_number_is_eight_western_digits(text, is_one):
    assert is_application_number(text) is is_one
