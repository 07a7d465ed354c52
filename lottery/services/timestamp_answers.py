"""
Judge the answer of a timestamping authority (RFC 3161): is it whole, to our request, and genuine?

Nothing is fetched: whether a certificate was revoked since is for whoever verifies later.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import structlog
from asn1crypto import cms, core, pem, tsp, x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.x509 import load_der_x509_certificate
from django.conf import settings
from pyhanko.sign.general import CMSExtractionError, CMSStructuralError
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import validate_tst_signed_data
from pyhanko_certvalidator import ValidationContext

from applications.policy.errors import Refusal

log = structlog.get_logger("lottery.timestamps")

LARGEST_ANSWER_BYTES = 128 * 1024
GRANTED = ("granted", "granted_with_mods")
UNREADABLE = (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError)
UNTRUSTWORTHY = (
    SignatureValidationError,
    CMSExtractionError,
    CMSStructuralError,
    UnsupportedAlgorithm,
    NotImplementedError,
    *UNREADABLE,
)

Result = TypeVar("Result")


class TimestampMalformed(Refusal):
    """This is no answer of a timestamping authority."""

    code = "TIMESTAMP_MALFORMED"


class TimestampNotGranted(Refusal):
    """The authority answered that it gives no timestamp."""

    code = "TIMESTAMP_NOT_GRANTED"


class TimestampForSomethingElse(Refusal):
    """The timestamp is of other data, or answers another request."""

    code = "TIMESTAMP_FOR_SOMETHING_ELSE"


class TimestampNotTrusted(Refusal):
    """The signature is broken, or does not lead to a root that the portal trusts."""

    code = "TIMESTAMP_NOT_TRUSTED"


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a genuine answer says: who stamped, and when."""

    authority: str
    stamped_at: datetime


def judge_answer(*, answer: bytes, request: bytes, judged_at: datetime) -> Stamp:
    """
    Check an answer against the request that it should answer.

    With ``HOS_TIMESTAMP_CA_FILE`` the authority's certificate must lead to one of its roots;
    without, only the signature itself is checked.

    :param answer: DER of a TimeStampResp.
    :param request: DER of our TimeStampReq.
    :raises TimestampMalformed: for anything that is not a whole answer.
    :raises TimestampNotGranted: when the authority declined.
    :raises TimestampForSomethingElse: for another digest or nonce than the request's.
    :raises TimestampNotTrusted: for a broken signature or an unknown authority.
    """
    token = _read_token(answer)
    content = _read(lambda: token["encap_content_info"]["content"].parsed)
    if not isinstance(content, tsp.TSTInfo):
        raise TimestampMalformed
    _compare(content, tsp.TimeStampReq.load(request))
    certificate = _check_signature(token, judged_at)
    return Stamp(_say_subject(certificate), _read(lambda: content["gen_time"].native))


class _Answer(core.Sequence):  # type: ignore[misc]  # asn1crypto carries no types
    """A TimeStampResp, which holds no token when the authority declines; RFC 3161, 2.4.2."""

    _fields = [
        ("status", tsp.PKIStatusInfo),
        ("time_stamp_token", cms.ContentInfo, {"optional": True}),
    ]


def _read_token(answer: bytes) -> cms.SignedData:
    if len(answer) > LARGEST_ANSWER_BYTES:
        raise TimestampMalformed
    response = _read(lambda: _Answer.load(answer, strict=True))
    if _read(lambda: response["status"]["status"].native) not in GRANTED:
        raise TimestampNotGranted
    token = _read(lambda: response["time_stamp_token"])
    if _read(lambda: token["content_type"].native) != "signed_data":
        raise TimestampMalformed
    return _read(lambda: token["content"])


def _read(get: Callable[[], Result]) -> Result:
    """Read a part of a document that anybody may have written; asn1crypto parses it only now."""
    try:
        return get()
    except UNREADABLE as error:
        raise TimestampMalformed from error


def _compare(content: tsp.TSTInfo, asked: tsp.TimeStampReq) -> None:
    def key(part: Any) -> tuple[object, ...]:
        imprint = part["message_imprint"]
        algorithm = imprint["hash_algorithm"]["algorithm"].native
        return algorithm, imprint["hashed_message"].native, part["nonce"].native

    if _read(lambda: key(content)) != key(asked):
        raise TimestampForSomethingElse


def _check_signature(token: cms.SignedData, judged_at: datetime) -> x509.Certificate:
    roots = _load_roots()
    context = ValidationContext(trust_roots=roots or [], moment=judged_at, allow_fetching=False)

    def validate() -> dict[str, Any]:
        # The imprint has been compared already; pyHanko asks for it again.
        imprint = token["encap_content_info"]["content"].parsed["message_imprint"]
        digest = imprint["hashed_message"].native
        return asyncio.run(validate_tst_signed_data(token, context, lambda _: digest))

    try:
        with ThreadPoolExecutor(1) as thread:  # an event loop may run in this one
            verdict = thread.submit(validate).result()
    except UNTRUSTWORTHY as error:
        raise TimestampNotTrusted from error
    is_traced = roots is None or verdict["trust_problem_indic"] is None
    if not (verdict["intact"] and verdict["valid"] and is_traced):
        raise TimestampNotTrusted
    return verdict["signing_cert"]


def _load_roots() -> list[x509.Certificate] | None:
    """Load the authorities' roots that the settings name; None when they name none."""
    path = settings.TIMESTAMP_CA_FILE
    if path is None:
        return None
    try:
        blocks = list(pem.unarmor(path.read_bytes(), multiple=True))
    except (OSError, ValueError) as error:
        log.error("timestamp_roots_unreadable")
        raise TimestampNotTrusted from error
    return [x509.Certificate.load(der) for kind, _, der in blocks if kind == "CERTIFICATE"]


def _say_subject(certificate: x509.Certificate) -> str:
    return load_der_x509_certificate(certificate.dump()).subject.rfc4514_string()
