"""The closing minute is one rule, and after the closing deed nothing gets in."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import DatabaseError, transaction

from applications.models import Exercise, JournalEntry, NumberCounter, Payment
from applications.policy.terms import load_terms
from applications.selectors.clock import read_clock
from applications.services.exercises import (
    ExerciseStillOpen,
    PaymentsUnderWay,
    TermsChangedAfterOpening,
    close_exercise,
    load_exercise,
)
from applications.services.intake import ExerciseClosed
from tests.factories import make_draft, make_exercise, make_officer, store_online, store_paper
from tests.payments import open_fee, record, say
from tests.threads import PATIENCE_SECONDS, run_at_once, run_in_background

INSTANT = timedelta(microseconds=1)


def make_real_exercise():
    """Store an exercise that is no demonstration and whose closing time is past."""
    _, mapping = load_terms("wsm_2024")
    exercise, _ = load_exercise(mapping=mapping, loaded_at=read_clock())
    return exercise


@pytest.mark.django_db(transaction=True)
class TestCloseWhileSubmissionsRun:
    def test_everybody_who_was_answered_is_in_and_nobody_else(self):
        exercise = make_exercise()
        messages = [say(open_fee(make_draft(exercise, index))) for index in range(1, 17)]
        paper_clerk = make_officer()

        answers = run_at_once(
            *[lambda message=message: record(message)[1] for message in messages[:8]],
            lambda: close_exercise(exercise=exercise, closed_at=read_clock()),
            *[lambda message=message: record(message)[1] for message in messages[8:]],
            lambda: store_paper(exercise, 99, officer=paper_clerk),
        )

        closing = answers.pop(8)
        stored = [answer for answer in answers if hasattr(answer, "number")]
        refused = [answer for answer in answers if not hasattr(answer, "number")]
        assert all(isinstance(refusal, ExerciseClosed) for refusal in refused)
        # Only the paper form can have come too late: who had begun to pay kept the exercise open.
        assert len(stored) >= 16
        if isinstance(closing, PaymentsUnderWay):
            close_exercise(exercise=exercise, closed_at=read_clock())
        numbers = sorted(exercise.applications.values_list("number", flat=True))
        assert numbers == sorted(application.number for application in stored)
        first = exercise.parsed_terms.first_application_number
        counter = NumberCounter.objects.get(exercise=exercise)
        assert counter.last_number == first + len(stored) - 1
        deed = JournalEntry.objects.get(deed="EXERCISE_CLOSED")
        assert deed.details == {"last_number": counter.last_number}

    def test_closing_waits_for_a_submission_under_way_and_counts_it(self):
        exercise, officer = make_exercise(), make_officer()
        inside = Barrier(2)

        def submit_slowly():
            with transaction.atomic():
                store_paper(exercise, 1, officer=officer)
                inside.wait(PATIENCE_SECONDS)
                # The closing deed below can only come after this transaction.
                assert Exercise.objects.get(pk=exercise.pk).closed_at is None

        with ThreadPoolExecutor(1) as threads:
            submission = run_in_background(threads, submit_slowly)
            inside.wait(PATIENCE_SECONDS)
            close_exercise(exercise=exercise, closed_at=read_clock())
            submission.result(PATIENCE_SECONDS)
        assert exercise.applications.count() == 1
        number = exercise.applications.get().number
        assert JournalEntry.objects.get(deed="EXERCISE_CLOSED").details == {"last_number": number}

    def test_two_officers_at_once_close_once(self):
        exercise, now = make_exercise(), read_clock()
        closed = run_at_once(
            *[lambda: close_exercise(exercise=exercise, closed_at=now) for _ in range(4)]
        )
        assert {each.closed_at for each in closed} == {now}
        assert JournalEntry.objects.filter(deed="EXERCISE_CLOSED").count() == 1


@pytest.mark.django_db(transaction=True)
class TestCloseWhilePeoplePay:
    def test_waits_for_whoever_has_pressed_in_time_and_counts_what_they_pay(self):
        exercise = make_exercise()
        payment = open_fee(make_draft(exercise))
        with pytest.raises(PaymentsUnderWay):
            close_exercise(exercise=exercise, closed_at=read_clock())
        _, application = record(say(payment))
        assert close_exercise(exercise=exercise, closed_at=read_clock()).closed_at
        assert exercise.applications.get() == application

    def test_nobody_begins_to_pay_once_it_is_done(self):
        exercise = make_exercise()
        drafts = [make_draft(exercise, index) for index in range(1, 9)]

        def close():
            return close_exercise(exercise=exercise, closed_at=read_clock())

        answers = run_at_once(*[lambda draft=draft: open_fee(draft) for draft in drafts], close)

        closing = answers.pop()
        begun = [answer for answer in answers if isinstance(answer, Payment)]
        exercise.refresh_from_db()
        assert (exercise.closed_at is None) == bool(begun)
        assert isinstance(closing, PaymentsUnderWay) == bool(begun)

    def test_is_done_while_another_exercise_takes_payments(self):
        exercise, other = make_exercise(), make_exercise("OTHER2024")
        open_fee(make_draft(other))
        assert close_exercise(exercise=exercise, closed_at=read_clock()).closed_at


@pytest.mark.django_db
class TestClosingInstant:
    @pytest.fixture
    def exercise(self):
        return make_exercise(opened_ago=timedelta(days=21))

    def test_the_last_microsecond_is_in(self, exercise):
        last = exercise.closes_at - INSTANT
        assert store_online(exercise, 1, at=last).received_at == last

    def test_the_instant_itself_is_out(self, exercise):
        with pytest.raises(ExerciseClosed):
            store_online(exercise, 1, at=exercise.closes_at)
        assert not exercise.applications.exists()

    def test_the_opening_instant_is_in(self, exercise):
        assert store_online(exercise, 1, at=exercise.opens_at)

    def test_the_microsecond_before_opening_is_out(self, exercise):
        with pytest.raises(ExerciseClosed):
            store_online(exercise, 1, at=exercise.opens_at - INSTANT)

    def test_paper_that_was_received_in_time_is_keyed_afterwards(self, exercise):
        application = store_paper(exercise, 1, received_at=exercise.closes_at - INSTANT)
        assert application.recorded_at > exercise.closes_at


@pytest.mark.django_db
class TestClosingDeed:
    def test_comes_not_before_the_closing_time(self):
        exercise = make_real_exercise()
        with pytest.raises(ExerciseStillOpen):
            close_exercise(exercise=exercise, closed_at=exercise.closes_at - INSTANT)
        assert close_exercise(exercise=exercise, closed_at=exercise.closes_at).closed_at

    def test_of_a_demonstration_may_come_at_any_time(self):
        exercise = make_exercise()
        officer = make_officer("officer-1", "OFFICER")
        closed = close_exercise(exercise=exercise, closed_at=read_clock(), officer=officer)
        assert closed.closed_at < exercise.closes_at
        assert JournalEntry.objects.get(deed="EXERCISE_CLOSED").actor == "officer-1"

    def test_again_changes_nothing(self):
        exercise, now = make_exercise(), read_clock()
        close_exercise(exercise=exercise, closed_at=now)
        again = close_exercise(exercise=exercise, closed_at=now + timedelta(days=1))
        assert again.closed_at == now

    def test_ends_keying_too(self):
        exercise = make_exercise()
        close_exercise(exercise=exercise, closed_at=read_clock())
        with pytest.raises(ExerciseClosed):
            store_paper(exercise, 1)
        assert not exercise.applications.exists()

    def test_is_final_in_the_database(self):
        exercise = make_exercise()
        close_exercise(exercise=exercise, closed_at=read_clock())
        with pytest.raises(DatabaseError, match="pgtrigger: "), transaction.atomic():
            Exercise.objects.filter(pk=exercise.pk).update(closed_at=None)


@pytest.mark.django_db
class TestTerms:
    def test_of_an_exercise_that_has_opened_stay(self):
        exercise = make_exercise()
        changed = exercise.terms | {"fee": exercise.terms["fee"] | {"application_hkd": 1}}
        with pytest.raises(TermsChangedAfterOpening):
            load_exercise(mapping=changed, loaded_at=read_clock())
        exercise.refresh_from_db()
        assert exercise.parsed_terms.fee.application_hkd == 250

    def test_the_same_again_change_nothing(self):
        exercise = make_exercise()
        stored, is_new = load_exercise(mapping=exercise.terms, loaded_at=read_clock())
        assert (stored.pk, is_new) == (exercise.pk, False)
        assert JournalEntry.objects.filter(deed="EXERCISE_LOADED").count() == 1

    def test_before_opening_may_be_corrected(self):
        exercise = make_exercise(opened_ago=-timedelta(days=1))
        changed = exercise.terms | {"fee": exercise.terms["fee"] | {"application_hkd": 260}}
        stored, is_new = load_exercise(mapping=changed, loaded_at=read_clock())
        assert (is_new, stored.parsed_terms.fee.application_hkd) == (True, 260)
