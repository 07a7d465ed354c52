"""
The description of the API is whole and true.

Requests made up from it, right ones and wrong ones, go through the real WSGI application to a real
database; every answer has to be one that the description names.
"""

import pytest
import schemathesis
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks

from applications.api import documents
from applications.policy import document_parts
from applications.policy.document_partial import DRAFT_FIELDS, DRAFT_SECTIONS, UNANSWERED_RESIDENCE
from tests.api.requests import make_key, make_parts
from tests.factories import make_document, make_draft, make_exercise, store_online
from tests.integration.lottery.decisions import take_heads
from tests.integration.lottery.stages import draw, fill, make_ballot

CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.unsupported_method,
]
EXAMPLES_OF_EACH = 25
DRAWN = "DRAWN2024"
NO_LIMIT = 10**6


@pytest.fixture
def no_limits(monkeypatch):
    for name in ("AddressThrottle", "DraftStartThrottle", "WrongCodeThrottle"):
        rate = f"applications.api.throttles.{name}.rate"
        monkeypatch.setattr(rate, f"{NO_LIMIT}/second", raising=False)
    monkeypatch.setattr("applications.api.statuses.TRIES", NO_LIMIT)
    monkeypatch.setattr("applications.views.status.TRIES_AT_ONE_NUMBER", NO_LIMIT)


class World:
    """An open exercise with an application and a draft, and another whose ballot was drawn."""

    def __init__(self):
        self.exercise = make_exercise("WSM2024")
        self.number = store_online(self.exercise, 1).number
        self.hkic = make_document(self.exercise, 1)["applicant"]["hkic"]
        self.draft = make_draft(self.exercise, 2)
        self.whole = make_parts(make_document(self.exercise, 3))
        drawn = make_ballot(code=DRAWN, quota=1)
        fill(drawn, family=2, one_person=2)
        take_heads(drawn)
        draw(drawn)

    def make_known(self, case):
        """Put into a made-up request what the portal knows, so that it gets further."""
        if "code" in case.path_parameters:
            case.path_parameters["code"] = DRAWN
        if not isinstance(case.body, dict):
            return
        if case.path == "/api/v1/drafts/":
            case.body = {
                "exercise": self.exercise.code,
                **self.whole,
                **pick(case.body, "language"),
            }
        elif case.path == "/api/v1/draft/":
            case.body = {**self.whole, **pick(case.body, "youth_scheme", "net_assets_hkd")}
        elif case.path == "/api/v1/status/":
            case.body = {
                "number": self.number,
                "hkic": make_document(self.exercise, 1)["applicant"]["hkic"],
            }

    def list_headers(self):
        """List the headers by which this world is known: the draft's code and its version."""
        self.draft.refresh_from_db()
        return {
            "Authorization": f"Draft {self.draft.resume_code}",
            "If-Match": f'"{self.draft.version}"',
            "Idempotency-Key": make_key(),
        }


def pick(body, *names):
    return {name: body[name] for name in names if name in body}


def try_operation(operation, world, *, examples):
    """Make up requests for one operation and judge every answer."""

    @settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(), is_known=st.booleans())
    def run(case, is_known):
        if is_known:
            world.make_known(case)
        is_draft = operation.path.startswith("/api/v1/draft")
        headers = world.list_headers() if is_known and is_draft else None
        case.call_and_validate(headers=headers, checks=CHECKS)

    run()


@pytest.mark.django_db(transaction=True)
def test_every_answer_is_one_that_the_description_names(no_limits):
    world = World()
    schema = schemathesis.openapi.from_wsgi("/api/v1/schema/?format=json", get_wsgi_application())
    operations = [found.ok() for found in schema.get_all_operations()]
    assert len(operations) > 15
    for operation in operations:
        try_operation(operation, world, examples=EXAMPLES_OF_EACH)


def test_the_description_is_valid_and_leaves_nothing_open(tmp_path):
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", tmp_path / "schema.yaml")


class TestDescription:
    @pytest.fixture
    def schema(self, client):
        return client.get("/api/v1/schema/?format=json").json()

    def test_every_error_has_a_body(self, schema):
        for path, operations in schema["paths"].items():
            for operation in operations.values():
                assert {"406", "429", "503"} <= set(operation["responses"]), path
                for status, answer in operation["responses"].items():
                    assert status < "400" or "$ref" in answer or answer["content"], path

    def test_what_belongs_to_a_draft_needs_its_code(self, schema):
        for path, operations in schema["paths"].items():
            needed = [{"draftCode": []}] if path.startswith("/api/v1/draft/") else [{}]
            assert all(
                operation.get("security", [{}]) == needed for operation in operations.values()
            ), path

    @pytest.mark.parametrize("path", ["drafts", "draft/submission"])
    def test_what_creates_something_needs_a_key(self, schema, path):
        parameters = schema["paths"][f"/api/v1/{path}/"]["post"]["parameters"]
        assert [(p["name"], p["required"]) for p in parameters] == [("Idempotency-Key", True)]


class TestDocumentation:
    """What the description says of the document is what the policy reads."""

    @pytest.mark.parametrize(
        ("serializer", "fields"),
        [
            (documents.PersonSerializer, document_parts.PERSON_FIELDS),
            (documents.MemberSerializer, document_parts.MEMBER_FIELDS),
            (documents.ContactSerializer, document_parts.CONTACT_FIELDS),
            (documents.DeclarationsSerializer, document_parts.DECLARATION_FIELDS),
        ],
    )
    def test_of_a_part(self, serializer, fields):
        described = serializer().fields
        assert set(described) == {field.name for field in fields}
        for field in fields:
            may_be_left_out = field.optional or field.name in UNANSWERED_RESIDENCE
            assert described[field.name].required is not may_be_left_out, field.name
            assert described[field.name].allow_null is field.nullable, field.name

    def test_of_the_whole(self):
        described = documents.PartialDocumentSerializer().fields
        assert set(described) == {field.name for field in DRAFT_FIELDS} | set(DRAFT_SECTIONS)
