import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO

import pytest
from pypdf import PdfReader
from reportlab.graphics.barcode.qr import QrCode
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from applications.pdf.layout import Bilingual
from applications.pdf.receipt import Receipt, list_missing_glyphs, render_receipt

SALT = "0123456789abcdef" * 4

RECEIPT = Receipt(
    exercise_title=Bilingual("白居二 2024", "WSM 2024"),
    application_number="10000001",
    channel="ONLINE",
    submitted_at=datetime(2025, 3, 10, 6, 5, 32, tzinfo=UTC),
    category="FAMILY",
    track="YOUTH",
    track_reason=Bilingual("申請人未滿 40 歲。", "The applicant is under 40."),
    applicant_name=Bilingual("陳大文", "CHAN Tai Man"),
    masked_hkic="A123***(*)",
    household_size=3,
    fee_hkd=250,
    fee_method="CARD",
    payment_reference="TEST-0001",
    salt_hex=SALT,
    status_url="https://portal.example.org/zh-hant/status/",
    look_up_url="https://example.org/verify/look-up/?exercise=WSM2024&number=10000001",
    first_language="zh-hant",
    is_demonstration=False,
)


def read(receipt):
    return PdfReader(BytesIO(render_receipt(receipt)))


def text_of(receipt):
    return "\n".join(page.extract_text() for page in read(receipt).pages)


def named(zh="陳大文", en="CHAN Tai Man"):
    return replace(RECEIPT, applicant_name=Bilingual(zh, en))


@pytest.mark.parametrize("language", ["zh-hant", "en"])
def test_it_says_the_same_in_both_languages_whichever_comes_first(language):
    text = text_of(replace(RECEIPT, first_language=language))
    for words in (
        "申請收據", "Application receipt", "10000001", "陳大文", "CHAN Tai Man", "A123***(*)",
        "3 人", "3 persons", "家庭申請", "Family", "青年計劃", "Youth Scheme", "網上", "Online",
        "HK$250", "TEST-0001", "並非要約", "not an offer", RECEIPT.status_url,
    ):  # fmt: skip
        assert words in text


def test_the_language_that_comes_first_is_above():
    chinese, english = text_of(RECEIPT), text_of(replace(RECEIPT, first_language="en"))
    assert chinese.index("陳大文") < chinese.index("CHAN Tai Man")
    assert english.index("CHAN Tai Man") < english.index("陳大文")


def test_the_time_is_hong_kong_time():
    text = text_of(RECEIPT)
    assert "2025年3月10日 14:05:32" in text
    assert "10 March 2025, 14:05:32" in text


def test_the_whole_salt_can_be_read_off_in_order():
    groups = [SALT[i : i + 4] for i in range(0, 64, 4)]
    words = [word for word in text_of(RECEIPT).split() if word in set(groups)]
    assert words == groups


@pytest.mark.parametrize("name", ["陳𨋢", "𠮷田", "陳大文"])
def test_a_name_of_supplementary_characters_can_be_copied(name):
    assert name in text_of(named(zh=name))


def test_a_missing_glyph_is_visible_and_named_on_the_receipt_and_to_the_caller():
    receipt = named(zh="陳𫬷")
    assert list_missing_glyphs(receipt) == ("𫬷",)
    text = text_of(receipt)
    assert "陳〓" in text
    assert "U+2BB37" in text


def test_a_receipt_with_all_its_glyphs_carries_no_note():
    assert list_missing_glyphs(RECEIPT) == ()
    assert "〓" not in text_of(RECEIPT)


@pytest.mark.parametrize("field", ["applicant_name", "track_reason", "exercise_title"])
@pytest.mark.parametrize(
    "typed",
    [
        "<b>CHAN</b>",
        "A & B",
        "&lt;",
        "&#8203;",
        '<img src="x.png"/>',
        "<br/>",
        "</para>",
        "<unknown",
    ],
)
def test_markup_in_a_text_is_printed_as_typed(field, typed):
    receipt = replace(RECEIPT, **{field: Bilingual("甲", typed)})
    assert typed in text_of(receipt)


@pytest.mark.parametrize("field", ["masked_hkic", "payment_reference", "status_url"])
def test_markup_in_a_single_value_is_printed_as_typed(field):
    assert "<i>&amp;" in text_of(replace(RECEIPT, **{field: "<i>&amp;"}))


def test_the_same_receipt_gives_the_same_bytes():
    assert render_receipt(RECEIPT) == render_receipt(replace(RECEIPT))


