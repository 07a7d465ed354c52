"""What anybody can see and check without an account."""

import hashlib
import hmac
import io
import json
import re
import zipfile
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from lottery.ballot.ceremony import parse_ceremony
from lottery.models import RankingEntry
from tests.factories import store_online, store_paper
from tests.integration.lottery import stages

pytestmark = pytest.mark.django_db


def address(name, *args, language="en"):
    with override(language):
        return reverse(f"verify:{name}", args=args)


def look_up(number, language="en", **query):
    page = Client().get(address("look_up", language=language), {"number": number, **query})
    text = re.sub(r"<[^>]+>", " ", unescape(page.content.decode()))
    return page, re.sub(r"\s+", " ", text)


@pytest.fixture
def exercise():
    exercise = stages.make_ballot(quota=2)
    stages.fill(exercise)
    return exercise


@pytest.fixture
def drawn(exercise):
    return stages.draw(exercise)


def test_before_publication_there_is_nothing(exercise):
    page = Client().get(address("home"))
    assert exercise.code not in page.content.decode()
    for name in ("ballot", "transcript"):
        assert Client().get(address(name, exercise.code)).status_code == 404
    assert look_up("10000001")[0].status_code == 422


def test_a_frozen_register_is_not_public_before_its_commitment_is(exercise):
    stages.screen_everything()
    stages.freeze(stages.close(exercise))
    assert Client().get(address("ballot", exercise.code)).status_code == 404
    assert look_up("10000001")[0].status_code == 422


@pytest.mark.parametrize("language", ["en", "zh-hant"])
def test_the_published_commitment_is_on_the_list_and_on_its_page(exercise, language):
    register = stages.publish(exercise).register
    for url in (
        address("home", language=language),
        address("ballot", exercise.code, language=language),
    ):
        page = Client().get(url).content.decode()
        assert f'data-hos-copy="{register.commitment_sha256}"' in page
    assert register.commitment_text in page


def test_after_the_draw_the_page_shows_balls_seed_and_how_to_verify(drawn, exercise):
    page = unescape(Client().get(address("ballot", exercise.code)).content.decode())
    record = parse_ceremony(drawn.ceremony.ceremony_text)
    balls = re.findall(r'<li class="hos-balls__ball">(\d\d)</li>', page)
    assert "-".join(balls) == record.balls
    assert record.seed in page
    assert f"openssl dgst -sha256 -hmac {record.seed}" in page
    assert address("transcript", exercise.code) in page


