"""A fee that is certain submits the application once, however often the provider says so."""

import json
import uuid
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from django.db import Error, connection, transaction

from applications.models import Draft, Payment, PaymentEvent
from applications.policy.errors import MalformedDocument
from applications.policy.household import FeeMethod
from applications.policy.submission import PAYING_TIME
from applications.policy.timetable import hong_kong_date
from applications.selectors.clock import read_clock
from applications.selectors.payments import find_unmatched
from applications.services.drafts import (
    DraftAlreadySubmitted,
    DraftChangedElsewhere,
    PaymentUnderWay,
    save_draft,
)
from applications.services.exercises import close_exercise
from applications.services.intake import ExerciseClosed
from applications.services.paying import (
    ASKED_AGAIN_AFTER,
    ask_about_payment,
    begin_payment,
    close_payment,
)
from applications.services.payment_providers import PaymentMessageForged
from applications.services.payments import (
    DraftChangedSincePayment,
    FeeAlreadyTaken,
    HouseholdNotEligible,
)
from applications.services.sandbox_payments import (
    find_outcome,
    read_message,
    take_answer,
    write_message,
)
from tests.factories import make_draft, make_exercise, make_member, pay_draft, store_paper
from tests.payments import open_fee, record, say
from tests.threads import run_at_once

INSTANT = timedelta(microseconds=1)


@pytest.fixture
def exercise():
    return make_exercise()


def save_income(draft, monthly_income_hkd):
    return save_draft(
        draft_id=draft.pk,
        changes={"monthly_income_hkd": monthly_income_hkd},
        seen_version=draft.version,
        saved_at=read_clock(),
    )


def pay_twice(draft):
    """Let a provider close a payment, and then take money for it and for the next one."""
    first = open_fee(draft)
    record(say(first, "FAILED"))
    return say(first), say(open_fee(draft))


