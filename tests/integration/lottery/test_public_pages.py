"""What anybody can see and check without an account."""

import hashlib
import hmac
import io
import re
import zipfile
from html import unescape

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from applications.selectors.clock import read_clock
from applications.views.receipt_content import get_look_up_url
from lottery.ballot.ceremony import parse_ceremony
from lottery.models import RankingEntry, Reballot
from lottery.selectors.results import read_result
from lottery.services.registers import freeze_register
from lottery.templatetags.number_tags import ordinal
from tests.factories import store_online, store_paper
from tests.integration.lottery import decisions, stages

pytestmark = pytest.mark.django_db


def address(name, *args, language="en"):
    with override(language):
        return reverse(f"verify:{name}", args=args)


def say(position):
    with override("en"):
        return ordinal(position)


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
        assert f"Of the 100 balls, {entry.ballot[-2:]} was drawn {say(entry.group + 1)} ." in text
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
    reasons = ("because its ticket is the smallest", "because its ticket is the second smallest")
    for place, entry in enumerate(shared, 1):
        _, text = look_up(entry.ballot)
        assert "2 one-person applications share this ending" in text
        assert reasons[place - 1] in text
        assert f"{entry.rank - place} before its ending, plus {place}" in text


@pytest.mark.parametrize(
    ("order", "reason"),
    [
        ("last2:seed", "Of the 100 endings, the seed put 01"),
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


class TestTheReceiptsAddress:
    """Where the code on the receipt leads, before and after the ballot."""

    def follow(self, exercise, number=10_000_001):
        with override("zh-hant"):
            url = get_look_up_url(exercise.code, number)
        path = url.removeprefix(settings.PUBLIC_URL)
        page = Client().get(path, headers={"Accept-Language": "en"}, follow=True)
        return page, re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", unescape(page.content.decode())))

    def test_keeps_its_question_on_the_way_to_the_readers_language(self, drawn, exercise):
        page, text = self.follow(exercise)
        assert page.redirect_chain[-1][0].startswith("/en/verify/look-up/?exercise=BALLOT2024")
        assert "Number 10000001" in text
        assert "Why this rank" in text

    @pytest.mark.parametrize("stage", ["open", "closed", "frozen"])
    def test_says_kindly_that_the_ballot_is_not_held_yet(self, exercise, stage):
        if stage != "open":
            stages.screen_everything()
            stages.close(exercise)
        if stage == "frozen":
            stages.freeze(exercise)
        page, text = self.follow(exercise)
        assert page.status_code == 200
        assert "The ballot is not held yet" in text
        assert "Please come back after the ballot" in text
        assert "Its line in the register" not in text

    def test_says_which_head_bound_the_number_first(self, exercise):
        decisions.take_heads(exercise)
        _, text = self.follow(exercise)
        assert "was the first to bind this number, as one of the first 10" in text
        later = store_online(exercise, 70).number
        assert "in no daily head of the intake log yet" in self.follow(exercise, later)[1]

    @pytest.mark.parametrize("code", ["OTHER", "\0", "x" * 999, "ballot2024"])
    def test_knows_no_other_exercise(self, exercise, code):
        assert look_up("10000001", exercise=code)[0].status_code == 422


class TestAttempts:
    @pytest.fixture
    def given_up(self, drawn):
        return decisions.give_up(drawn.ceremony.publication.register)

    def read(self, exercise, *attempt, language="en"):
        name = "attempt" if attempt else "ballot"
        page = Client().get(address(name, exercise.code, *attempt, language=language))
        return page, unescape(page.content.decode())

    def test_one_that_was_given_up_says_why_and_by_whom(self, exercise, given_up):
        _, text = self.read(exercise)
        assert "Attempt 1 was given up" in text
        assert "An authority ordered another ballot." in text
        assert decisions.GROUND in text
        for officer in (given_up.proposed_by, given_up.approved_by):
            assert officer.reference in text

    def test_the_newest_is_shown_and_the_others_are_linked(self, exercise, drawn, given_up):
        again = decisions.draw_again(exercise)
        _, newest = self.read(exercise)
        assert again.ceremony.publication.register.commitment_sha256 in newest
        assert "This is attempt 2" in newest
        assert address("attempt", exercise.code, 1) in newest
        page, first = self.read(exercise, 1)
        assert page.status_code == 200
        assert drawn.ceremony.publication.register.commitment_sha256 in first
        assert "Attempt 1 was given up" in first
        for name in ("transcript", "certificate_pdf", "fairness", "recompute"):
            assert f'{address(name, exercise.code)}?attempt=1"' in first

    @pytest.mark.parametrize("name", ["fairness", "recompute"])
    def test_what_is_computed_from_one_given_up_says_so(self, exercise, given_up, name):
        page = Client().get(address(name, exercise.code), {"attempt": 1})
        assert "This is the result of attempt 1, which was given up." in page.content.decode()

    def test_one_given_up_before_its_commitment_was_public_is_named_and_leaves_no_gap(
        self, exercise, given_up
    ):
        second = freeze_register(exercise=exercise, attempt=2, frozen_at=read_clock())
        decisions.give_up(second, Reballot.Ground.CEREMONY_VOID)
        decisions.draw_again(exercise, attempt=3)
        _, text = self.read(exercise)
        assert (
            "Attempt 2, given up before its commitment was public – The ceremony was void" in text
        )
        assert self.read(exercise, 2)[0].status_code == 404
        assert second.commitment_sha256 not in text
        rows = Client().get(f"/api/v1/exercises/{exercise.code}/attempts/").json()
        assert [row["attempt"] for row in rows] == [1, 2, 3]
        assert (rows[1]["commitment"], rows[1]["given_up"]["ground"]) == (None, "CEREMONY_VOID")

    def test_each_attempts_transcript_is_its_own(self, exercise, given_up, tmp_path):
        decisions.draw_again(exercise)
        for attempt in (1, 2):
            response = Client().get(address("transcript", exercise.code), {"attempt": attempt})
            with zipfile.ZipFile(io.BytesIO(response.getvalue())) as archive:
                archive.extractall(tmp_path)
            status, output = stages.verify(tmp_path / f"{exercise.code}-{attempt}")
            assert status == 0, output

    def test_a_look_up_takes_the_newest_and_leads_to_the_earlier_one(self, exercise, given_up):
        again = decisions.draw_again(exercise)
        entry = again.ranking.get(ballot="10000003")
        page, text = look_up("10000003")
        assert f"= rank {entry.rank} ." in text
        assert "was given up" not in text
        link = "number=10000003&attempt=1"
        assert link in unescape(page.content.decode())
        _, earlier = look_up("10000003", exercise=exercise.code, attempt="1")
        assert "This is the result of attempt 1, which was given up" in earlier

    @pytest.mark.parametrize("attempt", ["2", "99", "100", "x", "-1", "１"])
    def test_one_that_is_not_public_is_not_found(self, drawn, attempt):
        assert look_up("10000003", attempt=attempt)[0].status_code == 404

    @pytest.mark.parametrize("attempt", [0, 2, 10**6, 10**30])
    def test_nor_has_it_a_page(self, exercise, drawn, attempt):
        assert self.read(exercise, attempt)[0].status_code == 404


class TestWhatIsSaidOfANumber:
    def test_its_neighbours_stand_beside_it_with_their_tickets(self, drawn):
        ranked = list(drawn.ranking.filter(category="F").order_by("rank"))
        page = unescape(look_up(ranked[2].ballot)[0].content.decode())
        for entry in ranked[1:4]:
            assert f"{entry.ticket[:12]}…" in page
            assert entry.ballot in page
        assert f"{ranked[0].ticket[:12]}…" not in page

    def test_an_excluded_one_is_told_what_can_be_done(self, exercise):
        number = store_online(exercise, 60).number
        store_paper(exercise, 60)
        stages.draw(exercise)
        text = look_up(number)[1]
        assert "If you think that this is a mistake" in text
        assert "somebody else of a similar name" in text

    def test_a_reinstated_one_is_told_its_place_in_addition(self, exercise):
        number = store_online(exercise, 60).number
        store_paper(exercise, 60)
        drawn = stages.draw(exercise)
        row = decisions.reinstate(drawn, number)
        text = look_up(number)[1]
        assert "had been excluded by mistake. Two officers have put that right" in text
        assert f"it comes after one-person rank {row.rank_after}" in text
        assert ("Yes" in text) == bool(row.step)
        assert decisions.MISTAKE in text
        assert all(row.ticket[n : n + 8] in text for n in range(0, 64, 8))
        assert f"comes after one-person rank {row.rank_after}" in unescape(
            Client().get(address("ballot", exercise.code)).content.decode()
        )

    def test_which_head_of_the_intake_log_bound_it_first(self, exercise):
        decisions.take_heads(exercise, 2)
        stages.draw(exercise)
        assert "as one of the first 10" in look_up("10000010")[1]

    def test_ranks_and_counts_agree_with_the_stored_ranking(self, drawn, exercise):
        for entry in drawn.ranking.select_related("entry"):
            result = read_result(drawn, entry.entry)
            group = drawn.ranking.filter(category=entry.category, group=entry.group)
            assert result.group_size == group.count()
            assert result.rank_in_group == group.filter(rank__lte=entry.rank).count()
            assert (
                result.ranked_in_category == drawn.ranking.filter(category=entry.category).count()
            )

    def test_a_second_look_counts_nothing_again(self, drawn):
        look_up("10000003")
        with CaptureQueriesContext(connection) as queries:
            look_up("10000004")
        statements = [query["sql"] for query in queries]
        counting = [text for text in statements if "GROUP BY" in text or "COUNT(" in text]
        assert not [text for text in counting if "lottery_rankingentry" in text]
        assert len(statements) < 30
