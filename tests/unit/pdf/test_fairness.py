from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from io import BytesIO

import pytest
from pypdf import PdfReader

from applications.pdf.layout import Bilingual
from lottery.fairness.report import FairnessReport, FairnessRow, GroupCut
from lottery.pdf.fairness import FairnessDocument, render_fairness_report

TOTAL = FairnessRow("F", "CATEGORY", "F", 9_000, 5_400, Fraction(5_400), 5_400, 5_400, True)
DIGITS = [
    FairnessRow("F", "DIGIT", str(digit), 900, 500 + digit, Fraction(2701, 5), 480, 600, False)
    for digit in range(10)
]
TENTHS = [replace(row, feature="DECILE", value=str(int(row.value) + 1)) for row in DIGITS]
CHANNELS = [
    replace(DIGITS[0], feature="CHANNEL", value="ONLINE", place_count=3_210),
    replace(DIGITS[0], feature="CHANNEL", value="PAPER", expected=Fraction(0), lowest=0, highest=0),
]
REPORT = FairnessReport(
    order="last2:balls",
    rows=(TOTAL, *CHANNELS, *TENTHS, *DIGITS),
    pseudo_ceremony_count=10_000,
    expected_outside=Fraction(1, 5),
    as_many_share=Fraction(123, 10_000),
    cuts=tuple(GroupCut("F", n + 1, f"{n * 37 % 100:02d}", 90, 90) for n in range(60)),
)
DOCUMENT = FairnessDocument(
    exercise_title=Bilingual("白居二 2024", "WSM 2024"),
    exercise_code="WSM2024",
    attempt=1,
    commitment="0123456789abcdef" * 4,
    run_at=datetime(2025, 6, 1, 2, 30, 1, tzinfo=UTC),
    report=REPORT,
    page_url="https://portal.example.org/en/verify/WSM2024/fairness/",
    first_language="en",
    is_demonstration=False,
)


def pages_of(document):
    reader = PdfReader(BytesIO(render_fairness_report(document)))
    return [page.extract_text() for page in reader.pages]


def text_of(document):
    return " ".join("\n".join(pages_of(document)).split())


@pytest.mark.parametrize("language", ["zh-hant", "en"])
def test_it_says_the_same_in_both_languages_whichever_comes_first(language):
    text = text_of(replace(DOCUMENT, first_language=language))
    for words in (
        "公平報告", "Fairness report", "尾數 7", "Ends in 7", "網上", "Online", "預期", "Expected",
        "大約每一百個這樣的數字", "about one in a hundred such numbers looks odd by chance",
        "2025年6月1日 10:30:01", "1 June 2025, 10:30:01", DOCUMENT.page_url,
    ):  # fmt: skip
        assert words in text


def test_every_number_is_printed_with_its_expectation_and_interval():
    text = text_of(DOCUMENT)
    for row in DIGITS:
        assert f"900 {row.place_count} 540.2 480–600" in text
    assert "9,000 applications, 5,400 places. The quotas fix the places" in text


def test_a_number_outside_is_marked_and_one_inside_is_not():
    assert text_of(DOCUMENT).count("480–600 outside") == 1
    inside = replace(REPORT, rows=(TOTAL, *DIGITS))
    assert "480–600 outside" not in text_of(replace(DOCUMENT, report=inside))


def test_it_says_how_many_fair_ballots_have_as_many_outside():
    text = text_of(DOCUMENT)
    assert "Of 10,000 simulated ballots 123 had at least as many outside." in text
    assert "Taken together, the result is what a fair ballot gives." in text


def test_a_draw_that_fair_ballots_hardly_ever_give_is_called_worth_a_look():
    odd = replace(REPORT, as_many_share=Fraction(1, 500))
    text = text_of(replace(DOCUMENT, report=odd))
    assert "This deserves a closer look" in text
    assert "值得查究" in text
    assert "what a fair ballot gives." not in text.replace("Expectation", "")


def test_the_endings_explain_the_digits_and_are_not_there_in_the_order_ticket():
    assert "The endings that got places" in text_of(DOCUMENT)
    ticket = replace(REPORT, order="ticket", cuts=())
    assert "The endings that got places" not in text_of(replace(DOCUMENT, report=ticket))


def test_the_head_of_a_long_list_of_endings_is_on_every_page_of_it():
    pages = [page for page in pages_of(DOCUMENT) if "Ending" in page]
    assert len(pages) > 1


def test_the_same_report_gives_the_same_bytes():
    assert render_fairness_report(DOCUMENT) == render_fairness_report(replace(DOCUMENT))


def test_a_demonstration_says_so_on_every_page_and_a_real_one_nowhere():
    demonstration = replace(DOCUMENT, is_demonstration=True)
    assert all("DEMONSTRATION" in page for page in pages_of(demonstration))
    assert not any("DEMONSTRATION" in page for page in pages_of(DOCUMENT))


def test_every_font_is_embedded():
    reader = PdfReader(BytesIO(render_fairness_report(DOCUMENT)))
    fonts = [font for page in reader.pages for font in page["/Resources"]["/Font"].values()]
    assert all("/FontFile2" in font.get_object()["/FontDescriptor"] for font in fonts)


@pytest.mark.parametrize(
    ("field", "value"),
    [("run_at", DOCUMENT.run_at.replace(tzinfo=None)), ("first_language", "fr")],
)
def test_a_value_that_no_report_can_have_is_refused_by_name(field, value):
    with pytest.raises(ValueError, match=field):
        replace(DOCUMENT, **{field: value})


def test_where_the_quotas_fix_every_number_it_judges_nothing():
    fixed = replace(REPORT, rows=(TOTAL,), expected_outside=Fraction(0), as_many_share=Fraction(1))
    text = text_of(replace(DOCUMENT, report=fixed))
    assert "says nothing for or against the draw" in text
    assert "不能說明抽籤是否公平" in text
    assert "what a fair ballot gives" not in text
