"""The code of a draft as its key: whoever holds it may go on with the draft, here as on a page."""

from typing import Any, cast

from django.contrib.auth.models import AnonymousUser
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, Throttled
from rest_framework.request import Request

from applications.api.throttles import WrongCodeThrottle
from applications.models import Draft
from applications.policy.errors import InvalidValue
from applications.policy.resume_codes import parse_resume_code
from applications.selectors.drafts import find_draft_by_code

SCHEME = "Draft"


class DraftCodeAuthentication(BaseAuthentication):
    """
    Let in who sends ``Authorization: Draft 7KQ2-M9XD-4TBH``.

    The code travels in this header only: addresses end up in histories and logs. No code, no code
    of this kind and an unknown one get the same answer.
    """

    def authenticate(self, request: Request) -> tuple[AnonymousUser, Draft]:
        throttle = WrongCodeThrottle()
        if not throttle.allow_request(request, request.parser_context["view"]):
            raise Throttled(throttle.wait())
        draft = find_draft(request.headers.get("Authorization", ""))
        if draft is None:
            throttle.count_wrong_code()
            raise AuthenticationFailed
        return AnonymousUser(), draft

    def authenticate_header(self, request: Request) -> str:
        return SCHEME


def find_draft(credentials: str) -> Draft | None:
    """Find the draft that an ``Authorization`` header names."""
    scheme, _blank, code = credentials.partition(" ")
    if scheme.lower() != SCHEME.lower():
        return None
    try:
        return find_draft_by_code(parse_resume_code(code))
    except InvalidValue:
        return None


def get_own_draft(request: Request) -> Draft:
    """Return the draft whose code came with a request that was let in."""
    return cast(Draft, request.auth)


class DraftCodeScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the description of the API names it."""

    target_class = DraftCodeAuthentication
    name = "draftCode"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "The code that a new draft was answered with: "
            "`Authorization: Draft 7KQ2-M9XD-4TBH`.",
        }
