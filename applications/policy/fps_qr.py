"""
The QR code by which somebody pays a fee with the Faster Payment System (轉數快).

What stands in it: data objects, each an ID of two digits, a length of two digits and the value.
Sources:

* EMVCo, "EMV QR Code Specification for Payment Systems, Merchant-Presented Mode": the objects
  00 to 63, their order and formats; 63 is CRC-16 (ISO/IEC 13239, polynomial 1021, initial value
  FFFF) over everything before its own value, ID and length included.
* Hong Kong Monetary Authority's working group, "Common QR Code Specification for Retail Payments in
  Hong Kong", and HKICL, "Payee-presented QR Code Specification for Faster Payment System": the
  payee stands in 26 under the identifier ``hk.com.hkicl``, as an FPS identifier (02), a mobile
  number (03) or an e-mail address (04); category 0000 and city HK for payees without them.
"""

import re
from dataclasses import dataclass

HONG_KONG_DOLLAR = "344"  # ISO 4217
LONGEST_VALUE = 99
PAYEE_KINDS = {
    "02": re.compile(r"\d{7}|\d{9}"),
    "03": re.compile(r"\+852-\d{8}"),
    "04": re.compile(r"[^@\s]+@[^@\s]+"),
}


class MalformedPayload(ValueError):
    """Not what a code for the Faster Payment System holds."""


@dataclass(frozen=True, slots=True)
class FpsRequest:
    """
    What a payer's bank reads: whom to pay, how much, and under which reference.

    :ivar payee: an FPS identifier (7 or 9 digits), ``+852-91234567`` or an e-mail address.
    :ivar payee_name: at most 25 printable ASCII characters.
    :ivar bill_number: at most 25; stands in the code as bill number and as reference, because
        banks show the one or the other.
    """

    payee: str
    payee_name: str
    amount_hkd: int
    bill_number: str


def render_fps_payload(request: FpsRequest) -> str:
    """
    Write a request as the text of a QR code, good for one payment of this amount.

    :raises MalformedPayload: for a payee, name or reference that no code can hold.
    """
    _check_text(request.payee_name)
    _check_text(request.bill_number)
    if request.amount_hkd <= 0:
        raise MalformedPayload("the amount is not positive")
    account = _write("00", "hk.com.hkicl") + _write(_find_payee_kind(request.payee), request.payee)
    reference = _write("01", request.bill_number) + _write("05", request.bill_number)
    body = (
        _write("00", "01")
        + _write("01", "12")
        + _write("26", account)
        + _write("52", "0000")
        + _write("53", HONG_KONG_DOLLAR)
        + _write("54", str(request.amount_hkd))
        + _write("58", "HK")
        + _write("59", request.payee_name)
        + _write("60", "HK")
        + _write("62", reference)
        + "6304"
    )
    return body + compute_crc(body)


def read_fps_payload(payload: str) -> FpsRequest:
    """
    Read the text of a QR code, as a bank's application does.

    :raises MalformedPayload: when the check sum is wrong, or it is no request in whole Hong Kong
        dollars to a payee of the Faster Payment System.
    """
    body, crc = payload[:-4], payload[-4:]
    if not body.endswith("6304") or compute_crc(body) != crc:
        raise MalformedPayload("the check sum is wrong")
    objects = read_objects(body[:-4])
    account = read_objects(objects.get("26", ""))
    payees = [account[kind] for kind in PAYEE_KINDS if kind in account]
    if account.get("00") != "hk.com.hkicl" or len(payees) != 1:
        raise MalformedPayload("no payee of the Faster Payment System")
    amount = objects.get("54", "")
    if objects.get("53") != HONG_KONG_DOLLAR or not (amount.isascii() and amount.isdigit()):
        raise MalformedPayload("no amount in whole Hong Kong dollars")
    reference = read_objects(objects.get("62", ""))
    return FpsRequest(
        payee=payees[0],
        payee_name=objects.get("59", ""),
        amount_hkd=int(amount),
        bill_number=reference.get("01") or reference.get("05", ""),
    )


def read_objects(text: str) -> dict[str, str]:
    """
    Take a text of data objects apart, by their IDs.

    :raises MalformedPayload: when the lengths do not add up, or an ID comes twice.
    """
    objects: dict[str, str] = {}
    while text:
        head, length = text[:4], text[2:4]
        if not (len(head) == 4 and head.isascii() and head.isdigit()) or head[:2] in objects:
            raise MalformedPayload("the data objects do not add up")
        value = text[4 : 4 + int(length)]
        if len(value) != int(length):
            raise MalformedPayload("the data objects do not add up")
        objects[head[:2]] = value
        text = text[4 + int(length) :]
    return objects


def compute_crc(text: str) -> str:
    """Compute the check sum of a payload, as four upper-case hex digits."""
    crc = 0xFFFF
    for byte in text.encode():
        crc ^= byte << 8
        for _ in range(8):
            crc = (crc << 1) ^ (0x1021 if crc & 0x8000 else 0)
        crc &= 0xFFFF
    return f"{crc:04X}"


def _write(identifier: str, value: str) -> str:
    if len(value) > LONGEST_VALUE:
        raise MalformedPayload(f"object {identifier} is too long")
    return f"{identifier}{len(value):02}{value}"


def _find_payee_kind(payee: str) -> str:
    for kind, pattern in PAYEE_KINDS.items():
        if pattern.fullmatch(payee) and payee.isascii():
            return kind
    raise MalformedPayload("no identifier of the Faster Payment System")


def _check_text(text: str) -> None:
    if not (0 < len(text) <= 25 and text.isascii() and text.isprintable()):
        raise MalformedPayload("a text of 1 to 25 printable ASCII characters is needed")
