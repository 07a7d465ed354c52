"""One application for one submission, numbered without gaps, whoever sends it however often."""

import uuid
from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from applications.models import Application, JournalEntry, OwedWork, PaperForm, Person
from applications.policy.document import parse_document
from applications.policy.hong_kong_time import hong_kong_date
from applications.selectors.clock import read_clock
from applications.services import bulk_intake
from applications.services.intake import (
    ExerciseNotOpenYet,
    PaperFormAlreadyKeyed,
    SubmissionKeyReused,
)
from applications.services.keying import NotAPaperForm, describe_arrival, key_paper_form
from tests.factories import (
    make_document,
    make_exercise,
    make_member,
    make_officer,
    screen_everything,
    store_online,
    store_paper,
)
from tests.threads import run_at_once


def read_paper(exercise, index, **changes):
    mapping = make_document(exercise, index, channel="PAPER", **changes)
    return parse_document(mapping, today=hong_kong_date(read_clock()))


def key(exercise, document, officer, submission_key=None):
    return key_paper_form(
        exercise=exercise,
        document=document,
        submission_key=submission_key or uuid.uuid4(),
        keyed_at=read_clock(),
        officer=officer,
    )


def numbers_of(exercise):
    return list(exercise.applications.order_by("number").values_list("number", flat=True))


def first_numbers(exercise, count):
    first = exercise.parsed_terms.first_application_number
    return list(range(first, first + count))


@pytest.mark.django_db(transaction=True)
class TestAtTheSameMoment:
    def test_32_identical_submissions_are_one_application_and_32_equal_answers(self):
        exercise, officer = make_exercise(), make_officer()
        document, submission_key = read_paper(exercise, 1), uuid.uuid4()

        answers = run_at_once(
            *[lambda: key(exercise, document, officer, submission_key) for _ in range(32)]
        )

        assert len({(application.pk, application.number) for application, _ in answers}) == 1
        assert [is_new for _, is_new in answers].count(True) == 1
        assert numbers_of(exercise) == first_numbers(exercise, 1)
        assert OwedWork.objects.count() == 1

    def test_different_submissions_get_numbers_without_gap_or_double(self):
        exercise, officer = make_exercise(), make_officer()
        documents = [read_paper(exercise, index) for index in range(1, 25)]

        answers = run_at_once(
            *[lambda document=document: key(exercise, document, officer) for document in documents]
        )

        numbers = sorted(application.number for application, _ in answers)
        assert numbers == numbers_of(exercise) == first_numbers(exercise, 24)

    def test_one_clerk_gets_the_form_and_the_other_one_is_told(self):
        exercise, one, other = make_exercise(), make_officer("clerk-1"), make_officer("clerk-2")
        document = read_paper(exercise, 1)

        answers = run_at_once(
            lambda: key(exercise, document, one), lambda: key(exercise, document, other)
        )

        refused = [answer for answer in answers if isinstance(answer, Exception)]
        assert [type(refusal) for refusal in refused] == [PaperFormAlreadyKeyed]
        assert numbers_of(exercise) == first_numbers(exercise, 1)

    def test_a_submission_key_with_two_documents_stores_one_of_them(self):
        exercise, officer, submission_key = make_exercise(), make_officer(), uuid.uuid4()
        documents = [read_paper(exercise, 1), read_paper(exercise, 2)]

        answers = run_at_once(
            *[
                lambda document=document: key(exercise, document, officer, submission_key)
                for document in documents
            ]
        )

        refused = [answer for answer in answers if isinstance(answer, Exception)]
        assert [type(refusal) for refusal in refused] == [SubmissionKeyReused]
        assert exercise.applications.count() == 1


