"""The register is frozen once, whole, and stays as it is."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError

from applications.models import Application
from applications.selectors.clock import read_clock
from applications.services.exercises import ExerciseStillOpen, close_exercise
from applications.services.intake import ExerciseClosed
from lottery.ballot.commitment import hash_commitment
from lottery.ballot.errors import BallotRefusal
from lottery.models import Publication, Register, RegisterEntry
from lottery.selectors.freeze_checklist import FreezeChecklistOpen
from lottery.selectors.registers import get_inclusion_proof, iterate_register_lines
from lottery.services.registers import publish_commitment
from tests.factories import make_person, screen_everything, store_online, store_paper
from tests.integration.lottery import stages

pytestmark = pytest.mark.django_db


def change_a_line():
    RegisterEntry.objects.update(status="XI")


def delete_a_line():
    RegisterEntry.objects.order_by("number").first().delete()


def change_a_line_in_sql():
    with connection.cursor() as cursor:
        cursor.execute("UPDATE lottery_registerentry SET line = line || 'x'")


def delete_the_lines_in_sql():
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM lottery_registerentry")


def change_the_commitment():
    Register.objects.update(commitment_sha256="0" * 64)


def take_back_the_publication():
    Publication.objects.all().delete()


def test_freezing_twice_gives_the_same_register():
    exercise = stages.make_ballot()
    stages.fill(exercise)
    screen_everything()
    exercise = stages.close(exercise)
    assert stages.freeze(exercise) == stages.freeze(exercise)
    assert Register.objects.count() == 1
    assert RegisterEntry.objects.count() == 10


def test_an_open_exercise_is_not_frozen():
    exercise = stages.make_ballot()
    stages.fill(exercise)
    screen_everything()
    with pytest.raises(ExerciseStillOpen):
        stages.freeze(exercise)
    assert not Register.objects.exists()


def test_nothing_is_frozen_while_an_application_waits_for_screening():
    exercise = stages.make_ballot()
    stages.fill(exercise, family=1, one_person=1)
    exercise = stages.close(exercise)
    with pytest.raises(FreezeChecklistOpen):
        stages.freeze(exercise)
    assert not RegisterEntry.objects.exists()
    screen_everything()
    assert stages.freeze(exercise)


def test_an_exercise_without_applications_has_no_register():
    exercise = stages.close(stages.make_ballot())
    with pytest.raises(BallotRefusal) as refusal:
        stages.freeze(exercise)
    assert refusal.value.code == "REGISTER_EMPTY"


def test_a_real_exercise_cannot_be_closed_before_its_time():
    exercise = stages.make_ballot(demonstration=False)
    just_before = exercise.closes_at - timedelta(microseconds=1)
    with pytest.raises(ExerciseStillOpen):
        close_exercise(exercise=exercise, closed_at=just_before)
    assert close_exercise(exercise=exercise, closed_at=exercise.closes_at).closed_at


def test_after_closing_nothing_gets_a_number_on_any_channel():
    exercise = stages.make_ballot()
    stages.fill(exercise, family=1, one_person=0)
    exercise = stages.close(exercise)
    with pytest.raises(ExerciseClosed):
        store_online(exercise, 50)
    with pytest.raises(ExerciseClosed):
        store_paper(exercise, 51)
    assert Application.objects.count() == 1


def test_the_register_has_every_number_and_the_excluded_ones_stay():
    exercise = stages.make_ballot()
    stages.fill(exercise)
    store_online(exercise, 60)
    store_paper(exercise, 60)  # the same person: both are void
    store_paper(exercise, 61, signed_on=None)
    store_paper(exercise, 62, applicant=make_person(62, previous_subsidy=True))
    register = stages.publish(exercise).register
    lines = list(iterate_register_lines(register))
    numbers = [int(line[:8]) for line in lines]
    assert numbers == list(range(10_000_001, 10_000_015))
    assert [line.split("|")[1] for line in lines[10:]] == ["XD", "XD", "XV", "XI"]
    assert hash_commitment(register.commitment_text) == register.commitment_sha256


def test_publishing_again_changes_nothing():
    exercise = stages.make_ballot()
    stages.fill(exercise)
    publication = stages.publish(exercise)
    again = publish_commitment(
        register=publication.register, published_at=read_clock(), waiting=timedelta(0)
    )
    assert again.published_at == publication.published_at


@pytest.mark.parametrize(
    "change",
    [
        change_a_line,
        delete_a_line,
        change_a_line_in_sql,
        delete_the_lines_in_sql,
        change_the_commitment,
        take_back_the_publication,
    ],
)
def test_the_database_refuses_to_change_what_is_frozen(change):
    exercise = stages.make_ballot()
    stages.fill(exercise, family=2, one_person=0)
    stages.publish(exercise)
    with pytest.raises(DatabaseError, match="Cannot update or delete rows"), transaction.atomic():
        change()


def test_every_line_has_a_proof_that_leads_to_the_committed_root():
    exercise = stages.make_ballot()
    stages.fill(exercise, family=3, one_person=4)
    register = stages.publish(exercise).register
    proofs = [get_inclusion_proof(entry) for entry in register.entries.order_by("number")]
    assert [proof.index for proof in proofs] == list(range(7))
    assert all(proof.holds and proof.size == 7 for proof in proofs)


def test_a_line_that_was_changed_behind_the_portals_back_has_no_proof():
    exercise = stages.make_ballot()
    stages.fill(exercise, family=3, one_person=0)
    entry = stages.publish(exercise).register.entries.first()
    entry.line = entry.line.replace("|A|", "|XI|")
    assert not get_inclusion_proof(entry).holds
