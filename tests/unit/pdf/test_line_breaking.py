import pytest
from hypothesis import given
from hypothesis import strategies as st

from applications.pdf.plain_text import (
    CANNOT_END_A_LINE,
    CANNOT_START_A_LINE,
    PlainText,
    break_lines,
)
from applications.pdf.typesetting import make_style


def lines_of(text, width):
    """Every character one unit wide, so widths can be counted on fingers."""
    return [line for _, line in break_lines(text, [width], len)]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        pytest.param("申請已收到，請保存", ["申請已收", "到，請保存"], id="comma"),
        pytest.param("他說「明白」。然後", ["他說「明", "白」。然後"], id="two closers"),
        pytest.param("申請人填（甲）表", ["申請人填", "（甲）表"], id="opening bracket"),
        pytest.param("申請費HK$250元", ["申請費", "HK$25", "0元"], id="wider than the column"),
        pytest.param("共 250 元整", ["共 250", "元整"], id="figures stay whole"),
        pytest.param("甲乙丙𨋢𠮷丁戊", ["甲乙丙𨋢𠮷", "丁戊"], id="supplementary characters"),
        pytest.param("", [""], id="nothing"),
    ],
)
def test_chinese_is_broken_by_its_rules(text, lines):
    assert lines_of(text, 5) == lines


def test_english_is_broken_at_blanks():
    assert lines_of("to see how it stands", 10) == ["to see how", "it stands"]


def test_the_first_line_may_have_a_width_of_its_own():
    assert [line for _, line in break_lines("一二三四五六", [2, 3], len)] == [
        "一二",
        "三四五",
        "六",
    ]


CHARACTERS = st.sampled_from(["申", "請", "𨋢", "a", "7", " "])
PHRASES = st.builds(
    "{}{}{}{}".format,
    st.sampled_from(["", "", "（", "「"]),
    st.text(CHARACTERS, max_size=6).map(lambda inner: f"人{inner}人"),
    st.sampled_from(["", "」", "）"]),
    st.sampled_from(["", "，", "。", "？"]),
)


@given(st.lists(PHRASES, max_size=12).map("".join), st.integers(8, 30))
def test_no_line_starts_or_ends_wrongly_and_nothing_is_lost(text, width):
    lines = lines_of(text, width)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(len(line) <= width for line in lines)
    assert not any(line[:1] in CANNOT_START_A_LINE for line in lines if line)
    assert not any(line[-1:] in CANNOT_END_A_LINE for line in lines if line)


def test_a_paragraph_keeps_the_comma_off_the_start_of_a_line_at_every_width():
    text = "申請名冊先行凍結，並公布其承諾值，然後公開攪珠，決定優先次序。"
    for width in range(40, 200):
        paragraph = PlainText(text, make_style("test", size=10))
        paragraph.wrap(width, 1000)
        first_characters = {words[0][0] for _, words in paragraph.blPara.lines}
        assert not first_characters & {"，", "。"}


def test_an_english_apostrophe_is_not_drawn_a_full_square_wide():
    paragraph = PlainText("The applicant’s age ‘here’", make_style("sample", size=10))

    assert paragraph.getPlainText() == "The applicant's age ‘here’"
