"""
What the description of the API says of errors, the same for every operation of both apps.

`describe_errors` runs over the finished schema: it adds the answers that any operation may give and
the body of every error, so that no view has to repeat them.
"""

import re
from collections.abc import Mapping
from typing import Any

from django.utils import translation
from drf_spectacular.utils import OpenApiResponse

from applications.api.serializers import ErrorSerializer, MalformedDocumentSerializer
from applications.forms.both_languages import explain_code

ERROR_SCHEMA = {"$ref": "#/components/schemas/Error"}
CODE = re.compile(r"[A-Z]+(?:_[A-Z]+)+")

EVERYWHERE: Mapping[str, tuple[str, str]] = {
    "406": ("NotAcceptable", "NOT_ACCEPTABLE"),
    "429": ("TooManyRequests", "TOO_MANY_REQUESTS"),
    "503": ("TryAgain", "TRY_AGAIN"),
}
WITH_BODY: Mapping[str, tuple[str, str]] = {
    "415": ("UnsupportedMediaType", "UNSUPPORTED_MEDIA_TYPE"),
}
SAYS_WHEN = {"429", "503"}
WITHOUT_OTHER_FIELDS = (
    "NewDraft",
    "PartialDocument",
    "Person",
    "Member",
    "Contact",
    "Declarations",
    "Paying",
    "LookUp",
)


def refuse(*codes: str) -> OpenApiResponse:
    """Describe an answer by the codes that it may have."""
    return OpenApiResponse(ErrorSerializer, description=" ".join(codes))


MALFORMED = OpenApiResponse(MalformedDocumentSerializer, description="MALFORMED_DOCUMENT")
NEEDS_CODE = refuse("DRAFT_CODE_NEEDED")
NEEDS_KEY = refuse("IDEMPOTENCY_KEY_NEEDED")


def describe_errors(
    result: dict[str, Any], generator: Any, request: Any, public: bool
) -> dict[str, Any]:
    """Add to a schema what every operation has in common."""
    responses = result["components"].setdefault("responses", {})
    for status, (name, code) in {**EVERYWHERE, **WITH_BODY}.items():
        responses[name] = build_response(status, code)
    for name in WITHOUT_OTHER_FIELDS:
        result["components"]["schemas"][name]["additionalProperties"] = False
    for operations in result["paths"].values():
        for operation in operations.values():
            _describe_operation(operation)
    return result


def _describe_operation(operation: dict[str, Any]) -> None:
    answers = operation["responses"]
    for status, response in answers.items():
        if status.startswith("4"):
            _complete_error(response)
    common = {**EVERYWHERE, **(WITH_BODY if "requestBody" in operation else {})}
    for status, (name, _code) in common.items():
        answers.setdefault(status, {"$ref": f"#/components/responses/{name}"})


def _complete_error(response: dict[str, Any]) -> None:
    """Give an error its body, and what each of its codes means."""
    examples = {code: build_example(code) for code in CODE.findall(response["description"])}
    content = response.setdefault("content", {"application/json": {"schema": ERROR_SCHEMA}})
    if not examples:
        content["application/json"]["example"] = build_example("NOT_FOUND")
    elif content["application/json"]["schema"] == ERROR_SCHEMA:
        content["application/json"]["examples"] = {
            code: {"value": example} for code, example in examples.items()
        }
    response["description"] = CODE.sub(
        lambda match: f"`{match[0]}`: {examples[match[0]]['message']}", response["description"]
    )


def build_response(status: str, code: str) -> dict[str, Any]:
    """Describe an error that many operations share."""
    example = build_example(code)
    headers = {
        "Retry-After": {
            "description": "Seconds to wait.",
            "schema": {"type": "string", "pattern": "^[0-9]+$"},
        }
    }
    return {
        "description": example["message"],
        **({"headers": headers} if status in SAYS_WHEN else {}),
        "content": {"application/json": {"schema": ERROR_SCHEMA, "example": example}},
    }


def build_example(code: str) -> dict[str, str]:
    """Show the body of an error as an English reader gets it."""
    with translation.override("en"):
        return explain_code(code)
