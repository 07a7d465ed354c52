import pytest
from hypothesis import given
from hypothesis import strategies as st

from applications.policy.chinese_amounts import read_chinese_amount

DIGITS = "零一二三四五六七八九"


def write_below_ten_thousand(number):
    """Write a number as it is taught at school: 二千零五, 三百四十."""
    written, has_gap = "", False
    for unit, sign in ((1_000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if not digit:
            has_gap = bool(written)
            continue
        written += ("零" if has_gap else "") + DIGITS[digit] + sign
        has_gap = False
    return written


class TestChineseAmounts:
    @pytest.mark.parametrize(
        ("typed", "amount_hkd"),
        [
            ("三萬", 30_000),
            ("叁萬元", 30_000),
            ("3萬", 30_000),
            ("３萬", 30_000),
            ("4.5萬", 45_000),
            ("三萬二千", 32_000),
            ("四萬二千五百", 42_500),
            ("2千5百", 2_500),
            ("兩萬", 20_000),
            ("十五", 15),
            ("四十二萬", 420_000),
            ("三萬零五", 30_005),
            ("3萬5000", 35_000),
            ("零", 0),
        ],
    )
    def test_are_read_where_they_mean_one_thing(self, typed, amount_hkd):
        assert read_chinese_amount(typed) == amount_hkd

    @pytest.mark.parametrize(
        "typed",
        ["三萬二", "3萬5", "三千五", "一百五", "萬", "千萬", "三三", "一億", "99999萬9999萬", ""],
    )
    def test_are_not_guessed(self, typed):
        assert read_chinese_amount(typed) is None

    @given(st.integers(1, 9_999), st.sampled_from([0, 1_000, 2_345, 9_999]))
    def test_are_read_back_as_they_are_written(self, count, rest):
        written = f"{write_below_ten_thousand(count)}萬{write_below_ten_thousand(rest)}"
        assert read_chinese_amount(written) == count * 10_000 + rest

    @given(st.text("0123456789.,零一二九十百千萬元 ", max_size=12))
    def test_never_fail(self, typed):
        amount = read_chinese_amount(typed)
        assert amount is None or amount >= 0
