"""A fee that is certain submits the application once, however often the provider says so."""

import json
import uuid
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection, transaction

from applications.models import Draft, Payment, PaymentEvent
from applications.policy.errors import MalformedDocument
from applications.policy.household import FeeMethod
from applications.selectors.clock import read_clock
from applications.services.drafts import DraftAlreadySubmitted, save_draft
from applications.services.exercises import close_exercise
from applications.services.intake import ExerciseClosed
from applications.services.payment_providers import PaymentMessageForged
from applications.services.payments import HouseholdNotEligible
from applications.services.sandbox_payments import (
    read_message,
    write_message,
)
from tests.factories import make_draft, make_exercise, make_member, pay_draft, store_paper
from tests.payments import open_fee, record, say
from tests.threads import run_at_once


@pytest.fixture
def exercise():
    return make_exercise()


@pytest.mark.django_db(transaction=True)
class TestAtTheSameMoment:
    def test_32_times_the_same_message_is_one_application_and_32_equal_answers(self, exercise):
        message = say(open_fee(make_draft(exercise)))

        answers = run_at_once(*[lambda: record(message) for _ in range(32)])

        numbers = {application.number for _, application in answers}
        assert numbers == {exercise.parsed_terms.first_application_number}
        assert exercise.applications.count() == PaymentEvent.objects.count() == 1

    def test_card_and_fps_for_one_draft_are_one_application(self, exercise):
        draft = make_draft(exercise)
        methods = (FeeMethod.CARD, FeeMethod.FPS)
        messages = [say(open_fee(draft, method=method)) for method in methods]

        answers = run_at_once(*[lambda message=message: record(message) for message in messages])

        assert len({application.pk for _, application in answers}) == 1
        paid = Payment.objects.filter(state="PAID", application=answers[0][1])
        assert paid.count() == 2

    def test_two_presses_of_pay_open_one_payment(self, exercise):
        draft = make_draft(exercise)
        payments = run_at_once(*[lambda: open_fee(draft) for _ in range(8)])
        assert len({payment.pk for payment in payments}) == 1

    def test_asking_for_a_fee_holds_up_nobody_else_of_the_exercise(self, exercise):
        draft, other = make_draft(exercise, 1), make_draft(exercise, 2)
        with transaction.atomic():
            open_fee(draft)
            (answer,) = run_at_once(partial(self.submit_without_waiting, other))
        assert answer.exercise == exercise

    @staticmethod
    def submit_without_waiting(draft):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '2s'")
            _, application = record(say(open_fee(draft)))
            return application


