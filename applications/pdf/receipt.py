"""The receipt that says an application was received, in both languages, for keeping."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
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
from applications.pdf.receipt_words import (
    CATEGORIES,
    CHANNELS,
    FEE_METHODS,
    FEE_NOT_ENCLOSED,
    FEE_NOT_REFUNDED,
    FEE_UNTIL_CLEARED,
    HOW_TO_CHECK,
    KEEP_HEADING,
    NEXT_HEADING,
    NEXT_STEPS,
    NOT_AN_OFFER,
    NUMBER_LABEL,
    SALT_LABEL,
    TITLE_WORDS,
    TRACKS,
    WHY_KEEP,
    WHY_SCAN,
)
from applications.pdf.typesetting import MISSING_GLYPH_MARK, find_missing_glyphs, make_style

AUTHOR = "White Form Secondary Market Scheme"
DOT = " · "
FEE_EXPLANATIONS = {
    "CARD": FEE_NOT_REFUNDED,
    "FPS": FEE_NOT_REFUNDED,
    "NONE": FEE_NOT_ENCLOSED,
}

NUMBER = make_style("number", size=34, leading=39, bold=True, textColor=ACCENT)
SALT = make_style("salt", size=10, leading=14, bold=True, textColor=INK, alignment=1)
NOTICE = make_style("notice", size=9, leading=13, bold=True, textColor=INK)
NOTICE_SECONDARY = make_style("notice secondary", size=8.4, leading=12, textColor=INK)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """
    What a receipt says, in plain values.

    :param application_number: eight digits.
    :param submitted_at: timezone-aware; printed in Hong Kong time.
    :param track_reason: why the application counts for its track, a sentence in both languages.
    :param masked_hkic: already masked; the whole number never reaches a PDF.
    :param fee_hkd: whole dollars; what is due when ``fee_method`` is ``NONE``.
    :param salt_hex: 64 lower-case hexadecimal digits, the salt of the identity commitment.
    :param status_url: where the state of the application is looked up, as text.
    :param look_up_url: what the QR code holds: where the ballot's result for this number will
        be. The number is public, so there is nothing personal in it.
    :param first_language: ``zh-hant`` or ``en``; both are printed, this one first.
    :raises ValueError: for a value outside these terms, which is a bug of the caller.
    """

    exercise_title: Bilingual
    application_number: str
    channel: str
    submitted_at: datetime
    category: str
    track: str
    track_reason: Bilingual
    applicant_name: Bilingual
    masked_hkic: str
    household_size: int
    fee_hkd: int
    fee_method: str
    payment_reference: str
    salt_hex: str
    status_url: str
    look_up_url: str
    first_language: str
    is_demonstration: bool

    def __post_init__(self) -> None:
        acceptable = {
            "application_number": re.fullmatch("[0-9]{8}", self.application_number),
            "channel": self.channel in CHANNELS,
            "submitted_at": self.submitted_at.utcoffset() is not None,
            "category": self.category in CATEGORIES,
            "track": self.track in TRACKS,
            "household_size": self.household_size >= 1,
            "fee_hkd": self.fee_hkd >= 0,
            "fee_method": self.fee_method in FEE_METHODS,
            "salt_hex": re.fullmatch("[0-9a-f]{64}", self.salt_hex),
            "first_language": self.first_language in {CHINESE_FIRST, ENGLISH_FIRST},
        }
        faults = [name for name, is_good in acceptable.items() if not is_good]
        if faults:
            raise ValueError(f"a receipt cannot be printed with this {', '.join(faults)}")


def render_receipt(receipt: Receipt) -> bytes:
    """
    Set the receipt as a PDF of one page, or more where names are very long.

    The same receipt gives the same bytes. A character without a glyph is printed as 〓 and named
    in a note; ask ``list_missing_glyphs`` to report it.
    """
    frame = PageFrame(
        heading=receipt.exercise_title,
        reference=f"{NUMBER_LABEL.joined(receipt.first_language)} {receipt.application_number}",
        first_language=receipt.first_language,
        is_demonstration=receipt.is_demonstration,
    )
    title = f"{TITLE_WORDS.joined(receipt.first_language)} {receipt.application_number}"
    return render_document(_set_story(receipt), title=title, author=AUTHOR, frame=frame)


def list_missing_glyphs(receipt: Receipt) -> tuple[str, ...]:
    """List the characters of a receipt that its typeface cannot print, each once."""
    values = (getattr(receipt, field.name) for field in fields(receipt))
    return find_missing_glyphs("".join(_texts(values)))


def _texts(values: Iterable[object]) -> Iterator[str]:
    for value in values:
        if isinstance(value, str):
            yield value
        elif isinstance(value, Bilingual):
            yield from value


def _set_story(receipt: Receipt) -> list[Flowable]:
    language = receipt.first_language
    return [
        PlainText(TITLE_WORDS.joined(language), TITLE),
        Spacer(0, 3),
        _number_panel(receipt),
        Spacer(0, 3),
        details(_detail_rows(receipt), language),
        *_missing_glyph_note(receipt),
        Spacer(0, 4),
        _notice(NOT_AN_OFFER, language),
        heading(NEXT_HEADING, language),
        columns(NEXT_STEPS, language, numbered=True),
        KeepTogether(
            [
                heading(KEEP_HEADING, language),
                columns([WHY_KEEP], language),
                _salt_panel(receipt),
            ]
        ),
    ]


def _number_panel(receipt: Receipt) -> Table:
    language = receipt.first_language
    first, second = HOW_TO_CHECK.in_order(language)
    words = [
        PlainText(NUMBER_LABEL.joined(language), SECONDARY),
        PlainText(receipt.application_number, NUMBER),
        PlainText(first, BODY),
        PlainText(second, SECONDARY),
        PlainText(receipt.status_url, SMALL),
        *(PlainText(line, SMALL) for line in WHY_SCAN.in_order(language)),
    ]
    code_size = 31 * mm
    code_width = code_size + 8 * mm
    code = QrCode(receipt.look_up_url, qrLevel="M", qrBorder=2, width=code_size, height=code_size)
    return panel(
        [[words, code]],
        [CONTENT_WIDTH - code_width, code_width],
        ("BACKGROUND", (0, 0), (-1, -1), TINT),
        ("LINEBEFORE", (0, 0), (0, -1), 3, ACCENT),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("LEFTPADDING", (0, 0), (0, -1), 12),
        ("TOPPADDING", (0, 0), (-1, -1), 5),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 6),
    )


def _detail_rows(receipt: Receipt) -> list[tuple[Bilingual, list[str]]]:
    language = receipt.first_language
    track = TRACKS[receipt.track].joined(language, DOT)
    size = receipt.household_size
    persons = Bilingual(f"{size} 人", "1 person" if size == 1 else f"{size} persons")
    return [
        (Bilingual("申請者", "Applicant"), _lines(receipt.applicant_name, language)),
        (Bilingual("身份證號碼", "Identity card"), [receipt.masked_hkic]),
        (Bilingual("家庭人數", "Household"), [persons.joined(language, DOT)]),
        (Bilingual("類別", "Category"), [CATEGORIES[receipt.category].joined(language, DOT)]),
        (Bilingual("配額", "Quota"), [track, *_lines(receipt.track_reason, language)]),
        (Bilingual("遞交途徑", "Channel"), [CHANNELS[receipt.channel].joined(language, DOT)]),
        (Bilingual("收件時間", "Received"), _lines(say_moment(receipt.submitted_at), language)),
        (Bilingual("申請費", "Fee"), _fee_lines(receipt)),
    ]


def _lines(words: Bilingual, language: str) -> list[str]:
    return [part for part in words.in_order(language) if part]


def _fee_lines(receipt: Receipt) -> list[str]:
    language = receipt.first_language
    method = FEE_METHODS[receipt.fee_method].joined(language)
    explanation = FEE_EXPLANATIONS.get(receipt.fee_method, FEE_UNTIL_CLEARED)
    payment = (f"HK${receipt.fee_hkd:,}", method, receipt.payment_reference)
    return [
        DOT.join(part for part in payment if part),
        *_lines(explanation, language),
    ]


def _missing_glyph_note(receipt: Receipt) -> list[Flowable]:
    missing = list_missing_glyphs(receipt)
    if not missing:
        return []
    codes = ", ".join(f"U+{ord(character):04X}" for character in missing)
    note = Bilingual(
        f"{MISSING_GLYPH_MARK} 代表本收據字體未有收錄的字（{codes}）；紀錄所載無誤。",
        f"{MISSING_GLYPH_MARK} stands for a character that this typeface lacks ({codes}); "
        "it is right in our records.",
    )
    return [
        Spacer(0, 4),
        *(PlainText(line, SMALL) for line in _lines(note, receipt.first_language)),
    ]


def _notice(words: Bilingual, language: str) -> Table:
    first, second = words.in_order(language)
    return panel(
        [[[PlainText(first, NOTICE), PlainText(second, NOTICE_SECONDARY)]]],
        [CONTENT_WIDTH],
        ("BOX", (0, 0), (-1, -1), 0.8, ACCENT),
        ("LEFTPADDING", (0, 0), (-1, -1), 12),
        ("TOPPADDING", (0, 0), (-1, -1), 5),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 7),
    )


def _salt_panel(receipt: Receipt) -> Table:
    """Print the salt in sixteen groups of four, two lines of eight, so that it can be typed off."""
    groups = [receipt.salt_hex[i : i + 4] for i in range(0, 64, 4)]
    label = PlainText(SALT_LABEL.joined(receipt.first_language), SECONDARY)
    rows = [[PlainText(group, SALT) for group in line] for line in (groups[:8], groups[8:])]
    return panel(
        [[label, *[None] * 7], *rows],
        [CONTENT_WIDTH / 8] * 8,
        ("SPAN", (0, 0), (-1, 0)),
        ("BOX", (0, 0), (-1, -1), 0.6, HAIRLINE),
        ("BACKGROUND", (0, 0), (-1, -1), TINT),
        ("TOPPADDING", (0, 0), (-1, 0), 6),
        ("TOPPADDING", (0, 1), (-1, -1), 1),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 5),
        ("LEFTPADDING", (0, 0), (0, 0), 12),
    )
