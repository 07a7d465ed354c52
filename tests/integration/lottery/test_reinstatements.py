"""A wrongly excluded application gets its ticket; a second officer approves."""

import pytest
from django.urls import reverse
from django.utils.translation import override

from applications.selectors.clock import read_clock
from lottery.models import Reinstatement
from lottery.services.reinstatements import (
    ReinstatedAlready,
    approve_reinstatement,
    propose_reinstatement,
)
from tests.factories import make_member, store_online, store_paper
from tests.integration.lottery import stages
from tests.threads import run_at_once

STATEMENT = "The bank paid the cheque; we had read its answer wrongly."


def address(name, *args):
    with override("en"):
        return reverse(f"ballot:{name}", args=args)


def propose(client, number, **changes):
    answers = {"number": str(number), "statement": STATEMENT, "confirmed": "on", "attempt": "1"}
    return client.post(address("propose_reinstatement", "BALLOT2024"), answers | changes)


def read(client, reinstatement):
    page = client.get(address("reinstatement", "BALLOT2024", reinstatement.pk))
    return " ".join(page.content.decode().split())


def approve(client, reinstatement):
    return client.post(
        address("reinstatement", "BALLOT2024", reinstatement.pk), {"confirmed": "on"}
    )


def make_drawn(*, quota):
    """Draw a ballot in which two applications with the same person are excluded."""
    exercise = stages.make_ballot("ticket", quota=quota)
    stages.fill(exercise, family=4, one_person=2)
    for store, index in ((store_online, 50), (store_paper, 51)):
        store(exercise, index, members=[make_member(900)])
    return stages.draw(exercise)


@pytest.fixture
def officers():
    return stages.make_officers()


@pytest.fixture
def clients(officers):
    return [stages.sign_in(officer) for officer in officers]


def find_excluded(draw):
    entries = draw.ceremony.publication.register.entries.exclude(status="A")
    return entries.order_by("number").first()


@pytest.mark.django_db
class TestThroughThePages:
    @pytest.mark.parametrize(
        ("quota", "place"),
        [
            pytest.param(100, "One in addition", id="places for everybody"),
            pytest.param(0, "its ticket would not have had one", id="no places"),
        ],
    )
    def test_the_proposal_shows_what_it_would_get_and_a_second_officer_approves(
        self, officers, clients, quota, place
    ):
        draw = make_drawn(quota=quota)
        number = find_excluded(draw).number
        assert propose(clients[0], number).status_code == 302
        reinstatement = Reinstatement.objects.get()
        page = read(clients[1], reinstatement)
        assert place in page
        assert reinstatement.ticket[:8] in page
        assert STATEMENT in page
        assert say_rank(reinstatement.rank_after) in page
        assert approve(clients[1], reinstatement).status_code == 302
        assert Reinstatement.objects.get().approved_by == officers[1]
        console = clients[0].get(address("console", "BALLOT2024")).content.decode()
        assert str(number) in console
        assert "Reinstatement approved" in console

    def test_the_proposer_cannot_approve(self, clients):
        propose(clients[0], find_excluded(make_drawn(quota=1)).number)
        reinstatement = Reinstatement.objects.get()
        assert "You proposed this" in read(clients[0], reinstatement)
        assert approve(clients[0], reinstatement).status_code == 409
        assert not Reinstatement.objects.get().is_approved

    def test_a_double_click_is_one_proposal(self, clients):
        number = find_excluded(make_drawn(quota=1)).number
        propose(clients[0], number)
        propose(clients[0], number)
        assert Reinstatement.objects.count() == 1

    @pytest.mark.parametrize(
        ("number", "message"),
        [
            pytest.param("10000001", "There is nothing to put right", id="in the draw"),
            pytest.param("10009999", "There is nothing to put right", id="unknown"),
            pytest.param("12", "8 digits", id="short"),
            pytest.param("", "8 digits", id="nothing"),
        ],
    )
    def test_a_number_that_was_not_excluded_is_refused_beside_its_box(
        self, clients, number, message
    ):
        make_drawn(quota=1)
        response = propose(clients[0], number)
        page = response.content.decode()
        assert response.status_code == 422
        assert message in page
        assert STATEMENT in page
        assert not Reinstatement.objects.exists()

    def test_what_was_reinstated_is_not_proposed_again(self, clients):
        number = find_excluded(make_drawn(quota=1)).number
        propose(clients[0], number)
        approve(clients[1], Reinstatement.objects.get())
        response = propose(clients[0], number, statement="Another reason.")
        assert response.status_code == 422
        assert "already reinstated" in response.content.decode()

    def test_before_the_draw_there_is_nothing_to_put_right(self, clients):
        exercise = stages.make_ballot("ticket")
        stages.fill(exercise, family=1, one_person=1)
        stages.publish(exercise)
        assert clients[0].get(address("propose_reinstatement", "BALLOT2024")).status_code == 302
        assert propose(clients[0], 10_000_001).status_code == 409


def say_rank(rank_after):
    """Say it for the four families of the draw."""
    if rank_after == 0:
        return "before rank 1"
    if rank_after == 4:
        return "after rank 4, the last"
    return f"between ranks {rank_after} and {rank_after + 1}"


@pytest.mark.django_db(transaction=True)
def test_two_proposals_for_one_application_approved_at_once_reinstate_it_once(officers):
    draw = make_drawn(quota=1)
    number = find_excluded(draw).number
    mine, yours = (
        propose_reinstatement(
            draw=draw,
            number=number,
            statement=STATEMENT,
            officer=officer,
            proposed_at=read_clock(),
        )
        for officer in officers
    )

    def approve_by(row, officer):
        return lambda: approve_reinstatement(
            reinstatement=row, officer=officer, approved_at=read_clock()
        )

    answers = run_at_once(approve_by(mine, officers[1]), approve_by(yours, officers[0]))
    assert [isinstance(answer, ReinstatedAlready) for answer in answers].count(True) == 1
    assert Reinstatement.objects.filter(approved_at__isnull=False).count() == 1