@pytest.mark.django_db
class TestNumbers:
    def test_begin_where_the_terms_say(self):
        exercise = make_exercise()
        assert store_online(exercise).number == exercise.parsed_terms.first_application_number

    def test_have_no_gap_after_refusals(self):
        exercise, officer = make_exercise(), make_officer()
        store_paper(exercise, 1)
        for _ in range(3):
            with pytest.raises(PaperFormAlreadyKeyed):
                key(exercise, read_paper(exercise, 1), officer)
        store_online(exercise, 2)
        assert numbers_of(exercise) == first_numbers(exercise, 2)

    def test_have_no_gap_after_a_transaction_that_was_given_up(self):
        exercise = make_exercise()
        store_paper(exercise, 1)
        with transaction.atomic():
            store_paper(exercise, 2)
            transaction.set_rollback(True)
        store_paper(exercise, 3)
        assert numbers_of(exercise) == first_numbers(exercise, 2)

    def test_of_one_exercise_say_nothing_of_another(self):
        one, other = make_exercise("ONE"), make_exercise("OTHER")
        assert store_online(one, 1).number == store_online(other, 1).number

    def test_of_a_chunk_go_on_where_single_ones_ended(self):
        exercise, officer = make_exercise(), make_officer()
        store_online(exercise, 1)
        documents = [read_paper(exercise, index) for index in (2, 3, 4)]
        numbers = bulk_intake.store_applications(
            exercise=exercise,
            terms=exercise.parsed_terms,
            arrivals=[
                (
                    document,
                    describe_arrival(
                        document,
                        submission_key=uuid.uuid4(),
                        recorded_at=read_clock(),
                        officer=officer,
                    ),
                )
                for document in documents
            ],
        )
        assert numbers == first_numbers(exercise, 4)[1:]
        assert numbers_of(exercise) == first_numbers(exercise, 4)
        assert screen_everything() == 4


@pytest.mark.django_db
class TestSubmission:
    def test_again_with_the_same_key_gives_the_stored_application(self):
        exercise, officer, submission_key = make_exercise(), make_officer(), uuid.uuid4()
        document = read_paper(exercise, 1)
        first, was_new = key(exercise, document, officer, submission_key)
        second, is_new = key(exercise, document, officer, submission_key)
        assert (first.pk, was_new, is_new) == (second.pk, True, False)

    def test_again_with_the_same_key_and_another_document_is_refused(self):
        exercise, officer, submission_key = make_exercise(), make_officer(), uuid.uuid4()
        stored, _ = key(exercise, read_paper(exercise, 1), officer, submission_key)
        with pytest.raises(SubmissionKeyReused):
            key(exercise, read_paper(exercise, 1, net_assets_hkd=1), officer, submission_key)
        stored.refresh_from_db()
        assert stored.net_assets_hkd == 100_000

    def test_keeps_everybody_on_the_form_in_order(self):
        members = [make_member(2, relationship="PARENT"), make_member(3)]
        application = store_paper(make_exercise(), 1, members=members)
        people = application.people.order_by("position")
        assert [person.relationship for person in people] == ["APPLICANT", "PARENT", "SIBLING"]
        assert application.category == "FAMILY"

    def test_takes_nobody_more_once_it_is_stored(self):
        exercise = make_exercise()
        stored = store_paper(exercise, 1)
        joining = store_paper(exercise, 2).people.get()
        joining.pk, joining.application, joining.position = None, stored, 1
        joining.relationship = "SIBLING"
        with pytest.raises(DatabaseError, match="nobody joins"), transaction.atomic():
            Person.objects.bulk_create([joining])
        assert stored.people.count() == 1

    def test_keeps_characters_beyond_the_basic_plane(self):
        exercise = make_exercise()
        applicant = make_document(exercise)["applicant"] | {"name_zh": "測試𨋢𠮷"}
        application = store_paper(exercise, 1, applicant=applicant)
        assert Person.objects.get(application=application).name_zh == "測試𨋢𠮷"

    def test_is_written_into_the_journal_without_anybody_s_data(self):
        application = store_paper(make_exercise(), 1)
        entry = JournalEntry.objects.get(subject=f"application:{application.pk}")
        assert (entry.deed, entry.details) == ("APPLICATION_RECEIVED", {"channel": "PAPER"})

    def test_before_the_opening_is_refused(self):
        exercise = make_exercise()
        with pytest.raises(ExerciseNotOpenYet):
            store_paper(exercise, 1, received_at=exercise.opens_at - timedelta(microseconds=1))
        assert not exercise.applications.exists()

    def test_of_an_online_document_is_not_keyed(self):
        exercise = make_exercise()
        document = parse_document(
            make_document(exercise), today=hong_kong_date(exercise.opens_at + timedelta(hours=1))
        )
        with pytest.raises(NotAPaperForm):
            key(exercise, document, make_officer())

    def test_that_came_late_on_paper_is_stored_and_answered(self):
        exercise = make_exercise(opened_ago=timedelta(days=22))
        late = exercise.closes_at + timedelta(minutes=1)
        application = store_paper(exercise, 1, received_at=late)
        screen_everything()
        application.refresh_from_db()
        assert application.state == "EXCLUDED"
        assert "RECEIVED_LATE" in application.reasons


