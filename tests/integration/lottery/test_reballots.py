"""Attempt 2: a written ground, a second officer, and attempt 1 stays public."""

import pytest
from django.urls import reverse
from django.utils.translation import override

from applications.selectors.clock import read_clock
from lottery.models import Ceremony, Draw, Reballot, Register
from lottery.selectors.progress import AttemptGivenUp, get_progress
from lottery.services.ceremonies import settle_ceremony
from lottery.services.reballots import ApprovedByProposer, approve_reballot, propose_reballot
from tests.factories import make_officer
from tests.integration.lottery import stages
from tests.threads import run_at_once

BALLS = stages.BALLS["balls:50:20"]
STATEMENT = "The drawing machine broke after the third ball, before witnesses."


def address(name, *args):
    with override("en"):
        return reverse(f"ballot:{name}", args=args)


def show(client):
    return client.get(address("console", "BALLOT2024")).content.decode()


def propose(client, **changes):
    answers = {"ground": "CEREMONY_VOID", "statement": STATEMENT, "confirmed": "on", "attempt": "1"}
    return client.post(address("propose_reballot", "BALLOT2024"), answers | changes)


def approve(client, reballot):
    return client.post(address("reballot", "BALLOT2024", reballot.pk), {"confirmed": "on"})


def confirm(client, deed, **answers):
    return client.post(address(deed, "BALLOT2024"), {"confirmed": "on", **answers})


@pytest.fixture
def exercise():
    exercise = stages.make_ballot("ticket")
    stages.fill(exercise, family=2, one_person=2)
    return exercise


@pytest.fixture
def officers(exercise):
    return stages.make_officers()


@pytest.fixture
def clients(officers):
    return [stages.sign_in(officer) for officer in officers]


@pytest.mark.django_db
class TestThroughThePages:
    @pytest.fixture(autouse=True)
    def _published(self, exercise, officers):
        stages.publish(exercise)

    def test_one_officer_proposes_another_approves_and_attempt_2_runs_to_its_draw(
        self, exercise, clients
    ):
        one, other = clients
        assert propose(one).status_code == 302
        reballot = Reballot.objects.get()
        assert "Look at it, and approve it or leave it" in show(other)
        page = other.get(address("reballot", "BALLOT2024", reballot.pk)).content.decode()
        assert STATEMENT in page
        assert approve(other, reballot).status_code == 302

        page = show(one)
        assert "Where attempt 2 stands" in page
        assert "Next: freeze the register" in page
        assert STATEMENT in page
        assert "Proposed by officer-1" in page
        first = Register.objects.get()
        assert first.commitment_sha256[:8] in page

        for deed in ("freeze", "publish"):
            assert confirm(one, deed, attempt="2").status_code == 302
        for client in clients:
            client.post(address("balls", "BALLOT2024"), {"balls": BALLS, "attempt": "2"})
        for deed in ("settle", "draw"):
            assert confirm(other, deed, attempt="2").status_code == 302
        assert get_progress(exercise).attempt == 2
        assert Draw.objects.get().pk != first.pk
        assert Register.objects.get(attempt=1).commitment_sha256 == first.commitment_sha256
        page = show(one)
        assert STATEMENT in page
        assert "BALLOT2024-2/verify_ballot.py" in page

    def test_the_proposer_cannot_approve(self, clients):
        propose(clients[0])
        reballot = Reballot.objects.get()
        page = clients[0].get(address("reballot", "BALLOT2024", reballot.pk)).content.decode()
        assert "You proposed this" in page
        assert "confirmed" not in page
        response = approve(clients[0], reballot)
        assert response.status_code == 409
        assert "You proposed this yourself" in response.content.decode()
        assert not Reballot.objects.get().is_approved

    def test_nothing_is_approved_without_the_tick(self, clients):
        propose(clients[0])
        reballot = Reballot.objects.get()
        response = clients[1].post(address("reballot", "BALLOT2024", reballot.pk))
        assert response.status_code == 422
        assert not Reballot.objects.get().is_approved

    @pytest.mark.parametrize(
        ("changes", "message"),
        [
            pytest.param({"ground": ""}, "Please choose the ground", id="no ground"),
            pytest.param({"ground": "UNLUCKY"}, "UNLUCKY", id="a ground of one's own"),
            pytest.param({"statement": " "}, "Please write down why", id="no statement"),
            pytest.param({"statement": "x" * 2001}, "Please shorten this", id="too long"),
            pytest.param(
                {"statement": "Form of A123456(3) was lost"},
                "identity card number",
                id="an identity number",
            ),
            pytest.param(
                {"statement": "form of ａ１２３４５６（３）"},
                "identity card number",
                id="one in full width",
            ),
            pytest.param(
                {"statement": "The machine \u202ebroke"}, "cannot be seen", id="invisible"
            ),
            pytest.param({"confirmed": ""}, "once more and tick the box", id="no tick"),
        ],
    )
    def test_what_is_missing_is_said_beside_the_field(self, clients, changes, message):
        response = propose(clients[0], **changes)
        assert response.status_code == 422
        assert message in response.content.decode()
        assert not Reballot.objects.exists()

    def test_a_statement_of_exactly_the_longest_length_is_stored(self, clients):
        assert propose(clients[0], statement="x" * 2000).status_code == 302

    def test_a_double_click_is_one_proposal(self, clients):
        propose(clients[0])
        propose(clients[0])
        assert Reballot.objects.count() == 1

    def test_what_was_confirmed_for_attempt_1_is_not_done_to_attempt_2(
        self, exercise, officers, clients
    ):
        """Its page was open on the other terminal while two officers gave the attempt up."""
        publication = get_progress(exercise).get_publication()
        for officer in officers:
            stages.key(publication, officer)
        propose(clients[0])
        approve(clients[1], Reballot.objects.get())
        for deed in ("freeze", "publish"):
            confirm(clients[0], deed, attempt="2")
        response = clients[0].post(
            address("balls", "BALLOT2024"), {"balls": BALLS[3:] + "-00", "attempt": "1"}
        )
        assert response.status_code == 409
        assert "given up this attempt" in response.content.decode()
        assert confirm(clients[1], "settle", attempt="1").status_code == 409
        assert not Ceremony.objects.exists()
        assert get_progress(exercise).publication.ball_keyings.count() == 0

    def test_a_ceremony_on_record_is_not_void(self, exercise, officers, clients):
        publication = get_progress(exercise).get_publication()
        propose(clients[0])
        for officer in officers:
            stages.key(publication, officer)
        settle_ceremony(publication=publication, settled_at=read_clock())
        page = clients[0].get(address("propose_reballot", "BALLOT2024")).content.decode()
        assert "it can no longer be declared void" in page
        assert 'value="CEREMONY_VOID"' not in page
        assert propose(clients[0]).status_code == 422
        response = approve(clients[1], Reballot.objects.get())
        assert response.status_code == 409
        assert "second chance" in " ".join(response.content.decode().split())
        assert propose(clients[0], ground="ORDERED_BY_AUTHORITY").status_code == 302

    def test_a_proposal_of_another_exercise_is_not_found(self, clients):
        propose(clients[0])
        reballot = Reballot.objects.get()
        assert clients[1].get(address("reballot", "OTHER2024", reballot.pk)).status_code == 404


