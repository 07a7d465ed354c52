"""The status page: what it shows to whoever holds both numbers, and to nobody else."""

import re
from io import BytesIO

import pytest
from django.core import signing
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from pypdf import PdfReader

from applications.views import status_pass
from lottery.models import Place, RankingEntry
from tests.factories import (
    make_draft,
    make_exercise,
    make_member,
    make_person,
    pay_draft,
    screen_everything,
    store_online,
    store_paper,
)
from tests.integration.lottery import decisions, stages

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def empty_cache():
    cache.clear()


@pytest.fixture
def exercise():
    return make_exercise()


def look_up(client, number, hkic, language="en"):
    return client.post(f"/{language}/status/", {"number": number, "hkic": hkic})


def show(client, application, index=1, language="en"):
    """Give the text of the status page of the application of which person ``index`` applies."""
    answer = look_up(client, application.number, make_person(index)["hkic"], language)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.content.decode()))


class TestLookingUp:
    def test_number_and_identity_number_show_the_state(self, client, exercise):
        application = store_online(exercise, 1)
        hkic = make_person(1)["hkic"]
        assert "Received" in look_up(client, application.number, hkic).content.decode()
        screen_everything()
        page = look_up(client, application.number, hkic).content.decode()
        assert "takes part in the ballot" in page
        assert make_person(1)["surname_en"] not in page

    def test_an_excluded_application_says_why_and_whose_it_is(self, client, exercise):
        person = make_person(1) | {"previous_subsidy": True}
        application = store_paper(exercise, 1, applicant=person)
        screen_everything()
        page = look_up(client, application.number, person["hkic"]).content.decode()
        assert "subsidised scheme before" in page
        assert "<strong>The applicant</strong>" in page

    def test_an_unknown_number_and_a_wrong_identity_number_get_the_same_answer(
        self, client, exercise
    ):
        application = store_online(exercise, 1)
        store_online(exercise, 2)
        pages, statements = [], []
        for number, person in ((application.number, 2), (application.number, 3), (99_999_999, 1)):
            with CaptureQueriesContext(connection) as captured:
                answer = look_up(client, number, make_person(person)["hkic"])
            pages.append(re.sub(r'value="[^"]*"', "", answer.content.decode()))
            statements.append([re.sub(r"'[^']*'|[0-9]+", "?", row["sql"]) for row in captured])
        assert pages[0] == pages[1] == pages[2]
        assert "no application with these two numbers" in pages[0]
        assert statements[0] == statements[1] == statements[2]
        assert len(statements[0]) == 1

    def test_a_member_cannot_look_up_the_applicants_application(self, client, exercise):
        application = store_online(exercise, 1, members=[make_member(2)])
        page = look_up(client, application.number, make_person(2)["hkic"]).content.decode()
        assert "no application with these two numbers" in page

    def test_the_eleventh_try_in_ten_minutes_has_to_wait(self, client, exercise):
        hkic = make_person(1)["hkic"]
        answers = [look_up(client, 99_999_999, hkic).status_code for _ in range(11)]
        assert answers == [200] * 10 + [429]

    @pytest.mark.parametrize(
        ("proxy_count", "statuses"),
        [
            pytest.param(0, {429}, id="made up by the client"),
            pytest.param(1, {200}, id="written by the proxy"),
        ],
    )
    def test_a_forwarded_address_counts_only_from_a_known_proxy(
        self, client, exercise, settings, proxy_count, statuses
    ):
        settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "NUM_PROXIES": proxy_count}
        hkic = make_person(1)["hkic"]
        for index in range(11):
            client.defaults["HTTP_X_FORWARDED_FOR"] = f"192.0.2.{index}"
            last = look_up(client, 99_999_999, hkic)
        assert {last.status_code} == statuses

    def test_the_pdf_and_the_other_language_need_nothing_in_an_address(self, client, exercise):
        application = store_online(exercise, 1)
        found = look_up(client, application.number, make_person(1)["hkic"])
        pass_ = {"pass": found.context["pass"]}
        pdf = client.post(reverse("applications:status-receipt"), pass_)
        assert pdf.content.startswith(b"%PDF")
        other = client.post("/zh-hant/status/", pass_)
        assert str(application.number) in other.content.decode()

    @pytest.mark.parametrize("language", ["en", "zh-hant"])
    def test_the_receipt_of_a_family_is_one_sheet_in_the_words_of_the_pages(
        self, client, exercise, language
    ):
        members = [make_member(2), make_member(3)]
        application = store_online(exercise, 1, language=language, members=members)
        found = look_up(client, application.number, make_person(1)["hkic"])
        address = reverse("applications:status-receipt")
        pdf = client.post(address, {"pass": found.context["pass"]}).content
        (sheet,) = PdfReader(BytesIO(pdf)).pages
        text = sheet.extract_text().replace("\n", "")
        assert "登記冊先行凍結" in text
        assert "申請者" in text
        assert "申請人" not in text

    @pytest.mark.parametrize("name", ["status-receipt", "withdraw", "contact-change"])
    @pytest.mark.parametrize("pass_", ["", "1:abc:def"])
    def test_without_a_good_pass_both_numbers_are_asked_for_again(
        self, client, exercise, name, pass_
    ):
        store_online(exercise, 1)
        with translation.override("en"):
            address = reverse(f"applications:{name}")
        assert client.get(address).url == "/en/status/"
        answer = client.post(address, {"pass": pass_}, follow=True)
        assert answer.redirect_chain == [("/en/status/", 302)]
        assert "enter the two numbers again" in answer.content.decode()

    def test_a_pass_that_is_over_says_so_in_the_readers_language(self, client, exercise):
        application = store_online(exercise, 1)
        stale = signing.TimestampSigner(salt=status_pass.SALT)
        stale.timestamp = lambda: "1"
        over = stale.sign_object(application.pk)
        answer = client.post("/en/status/", {"pass": over})
        assert "enter the two numbers again" in answer.content.decode()
        assert str(application.number) not in answer.content.decode()

    def test_one_number_is_not_guessed_at_from_many_addresses(self, exercise):
        application = store_online(exercise, 1)

        def ask(number, index, network="192.0.2"):
            wrong = make_person(index + 2)["hkic"]
            return look_up(Client(REMOTE_ADDR=f"{network}.{index}"), number, wrong).status_code

        answers = [ask(application.number, index) for index in range(21)]
        assert answers == [200] * 20 + [429]
        assert ask(application.number + 1, 99) == 200
        unknown = [ask(99_999_999, index, "198.51.100") for index in range(21)]
        assert unknown == answers

    def test_the_receipt_page_leads_on_without_typing(self, client, exercise):
        draft = make_draft(exercise, 1)
        application = pay_draft(draft)
        session = client.session
        session["draft_id"] = str(draft.pk)
        session.save()
        receipt = client.get("/zh-hant/apply/receipt/")
        assert "<strong>English</strong>" in receipt.content.decode()
        found = client.post("/zh-hant/status/", {"pass": receipt.context["pass"]})
        assert str(application.number) in found.content.decode()