def test_the_transcript_is_a_zip_that_the_verifier_inside_accepts(drawn, exercise, tmp_path):
    response = Client().get(address("transcript", exercise.code))
    assert response["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(response.getvalue())) as archive:
        archive.extractall(tmp_path)
    status, output = stages.verify(tmp_path / f"{exercise.code}-1")
    assert status == 0, output


def test_whoever_has_the_transcript_is_not_sent_it_again(drawn, exercise):
    etag = Client().get(address("transcript", exercise.code))["ETag"]
    again = Client().get(address("transcript", exercise.code), headers={"If-None-Match": etag})
    assert again.status_code == 304


def test_there_is_no_transcript_before_the_draw(exercise):
    stages.settle(stages.publish(exercise))
    assert Client().get(address("transcript", exercise.code)).status_code == 404


def test_every_ranked_number_is_told_its_rank_and_why(drawn, exercise):
    seed = parse_ceremony(drawn.ceremony.ceremony_text).seed
    for entry in RankingEntry.objects.select_related("entry"):
        page, text = look_up(f"{entry.entry.number}")
        assert page.status_code == 200
        assert f"Your number ends in {entry.ballot[-2:]} ." in text
        assert f"was drawn as number {entry.group + 1} of 100" in text
        assert f"= rank {entry.rank} ." in text
        assert f"printf 'ticket|{entry.ballot}' | openssl dgst -sha256 -hmac {seed}" in text
        ticket = hmac.digest(seed.encode(), f"ticket|{entry.ballot}".encode(), "sha256").hex()
        assert all(ticket[n : n + 8] in text for n in range(0, 64, 8))


def test_numbers_that_share_an_ending_are_told_their_place_among_them():
    exercise = stages.make_ballot(quota=2)
    stages.fill(exercise, family=0, one_person=102)
    stages.draw(exercise)
    shared = RankingEntry.objects.filter(ballot__endswith="01").order_by("rank")
    assert len(shared) == 2
    for place, entry in enumerate(shared, 1):
        _, text = look_up(entry.ballot)
        assert "2 applications of the same category share this ending" in text
        assert f"yours is number {place} of the 2" in text
        assert f"{entry.rank - place} before its ending and {place} within it" in text


@pytest.mark.parametrize(
    ("order", "reason"),
    [
        ("last2:seed", "The seed put this ending at number"),
        ("ticket", "stand in the order of their tickets"),
    ],
)
def test_the_other_orders_are_explained_too(order, reason):
    exercise = stages.make_ballot(order)
    stages.fill(exercise)
    stages.draw(exercise)
    assert reason in look_up("10000001")[1]


def test_a_place_is_said_with_its_quota_and_the_others_are_told_how_far_places_went(
    drawn, exercise
):
    holder = drawn.places.get(step="OF", sequence=1).entry.number
    assert "1 Ordinary quota, family" in look_up(holder)[1]
    without = drawn.ranking.exclude(entry__in=drawn.places.values("entry")).first().ballot
    text = look_up(without)[1]
    assert "None for now" in text
    assert "the last to rank 2" in text


def test_an_excluded_number_is_told_why(exercise):
    numbers = [store_online(exercise, 60).number, store_paper(exercise, 60).number]
    stages.draw(exercise)
    for number in numbers:
        text = look_up(number)[1]
        assert "This number takes no part in the draw" in text
        assert "Somebody on this form is on another form too" in text
        assert "Why this rank" not in text


def test_before_the_draw_a_number_is_told_what_is_known(exercise):
    entry = stages.publish(exercise).register.entries.get(number=10_000_003)
    text = look_up("10000003")[1]
    assert "takes part in the draw" in text
    assert "have not been drawn yet" in text
    assert entry.line in text
    assert "It is line 2 of 10" in text


@pytest.mark.parametrize("number", ["10000011", "99999999", "00000000"])
def test_an_unknown_number_is_told_so_and_nothing_else(drawn, number):
    page, text = look_up(number)
    assert page.status_code == 200
    assert "There is no such number" in text
    assert "Its line in the register" not in text


@pytest.mark.parametrize("number", ["1000 0001", "１０００００01", " 10000001 "])
def test_a_number_may_be_typed_in_any_usual_way(drawn, number):
    assert "Number 10000001" in look_up(number)[1]


@pytest.mark.parametrize(
    "number",
    ["", "123", "100000011", "1000000a", "' OR 1=1", "<script>", "٠" * 8, "1" * 99],
)
def test_what_is_no_number_is_asked_for_again(drawn, number):
    page, text = look_up(number)
    assert page.status_code == 422
    assert "application number" in text


def test_an_unknown_exercise_is_asked_for_again(drawn):
    assert look_up("10000001", exercise="OTHER")[0].status_code == 422


def test_the_proof_leads_from_the_line_to_the_published_root(drawn, exercise):
    text = look_up("10000004")[1]
    proof = re.findall(r"Step \d+ ([0-9a-f]{64})", text)
    entry = drawn.ceremony.publication.register.entries.get(number=10_000_004)
    node, index, size = hashlib.sha256(b"\0" + entry.line.encode()).digest(), 3, 10
    last = size - 1
    for step in map(bytes.fromhex, proof):
        if index & 1 or index == last:
            node = hashlib.sha256(b"\1" + step + node).digest()
            while index and not index & 1:
                index, last = index >> 1, last >> 1
        else:
            node = hashlib.sha256(b"\1" + node + step).digest()
        index, last = index >> 1, last >> 1
    register = drawn.ceremony.publication.register
    assert f"root={node.hex()}" in register.commitment_text


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
