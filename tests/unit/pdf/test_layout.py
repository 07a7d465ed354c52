from io import BytesIO

import pytest
from pypdf import PdfReader

from applications.pdf.layout import CONTENT_WIDTH, Bilingual, PageFrame, render_document, ruled_list

HEADINGS = [Bilingual("次序", "Rank"), Bilingual("申請編號", "Application")]


def render_list(count, first_language="zh-hant", is_demonstration=False):
    rows = [[str(rank), f"1{rank:07d}"] for rank in range(1, count + 1)]
    frame = PageFrame(Bilingual("優先次序", "Ranking"), "WSM2024", first_language, is_demonstration)
    story = ruled_list(HEADINGS, rows, [CONTENT_WIDTH / 2] * 2, first_language)
    document = render_document(story, title="Ranking", author="Scheme", frame=frame)
    return [page.extract_text() for page in PdfReader(BytesIO(document)).pages]


def test_a_long_list_prints_every_row_once_and_its_headings_on_every_page():
    pages = render_list(200)
    assert len(pages) > 1
    assert all("次序" in page and "Rank" in page for page in pages)
    numbers = [word for page in pages for word in page.split() if word.startswith("10000")]
    assert numbers == [f"1{rank:07d}" for rank in range(1, 201)]


def test_every_page_says_which_it_is_and_how_many_there_are():
    pages = render_list(100)
    for number, page in enumerate(pages, start=1):
        assert f"第 {number} 頁，共 {len(pages)} 頁" in page
        assert f"Page {number} of {len(pages)}" in page


def test_every_page_of_a_demonstration_says_so_in_both_languages():
    assert all("示範" in page and "DEMONSTRATION" in page for page in render_list(100, "en", True))
    assert not any("示範" in page or "DEMONSTRATION" in page for page in render_list(100))


def test_a_cell_means_nothing_but_itself():
    frame = PageFrame(Bilingual("題", "Title"), "x", "en", False)
    story = ruled_list(HEADINGS, [["<b>&amp;</b>", "𨋢"]], [CONTENT_WIDTH / 2] * 2, "en")
    document = render_document(story, title="t", author="a", frame=frame)
    text = PdfReader(BytesIO(document)).pages[0].extract_text()
    assert "<b>&amp;</b>" in text
    assert "𨋢" in text


@pytest.mark.parametrize(
    ("words", "joined"),
    [(Bilingual("甲", "a"), "a 甲"), (Bilingual("", "a"), "a"), (Bilingual("甲", ""), "甲")],
)
def test_an_empty_language_leaves_no_separator(words, joined):
    assert words.joined("en") == joined
