"""A payment that its provider never answers for: an officer looks at the statement, and it ends."""

from datetime import timedelta

import pytest
from django.core.checks import run_checks
from django.db import Error, transaction
from django.urls import reverse
from django.utils.translation import override

from applications.models import JournalEntry, MissingPayment, Officer, Payment
from applications.policy.terms import load_terms
from applications.selectors.clock import read_clock
from applications.selectors.payments import find_unmatched, list_on_record
from applications.services import stripe_payments
from applications.services.exercises import PaymentsUnderWay, close_exercise, load_exercise
from applications.services.missing_payments import (
    AnswerNotOverdue,
    PaymentAnswered,
    record_missing_payment,
)
from applications.services.payments import record_message
from applications.services.reconciliation import settle_pending_payments
from tests.factories import make_draft, make_exercise, make_officer, pay_draft, store_paper
from tests.payments import open_fee, say
from tests.stripe_stand_in import SECRET_KEY, WEBHOOK_SECRET, standing_in_for_stripe
from tests.threads import run_at_once

LONG_AGO = timedelta(hours=2)
REASON = "Statement of the day after, no such reference"


@pytest.fixture
def books(settings):
    """Choose Stripe, whose answers come over the network."""
    with standing_in_for_stripe() as books:
        settings.PAYMENT_PROVIDER = "applications.services.stripe_payments"
        settings.STRIPE_SECRET_KEY = SECRET_KEY
        settings.STRIPE_WEBHOOK_SECRET = WEBHOOK_SECRET
        settings.STRIPE_API_URL = books.url
        yield books


@pytest.fixture
def exercise():
    return make_exercise()


@pytest.fixture
def officer():
    return make_officer("officer-1", Officer.Role.OFFICER)


def begin(exercise, index=1, *, ago=LONG_AGO):
    """Begin to pay, and let the applicant be led to the provider's page."""
    payment = open_fee(make_draft(exercise, index), at=read_clock() - ago)
    stripe_payments.get_hosted_page_url(payment)
    return payment


def lose(payment, books, *, asked=True):
    """Let the provider forget a payment, as after a change of keys; and ask it in vain."""
    session = books.sessions.pop(payment.provider_key)
    if asked:
        now = read_clock()
        assert settle_pending_payments(opened_before=now, asked_at=now).answered_count == 0
    payment.refresh_from_db()
    return session


def miss(payment, officer, reason=REASON):
    return record_missing_payment(
        payment_id=payment.pk, reason=reason, officer=officer, recorded_at=read_clock()
    )


def pay_late(payment):
    """Let the provider say after all that the money was taken at once."""
    return record_message(message=say(payment, at=payment.opened_at), recorded_at=read_clock())


