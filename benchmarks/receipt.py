"""The receipt as PDF, beside a bare page of text."""

from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from applications.pdf.layout import Bilingual
from applications.pdf.receipt import Receipt, render_receipt
from benchmarks.measuring import Comparison, Floor, Sample, compare, stopwatch
from benchmarks.population import Bench

SUBJECT = "pdf"
PAGES = 5
LINES = 40
RECEIPT = Receipt(
    exercise_title=Bilingual("白居二 2024", "WSM 2024"),
    application_number="10000001",
    channel="ONLINE",
    submitted_at=datetime(2025, 3, 10, 6, 5, 32, tzinfo=UTC),
    category="FAMILY",
    track="YOUTH",
    track_reason=Bilingual("申請人未滿 40 歲。", "The applicant is under 40."),
    applicant_name=Bilingual("測試一二", "SYNTHETIC One Two"),
    masked_hkic="QA0***(*)",
    household_size=3,
    fee_hkd=250,
    fee_method="CARD",
    payment_reference="SYN-00000001",
    salt_hex="0123456789abcdef" * 4,
    status_url="http://127.0.0.1:8000/zh-hant/status/",
    look_up_url="https://example.org/verify/look-up/?exercise=WSM2024&number=10000001",
    first_language="zh-hant",
    is_demonstration=True,
)


def measure(bench: Bench) -> Iterator[Comparison]:
    """Set the receipt with its typeface, tables and code beside lines of a built-in typeface."""
    yield from compare(
        subject=SUBJECT,
        work="bilingual receipt",
        count=PAGES,
        run=_render_receipts,
        floors=[Floor(f"{LINES} lines of English text", _draw_pages, "each under 100 ms")],
        rounds=bench.rounds,
    )


def _render_receipts(number: int) -> Sample:
    with stopwatch() as watch:
        for _ in range(PAGES):
            render_receipt(RECEIPT)
    return watch.sample


def _draw_pages(number: int) -> Sample:
    with stopwatch() as watch:
        for _ in range(PAGES):
            canvas = Canvas(BytesIO(), pagesize=A4)
            for line in range(LINES):
                canvas.drawString(72, 800 - 18 * line, "This is a line of plain English text.")
            canvas.save()
    return watch.sample
