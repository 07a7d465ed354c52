"""Requests to the API as a program sends them."""

import json
import uuid

DOCUMENT_PARTS = (
    "youth_scheme",
    "applicant",
    "members",
    "monthly_income_hkd",
    "net_assets_hkd",
    "contact",
    "declarations",
)


def make_parts(document):
    """Make what a program puts into a draft out of a whole document."""
    return {name: document[name] for name in DOCUMENT_PARTS}


class Program:
    """A program that applies for somebody; keeps the draft's code and version as it should."""

    def __init__(self, client):
        self.client = client
        self.code = None
        self.etag = None

    def send(self, method, address, body=None, **headers):
        """Send a request with the draft's code; a body that is not bytes is written as JSON."""
        if self.code:
            headers = {"Authorization": f"Draft {self.code}", **headers}
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body)
        return self.client.generic(
            method,
            f"/api/v1/{address}",
            data,
            content_type="application/json",
            headers={name.replace("_", "-"): value for name, value in headers.items()},
        )

    def start(self, exercise, *, key=None, **parts):
        """Begin a draft and go on with it."""
        body = {"exercise": exercise.code, "language": "en", **parts}
        answer = self.send("POST", "drafts/", body, Idempotency_Key=key or make_key())
        if answer.status_code == 201:
            self.code, self.etag = answer.json()["draft_code"], answer.headers["ETag"]
        return answer

    def put(self, parts, *, etag=None):
        """Replace the draft."""
        answer = self.send("PUT", "draft/", parts, If_Match=etag or self.etag)
        if answer.status_code == 200:
            self.etag = answer.headers["ETag"]
        return answer

    def validate(self):
        return self.send("POST", "draft/validation/")

    def submit(self, *, method="CARD", key=None):
        return self.send(
            "POST", "draft/submission/", {"method": method}, Idempotency_Key=key or make_key()
        )


def make_key():
    return str(uuid.uuid4())


def codes(response):
    """List the faults of an answer: field and code."""
    return [(fault["field"], fault["code"]) for fault in response.json()["faults"]]
