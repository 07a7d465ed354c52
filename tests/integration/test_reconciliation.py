"""No payment is left without an answer, and no money without an application or a record."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import Error, transaction
from django.urls import reverse
from django.utils.translation import override

from applications import tasks
from applications.models import (
    JournalEntry,
    Officer,
    Payment,
    PaymentEvent,
    Reconciliation,
    SandboxAnswer,
)
from applications.selectors.clock import read_clock
from applications.selectors.invariants import count_unmatched_payments, find_mislaid_payments
from applications.selectors.payments import find_pending, find_unmatched
from applications.services import sandbox_payments
from applications.services.drafts import save_draft
from applications.services.exercises import PaymentsUnderWay, close_exercise
from applications.services.intake import ExerciseClosed
from applications.services.payment_providers import PaymentProviderUnreachable
from applications.services.payments import DraftChangedSincePayment, PaymentReconciled
from applications.services.reconciliation import (
    NothingToReconcile,
    record_reconciliation,
    settle_pending_payments,
)
from tests.factories import make_draft, make_exercise, make_officer, pay_draft, store_paper
from tests.payments import leave_unanswered, open_fee, record, say
from tests.threads import run_at_once

LONG_AGO = timedelta(hours=1)


@pytest.fixture
def exercise():
    return make_exercise()


@pytest.fixture
def officer():
    return make_officer("officer-1", Officer.Role.OFFICER)


def press(payment, kind="PAID", *, at=None):
    """Press a button at the bank, and never come back: the portal is told nothing."""
    sandbox_payments.take_answer(payment, kind=kind, happened_at=at or read_clock())


def ask(exercise=None, *, later=timedelta(0)):
    now = read_clock() + later
    return settle_pending_payments(opened_before=now, asked_at=now, exercise=exercise)


def reconcile(payment, officer, outcome="REFUNDED", *, reference="R-1", reason=""):
    return record_reconciliation(
        payment_id=payment.pk,
        outcome=Reconciliation.Outcome(outcome),
        reference=reference,
        reason=reason,
        officer=officer,
        recorded_at=read_clock(),
    )


def take_late_money(exercise, index=1):
    """Take money that the provider had said would not come, after the closing deed."""
    payment = open_fee(make_draft(exercise, index))
    record(say(payment, "FAILED"))
    close_exercise(exercise=exercise, closed_at=read_clock())
    with pytest.raises(ExerciseClosed):
        record(say(payment))
    payment.refresh_from_db()
    return payment


def take_money_for_other_answers(draft):
    """Take money for a draft whose answers changed after its payment had been closed."""
    payment = open_fee(draft)
    record(say(payment, "FAILED"))
    save_draft(
        draft_id=draft.pk,
        changes={"monthly_income_hkd": 21_000},
        seen_version=draft.version,
        saved_at=read_clock(),
    )
    message = say(payment)
    with pytest.raises(DraftChangedSincePayment):
        record(message)
    return payment, message


def take_money_twice(draft):
    """Take money for a payment that had been closed and for the next one; give the second."""
    first = open_fee(draft)
    record(say(first, "FAILED"))
    record(say(open_fee(draft)))
    return record(say(first))[0]


@pytest.mark.django_db
class TestAsking:
    def test_finds_money_whose_message_was_lost_and_submits_at_the_moment_of_the_press(
        self, exercise
    ):
        payment = open_fee(make_draft(exercise))
        press(payment)

        assert ask().answered_count == 1

        application = exercise.applications.get()
        payment.refresh_from_db()
        assert (payment.state, payment.application) == ("PAID", application)
        assert application.received_at == payment.opened_at
        assert not find_pending(exercise).exists()

    def test_finds_that_somebody_declined(self, exercise):
        payment = open_fee(make_draft(exercise))
        press(payment, "FAILED")
        ask()
        payment.refresh_from_db()
        assert payment.state == "FAILED"
        assert not exercise.applications.exists()

    def test_leaves_alone_whoever_may_still_be_paying(self, exercise):
        payment = open_fee(make_draft(exercise))
        asked = ask()
        payment.refresh_from_db()
        assert (asked.asked_count, asked.answered_count) == (1, 0)
        assert payment.state == "PENDING"
        assert payment.asked_at is not None

    def test_closes_what_nobody_has_paid_and_takes_no_money_for_it_any_more(self, exercise):
        payment = open_fee(make_draft(exercise))
        ask(later=sandbox_payments.PAGE_LIFE)
        payment.refresh_from_db()
        assert payment.state == "FAILED"

        press(payment)
        message = sandbox_payments.find_outcome(payment, asked_at=read_clock())
        assert message.kind == "FAILED"
        record(message)
        assert not exercise.applications.exists()

    def test_lets_somebody_whose_payment_was_closed_pay_anew(self, exercise):
        draft = make_draft(exercise)
        open_fee(draft)
        ask(later=sandbox_payments.PAGE_LIFE)
        assert pay_draft(draft) == exercise.applications.get()

    def test_together_with_the_message_itself_gives_one_application_and_one_event(self, exercise):
        payment = open_fee(make_draft(exercise))
        press(payment)
        ask()
        outcome = sandbox_payments.find_outcome(payment, asked_at=read_clock())
        _, application = record(outcome)
        assert application == exercise.applications.get()
        assert PaymentEvent.objects.count() == 1

    def test_settles_what_keeps_an_exercise_from_closing(self, exercise):
        paid, given_up = (
            open_fee(make_draft(exercise, index), at=read_clock() - LONG_AGO) for index in (1, 2)
        )
        press(paid, at=paid.opened_at)
        with pytest.raises(PaymentsUnderWay):
            close_exercise(exercise=exercise, closed_at=read_clock())
        ask(exercise)
        assert close_exercise(exercise=exercise, closed_at=read_clock()).closed_at
        assert exercise.applications.count() == 1
        assert not find_unmatched(exercise).exists()
        given_up.refresh_from_db()
        assert given_up.state == "FAILED"

    def test_keeps_to_the_exercise_that_was_named(self, exercise):
        other = make_exercise("OTHER2024")
        payment = open_fee(make_draft(other))
        press(payment)
        assert ask(exercise).asked_count == 0
        assert find_pending(other).get() == payment

    def test_asks_nothing_about_cheques(self, exercise):
        store_paper(exercise)
        assert ask().asked_count == 0

    def test_goes_on_after_a_payment_that_the_provider_tells_wrongly(
        self, exercise, settings, monkeypatch
    ):
        wrong, right = (open_fee(make_draft(exercise, index)) for index in (1, 2))
        press(wrong)
        press(right)
        Payment.objects.filter(pk=wrong.pk).update(amount_hkd=1)
        monkeypatch.setattr(
            sandbox_payments,
            "find_outcome",
            lambda payment, asked_at: say(
                SimpleNamespace(pk=payment.pk, amount_hkd=right.amount_hkd)
            ),
        )
        asked = ask()
        assert (asked.asked_count, asked.answered_count) == (2, 1)
        assert find_pending(exercise).get() == wrong


@pytest.mark.django_db
class TestTask:
    def test_asks_about_payments_a_quarter_of_an_hour_old(self, exercise):
        now = read_clock()
        old = open_fee(make_draft(exercise, 1), at=now - timedelta(minutes=16))
        young = open_fee(make_draft(exercise, 2), at=now - timedelta(minutes=14))
        for payment in (old, young):
            press(payment)
        assert tasks.reconcile_payments() == 1
        assert find_pending(exercise).get() == young

    def test_of_a_provider_that_is_away_asks_again_next_time(self, exercise, monkeypatch):
        payment = open_fee(make_draft(exercise), at=read_clock() - LONG_AGO)
        press(payment)

        def be_away(payment, *, asked_at):
            raise PaymentProviderUnreachable

        with monkeypatch.context() as patch:
            patch.setattr(sandbox_payments, "close_payment", be_away)
            assert tasks.reconcile_payments() == 0
        assert tasks.reconcile_payments() == 1

    def test_is_run_by_the_clock(self, settings):
        scheduled = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
        assert tasks.reconcile_payments.name in scheduled


@pytest.mark.django_db(transaction=True)
class TestAtTheSameMoment:
    def test_the_message_and_two_askings_give_one_application(self, exercise):
        payment = open_fee(make_draft(exercise))
        message = say(payment)
        press(payment)
        run_at_once(lambda: record(message), ask, ask)
        assert exercise.applications.count() == 1
        assert not find_unmatched(exercise).exists()

    def test_paying_and_closing_end_a_payment_once(self, exercise):
        for index in range(1, 9):
            payment = open_fee(make_draft(exercise, index), at=read_clock() - LONG_AGO)
            run_at_once(lambda payment=payment: press(payment), ask)
            ends = SandboxAnswer.objects.filter(payment=payment, kind__in=["PAID", "CLOSED"])
            assert ends.count() == 1

    def test_two_officers_put_one_thing_on_record(self, exercise, officer):
        payment = take_late_money(exercise)
        other = make_officer("officer-2", Officer.Role.OFFICER)

        def try_to(who, outcome, **told):
            try:
                return reconcile(payment, who, outcome, **told)
            except PaymentReconciled:
                return None

        answers = run_at_once(
            lambda: try_to(officer, "REFUNDED"),
            lambda: try_to(other, "KEPT", reference="", reason="asked to keep it"),
        )
        assert sum(answer is None for answer in answers) == 1
        assert Reconciliation.objects.count() == 1


@pytest.mark.django_db
class TestRecord:
    def test_of_a_refund_is_journalled_and_clears_the_matter(self, exercise, officer):
        payment = take_late_money(exercise)
        assert find_unmatched(exercise).get() == payment
        reconcile(payment, officer)
        assert not find_unmatched(exercise).exists()
        deed = JournalEntry.objects.get(deed="PAYMENT_RECONCILED")
        assert (deed.subject, deed.actor) == (f"payment:{payment.pk}", "officer-1")
        assert deed.details == {"outcome": "REFUNDED", "amount_hkd": payment.amount_hkd}

    def test_again_changes_nothing_and_something_else_is_refused(self, exercise, officer):
        payment = take_late_money(exercise)
        assert reconcile(payment, officer) == reconcile(payment, officer)
        with pytest.raises(PaymentReconciled):
            reconcile(payment, officer, "KEPT", reference="", reason="why not")
        assert JournalEntry.objects.filter(deed="PAYMENT_RECONCILED").count() == 1

    def test_is_only_of_money_without_an_application(self, exercise, officer):
        pending = open_fee(make_draft(exercise, 1))
        paid = pay_draft(make_draft(exercise, 2)).payments.get()
        cheque = store_paper(exercise, 3).payments.get()
        for payment in (pending, paid, cheque):
            with pytest.raises(NothingToReconcile):
                reconcile(payment, officer)
            with pytest.raises(Error, match="is reconciled"), transaction.atomic():
                Reconciliation.objects.create(
                    payment=payment,
                    outcome="KEPT",
                    reason="none",
                    recorded_by=officer,
                    recorded_at=read_clock(),
                )

    @pytest.mark.parametrize(
        "told",
        [{"outcome": "REFUNDED", "reason": "gone"}, {"outcome": "KEPT", "reference": "R-1"}],
    )
    def test_without_reference_or_reason_is_refused_by_the_database(self, exercise, officer, told):
        payment = take_late_money(exercise)
        with pytest.raises(Error, match="a_refund_has_a_reference"), transaction.atomic():
            Reconciliation.objects.create(
                payment=payment, recorded_by=officer, recorded_at=read_clock(), **told
            )

    def test_keeps_refunded_money_from_submitting_and_lets_its_owner_pay_anew(
        self, exercise, officer
    ):
        draft = make_draft(exercise)
        payment, message = take_money_for_other_answers(draft)
        reconcile(payment, officer)
        with pytest.raises(PaymentReconciled):
            record(message)
        assert not exercise.applications.exists()
        application = pay_draft(draft)
        with pytest.raises(PaymentReconciled):
            record(message)
        payment.refresh_from_db()
        assert payment.application is None
        assert application.payments.count() == 1

    def test_accounts_for_the_money_where_the_stored_data_are_checked(self, exercise, officer):
        draft = make_draft(exercise)
        payment, _ = take_money_for_other_answers(draft)
        assert count_unmatched_payments() == 1
        reconcile(payment, officer)
        assert count_unmatched_payments() == 0
        pay_draft(draft)
        assert list(find_mislaid_payments(exercise)) == []

    def test_of_money_that_came_twice_accounts_for_the_second(self, exercise, officer):
        payment = take_money_twice(make_draft(exercise))
        assert count_unmatched_payments() == 1
        assert list(find_mislaid_payments(exercise)) == []
        reconcile(payment, officer)
        assert count_unmatched_payments() == 0


@pytest.mark.django_db
class TestPages:
    def address(self, name, *args):
        with override("en"):
            return reverse(f"staff:{name}", args=args)

    @pytest.fixture
    def staff(self, client, officer):
        client.force_login(officer)
        return client

    def test_list_what_waits_and_lead_to_the_record(self, staff, exercise):
        payment = take_late_money(exercise)
        other = make_exercise("OTHER2024")
        pending = leave_unanswered(make_draft(other, 2), in_exercise=exercise)
        shown = staff.get(self.address("payments", exercise.code)).content.decode()
        assert self.address("payment", exercise.code, payment.pk) in shown
        assert pending.bill_number in shown

        detail = self.address("payment", exercise.code, payment.pk)
        assert staff.get(detail).status_code == 200
        done = staff.post(detail, {"outcome": "REFUNDED", "reference": "R-17"})
        assert done.url == self.address("payments", exercise.code)
        assert Reconciliation.objects.get().reference == "R-17"
        assert "R-17" in staff.get(done.url).content.decode()
        assert "R-17" in staff.get(detail).content.decode()

    def test_say_why_money_makes_no_application(self, staff, exercise):
        twice = take_money_twice(make_draft(exercise, 1))
        changed, _ = take_money_for_other_answers(make_draft(exercise, 2))
        take_late_money(exercise, 3)
        shown = staff.get(self.address("payments", exercise.code))
        told = {payment.pk: payment.why for payment in shown.context["unmatched"]}
        assert sorted(told.values()) == ["ANSWERS_CHANGED", "PAID_TWICE", "TOO_LATE"]
        assert (told[twice.pk], told[changed.pk]) == ("PAID_TWICE", "ANSWERS_CHANGED")
        page = staff.get(self.address("payment", exercise.code, twice.pk)).content.decode()
        assert str(exercise.applications.get().number) in page
        assert twice.bill_number in page

    def test_ask_the_provider_at_once(self, staff, exercise):
        press(open_fee(make_draft(exercise)))
        staff.post(self.address("ask_provider", exercise.code))
        assert exercise.applications.count() == 1

    @pytest.mark.parametrize(
        ("typed", "field"),
        [
            ({}, "outcome"),
            ({"outcome": "LOST"}, "outcome"),
            ({"outcome": "REFUNDED", "reason": "done"}, "reference"),
            ({"outcome": "REFUNDED", "reference": "=1+1"}, "reference"),
            ({"outcome": "KEPT", "reference": "R-1"}, "reason"),
            ({"outcome": "KEPT", "reason": "x" * 501}, "reason"),
        ],
    )
    def test_say_what_is_missing_and_store_nothing(self, staff, exercise, typed, field):
        payment = take_late_money(exercise)
        response = staff.post(self.address("payment", exercise.code, payment.pk), typed)
        assert response.status_code == 422
        assert field in response.context["form"].errors
        assert not Reconciliation.objects.exists()

    def test_know_nothing_of_a_payment_of_another_exercise(self, staff, exercise):
        payment = open_fee(make_draft(make_exercise("OTHER2024")))
        assert staff.get(self.address("payment", exercise.code, payment.pk)).status_code == 404

    def test_are_not_for_clerks(self, client, exercise):
        client.force_login(make_officer())
        assert client.get(self.address("payments", exercise.code)).status_code == 403
        assert client.post(self.address("ask_provider", exercise.code)).status_code == 403


@pytest.mark.django_db
def test_an_applicant_who_never_comes_back_from_the_bank_is_found(client, exercise):
    payment = open_fee(make_draft(exercise))
    with override("en"):
        bank = reverse("applications:sandbox-bank", args=[payment.pk])
    assert client.post(bank, {"pay": "1"}).status_code == 302  # and the browser is closed
    assert not exercise.applications.exists()
    ask()
    assert exercise.applications.count() == 1