def test_receipts_printed_at_the_same_moment_do_not_mix():
    receipts = [replace(RECEIPT, application_number=f"1000000{n}") for n in range(8)]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(render_receipt, receipts))
    assert together == [render_receipt(receipt) for receipt in receipts]


def test_an_applicant_without_a_chinese_name_has_the_english_one_only():
    text = text_of(named(zh=""))
    assert "CHAN Tai Man" in text
    assert "陳" not in text


@pytest.mark.parametrize("language", ["zh-hant", "en"])
@pytest.mark.parametrize("is_demonstration", [True, False])
def test_an_ordinary_receipt_is_one_page(language, is_demonstration):
    receipt = replace(
        RECEIPT, first_language=language, is_demonstration=is_demonstration,
        household_size=8, fee_method="CHEQUE", channel="PAPER",
    )  # fmt: skip
    assert len(read(receipt).pages) == 1


def test_very_long_names_are_printed_whole():
    receipt = named(zh="歐陽𠮷𨋢" * 30, en="Wolfeschlegel" * 40)
    text = "".join(text_of(receipt).split())
    assert "歐陽𠮷𨋢" * 30 in text
    assert "Wolfeschlegel" * 40 in text


@pytest.mark.parametrize(("size", "words"), [(1, "1 person"), (8, "8 persons")])
def test_the_household_is_counted(size, words):
    assert f"{size} 人 · {words}\n" in text_of(replace(RECEIPT, household_size=size))


@pytest.mark.parametrize(
    ("method", "words"),
    [("CARD", "not refunded"), ("FPS", "not refunded"),
     ("CHEQUE", "Subject to clearance"), ("CASHIER_ORDER", "Subject to clearance")],
)  # fmt: skip
def test_a_fee_that_may_still_bounce_is_not_called_paid(method, words):
    assert words in text_of(replace(RECEIPT, fee_method=method))


def test_a_demonstration_receipt_says_so_and_a_real_one_does_not():
    assert "DEMONSTRATION" in text_of(replace(RECEIPT, is_demonstration=True))
    assert "DEMONSTRATION" not in text_of(RECEIPT)


@pytest.mark.parametrize(("language", "tag"), [("zh-hant", "zh-HK"), ("en", "en-HK")])
def test_the_file_names_its_title_author_and_language(language, tag):
    reader = read(replace(RECEIPT, first_language=language))
    assert "10000001" in reader.metadata.title
    assert reader.metadata.author == "White Form Secondary Market Scheme"
    assert reader.trailer["/Root"]["/Lang"] == tag


def test_every_font_is_embedded():
    fonts = read(RECEIPT).pages[0]["/Resources"]["/Font"].values()
    assert all("/FontFile2" in font.get_object()["/FontDescriptor"] for font in fonts)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("application_number", "1000001"),
        ("application_number", "１００００００１"),
        ("channel", "POST"),
        ("submitted_at", RECEIPT.submitted_at.replace(tzinfo=None)),
        ("category", "COUPLE"),
        ("track", "ORDINARY"),
        ("household_size", 0),
        ("fee_hkd", -1),
        ("fee_method", "CASH"),
        ("salt_hex", SALT.upper()),
        ("salt_hex", SALT + "\n"),
        ("first_language", "fr"),
    ],
)
def test_a_value_that_no_receipt_can_have_is_refused_by_name(field, value):
    with pytest.raises(ValueError, match=field):
        replace(RECEIPT, **{field: value})


def rectangles(page):
    """Give the filled rectangles of a page as it draws them: the dark runs of a QR code."""
    content = page.get_contents().get_data().decode("latin-1")
    return re.findall(r"^(?:n )?([\d.]+ [\d.]+ [\d.]+ [\d.]+) re f", content, re.MULTILINE)


def draw_code(address):
    canvas = Canvas(output := BytesIO(), invariant=1)
    size = 31 * mm
    QrCode(address, qrLevel="M", qrBorder=2, width=size, height=size).drawOn(canvas, 0, 0)
    canvas.save()
    return rectangles(PdfReader(output).pages[0])


def test_the_code_leads_to_the_public_result_of_the_number():
    page = read(RECEIPT).pages[0]
    assert len(draw_code(RECEIPT.look_up_url)) > 100
    assert set(draw_code(RECEIPT.look_up_url)) <= set(rectangles(page))
    assert not set(draw_code(RECEIPT.status_url)) <= set(rectangles(page))


def test_it_says_what_it_is_for_after_the_draw():
    text = "".join(text_of(RECEIPT).split())
    for words in ("攪珠後掃描二維碼", "Aftertheballot,scanthecode", "Aftertheballotthiscode"):
        assert words in text
