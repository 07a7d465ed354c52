"""The number under which a fee is paid: short enough to type into a banking application."""

from applications.policy.resume_codes import CODE_BITS, write_resume_code

BILL_BITS = CODE_BITS
PREFIX = "HOS"


def write_bill_number(number: int) -> str:
    """
    Write a number below 2**60 as a bill number: ``HOS7K3M9PQR2XYZ``.

    :param number: out of a cryptographic source, because a bank tells by it who has paid.
    """
    return PREFIX + write_resume_code(number).replace("-", "")


def group_bill_number(bill_number: str) -> str:
    """Write a bill number in groups that the eye can hold: ``HOS 7K3M 9PQR 2XYZ``."""
    digits = bill_number.removeprefix(PREFIX)
    groups = [digits[start : start + 4] for start in range(0, len(digits), 4)]
    return " ".join([PREFIX, *groups])