@pytest.mark.django_db(transaction=True)
class TestAtTheSameMoment:
    def test_32_times_the_same_message_is_one_application_and_32_equal_answers(self, exercise):
        message = say(open_fee(make_draft(exercise)))

        answers = run_at_once(*[lambda: record(message) for _ in range(32)])

        numbers = {application.number for _, application in answers}
        assert numbers == {exercise.parsed_terms.first_application_number}
        assert exercise.applications.count() == PaymentEvent.objects.count() == 1

    def test_a_closed_payment_and_its_successor_both_paid_are_one_application(self, exercise):
        messages = pay_twice(make_draft(exercise))

        answers = run_at_once(*[lambda message=message: record(message) for message in messages])

        assert len({application.pk for _, application in answers}) == 1
        assert Payment.objects.filter(state="PAID").count() == 2
        assert Payment.objects.filter(application=answers[0][1]).count() == 1
        assert find_unmatched(exercise).count() == 1

    def test_two_ways_of_paying_open_one_payment(self, exercise):
        draft = make_draft(exercise)
        methods = [FeeMethod.CARD, FeeMethod.FPS] * 4
        run_at_once(*[lambda method=method: open_fee(draft, method=method) for method in methods])
        assert draft.payments.count() == 1

    def test_pressing_pay_and_saving_another_answer_never_both_happen(self, exercise):
        for index in range(1, 7):
            draft = make_draft(exercise, index)
            opened, saved = run_at_once(
                lambda draft=draft: open_fee(draft), lambda draft=draft: save_income(draft, 21_000)
            )
            if isinstance(opened, Payment):
                draft.refresh_from_db()
                assert opened.draft_version == draft.version
            assert isinstance(opened, Payment)
            assert isinstance(saved, (Draft, PaymentUnderWay))

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

    @pytest.mark.parametrize(
        "taken_after",
        [
            pytest.param(timedelta(minutes=1), id="the closing instant"),
            pytest.param(timedelta(minutes=15), id="the last instant"),
        ],
    )
    def test_of_money_taken_in_a_quarter_of_an_hour_counts_from_the_press(self, taken_after):
        exercise = make_exercise(opened_ago=timedelta(days=21))
        pressed_at = exercise.closes_at - timedelta(minutes=1)
        payment = open_fee(make_draft(exercise, at=pressed_at), at=pressed_at)
        _, application = record(say(payment, at=pressed_at + taken_after))
        assert application.received_at == pressed_at
        assert application.signed_on == hong_kong_date(pressed_at)

    @pytest.mark.parametrize("more", [INSTANT, timedelta(hours=1)])
    def test_of_money_taken_later_and_after_closing_is_refused_and_kept(self, more):
        exercise = make_exercise(opened_ago=timedelta(days=21))
        pressed_at = exercise.closes_at - timedelta(minutes=1)
        payment = open_fee(make_draft(exercise, at=pressed_at), at=pressed_at)
        taken_at = pressed_at + PAYING_TIME + more
        message = say(payment, at=taken_at)

        for _ in range(2):
            with pytest.raises(ExerciseClosed):
                record(message)

        payment.refresh_from_db()
        assert (payment.state, payment.application) == ("PAID", None)
        assert payment.events.get().happened_at == taken_at
        assert not exercise.applications.exists()

    def test_of_money_taken_later_and_before_closing_counts_from_the_money(self, exercise):
        pressed_at = read_clock() - timedelta(hours=1)
        payment = open_fee(make_draft(exercise), at=pressed_at)
        taken_at = pressed_at + PAYING_TIME + INSTANT
        _, application = record(say(payment, at=taken_at))
        assert application.received_at == taken_at

    def test_that_comes_after_the_closing_deed_is_refused_and_kept(self, exercise):
        payment = open_fee(make_draft(exercise))
        record(say(payment, "FAILED"))
        close_exercise(exercise=exercise, closed_at=read_clock())
        with pytest.raises(ExerciseClosed):
            record(say(payment))
        payment.refresh_from_db()
        assert payment.state == "PAID"
        assert not exercise.applications.exists()

    def test_of_money_for_answers_that_have_changed_is_kept_and_submits_nothing(self, exercise):
        draft = make_draft(exercise)
        payment = open_fee(draft)
        record(say(payment, "FAILED"))
        save_income(draft, 21_000)
        with pytest.raises(DraftChangedSincePayment):
            record(say(payment))
        assert find_unmatched(exercise).get() == payment
        assert not exercise.applications.exists()

    def test_of_a_second_payment_for_an_application_waits_for_an_officer(self, exercise):
        first, second = pay_twice(make_draft(exercise))
        _, application = record(first)
        payment, same = record(second)
        assert same == application
        assert (payment.state, payment.application) == ("PAID", None)
        assert find_unmatched(exercise).get() == payment

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
class TestWhileSomebodyMayPay:
    def test_the_answers_stay_as_they_were_when_the_fee_was_asked(self, exercise):
        draft = make_draft(exercise)
        open_fee(draft)
        with pytest.raises(PaymentUnderWay):
            save_income(draft, 21_000)
        draft.refresh_from_db()
        assert draft.answers["monthly_income_hkd"] == 20_000

    def test_saving_the_same_answers_again_is_no_change(self, exercise):
        draft = make_draft(exercise)
        open_fee(draft)
        assert save_income(draft, 20_000).version == draft.version

    def test_they_can_change_when_the_payment_has_failed(self, exercise):
        draft = make_draft(exercise)
        record(say(open_fee(draft), "FAILED"))
        assert save_income(draft, 21_000).version == draft.version + 1

    def test_another_way_of_paying_is_refused(self, exercise):
        draft = make_draft(exercise)
        open_fee(draft)
        with pytest.raises(PaymentUnderWay):
            open_fee(draft, method=FeeMethod.FPS)

    def test_the_database_keeps_a_second_payment_out(self, exercise):
        payment = open_fee(make_draft(exercise))
        payment.pk, payment.bill_number = uuid.uuid4(), None
        with pytest.raises(Error, match="one_pending_payment"), transaction.atomic():
            payment.save(force_insert=True)