@pytest.mark.django_db
def test_before_the_register_is_frozen_there_is_nothing_to_give_up(exercise, clients):
    assert clients[0].get(address("propose_reballot", "BALLOT2024")).status_code == 302
    assert propose(clients[0]).status_code == 409
    assert "Propose another attempt" not in show(clients[0])


@pytest.mark.django_db(transaction=True)
class TestAtTheSameMoment:
    @pytest.fixture
    def publication(self, exercise, officers):
        return stages.publish(exercise)

    def propose(self, publication, officer, ground=Reballot.Ground.ORDERED_BY_AUTHORITY):
        return propose_reballot(
            register=publication.register,
            ground=ground,
            statement=STATEMENT,
            officer=officer,
            proposed_at=read_clock(),
        )

    def approve(self, reballot, officer):
        return lambda: approve_reballot(
            reballot=reballot, officer=officer, approved_at=read_clock()
        )

    def test_two_officers_who_approve_at_once_approve_once(self, publication, officers):
        third = make_officer("officer-3", "OFFICER")
        reballot = self.propose(publication, officers[0])
        one, other = run_at_once(self.approve(reballot, officers[1]), self.approve(reballot, third))
        assert (one.approved_by_id, one.approved_at) == (other.approved_by_id, other.approved_at)
        assert Reballot.objects.get().is_approved

    def test_of_two_proposals_approved_crosswise_at_once_one_counts(self, publication, officers):
        mine, yours = (self.propose(publication, officer) for officer in officers)
        answers = run_at_once(self.approve(mine, officers[1]), self.approve(yours, officers[0]))
        assert [isinstance(answer, AttemptGivenUp) for answer in answers].count(True) == 1
        assert Reballot.objects.filter(approved_at__isnull=False).count() == 1

    def test_the_proposer_cannot_win_a_race_against_the_rule(self, publication, officers):
        reballot = self.propose(publication, officers[0])
        answers = run_at_once(*[self.approve(reballot, officers[0])] * 2)
        assert all(isinstance(answer, ApprovedByProposer) for answer in answers)

    def test_a_ceremony_settled_while_it_is_declared_void_is_the_one_or_the_other(
        self, publication, officers
    ):
        for officer in officers:
            stages.key(publication, officer)
        reballot = self.propose(publication, officers[0], Reballot.Ground.CEREMONY_VOID)
        run_at_once(
            self.approve(reballot, officers[1]),
            lambda: settle_ceremony(publication=publication, settled_at=read_clock()),
        )
        is_void = Reballot.objects.get().is_approved
        assert is_void is not Ceremony.objects.exists()
