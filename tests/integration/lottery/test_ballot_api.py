"""What programs are told of a ballot: commitment, attempts, decisions, checks, intake log."""

import hashlib
import json

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from applications.selectors.clock import read_clock
from lottery.ballot.intake_log import check_intake_chain, parse_intake_log
from lottery.services.rechecks import recheck_draw_in_sql
from tests.factories import store_online, store_paper
from tests.integration.lottery import decisions, stages

pytestmark = pytest.mark.django_db


def address(name, *args):
    with override("en"):
        return reverse(f"verify:{name}", args=args)


@pytest.fixture
def exercise():
    exercise = stages.make_ballot(quota=2)
    stages.fill(exercise)
    return exercise


@pytest.fixture
def drawn(exercise):
    return stages.draw(exercise)


class TestApi:
    def get(self, what, code="BALLOT2024", **headers):
        return Client().get(f"/api/v1/exercises/{code}/{what}/", headers=headers)

    def test_the_commitment_recomputes_from_the_texts_beside_it(self, exercise):
        assert self.get("commitment").status_code == 404
        stages.publish(exercise)
        body = json.loads(self.get("commitment").content)
        assert hashlib.sha256(body["commitment_txt"].encode()).hexdigest() == body["commitment"]
        params = hashlib.sha256(body["params_txt"].encode()).hexdigest()
        assert f"params={params}\n" in body["commitment_txt"]
        assert (body["lines"], body["active"], body["drawn"]) == (10, 10, False)

    def test_the_transcript_is_the_same_file_as_on_the_page(self, drawn, exercise):
        api = self.get("transcript", accept="application/zip")
        page = Client().get(address("transcript", exercise.code))
        assert api["Content-Type"] == "application/zip"
        assert api.getvalue() == page.getvalue()

    @pytest.mark.parametrize("what", ["commitment", "transcript"])
    @pytest.mark.parametrize("accept", ["*/*", "application/json"])
    def test_an_unknown_exercise_is_not_found(self, what, accept):
        assert self.get(what, "NOTHING", accept=accept).status_code == 404

    def test_a_client_that_wants_a_zip_is_still_told_in_json(self):
        response = self.get("transcript", "NOTHING", accept="application/zip")
        assert response.status_code == 404
        assert json.loads(response.content)

    def test_attempts_come_with_their_grounds(self, drawn, exercise):
        assert [row["given_up"] for row in self.get("attempts").json()] == [None]
        decision = decisions.give_up(drawn.ceremony.publication.register)
        decisions.publish_again(exercise)
        first, second = self.get("attempts").json()
        assert first["given_up"]["ground"] == "ORDERED_BY_AUTHORITY"
        assert first["given_up"]["statement"] == decisions.GROUND
        assert first["given_up"]["approved_by"] == decision.approved_by.reference
        assert (first["attempt"], first["drawn"]) == (1, True)
        assert (second["attempt"], second["drawn"], second["given_up"]) == (2, False, None)

    def test_an_attempt_may_be_named(self, drawn, exercise):
        decisions.give_up(drawn.ceremony.publication.register)
        decisions.publish_again(exercise)
        url = f"/api/v1/exercises/{exercise.code}/commitment/"
        answers = [Client().get(url, {"attempt": n} if n else {}) for n in (None, 1, 2, 3, "x")]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 404, 404]
        assert [answer.json()["attempt"] for answer in answers[:3]] == [2, 1, 2]
        transcript = f"/api/v1/exercises/{exercise.code}/transcript/"
        newest_drawn = Client().get(transcript)
        assert newest_drawn["ETag"] == Client().get(transcript, {"attempt": 1})["ETag"]
        assert Client().get(transcript, {"attempt": 2}).status_code == 404

    def test_reinstatements_are_listed(self, exercise):
        number = store_online(exercise, 60).number
        store_paper(exercise, 60)
        drawn = stages.draw(exercise)
        assert self.get("reinstatements").json() == []
        row = decisions.reinstate(drawn, number)
        (answer,) = self.get("reinstatements").json()
        assert answer["number"] == str(number)
        assert (answer["ticket"], answer["rank_after"]) == (row.ticket, row.rank_after)
        assert answer["step"] == (row.step or None)
        assert answer["proposed_by"] != answer["approved_by"]

    def test_checks_are_listed(self, drawn):
        assert self.get("checks").json() == []
        check = recheck_draw_in_sql(draw=drawn, checked_at=read_clock())
        (answer,) = self.get("checks").json()
        assert (answer["kind"], answer["passed"]) == ("SQL", True)
        assert answer["output"] == check.output

    def test_the_intake_log_can_be_checked_from_what_it_gives(self, exercise):
        assert self.get("intake-log").json()["heads"] == []
        decisions.take_heads(exercise, 2)
        body = self.get("intake-log").json()
        draw, heads = parse_intake_log(body["intake_log_txt"])
        check_intake_chain(draw, heads)
        assert [head["root"] for head in body["heads"]] == [head.root for head in heads]
        assert [len(head["proof"]) for head in body["heads"]] == [0, 0]
        assert body["signer_pem"].startswith("-----BEGIN PUBLIC KEY-----")
        store_online(exercise, 90)
        decisions.take_heads(exercise)
        assert self.get("intake-log").json()["heads"][-1]["proof"]
        assert self.get("intake-log", "NOTHING").status_code == 404

    def test_the_schema_names_every_address_and_the_parameter(self):
        paths = Client().get("/api/v1/schema/?format=json").json()["paths"]
        prefix = "/api/v1/exercises/{code}/"
        for what in ("attempts", "checks", "intake-log", "reinstatements"):
            assert f"{prefix}{what}/" in paths
        for what in ("commitment", "transcript", "checks", "reinstatements"):
            parameters = paths[f"{prefix}{what}/"]["get"]["parameters"]
            assert "attempt" in {parameter["name"] for parameter in parameters}