@pytest.mark.django_db
class TestPaying:
    def begin(self, draft, method=FeeMethod.CARD, *, at=None):
        return begin_payment(draft_id=draft.pk, method=method, pressed_at=at or read_clock())

    def test_again_goes_on_with_the_same_payment(self, exercise):
        draft = make_draft(exercise)
        assert self.begin(draft) == self.begin(draft)

    def test_is_not_for_answers_that_another_window_has_changed_meanwhile(self, exercise):
        seen = make_draft(exercise)
        changes = {"net_assets_hkd": 1}
        save_draft(
            draft_id=seen.pk, changes=changes, seen_version=seen.version, saved_at=read_clock()
        )
        press = {"draft_id": seen.pk, "method": FeeMethod.CARD, "pressed_at": read_clock()}
        with pytest.raises(DraftChangedElsewhere):
            begin_payment(**press, seen_version=seen.version)
        assert not seen.payments.exists()
        assert begin_payment(**press, seen_version=seen.version + 1).state == "PENDING"

    def test_in_another_way_closes_the_first(self, exercise):
        draft = make_draft(exercise)
        card, fps = self.begin(draft), self.begin(draft, FeeMethod.FPS)
        card.refresh_from_db()
        assert (card.state, fps.state) == ("FAILED", "PENDING")
        take_answer(card, kind="PAID", happened_at=read_clock())
        assert find_outcome(card, asked_at=read_clock()).kind == "FAILED"

    def test_in_another_way_finds_that_the_first_was_paid(self, exercise):
        draft = make_draft(exercise)
        card = self.begin(draft)
        take_answer(card, kind="PAID", happened_at=read_clock())
        assert self.begin(draft, FeeMethod.FPS) == card
        assert exercise.applications.get().payments.get() == card

    def test_anew_after_a_quarter_of_an_hour_counts_from_the_new_press(self, exercise):
        draft = make_draft(exercise)
        now = read_clock()
        old = self.begin(draft, at=now - PAYING_TIME - INSTANT)
        new = self.begin(draft, at=now)
        old.refresh_from_db()
        assert (old.state, new.opened_at) == ("FAILED", now)

    def test_in_another_way_after_closing_is_refused_and_the_press_kept(self):
        exercise = make_exercise(opened_ago=timedelta(days=21))
        pressed_at = exercise.closes_at - INSTANT
        draft = make_draft(exercise, at=pressed_at)
        card = self.begin(draft, at=pressed_at)
        later = exercise.closes_at + timedelta(minutes=10)
        with pytest.raises(PaymentUnderWay):
            self.begin(draft, FeeMethod.FPS, at=later)
        assert self.begin(draft, at=later) == card
        _, application = record(say(card, at=later))
        assert application.received_at == pressed_at

    def test_is_over_a_quarter_of_an_hour_after_a_press_before_closing(self):
        exercise = make_exercise(opened_ago=timedelta(days=21))
        pressed_at = exercise.closes_at - INSTANT
        draft = make_draft(exercise, at=pressed_at)
        card = self.begin(draft, at=pressed_at)
        with pytest.raises(ExerciseClosed):
            self.begin(draft, at=pressed_at + PAYING_TIME + INSTANT)
        card.refresh_from_db()
        assert card.state == "FAILED"

    def test_is_not_asked_again_while_money_waits_for_an_officer(self, exercise):
        draft = make_draft(exercise)
        _first, second = pay_twice(draft)
        Draft.objects.filter(pk=draft.pk).update(version=draft.version + 1)
        with pytest.raises(DraftChangedSincePayment):
            record(second)
        with pytest.raises(FeeAlreadyTaken):
            self.begin(draft)

    def test_given_up_lets_the_answers_change(self, exercise):
        draft = make_draft(exercise)
        closed = close_payment(payment=self.begin(draft), asked_at=read_clock())
        assert closed.state == "FAILED"
        assert save_income(draft, 21_000)

    def test_given_up_after_paying_is_the_application(self, exercise):
        payment = self.begin(make_draft(exercise))
        take_answer(payment, kind="PAID", happened_at=read_clock())
        closed = close_payment(payment=payment, asked_at=read_clock())
        assert closed.application == exercise.applications.get()

    def test_waited_for_is_asked_about_every_few_seconds_and_no_oftener(self, exercise):
        payment = self.begin(make_draft(exercise))
        now = read_clock()
        ask_about_payment(payment=payment, asked_at=now)
        take_answer(payment, kind="PAID", happened_at=now)
        assert ask_about_payment(payment=payment, asked_at=now + INSTANT).state == "PENDING"
        later = now + ASKED_AGAIN_AFTER
        assert ask_about_payment(payment=payment, asked_at=later).state == "PAID"
        assert exercise.applications.exists()


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
