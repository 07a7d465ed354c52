"""The notice of a published commitment: one page for the wall, the camera and the record."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from reportlab.graphics.barcode.qr import QrCode
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, Spacer, Table

from applications.pdf.layout import (
    ACCENT,
    BODY,
    CHINESE_FIRST,
    CONTENT_WIDTH,
    ENGLISH_FIRST,
    HAIRLINE,
    INK,
    SECONDARY,
    SMALL,
    TINT,
    TITLE,
    Bilingual,
    PageFrame,
    columns,
    details,
    heading,
    panel,
    render_document,
)
from applications.pdf.moments import say_moment
from applications.pdf.plain_text import PlainText
from applications.pdf.receipt import AUTHOR, DOT
from applications.pdf.typesetting import make_style
from lottery.ballot.commitment import hash_commitment, parse_commitment
from lottery.ballot.parameters import parse_parameters
from lottery.pdf.notice_words import (
    CEREMONY_HEADING,
    CEREMONY_LABEL,
    CHECK_HEADING,
    CHECK_STEPS,
    COMMITMENT_LABEL,
    COUNTS_LABEL,
    DATE_LINE,
    EXERCISE_LABEL,
    ORDER_LABEL,
    PLACE_LINE,
    PUBLISHED_LABEL,
    QUOTA_COLUMNS,
    QUOTAS_HEADING,
    READ_ALOUD,
    SIGNATURE_LINES,
    SIGNED_LABEL,
    TEXT_LABEL,
    TITLE_WORDS,
    WHAT_IT_IS,
    say_counts,
    say_order,
    say_quota,
)

DIGITS_OF_A_GROUP = 4
GROUPS_OF_A_LINE = 4

DIGITS = make_style("digits", size=22, leading=26, bold=True, textColor=INK, alignment=1)
LINE_NUMBER = make_style("line number", size=7.6, leading=10, textColor=ACCENT)
VERBATIM = make_style("verbatim", size=6.5, leading=8.6, textColor=INK)
CELL = make_style("cell", size=8, leading=11, textColor=INK)
CELL_HEADING = make_style("cell heading", size=7.6, leading=10.4, bold=True, textColor=ACCENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """
    What a notice says, in plain values.

    :param parameters_text: the whole of params.txt.
    :param commitment_text: the whole of commitment.txt, whose hash is C.
    :param published_at: timezone-aware; printed in Hong Kong time, as ``ceremony_from``.
    :param ceremony_from: before this moment no ball is drawn.
    :param verify_url: of the ballot's public page; also in the QR code.
    :param signer: subject of the certificate that signs the file.
    :param certificate_sha256: that certificate's fingerprint.
    :param first_language: ``zh-hant`` or ``en``; both are printed, this one first.
    :raises ValueError: for a value outside these terms, which is a bug of the caller.
    """

    exercise_title: Bilingual
    parameters_text: str
    commitment_text: str
    published_at: datetime
    ceremony_from: datetime
    verify_url: str
    signer: str
    certificate_sha256: str
    first_language: str
    is_demonstration: bool

    def __post_init__(self) -> None:
        if None in (self.published_at.utcoffset(), self.ceremony_from.utcoffset()):
            raise ValueError("a notice needs moments with their time zone")
        if self.first_language not in {CHINESE_FIRST, ENGLISH_FIRST}:
            raise ValueError("a notice begins in zh-hant or en")


def render_notice(notice: Notice) -> bytes:
    """
    Set the notice as a PDF of one page, or more where a ballot has many quotas.

    The same notice gives the same bytes.

    :raises BallotRefusal: when the texts are not in their published format.
    """
    commitment = parse_commitment(notice.commitment_text)
    reference = f"{commitment.draw} / {commitment.attempt}"
    frame = PageFrame(
        heading=notice.exercise_title,
        reference=reference,
        first_language=notice.first_language,
        is_demonstration=notice.is_demonstration,
    )
    title = f"{TITLE_WORDS.joined(notice.first_language)} {reference}"
    return render_document(_set_story(notice), title=title, author=AUTHOR, frame=frame)


def _set_story(notice: Notice) -> list[Flowable]:
    language = notice.first_language
    return [
        PlainText(TITLE_WORDS.joined(language), TITLE),
        Spacer(0, 2),
        columns([WHAT_IT_IS], language),
        Spacer(0, 3),
        _commitment_panel(notice),
        Spacer(0, 4),
        details(_detail_rows(notice), language),
        heading(QUOTAS_HEADING, language),
        _quota_table(notice),
        KeepTogether([heading(CHECK_HEADING, language), _check_panel(notice)]),
        KeepTogether([heading(CEREMONY_HEADING, language), *_lines_to_fill_in(language)]),
    ]


def _commitment_panel(notice: Notice) -> Table:
    language = notice.first_language
    label = f"{COMMITMENT_LABEL.joined(language)}{DOT}{READ_ALOUD.joined(language, DOT)}"
    code_size = 37 * mm
    code_width = code_size + 6 * mm
    number_width = CONTENT_WIDTH - code_width
    code = QrCode(notice.verify_url, qrLevel="M", qrBorder=2, width=code_size, height=code_size)
    digits = _set_digits(hash_commitment(notice.commitment_text), number_width)
    number = [PlainText(label, SMALL), digits, PlainText(notice.verify_url, SMALL)]
    return panel(
        [[number, code]],
        [number_width, code_width],
        ("BACKGROUND", (0, 0), (-1, -1), TINT),
        ("LINEBEFORE", (0, 0), (0, -1), 3, ACCENT),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("LEFTPADDING", (0, 0), (0, -1), 10),
        ("TOPPADDING", (0, 0), (-1, -1), 4),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 5),
    )


def _set_digits(digits: str, width: float) -> Table:
    """Set C in four lines of four groups, each line numbered, so that nobody loses the place."""
    groups = [digits[i : i + DIGITS_OF_A_GROUP] for i in range(0, len(digits), DIGITS_OF_A_GROUP)]
    lines = [groups[i : i + GROUPS_OF_A_LINE] for i in range(0, len(groups), GROUPS_OF_A_LINE)]
    rows = [
        [PlainText(str(number), LINE_NUMBER), *(PlainText(group, DIGITS) for group in line)]
        for number, line in enumerate(lines, start=1)
    ]
    margin = 6 * mm
    group_width = (width - 2 * margin) / GROUPS_OF_A_LINE
    return panel(
        rows,
        [margin, *[group_width] * GROUPS_OF_A_LINE],
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("RIGHTPADDING", (0, 0), (-1, -1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 0),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 0),
    )


def _detail_rows(notice: Notice) -> list[tuple[Bilingual, list[str]]]:
    language = notice.first_language
    commitment = parse_commitment(notice.commitment_text)
    parameters = parse_parameters(notice.parameters_text)
    name = Bilingual(
        f"{commitment.draw}，第 {commitment.attempt} 次",
        f"{commitment.draw}, attempt {commitment.attempt}",
    )
    return [
        (EXERCISE_LABEL, [name.joined(language, DOT)]),
        (COUNTS_LABEL, list(say_counts(commitment).in_order(language))),
        (PUBLISHED_LABEL, [say_moment(notice.published_at).joined(language, DOT)]),
        (CEREMONY_LABEL, [say_moment(notice.ceremony_from).joined(language, DOT)]),
        (ORDER_LABEL, list(say_order(parameters).in_order(language))),
    ]


def _quota_table(notice: Notice) -> Table:
    language = notice.first_language
    steps = parse_parameters(notice.parameters_text).steps
    headings = [PlainText(words.joined(language), CELL_HEADING) for words in QUOTA_COLUMNS]
    rows = [[PlainText(cell, CELL) for cell in say_quota(step, language)] for step in steps]
    shares = (0.36, 0.2, 0.12, 0.13, 0.19)
    return panel(
        [headings, *rows],
        [CONTENT_WIDTH * share for share in shares],
        ("LINEBELOW", (0, 0), (-1, 0), 1, ACCENT),
        ("LINEBELOW", (0, 1), (-1, -1), 0.5, HAIRLINE),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 0.5),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
    )


def _check_panel(notice: Notice) -> Table:
    language = notice.first_language
    text = [PlainText(TEXT_LABEL.joined(language, DOT), SMALL)]
    text += [PlainText(line, VERBATIM) for line in notice.commitment_text.splitlines()]
    steps = [
        PlainText(f"{number}. {words}", style)
        for words_of_all, style in zip(
            _in_order(CHECK_STEPS, language), (BODY, SECONDARY), strict=True
        )
        for number, words in enumerate(words_of_all, start=1)
    ]
    signed = f"{SIGNED_LABEL.joined(language)}: {notice.signer} (SHA-256 "
    return panel(
        [
            [text, steps],
            [PlainText(f"{signed}{notice.certificate_sha256})", SMALL), None],
        ],
        [CONTENT_WIDTH * 0.56, CONTENT_WIDTH * 0.44],
        ("SPAN", (0, 1), (-1, 1)),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("BACKGROUND", (0, 0), (0, 0), TINT),
        ("LEFTPADDING", (0, 0), (0, 0), 8),
        ("LEFTPADDING", (1, 0), (1, 0), 10),
        ("LEFTPADDING", (0, 1), (0, 1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 3),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
    )


def _in_order(all_words: Sequence[Bilingual], language: str) -> list[tuple[str, ...]]:
    """Give all of them in the first language, then all of them in the other."""
    return list(zip(*(words.in_order(language) for words in all_words), strict=True))


def _lines_to_fill_in(language: str) -> list[Flowable]:
    """Leave a line to write on above each label."""
    return [
        _writing_line((DATE_LINE, PLACE_LINE), language),
        _writing_line(SIGNATURE_LINES, language),
    ]


def _writing_line(labels: tuple[Bilingual, ...], language: str) -> Table:
    gap = 6 * mm
    width = (CONTENT_WIDTH - gap * (len(labels) - 1)) / len(labels)
    cells: list[PlainText | None] = []
    widths: list[float] = []
    rules = []
    for position, label in enumerate(labels):
        if position:
            cells.append(None)
            widths.append(gap)
        rules.append(("LINEABOVE", (len(cells), 0), (len(cells), 0), 0.7, INK))
        cells.append(PlainText(label.joined(language), SMALL))
        widths.append(width)
    line = panel(
        [cells],
        widths,
        *rules,
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 1),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 0),
    )
    line.spaceBefore = 20
    return line
