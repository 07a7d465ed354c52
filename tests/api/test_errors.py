"""Whatever goes wrong below ``/api/`` has one form: a code, and a sentence in both languages."""

import pytest
from django.db import OperationalError
from redis.exceptions import ConnectionError as CacheAway

from tests.api.requests import make_key
from tests.factories import make_exercise

pytestmark = pytest.mark.django_db


def check_error(response, status, code):
    assert response.status_code == status
    assert response.headers["Content-Type"].startswith("application/json")
    body = response.json()
    assert set(body) == {"code", "message", "message_en", "message_zh_hant"}
    assert body["code"] == code
    return body


class TestEveryError:
    def test_an_address_at_which_there_is_nothing(self, client):
        check_error(client.get("/api/v1/nothing/"), 404, "NOT_FOUND")
        check_error(client.get("/api/"), 404, "NOT_FOUND")

    @pytest.mark.parametrize("what", ["", "counts/", "commitment/", "transcript/", "attempts/"])
    def test_an_exercise_that_is_not_there(self, client, what):
        check_error(client.get(f"/api/v1/exercises/NOTHING/{what}"), 404, "NOT_FOUND")

    def test_a_page_that_is_not_there_is_still_a_page(self, client):
        response = client.get("/en/nothing/")
        assert response.status_code == 404
        assert b"<html" in response.content

    def test_a_method_that_an_address_does_not_know(self, client):
        response = client.delete("/api/v1/exercises/")
        check_error(response, 405, "METHOD_NOT_ALLOWED")
        assert "GET" in response.headers["Allow"]

    def test_a_format_that_is_not_spoken(self, client):
        response = client.get("/api/v1/exercises/", headers={"Accept": "text/html"})
        check_error(response, 406, "NOT_ACCEPTABLE")

    @pytest.mark.parametrize("headers", [{"Accept": "application/zip"}, {}])
    def test_what_would_have_been_a_file(self, client, headers):
        address = "/api/v1/exercises/NOTHING/transcript/"
        query = {} if headers else {"format": "zip"}
        check_error(client.get(address, query, headers=headers), 404, "NOT_FOUND")

    def test_a_body_that_is_no_json(self, client):
        response = client.post(
            "/api/v1/drafts/", {"exercise": "A"}, headers={"Idempotency-Key": make_key()}
        )
        check_error(response, 415, "UNSUPPORTED_MEDIA_TYPE")

    def test_too_many_requests(self, client, monkeypatch):
        monkeypatch.setattr(
            "applications.api.throttles.AddressThrottle.rate", "1/minute", raising=False
        )
        client.get("/api/v1/exercises/")
        response = client.get("/api/v1/exercises/")
        check_error(response, 429, "TOO_MANY_REQUESTS")
        assert 0 < int(response.headers["Retry-After"]) <= 60

    def test_too_many_drafts(self, client, monkeypatch):
        monkeypatch.setattr(
            "applications.api.throttles.DraftStartThrottle.rate", "1/hour", raising=False
        )
        code = make_exercise().code
        answers = [
            client.post(
                "/api/v1/drafts/",
                {"exercise": code},
                content_type="application/json",
                headers={"Idempotency-Key": make_key()},
            )
            for _ in range(2)
        ]
        assert answers[0].status_code == 201
        check_error(answers[1], 429, "TOO_MANY_REQUESTS")

    def test_a_host_that_is_not_ours(self, client):
        response = client.get("/api/v1/exercises/", headers={"Host": "evil.example"})
        check_error(response, 400, "MALFORMED_REQUEST")

    @pytest.mark.parametrize("away", [OperationalError("gone"), CacheAway("gone")])
    def test_a_database_or_a_cache_that_is_away(self, client, monkeypatch, away):
        def fail(**arguments):
            raise away

        monkeypatch.setattr("applications.api.views.list_exercises", fail)
        response = client.get("/api/v1/exercises/")
        check_error(response, 503, "TRY_AGAIN")
        assert response.headers["Retry-After"] == "5"

    def test_a_bug(self, client, monkeypatch):
        def fail(**arguments):
            raise ValueError("a bug")

        monkeypatch.setattr("applications.api.views.list_exercises", fail)
        client.raise_request_exception = False
        check_error(client.get("/api/v1/exercises/"), 500, "SERVER_ERROR")

    @pytest.mark.parametrize(
        ("language", "name"), [("zh-Hant-HK", "message_zh_hant"), ("en-GB", "message_en")]
    )
    def test_the_message_is_in_the_language_that_was_asked_for(self, client, language, name):
        response = client.get("/api/v1/nothing/", headers={"Accept-Language": language})
        assert response.json()["message"] == response.json()[name]


def test_a_post_without_its_last_slash_is_not_led_astray(client):
    """A redirect would turn it into a GET and lose its body."""
    response = client.post("/api/v1/status", {}, content_type="application/json")
    check_error(response, 404, "NOT_FOUND")