class TestWhatComesNext:
    def test_is_said_at_every_stage_before_the_draw(self, client):
        exercise = stages.make_ballot()
        application = store_online(exercise, 1)
        screen_everything()
        assert "After applications have closed (" in show(client, application)
        exercise = stages.close(exercise)
        page = show(client, application)
        assert "The list for the ballot is being prepared" in page
        assert "You can withdraw the application until" in page
        stages.freeze(exercise)
        page = show(client, application)
        assert "Its commitment is published next" in page
        assert "can no longer be withdrawn" in page
        publication = stages.publish(exercise)
        page = show(client, application)
        assert "This number takes part in the draw." in page
        assert "The balls are drawn in public, not before" in page
        stages.settle(publication)
        assert "The balls have been drawn" in show(client, application)


class TestAfterTheDraw:
    @pytest.fixture
    def ballot(self):
        """Six families for two places, three of one person, and one who is on two forms."""
        exercise = stages.make_ballot(quota=1)
        stages.fill(exercise, family=6, one_person=3)
        store_online(exercise, 51, members=[make_member(50)])
        store_paper(exercise, 50)
        return exercise

    def test_everybody_reads_the_rank_and_the_place_that_are_stored(self, client, ballot):
        drawn = stages.draw(ballot)
        ranked = RankingEntry.objects.select_related("entry")
        assert ranked.count() == 9
        places = dict(Place.objects.filter(draw=drawn).values_list("entry", "sequence"))
        for ranking in ranked:
            cache.clear()  # one client, more looks than the limit allows
            application = ballot.applications.get(number=ranking.entry.number)
            page = show(client, application, application.number - 10_000_000)
            assert f"Rank {ranking.rank} of " in page
            if ranking.entry_id in places:
                assert f"No. {places[ranking.entry_id]}" in page
                assert "A place is not a right to buy yet" in page
            else:
                assert "None for now" in page
                assert "The places of its category went to earlier ranks" in page

    def test_those_who_wait_are_counted_down_their_category(self, client, ballot):
        drawn = stages.draw(ballot)
        with_place = Place.objects.filter(draw=drawn).values("entry")
        waiting = RankingEntry.objects.filter(category="F").exclude(entry__in=with_place)
        positions = []
        for ranking in waiting.select_related("entry").order_by("rank"):
            page = show(client, ranking.entry.application, ranking.entry.number - 10_000_000)
            positions.append(int(re.search(r"number (\d+) of those who wait", page)[1]))
        assert positions == list(range(1, len(positions) + 1))

    def test_an_excluded_one_reads_why_and_no_rank(self, client, ballot):
        stages.draw(ballot)
        paper = ballot.applications.get(channel="PAPER")
        page = show(client, paper, 50, "en")
        assert "This number takes no part in the draw." in page
        assert "all the forms concerned are void" in page
        assert "Rank" not in page.partition("What happens next")[0]

    def test_the_page_leads_to_the_proof(self, client, ballot):
        stages.draw(ballot)
        application = ballot.applications.order_by("number").first()
        answer = look_up(client, application.number, make_person(1)["hkic"], "zh-hant")
        (address,) = re.findall(r'href="(/zh-hant/verify/look-up/[^"]*)"', answer.content.decode())
        query = f"?exercise={ballot.code}&amp;number={application.number}"
        assert address.endswith(query)
        assert client.get(address.replace("&amp;", "&")).status_code == 200

    def test_a_reinstated_one_reads_that_it_was_put_right(self, client, ballot):
        drawn = stages.draw(ballot)
        paper = ballot.applications.get(channel="PAPER")
        decisions.reinstate(drawn, f"{paper.number:08d}")
        page = show(client, paper, 50)
        assert "Two officers have put that right" in page
        assert "does not take part in the ballot" not in page

    def test_every_attempt_is_told_and_the_last_one_counts(self, client, ballot):
        drawn = stages.draw(ballot)
        application = ballot.applications.order_by("number").first()
        first = RankingEntry.objects.get(entry__application=application).rank
        decisions.give_up(drawn.ceremony.publication.register)
        page = show(client, application)
        assert "Attempt 1 was given up" in page
        assert f"Your rank in it was {first}." in page
        assert "The result of the ballot" not in page
        again = decisions.draw_again(ballot)
        second = RankingEntry.objects.get(entry__application=application, draw=again).rank
        page = show(client, application)
        assert f"Rank {second} of " in page
        assert f"Your rank in it was {first}." in page