def insert(row):
    with transaction.atomic():
        row.save(force_insert=True)


STATEMENTS_THAT_ARE_REFUSED = {
    "an application is deleted": "DELETE FROM applications_application",
    "a person is deleted": "DELETE FROM applications_person",
    "a payment is deleted": "DELETE FROM applications_payment",
    "an exercise is deleted": "DELETE FROM applications_exercise",
    "a paper form is deleted": "DELETE FROM applications_paperform",
    "a judgement is deleted": "DELETE FROM applications_screening",
    "a judgement is rewritten": "UPDATE applications_screening SET eligible = false",
    "a deed is deleted": "DELETE FROM applications_journalentry",
    "a deed is rewritten": "UPDATE applications_journalentry SET actor = 'somebody'",
    "a number is changed": "UPDATE applications_application SET number = number + 1",
    "a number is moved": "UPDATE applications_application SET received_at = now()",
    "an income is changed": "UPDATE applications_application SET monthly_income_hkd = 1",
    "a choice of scheme is changed": "UPDATE applications_application SET youth_opted_in = false",
    "a birth date is changed": "UPDATE applications_person SET birth_date = '2000-01-01'",
    "a person becomes another one": "UPDATE applications_person SET identity_key = '\\x00'",
    "a person moves to another form": "UPDATE applications_person SET position = position + 1",
    "a judged application is unjudged": "UPDATE applications_application SET state = 'RECEIVED'"
    ", reasons = '{}'",
    "an application is excluded without a reason": "UPDATE applications_application"
    " SET state = 'EXCLUDED', reasons = '{}'",
    "an application is admitted despite a reason": "UPDATE applications_application"
    " SET reasons = '{NOT_SIGNED}'",
    "an application is withdrawn at no time": "UPDATE applications_application"
    " SET state = 'WITHDRAWN'",
    "a state is unknown": "UPDATE applications_application SET state = 'LOST'",
    "a track is unknown": "UPDATE applications_application SET track = 'OTHER'",
    "a stamp is changed": "UPDATE applications_paperform SET received_at = now()",
    "a fee is unpaid again": "UPDATE applications_payment SET state = 'PENDING', settled_at = null",
    "work is owed twice": "INSERT INTO applications_owedwork"
    " (kind, application_id, owed_at, due_at, attempts)"
    " SELECT 'SCREENING', id, now(), now(), 0 FROM applications_application, (VALUES (1), (2)) two",
}


@pytest.mark.django_db
class TestTheDatabaseRefusesThat:
    @pytest.fixture
    def application(self):
        application = store_paper(make_exercise(), 1)
        screen_everything()
        application.refresh_from_db()
        assert application.state == "ADMITTED"
        return application

    @pytest.mark.parametrize(
        "statement",
        [
            pytest.param(statement, id=promise)
            for promise, statement in STATEMENTS_THAT_ARE_REFUSED.items()
        ],
    )
    def test(self, application, statement):
        with pytest.raises(DatabaseError, match=r"pgtrigger: |violates "), transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(statement)

    def test_a_second_application_has_the_same_number(self, application):
        copy = Application.objects.get(pk=application.pk)
        copy.pk, copy.submission_key = None, uuid.uuid4()
        with pytest.raises(IntegrityError, match="one_application_for_each_number"):
            insert(copy)

    def test_a_second_application_has_the_same_submission_key(self, application):
        copy = Application.objects.get(pk=application.pk)
        copy.pk, copy.number = None, application.number + 1
        with pytest.raises(IntegrityError, match="one_application_for_each_submission"):
            insert(copy)

    def test_a_paper_form_has_two_applications(self, application):
        form = PaperForm.objects.get(application=application)
        form.application = store_online(application.exercise, 2)
        with pytest.raises(IntegrityError, match="one_application_for_each_paper_form"):
            insert(form)

    def test_somebody_is_on_one_form_twice(self, application):
        person = application.people.get()
        person.pk, person.position, person.relationship = None, 1, "SIBLING"
        with pytest.raises(IntegrityError, match="nobody_is_on_one_form_twice"):
            insert(person)