@pytest.mark.django_db
class TestRecord:
    def test_ends_the_waiting_and_lets_the_exercise_close(self, books, officer):
        exercise = make_exercise(opened_ago=timedelta(days=20, hours=12))
        payment = begin(exercise)
        lose(payment, books)
        with pytest.raises(PaymentsUnderWay):
            close_exercise(exercise=exercise, closed_at=read_clock())
        miss(payment, officer)
        payment.refresh_from_db()
        assert payment.state == Payment.State.FAILED
        assert close_exercise(exercise=exercise, closed_at=read_clock()).closed_at

    def test_is_journalled_without_the_officers_words(self, books, exercise, officer):
        payment = begin(exercise)
        lose(payment, books)
        miss(payment, officer)
        deed = JournalEntry.objects.get(deed="PAYMENT_NOT_ON_STATEMENT")
        assert (deed.subject, deed.actor) == (f"payment:{payment.pk}", "officer-1")
        assert deed.details == {"method": "CARD", "amount_hkd": payment.amount_hkd}

    def test_again_changes_nothing_and_another_reason_is_refused(self, books, exercise, officer):
        payment = begin(exercise)
        lose(payment, books)
        assert miss(payment, officer) == miss(payment, officer)
        with pytest.raises(PaymentAnswered):
            miss(payment, officer, "another")
        assert JournalEntry.objects.filter(deed="PAYMENT_NOT_ON_STATEMENT").count() == 1

    @pytest.mark.parametrize(
        ("ago", "asked"),
        [
            pytest.param(timedelta(minutes=59), True, id="not an hour old"),
            pytest.param(LONG_AGO, False, id="never asked"),
        ],
    )
    def test_is_refused_while_the_provider_may_answer(self, books, exercise, officer, ago, asked):
        payment = begin(exercise, ago=ago)
        lose(payment, books, asked=asked)
        with pytest.raises(AnswerNotOverdue):
            miss(payment, officer)
        payment.refresh_from_db()
        assert payment.state == Payment.State.PENDING

    def test_is_refused_when_it_was_asked_only_while_somebody_could_pay(
        self, books, exercise, officer
    ):
        payment = begin(exercise)
        lose(payment, books, asked=False)
        asked_at = payment.opened_at + timedelta(minutes=14)
        Payment.objects.filter(pk=payment.pk).update(asked_at=asked_at)
        with pytest.raises(AnswerNotOverdue):
            miss(payment, officer)

    def test_asks_a_last_time_and_prefers_the_answer(self, books, exercise, officer):
        payment = begin(exercise)
        session = lose(payment, books)
        books.sessions[payment.provider_key] = session
        books.pay(session, at=payment.opened_at.timestamp())
        with pytest.raises(PaymentAnswered):
            miss(payment, officer)
        assert exercise.applications.get().payments.get() == payment
        assert not MissingPayment.objects.exists()

    def test_needs_no_provider(self, books, exercise, officer):
        payment = begin(exercise)
        lose(payment, books)
        books.is_away = True
        assert miss(payment, officer)

    def test_is_not_of_a_payment_that_has_ended(self, exercise, officer):
        paid = pay_draft(make_draft(exercise, 1)).payments.get()
        failed = open_fee(make_draft(exercise, 2))
        record_message(message=say(failed, "FAILED"), recorded_at=read_clock())
        cheque = store_paper(exercise, 3).payments.get()
        for payment in (paid, failed, cheque):
            with pytest.raises(PaymentAnswered):
                miss(payment, officer)
            with pytest.raises(Error, match="is found missing"), transaction.atomic():
                MissingPayment.objects.create(
                    payment=payment, reason="none", recorded_by=officer, recorded_at=read_clock()
                )


@pytest.mark.django_db
class TestMoneyThatComesAfterAll:
    def test_submits_while_applications_are_taken(self, books, exercise, officer):
        payment = begin(exercise)
        lose(payment, books)
        miss(payment, officer)
        application = pay_late(payment).application
        assert application.received_at == payment.opened_at

    def test_waits_for_an_officer_after_the_closing_deed(self, books, officer):
        exercise = make_exercise(opened_ago=timedelta(days=20, hours=12))
        payment = begin(exercise)
        lose(payment, books)
        miss(payment, officer)
        close_exercise(exercise=exercise, closed_at=read_clock())
        assert pay_late(payment).refusal.code == "EXERCISE_CLOSED"
        assert find_unmatched(exercise).get() == payment
        assert not exercise.applications.exists()


@pytest.mark.django_db(transaction=True)
class TestAtTheSameMoment:
    def test_two_officers_put_it_on_record_once(self, books, exercise, officer):
        payment = begin(exercise)
        lose(payment, books)
        other = make_officer("officer-2", Officer.Role.OFFICER)
        answers = run_at_once(
            lambda: miss(payment, officer), lambda: miss(payment, other, "I looked as well")
        )
        assert sum(isinstance(answer, PaymentAnswered) for answer in answers) == 1
        assert MissingPayment.objects.count() == 1
        assert JournalEntry.objects.filter(deed="PAYMENT_NOT_ON_STATEMENT").count() == 1

    def test_the_money_and_the_officer_end_in_one_application(self, books, exercise, officer):
        payment = begin(exercise)
        lose(payment, books)
        run_at_once(lambda: miss(payment, officer), lambda: pay_late(payment))
        payment.refresh_from_db()
        assert payment.state == Payment.State.PAID
        assert exercise.applications.get() == payment.application


