"""What is said in headers: a key to come again with, the version that is changed or answered."""

import re

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from applications.policy.errors import Refusal
from applications.services.idempotency import KeptAnswer

KEY = re.compile(r"[!-~]{22,128}")  # 22 characters hold 128 bits: short keys would be guessed
ETAG = re.compile(r'(?:W/)?"([0-9]{1,9})"')
NO_VERSION = -1

IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "pattern": r"^[!-~]{22,128}$"},
    OpenApiParameter.HEADER,
    required=True,
    description="A random key of your own for this request, such as a UUID. When no answer came, "
    "send the same request with the same key: it is done once, and the answer is the same, with "
    "the header `Idempotent-Replayed: true`. Kept for a week. What was refused may be mended and "
    "sent with the same key.",
)
IDEMPOTENT_REPLAYED = OpenApiParameter(
    "Idempotent-Replayed",
    {"type": "string", "enum": ["true"]},
    OpenApiParameter.HEADER,
    response=[201, 202],
    description="Only where the answer had been given before.",
)
IF_MATCH = OpenApiParameter(
    "If-Match",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    required=True,
    description='The `ETag` of the draft that you have changed, such as `"3"`.',
)
ETAG_HEADER = OpenApiParameter(
    "ETag",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    response=[200, 201],
    description="The version of the draft, for `If-Match`.",
)


class IdempotencyKeyNeeded(Refusal):
    """A request that creates something has no key, or one that cannot be used."""

    code = "IDEMPOTENCY_KEY_NEEDED"


class DraftVersionNeeded(Refusal):
    """A draft would be replaced by somebody who does not say which version was seen."""

    code = "DRAFT_VERSION_NEEDED"


def read_idempotency_key(request: Request) -> str:
    """
    Read the key of a request that creates something.

    :raises IdempotencyKeyNeeded: when there is none of the right form.
    """
    key = request.headers.get("Idempotency-Key", "")
    if not KEY.fullmatch(key):
        raise IdempotencyKeyNeeded
    return key


def read_seen_version(request: Request) -> int:
    """
    Read which version of the draft the request was made from; what is no ETag of ours fits none.

    :raises DraftVersionNeeded: when it does not say.
    """
    text = request.headers.get("If-Match")
    if text is None:
        raise DraftVersionNeeded
    match = ETAG.fullmatch(text.strip())
    return int(match[1]) if match else NO_VERSION


def write_etag(version: int) -> str:
    """Write a version as the ETag of a draft."""
    return f'"{version}"'


def tell_replay(answer: KeptAnswer) -> dict[str, str]:
    """Say in a header that the answer had been given before."""
    return {"Idempotent-Replayed": "true"} if answer.is_replayed else {}