@pytest.mark.django_db
class TestMessage:
    def test_that_is_late_submits_at_the_moment_of_payment(self):
        exercise = make_exercise(opened_ago=timedelta(days=21))
        in_time = exercise.closes_at - timedelta(microseconds=1)
        application = pay_draft(make_draft(exercise, at=in_time), at=in_time)
        assert application.received_at == in_time
        assert application.recorded_at > exercise.closes_at

    @pytest.mark.parametrize("after", [timedelta(0), timedelta(microseconds=1), timedelta(hours=1)])
    def test_of_money_that_came_after_closing_is_refused_and_kept(self, after):
        exercise = make_exercise(opened_ago=timedelta(days=21))
        in_time = exercise.closes_at - timedelta(minutes=1)
        payment = open_fee(make_draft(exercise, at=in_time), at=in_time)
        message = say(payment, at=exercise.closes_at + after)

        for _ in range(2):
            with pytest.raises(ExerciseClosed):
                record(message)

        payment.refresh_from_db()
        assert (payment.state, payment.application) == ("PAID", None)
        assert payment.events.get().happened_at == exercise.closes_at + after
        assert not exercise.applications.exists()

    def test_that_comes_after_the_closing_deed_is_refused_and_kept(self, exercise):
        payment = open_fee(make_draft(exercise))
        message = say(payment)
        close_exercise(exercise=exercise, closed_at=read_clock())
        with pytest.raises(ExerciseClosed):
            record(message)
        payment.refresh_from_db()
        assert payment.state == "PAID"
        assert not exercise.applications.exists()

    def test_for_a_draft_that_was_spoilt_meanwhile_is_kept_and_submits_it_when_it_is_whole(
        self, exercise
    ):
        draft = make_draft(exercise)
        message = say(open_fee(draft))
        self.save_members(draft, [{"relationship": "SIBLING"}])
        with pytest.raises(MalformedDocument):
            record(message)
        assert Payment.objects.get().state == "PAID"

        self.save_members(draft, [])
        payment, application = record(message)
        assert payment.application == application
        assert application == exercise.applications.get()

    def save_members(self, draft, members):
        draft.refresh_from_db()
        save_draft(
            draft_id=draft.pk,
            changes={"members": members},
            seen_version=draft.version,
            saved_at=read_clock(),
        )

    def test_of_a_refusal_and_then_of_money_submits(self, exercise):
        payment = open_fee(make_draft(exercise))
        declined, nothing = record(say(payment, "FAILED"))
        assert (declined.state, nothing) == ("FAILED", None)
        paid, application = record(say(payment, "PAID"))
        assert (paid.state, paid.application) == ("PAID", application)

    def test_of_a_refusal_lets_the_applicant_pay_in_another_way(self, exercise):
        draft = make_draft(exercise)
        first = open_fee(draft)
        record(say(first, "FAILED"))
        second = open_fee(draft)
        assert second.pk != first.pk
        _, application = record(say(second))
        assert application == exercise.applications.get()

    def test_of_a_refusal_that_overtakes_the_money_changes_nothing(self, exercise):
        payment = open_fee(make_draft(exercise))
        declined = say(payment, "FAILED")
        _, application = record(say(payment))
        later, same = record(declined)
        assert (later.state, same) == ("PAID", application)
        assert payment.events.count() == 2

    @pytest.mark.parametrize("signature", ["", "0" * 64, "簽"])
    def test_whose_signature_is_not_the_provider_s_is_refused(self, exercise, signature):
        body, _ = write_message(
            open_fee(make_draft(exercise)), kind="PAID", happened_at=read_clock()
        )
        with pytest.raises(PaymentMessageForged):
            read_message(body, signature)

    def test_that_was_altered_is_refused(self, exercise):
        payment = open_fee(make_draft(exercise))
        body, signature = write_message(payment, kind="FAILED", happened_at=read_clock())
        altered = json.dumps(json.loads(body) | {"kind": "PAID"})
        with pytest.raises(PaymentMessageForged):
            read_message(altered, signature)

    @pytest.mark.parametrize(
        "changes",
        [
            pytest.param({"amount_hkd": 1}, id="amount"),
            pytest.param({"payment_id": str(uuid.uuid4())}, id="unknown payment"),
        ],
    )
    def test_that_does_not_fit_the_payment_stores_nothing(self, exercise, changes):
        payment = open_fee(make_draft(exercise))
        with pytest.raises(PaymentMessageForged):
            record(replace(say(payment), **changes))
        payment.refresh_from_db()
        assert payment.state == "PENDING"
        assert not PaymentEvent.objects.exists()
        assert not exercise.applications.exists()

    def test_about_a_cheque_is_refused(self, exercise):
        payment = store_paper(exercise).payments.get()
        with pytest.raises(PaymentMessageForged):
            record(say(payment))


@pytest.mark.django_db
class TestFee:
    def test_is_not_asked_of_a_household_that_could_not_enter(self, exercise):
        draft = make_draft(exercise, monthly_income_hkd=10_000_000)
        with pytest.raises(HouseholdNotEligible):
            open_fee(draft)

    def test_is_not_asked_of_somebody_who_is_on_another_form(self, exercise):
        store_paper(exercise, 1, members=[make_member(2)])
        with pytest.raises(HouseholdNotEligible):
            open_fee(make_draft(exercise, 2))

    def test_is_not_asked_for_a_draft_with_gaps(self, exercise):
        with pytest.raises(MalformedDocument):
            open_fee(make_draft(exercise, members=[{"relationship": "SIBLING"}]))

    def test_is_not_asked_twice(self, exercise):
        draft = make_draft(exercise)
        pay_draft(draft)
        with pytest.raises(DraftAlreadySubmitted):
            open_fee(draft)

    def test_is_not_asked_from_the_closing_instant_on(self):
        exercise = make_exercise(opened_ago=timedelta(days=21))
        draft = make_draft(exercise, at=exercise.closes_at - timedelta(hours=1))
        with pytest.raises(ExerciseClosed):
            open_fee(draft, at=exercise.closes_at)
        assert open_fee(draft, at=exercise.closes_at - timedelta(microseconds=1))

    def test_of_an_application_is_kept_with_it(self, exercise):
        draft = make_draft(exercise)
        application = pay_draft(draft)
        assert Draft.objects.get(pk=draft.pk).application == application
        assert application.payments.get().state == "PAID"
        assert application.submission_key == draft.pk
