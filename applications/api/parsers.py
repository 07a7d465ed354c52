"""JSON as application documents are read everywhere: strictly."""

from collections.abc import Mapping
from typing import IO, Any, cast

from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from applications.policy.document import load_json_document
from applications.policy.document_json import MAXIMUM_DOCUMENT_BYTES


class DocumentParser(BaseParser):
    """
    Read the JSON object of one application document, at most 64 KiB.

    Duplicate keys, ``NaN`` and deep nesting are faults; a lenient parser would let them through.
    """

    media_type = "application/json"

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        return load_json_document(stream.read(MAXIMUM_DOCUMENT_BYTES + 1))


def read_body(request: Request) -> dict[str, Any]:
    """Read what `DocumentParser` gave: an object, and an empty one where nothing was sent."""
    return cast(dict[str, Any], request.data)
