"""The public API answers everybody the same, reads only, and names what is wrong."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse

from applications.models import Application, Draft, Person
from applications.services.exercises import close_exercise
from tests.factories import make_document, make_exercise, make_member, store_online, store_paper

pytestmark = pytest.mark.django_db


def post(client, body):
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.post("/api/v1/eligibility/", data, content_type="application/json")


class TestExercises:
    def test_lists_where_each_stands(self, client):
        make_exercise("OPEN")
        make_exercise("TOCOME", opened_ago=-timedelta(days=1))
        ended = make_exercise("ENDED", opened_ago=timedelta(days=30))
        closed = make_exercise("CLOSED", opened_ago=timedelta(days=60))
        close_exercise(exercise=closed, closed_at=closed.closes_at)
        answer = client.get(reverse("api:exercises")).json()
        assert [(exercise["code"], exercise["period"]) for exercise in answer] == [
            ("TOCOME", "ANNOUNCED"),
            ("OPEN", "OPEN"),
            ("ENDED", "ENDED"),
            ("CLOSED", "CLOSED"),
        ]
        assert answer[2]["terms_sha256"] == ended.terms_sha256
        assert "terms" not in answer[0]

    def test_one_exercise_comes_with_its_published_terms(self, client):
        exercise = make_exercise()
        answer = client.get("/api/v1/exercises/TEST2024/").json()
        assert answer["terms"] == exercise.terms
        assert answer["opens_at"].endswith("+08:00")

    @pytest.mark.parametrize("path", ["WSM1999/", "WSM1999/counts/", "%20/counts/", "x'/"])
    def test_an_exercise_that_is_not_there(self, client, path):
        assert client.get(f"/api/v1/exercises/{path}").status_code == 404

    @pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
    def test_nothing_can_be_changed(self, client, method):
        make_exercise()
        assert getattr(client, method)("/api/v1/exercises/TEST2024/").status_code == 405


class TestCounts:
    def test_gives_what_the_command_prints(self, client):
        exercise = make_exercise()
        store_online(exercise, 1, members=[make_member(2)])
        store_paper(exercise, 3)
        answer = client.get("/api/v1/exercises/TEST2024/counts/").json()
        assert answer["total"] == 2
        assert answer["by_category"] == {"FAMILY": 1, "ONE_PERSON": 1}
        assert answer["provisional"] is True

    @pytest.mark.parametrize("plus", ["+", "%2B"])
    def test_counts_as_at_a_moment(self, client, plus):
        exercise = make_exercise()
        store_paper(exercise, 1)
        at = (exercise.opens_at + timedelta(minutes=30)).isoformat().replace("+", plus)
        answer = client.get(f"/api/v1/exercises/TEST2024/counts/?at={at}").json()
        assert answer["total"] == 0

    @pytest.mark.parametrize("at", ["noon", "0081-04-06T16:36:15Z", "1904-10-29T00:00:00"])
    def test_what_is_no_moment_is_a_fault(self, client, at):
        make_exercise()
        response = client.get(f"/api/v1/exercises/TEST2024/counts/?at={at}")
        assert response.status_code == 422
        assert response.json()["faults"][0]["field"] == "at"


class TestEligibility:
    def test_judges_a_household_and_stores_nothing(self, client):
        exercise = make_exercise()
        document = make_document(exercise, 1, monthly_income_hkd=99_999)
        response = post(client, document)
        assert response.status_code == 200
        assert response.json() == {
            "eligible": False,
            "category": "ONE_PERSON",
            "track": "YOUTH",
            "reasons": ["INCOME_OVER_LIMIT"],
        }
        assert not Application.objects.exists()
        assert not Person.objects.exists()
        assert not Draft.objects.exists()

    def test_does_not_tell_whether_somebody_has_applied(self, client):
        exercise = make_exercise()
        store_online(exercise, 1)
        assert post(client, make_document(exercise, 1)).json()["eligible"] is True

    def test_names_every_fault(self, client):
        exercise = make_exercise()
        document = make_document(exercise, 1, net_assets_hkd="1e9", nickname="x")
        response = post(client, document)
        assert response.status_code == 422
        assert response.json()["code"] == "MALFORMED_DOCUMENT"
        assert {(fault["field"], fault["code"]) for fault in response.json()["faults"]} == {
            ("net_assets_hkd", "INVALID_AMOUNT"),
            ("nickname", "UNKNOWN_FIELD"),
        }

    def test_an_exercise_that_is_not_there_is_a_fault(self, client):
        document = make_document(make_exercise(), 1) | {"exercise": "WSM1999"}
        faults = post(client, document).json()["faults"]
        assert [(fault["field"], fault["code"]) for fault in faults] == [
            ("exercise", "INVALID_EXERCISE")
        ]

    @pytest.mark.parametrize(
        ("body", "code"),
        [
            (b'{"exercise": "A", "exercise": "B"}', "DUPLICATE_KEY"),
            (b"[" * 10_000 + b"]" * 10_000, "TOO_DEEP"),
            (b'{"net_assets_hkd": NaN}', "INVALID_JSON"),
            (b'{"exercise":', "INVALID_JSON"),
            (b"[]", "WRONG_TYPE"),
            ('{"a": "陳"}'.encode("big5"), "NOT_UTF8"),
            (b" " * 100_000, "TOO_LARGE"),
            (b" ", "EMPTY_DOCUMENT"),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    def test_json_is_read_strictly(self, client, body, code):
        response = post(client, body)
        assert response.status_code == 422
        assert [fault["code"] for fault in response.json()["faults"]] == [code]

    def test_another_kind_of_content_is_not_read(self, client):
        response = client.post("/api/v1/eligibility/", {"exercise": "TEST2024"})
        assert response.status_code == 415


def test_the_schema_describes_every_address(client):
    schema = client.get("/api/v1/schema/?format=json").json()
    assert {
        "/api/v1/exercises/",
        "/api/v1/exercises/{code}/",
        "/api/v1/exercises/{code}/counts/",
        "/api/v1/eligibility/",
    } <= set(schema["paths"])


def test_who_asks_too_often_is_told_to_wait(client, monkeypatch):
    monkeypatch.setattr(
        "rest_framework.throttling.AnonRateThrottle.rate", "2/minute", raising=False
    )
    codes = [client.get("/api/v1/exercises/").status_code for _ in range(3)]
    assert codes == [200, 200, 429]


class TestTheAddressThatCounts:
    """Three requests where two are allowed, each with its own ``X-Forwarded-For``."""

    @pytest.fixture(autouse=True)
    def two_a_minute(self, monkeypatch):
        rate = "rest_framework.throttling.AnonRateThrottle.rate"
        monkeypatch.setattr(rate, "2/minute", raising=False)

    def ask(self, client, *forwarded):
        headers = [{"X-Forwarded-For": addresses} for addresses in forwarded]
        return [client.get("/api/v1/exercises/", headers=h).status_code for h in headers]

    def put_behind(self, settings, proxy_count):
        settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "NUM_PROXIES": proxy_count}

    def test_a_made_up_one_does_not_escape(self, client):
        assert self.ask(client, "192.0.2.1", "192.0.2.2", "192.0.2.3") == [200, 200, 429]

    def test_behind_one_proxy_it_is_the_one_that_the_proxy_saw(self, client, settings):
        self.put_behind(settings, 1)
        assert self.ask(client, "192.0.2.1", "192.0.2.1", "192.0.2.1") == [200, 200, 429]
        assert self.ask(client, "192.0.2.2") == [200]

    def test_behind_one_proxy_a_made_up_one_does_not_escape(self, client, settings):
        self.put_behind(settings, 1)
        made_up = ("203.0.113.1, 192.0.2.1", "203.0.113.2, 192.0.2.1", "192.0.2.1")
        assert self.ask(client, *made_up) == [200, 200, 429]

    def test_behind_two_proxies_it_is_the_last_but_one(self, client, settings):
        self.put_behind(settings, 2)
        seen = ("192.0.2.1, 198.51.100.1", "9.9.9.9, 192.0.2.1, 198.51.100.2")
        assert self.ask(client, *seen, "192.0.2.1, 198.51.100.3") == [200, 200, 429]
