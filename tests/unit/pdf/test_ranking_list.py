"""The ranking list for printing: every line once, in order, in both languages."""

import tracemalloc
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO

import pytest
from pypdf import PdfReader

from applications.pdf.layout import Bilingual
from lottery.pdf.ranking_list import (
    ROWS_OF_A_FULL_PAGE,
    ROWS_OF_THE_FIRST_PAGE,
    TICKET_DIGITS,
    ListedLine,
    RankingList,
    Section,
    render_ranking_list,
)

COMMITMENT, SEED = "0123456789abcdef" * 4, "fedcba9876543210" * 4


def make_lines(count, *, first_rank=1):
    for rank in range(first_rank, first_rank + count):
        number = 10_000_000 + rank * 7
        place = f"OF {rank}" if rank <= 3 else ""
        yield ListedLine(
            rank, number, "YG"[rank % 2], f"{number}", f"{rank * 99991:064x}"[::-1], place
        )


def make_list(family=5, one_person=4, **changes):
    sections = [("F", family), ("P", one_person)]
    return RankingList(
        **{
            "exercise_title": Bilingual("白居二 2024", "WSM 2024"),
            "draw": "WSM2024",
            "attempt": 1,
            "run_at": datetime(2025, 6, 1, 3, 4, 5, tzinfo=UTC),
            "commitment_sha256": COMMITMENT,
            "seed": SEED,
            "line_count": 12,
            "ranked": dict(sections),
            "place_count": 6,
            "part": 1,
            "part_count": 1,
            "sections": tuple(
                Section(letter, count, make_lines(count)) for letter, count in sections if count
            ),
            "url": "https://portal.example.org/verify/WSM2024/attempts/1/",
            "first_language": "zh-hant",
            "is_demonstration": False,
            "is_given_up": False,
        }
        | changes
    )


def read(ranking):
    return PdfReader(BytesIO(render_ranking_list(ranking)))


def text_of(ranking):
    return "\n".join(page.extract_text() for page in read(ranking).pages)


def find_numbers(text):
    return [word for word in text.split() if len(word) == 8 and word.isdecimal()]


@pytest.mark.parametrize("language", ["zh-hant", "en"])
def test_it_says_the_same_in_both_languages_whichever_comes_first(language):
    text = text_of(make_list(first_language=language))
    for words in (
        "次序名單", "Ranking list", "第 1 次", "attempt 1", "2025年6月1日 11:04:05", "1 June 2025",
        COMMITMENT, SEED, "12 lines in the register", "9 ranked (5 family, 4 one-person)",
        "6 places given", "家庭申請者：次序 1 至 5", "One-person: ranks 1 to 4", "ranking.txt",
        "https://portal.example.org/verify/WSM2024/attempts/1/", "亦非要約",
    ):  # fmt: skip
        assert words in text


def test_a_line_says_rank_number_ending_ticket_track_and_place():
    text = text_of(make_list(family=1, one_person=0))
    (line,) = make_lines(1)
    words = text.split()
    cells = [str(line.rank), str(line.number), line.ballot[-2:], line.ticket[:TICKET_DIGITS]]
    assert all(cell in words for cell in cells)
    assert "OF 1" in text
    assert line.ticket[: TICKET_DIGITS + 1] not in text


@pytest.mark.parametrize(
    ("family", "one_person"),
    [
        pytest.param(1, 0, id="one line"),
        pytest.param(2 * ROWS_OF_THE_FIRST_PAGE, 1, id="a full first page"),
        pytest.param(2 * ROWS_OF_THE_FIRST_PAGE + 1, 0, id="one line more"),
        pytest.param(
            2 * (ROWS_OF_THE_FIRST_PAGE + ROWS_OF_A_FULL_PAGE) + 1, 333, id="several pages"
        ),
    ],
)
def test_every_number_stands_once_and_in_order(family, one_person):
    numbers = find_numbers(text_of(make_list(family, one_person)))
    # A page's text comes column by column: the numbers of each half follow each other.
    expected = [f"{10_000_000 + rank * 7}" for rank in range(1, family + 1)]
    expected += [f"{10_000_000 + rank * 7}" for rank in range(1, one_person + 1)]
    assert numbers == expected


def test_every_page_is_numbered_and_headed():
    pages = read(make_list(family=700)).pages
    assert len(pages) > 3
    for number, page in enumerate(pages, start=1):
        text = page.extract_text()
        assert f"Page {number} of {len(pages)}" in text
        assert "申請編號" in text
        assert "Ticket" in text


def test_a_part_says_which_it_is():
    text = text_of(make_list(part=2, part_count=3))
    assert "第 2 冊，共 3 冊" in text
    assert "Part 2 of 3" in text
    assert "Part" not in text_of(make_list())


def test_the_same_list_gives_the_same_bytes():
    assert render_ranking_list(make_list()) == render_ranking_list(make_list())


def test_another_line_gives_other_bytes():
    one = make_list(1, 0)
    (line,) = make_lines(1)
    other = Section("F", 1, iter([line._replace(number=line.number + 1)]))
    assert render_ranking_list(one) != render_ranking_list(
        replace(make_list(1, 0), sections=(other,))
    )


def test_a_demonstration_says_so_and_a_real_list_does_not():
    assert "DEMONSTRATION" in text_of(make_list(is_demonstration=True))
    assert "DEMONSTRATION" not in text_of(make_list())


def test_a_list_of_an_attempt_that_was_given_up_says_so():
    assert "Given up for another attempt" in text_of(make_list(is_given_up=True))
    assert "Given up" not in text_of(make_list())


def test_every_font_is_embedded():
    fonts = read(make_list()).pages[0]["/Resources"]["/Font"].values()
    assert all("/FontFile2" in font.get_object()["/FontDescriptor"] for font in fonts)


def test_ten_times_the_lines_take_ten_times_the_memory_and_no_more():
    def measure(count):
        tracemalloc.start()
        render_ranking_list(make_list(count, 0))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    measure(10)  # the first list of a process reads the typeface
    assert measure(10_000) < 12 * measure(1_000)
    assert measure(10_000) < 10_000 * 1_500  # bytes
