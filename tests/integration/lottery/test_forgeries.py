"""What somebody with the portal's password could add by SQL, past the services, is refused."""

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError

from applications.models import Officer
from tests.factories import make_officer
from tests.integration.lottery import stages

pytestmark = pytest.mark.django_db


@pytest.fixture
def exercise():
    exercise = stages.make_ballot()
    stages.fill(exercise)
    return exercise


def is_refused(statement, *parameters):
    """Tell whether the database refuses a statement, and say nothing of it remains."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    except DatabaseError:
        return True
    return False


def freeze(exercise):
    stages.screen_everything()
    return stages.freeze(stages.close(exercise))


PUBLISH = (
    "INSERT INTO lottery_publication (register_id, published_at, ceremony_from)"
    " VALUES (%s, clock_timestamp() - %s * interval '1 day', clock_timestamp() - interval '1 hour')"
)


def test_a_publication_of_last_week(exercise):
    register = freeze(exercise)
    assert is_refused(PUBLISH, register.pk, 7)


KEY = (
    "INSERT INTO lottery_ballkeying (publication_id, officer_id, sequence, balls, keyed_at)"
    " VALUES (%s, %s, 1, %s, clock_timestamp() + %s * interval '1 minute')"
)


def test_balls_keyed_by_a_clerk_or_at_another_time_or_after_the_ceremony(exercise):
    publication = stages.publish(exercise)
    clerk = make_officer("clerk-7")
    officer = make_officer("officer-7", Officer.Role.OFFICER)
    balls = stages.get_balls(publication)
    assert is_refused(KEY, publication.pk, clerk.pk, balls, 0)
    assert is_refused(KEY, publication.pk, officer.pk, balls, -60)
    assert is_refused(KEY, publication.pk, officer.pk, balls, 60)
    stages.settle(publication)
    assert is_refused(KEY, publication.pk, officer.pk, balls, 0)


def test_a_draw_without_its_ranking(exercise):
    ceremony = stages.settle(stages.publish(exercise))
    assert is_refused(
        "INSERT INTO lottery_draw (ceremony_id, run_at, ranked_count, place_count)"
        " VALUES (%s, clock_timestamp(), 0, 0)",
        ceremony.pk,
    )


REBALLOT = (
    "INSERT INTO lottery_reballot (register_id, ground, statement, proposed_by_id, proposed_at,"
    " approved_by_id, approved_at) VALUES (%s, %s, 'forged', %s, clock_timestamp(), %s,"
    " CASE WHEN %s::bigint IS NULL THEN NULL ELSE clock_timestamp() END)"
)


def test_a_decision_that_is_born_approved_or_comes_from_a_clerk(exercise):
    publication = stages.publish(exercise)
    one, two = (make_officer(f"officer-{n}", Officer.Role.OFFICER) for n in (7, 8))
    clerk = make_officer("clerk-7")
    ground = "ORDERED_BY_AUTHORITY"
    assert is_refused(REBALLOT, publication.pk, ground, one.pk, two.pk, two.pk)
    assert is_refused(REBALLOT, publication.pk, ground, clerk.pk, None, None)
    assert not is_refused(REBALLOT, publication.pk, ground, one.pk, None, None)
    approve = "UPDATE lottery_reballot SET approved_by_id = %s, approved_at = clock_timestamp()"
    assert is_refused(approve, one.pk)
    assert is_refused(approve, clerk.pk)
    assert not is_refused(approve, two.pk)


def test_a_void_ceremony_whose_seed_is_known(exercise):
    publication = stages.publish(exercise)
    stages.settle(publication)
    officer = Officer.objects.filter(role="OFFICER").first()
    assert is_refused(REBALLOT, publication.pk, "CEREMONY_VOID", officer.pk, None, None)


def test_a_leaf_of_another_number_and_a_head_of_nothing(exercise):
    application = exercise.applications.first()
    leaf = (
        "INSERT INTO lottery_intakeleaf"
        " (application_id, exercise_id, number, identity_commitment)"
        " VALUES (%s, %s, %s, repeat('0', 64))"
    )
    assert is_refused(leaf, application.pk, exercise.pk, 99_999_999)
    head = (
        "INSERT INTO lottery_intakehead (exercise_id, sequence, taken_at, size, root, previous,"
        " journal, proof, signature, signer_pem)"
        " VALUES (%s, %s, clock_timestamp(), %s, repeat('0', 64), repeat('0', 64), '', '', '', '')"
    )
    assert is_refused(head, exercise.pk, 1, 7)
    freeze(exercise)
    assert is_refused(head, exercise.pk, 2, 10)


def test_another_name_for_an_officer(exercise):
    officer = make_officer("officer-7", Officer.Role.OFFICER)
    assert is_refused(
        "UPDATE applications_officer SET reference = 'officer-9' WHERE id = %s", officer.pk
    )
