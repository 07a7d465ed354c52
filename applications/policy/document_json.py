"""Strict JSON: what a lenient parser would let through is a fault here."""

import json
from typing import Any

from applications.policy.errors import Fault, InvalidValue, MalformedDocument

MAXIMUM_DOCUMENT_BYTES = 65_536


def load_json_document(data: bytes) -> dict[str, Any]:
    """
    Load the JSON object of one application document.

    UTF-8, with or without a byte order mark.

    :raises MalformedDocument: one fault on the whole: ``EMPTY_DOCUMENT``, ``TOO_LARGE``,
        ``NOT_UTF8``, ``INVALID_JSON``, ``DUPLICATE_KEY``, ``TOO_DEEP`` or ``WRONG_TYPE``.
    """
    try:
        return _load_object(data)
    except InvalidValue as error:
        raise MalformedDocument([Fault("", error.code, error.params)]) from None


def _load_object(data: bytes) -> dict[str, Any]:
    if len(data) > MAXIMUM_DOCUMENT_BYTES:
        raise InvalidValue("TOO_LARGE", maximum=MAXIMUM_DOCUMENT_BYTES)
    value = _load_value(_decode(data))
    if not isinstance(value, dict):
        raise InvalidValue("WRONG_TYPE", expected="object")
    return value


def _decode(data: bytes) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidValue("NOT_UTF8") from None
    if not text.strip():
        raise InvalidValue("EMPTY_DOCUMENT")
    return text


def _load_value(text: str) -> Any:
    try:
        return json.loads(
            text, object_pairs_hook=_refuse_duplicate_keys, parse_constant=_refuse_constant
        )
    except InvalidValue:
        raise
    except RecursionError:
        raise InvalidValue("TOO_DEEP") from None
    except ValueError:
        raise InvalidValue("INVALID_JSON") from None


def _refuse_duplicate_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    mapping = dict(pairs)
    if len(mapping) < len(pairs):
        raise InvalidValue("DUPLICATE_KEY")
    return mapping


def _refuse_constant(constant: str) -> Any:
    """``NaN`` and ``Infinity`` are Python's invention, not JSON."""
    raise InvalidValue("INVALID_JSON", reason="NOT_A_NUMBER")