@pytest.mark.django_db
class TestPages:
    def address(self, name, *args):
        with override("en"):
            return reverse(f"staff:{name}", args=args)

    @pytest.fixture
    def staff(self, client, officer):
        client.force_login(officer)
        return client

    def test_lead_from_the_list_to_the_record_and_show_it(self, staff, books, exercise):
        payment = begin(exercise)
        lose(payment, books)
        listed = self.address("payments", exercise.code)
        detail = self.address("payment", exercise.code, payment.pk)
        deed = self.address("missing_payment", exercise.code, payment.pk)
        assert detail in staff.get(listed).content.decode()
        assert deed in staff.get(detail).content.decode()
        empty = staff.post(deed, {"reason": " "})
        assert (empty.status_code, MissingPayment.objects.count()) == (422, 0)
        assert staff.post(deed, {"reason": REASON}).url == listed
        assert REASON in staff.get(listed).content.decode()
        assert REASON in staff.get(detail).content.decode()

    def test_do_not_offer_it_too_early(self, staff, exercise):
        payment = open_fee(make_draft(exercise))
        detail = self.address("payment", exercise.code, payment.pk)
        deed = self.address("missing_payment", exercise.code, payment.pk)
        assert deed not in staff.get(detail).content.decode()
        refused = staff.post(deed, {"reason": REASON})
        assert refused.status_code == 409
        assert "may still answer" in refused.content.decode()

    def test_are_not_for_clerks_and_know_their_exercise(self, client, staff, exercise):
        payment = open_fee(make_draft(make_exercise("OTHER2024")))
        elsewhere = self.address("missing_payment", exercise.code, payment.pk)
        assert staff.post(elsewhere, {"reason": REASON}).status_code == 404
        client.force_login(make_officer())
        own = self.address("missing_payment", "OTHER2024", payment.pk)
        assert client.post(own, {"reason": REASON}).status_code == 403

    def test_list_what_is_on_record_the_newest_first(self, books, exercise, officer):
        payments = []
        for index in (1, 2):
            payments.append(begin(exercise, index))
            lose(payments[-1], books)
            miss(payments[-1], officer)
        rows = list_on_record(exercise, limit=5)
        assert [row.payment for row in rows] == payments[::-1]


@pytest.mark.django_db
class TestSandboxInEarnest:
    PLACES = ("staff:home", "staff:payments", "ballot:console")

    def find_told(self, client, officer, code):
        """Find the officers' pages that say so."""
        client.force_login(officer)
        with override("en"):
            addresses = {
                place: reverse(place, args=[] if place == "staff:home" else [code])
                for place in self.PLACES
            }
        return [
            place
            for place, address in addresses.items()
            if "takes no money" in client.get(address).content.decode()
        ]

    def test_is_told_to_officers_of_a_real_exercise(self, client, officer):
        _, mapping = load_terms("wsm_2024")
        exercise, _ = load_exercise(mapping=mapping, loaded_at=read_clock())
        assert self.find_told(client, officer, exercise.code) == list(self.PLACES)

    def test_is_not_told_of_a_demonstration(self, client, officer, exercise):
        assert self.find_told(client, officer, exercise.code) == []

    def test_is_told_before_serving(self):
        told = [message.id for message in run_checks(include_deployment_checks=True)]
        assert "applications.W001" in told
        assert "applications.W001" not in [message.id for message in run_checks()]

    def test_is_not_told_of_a_real_provider(self, client, books, officer):
        _, mapping = load_terms("wsm_2024")
        exercise, _ = load_exercise(mapping=mapping, loaded_at=read_clock())
        assert self.find_told(client, officer, exercise.code) == []
        told = [message.id for message in run_checks(include_deployment_checks=True)]
        assert "applications.W001" not in told
