"""The QR code by which an applicant pays with the Faster Payment System, drawn for a page."""

import io
from typing import Any

import segno
from django.conf import settings
from django.utils.safestring import mark_safe

from applications.models import Payment
from applications.policy.bill_numbers import group_bill_number
from applications.policy.fps_qr import FpsRequest, render_fps_payload

MODULE_PIXELS = 5
PICTURE_PIXELS = 12
QUIET_MODULES = 4


def build_fps_payload(payment: Payment) -> str:
    """Write what the code of a payment holds."""
    return render_fps_payload(
        FpsRequest(
            payee=settings.FPS_PAYEE,
            payee_name=settings.FPS_PAYEE_NAME,
            amount_hkd=payment.amount_hkd,
            bill_number=payment.bill_number or "",
        )
    )


def describe_fps_code(payment: Payment) -> dict[str, Any]:
    """Return what the page shows: the code, and in words what is in it."""
    number = payment.bill_number or ""
    svg = _make_code(payment).svg_inline(
        scale=MODULE_PIXELS, border=QUIET_MODULES, dark="#000", light="#fff"
    )
    return {
        # Made of squares alone: nothing that anybody typed is in the drawing.
        "code_svg": mark_safe(svg),  # noqa: S308
        "payee": settings.FPS_PAYEE,
        "payee_name": settings.FPS_PAYEE_NAME,
        "bill_number": number,
        "bill_number_in_groups": group_bill_number(number),
    }


def draw_fps_picture(payment: Payment) -> bytes:
    """Draw the code as a PNG, large enough for a banking application to find in an album."""
    picture = io.BytesIO()
    _make_code(payment).save(picture, kind="png", scale=PICTURE_PIXELS, border=QUIET_MODULES)
    return picture.getvalue()


def _make_code(payment: Payment) -> segno.QRCode:
    return segno.make(build_fps_payload(payment), error="m", micro=False)
