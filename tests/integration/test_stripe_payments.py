"""Stripe by configuration: its client library, its signatures, and a server in its API's place."""

import time
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from applications.policy.household import FeeMethod
from applications.policy.submission import PAYING_TIME
from applications.selectors.clock import read_clock
from applications.services import stripe_payments
from applications.services.paying import ask_about_payment, begin_payment, close_payment
from applications.services.payment_providers import (
    PaymentMessageForged,
    PaymentProviderUnreachable,
)
from applications.services.payments import PaymentMethodNotOffered
from applications.services.reconciliation import settle_pending_payments
from applications.views.own_draft import SESSION_KEY
from tests.factories import make_draft, make_exercise
from tests.stripe_stand_in import PAGES, SECRET_KEY, WEBHOOK_SECRET, standing_in_for_stripe
from tests.threads import run_at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def books(settings):
    """Choose Stripe, as the environment does."""
    with standing_in_for_stripe() as books:
        settings.PAYMENT_PROVIDER = "applications.services.stripe_payments"
        settings.STRIPE_SECRET_KEY = SECRET_KEY
        settings.STRIPE_WEBHOOK_SECRET = WEBHOOK_SECRET
        settings.STRIPE_API_URL = books.url
        yield books


@pytest.fixture
def exercise():
    return make_exercise()


def begin(draft, method=FeeMethod.CARD, *, at=None):
    return begin_payment(draft_id=draft.pk, method=method, pressed_at=at or read_clock())


def open_page(payment, books):
    """Lead the applicant to Stripe's page; give its session."""
    stripe_payments.get_hosted_page_url(payment)
    return books.sessions[payment.provider_key]


def post(client, body, header):
    return client.post(
        "/payments/callback/",
        body,
        content_type="application/json",
        headers={"stripe-signature": header},
    )


class TestHostedPage:
    def test_is_stripes_and_knows_the_fee_and_nobody(self, books, exercise):
        payment = begin(make_draft(exercise))
        assert stripe_payments.get_hosted_page_url(payment) == f"{PAGES}/c/pay/1"
        form = books.sessions[payment.provider_key]["form"]
        assert form["line_items[0][price_data][unit_amount]"] == "25000"
        assert form["line_items[0][price_data][currency]"] == "hkd"
        assert form["client_reference_id"] == str(payment.pk)
        assert form["locale"] == "en"
        assert form["allowed_payment_method_types[0]"] == "card"
        told = " ".join(form.values())
        for secret in ("20001234", "household@example.org", "Synthetic House"):
            assert secret not in told

    def test_is_in_the_language_of_the_applicant(self, books, exercise):
        payment = begin(make_draft(exercise, language="zh-hant"))
        assert open_page(payment, books)["form"]["locale"] == "zh-HK"

    def test_asked_for_again_is_the_same_session(self, books, exercise):
        payment = begin(make_draft(exercise))
        first = stripe_payments.get_hosted_page_url(payment)
        assert stripe_payments.get_hosted_page_url(begin(payment.draft)) == first
        assert len(books.sessions) == 1

    def test_whose_answer_was_lost_is_the_same_session_the_next_time(self, books, exercise):
        payment = begin(make_draft(exercise))
        books.loses_answers = True
        with pytest.raises(PaymentProviderUnreachable):
            stripe_payments.get_hosted_page_url(payment)
        books.loses_answers = False
        assert stripe_payments.get_hosted_page_url(payment)
        assert len(books.sessions) == 1

    def test_of_a_provider_that_is_away_says_so_in_the_readers_language(
        self, books, exercise, client
    ):
        draft = make_draft(exercise)
        session = client.session
        session[SESSION_KEY] = str(draft.pk)
        session.save()
        books.is_away = True
        answer = client.post("/en/apply/payment/", {"method": "CARD"})
        assert answer.status_code == 409
        assert "does not answer for the moment" in answer.content.decode()
        books.is_away = False
        again = client.post("/en/apply/payment/", {"method": "CARD"})
        assert again.url == f"{PAGES}/c/pay/1"

    def test_offers_no_fps(self, books, exercise, client):
        draft = make_draft(exercise)
        session = client.session
        session[SESSION_KEY] = str(draft.pk)
        session.save()
        page = client.get("/en/apply/payment/").content.decode()
        assert 'value="CARD"' in page
        assert 'value="FPS"' not in page
        with pytest.raises(PaymentMethodNotOffered):
            begin(draft, FeeMethod.FPS)

    def test_leaves_no_page_of_the_sandbox(self, books, exercise, client):
        payment = begin(make_draft(exercise))
        assert client.post(f"/en/sandbox-bank/{payment.pk}/", {"pay": "1"}).status_code == 404


class TestWebhook:
    def test_of_a_paid_fee_submits_once_however_often_it_comes(self, books, exercise, client):
        payment = begin(make_draft(exercise))
        session = open_page(payment, books)
        books.pay(session)
        for _ in range(3):
            answer = post(client, *books.sign(session))
            assert answer.status_code == 200
        application = exercise.applications.get()
        assert answer.json()["application_number"] == application.number
        payment.refresh_from_db()
        assert (payment.state, payment.reference) == ("PAID", "pi_1")
        assert application.received_at == payment.opened_at
        assert payment.events.count() == 1

    def test_that_it_expired_coming_late_takes_nothing_back(self, books, exercise, client):
        payment = begin(make_draft(exercise))
        session = open_page(payment, books)
        books.pay(session)
        expired = session | {"status": "expired", "payment_status": "unpaid"}
        post(client, *books.sign(session))
        post(client, *books.sign(expired, "checkout.session.expired"))
        payment.refresh_from_db()
        assert (payment.state, exercise.applications.count()) == ("PAID", 1)

    def test_of_money_taken_after_a_quarter_of_an_hour_counts_from_then(
        self, books, exercise, client
    ):
        payment = begin(make_draft(exercise), at=read_clock() - timedelta(hours=1))
        session = open_page(payment, books)
        books.pay(session)
        taken_at = int((payment.opened_at + PAYING_TIME).timestamp()) + 2
        post(client, *books.sign(session, at=taken_at))
        received_at = exercise.applications.get().received_at
        assert received_at == datetime.fromtimestamp(taken_at, UTC)

    @pytest.mark.parametrize(
        ("kind", "changes"),
        [
            ("checkout.session.completed", {"payment_status": "unpaid"}),
            ("checkout.session.completed", {"client_reference_id": None}),
            ("payment_intent.succeeded", {}),
        ],
    )
    def test_that_says_nothing_final_of_a_payment_is_acknowledged(
        self, books, exercise, client, kind, changes
    ):
        session = open_page(begin(make_draft(exercise)), books)
        books.pay(session)
        answer = post(client, *books.sign(session | changes, kind))
        assert (answer.status_code, answer.json()) == (200, {"state": "IGNORED"})
        assert not exercise.applications.exists()

    @pytest.mark.parametrize(
        "changes",
        [{"client_reference_id": text} for text in ("order-17", "", "\0", str(UUID(int=1)))]
        + [{"id": "cs_test_of_another_page"}],
    )
    def test_about_what_others_sell_through_the_account_is_acknowledged(
        self, books, exercise, client, changes
    ):
        session = open_page(begin(make_draft(exercise)), books)
        books.pay(session)
        answer = post(client, *books.sign(session | changes))
        assert (answer.status_code, answer.json()) == (200, {"state": "IGNORED"})
        assert not exercise.applications.exists()

    def test_whose_session_nobody_told_us_counts_all_the_same(self, books, exercise, client):
        payment = begin(make_draft(exercise))
        session = open_page(payment, books)
        payment.provider_key = ""
        payment.save()
        books.pay(session)
        assert post(client, *books.sign(session)).json()["state"] == "PAID"
        assert exercise.applications.exists()

    @pytest.mark.parametrize(
        "changes", [{"amount_total": 1}, {"amount_total": 25_001}, {"currency": "usd"}]
    )
    def test_of_another_amount_is_refused(self, books, exercise, client, changes):
        session = open_page(begin(make_draft(exercise)), books)
        books.pay(session)
        assert post(client, *books.sign(session | changes)).status_code == 409
        assert not exercise.applications.exists()

    def test_under_another_secret_altered_or_unsigned_is_refused(self, books, exercise, client):
        session = open_page(begin(make_draft(exercise)), books)
        books.pay(session)
        body, header = books.sign(session)
        _, other = books.sign(session, secret="whsec_of_somebody")
        for forged in ((body, other), (body + " ", header), (body, ""), ("{", header)):
            assert post(client, *forged).status_code == 409
        assert not exercise.applications.exists()

    def test_that_is_old_is_refused_as_a_repetition(self, books, exercise, monkeypatch):
        session = open_page(begin(make_draft(exercise)), books)
        body, header = books.sign(session)
        now = time.time()
        monkeypatch.setattr(time, "time", lambda: now + 301)
        with pytest.raises(PaymentMessageForged):
            stripe_payments.read_message(body, header)


class TestAsking:
    def ask(self):
        now = read_clock()
        return settle_pending_payments(opened_before=now, asked_at=now)

    def test_finds_money_whose_webhook_never_came(self, books, exercise, client):
        payment = begin(make_draft(exercise))
        session = open_page(payment, books)
        books.pay(session)
        assert self.ask().answered_count == 1
        assert exercise.applications.get().payments.get() == payment
        post(client, *books.sign(session))  # and then it comes all the same
        assert (exercise.applications.count(), payment.events.count()) == (1, 1)

    def test_leaves_alone_who_may_still_be_paying(self, books, exercise):
        payment = begin(make_draft(exercise))
        session = open_page(payment, books)
        assert self.ask().answered_count == 0
        assert session["status"] == "open"

    def test_lets_what_took_too_long_expire(self, books, exercise):
        payment = begin(make_draft(exercise), at=read_clock() - timedelta(hours=1))
        session = open_page(payment, books)
        self.ask()
        payment.refresh_from_db()
        assert (payment.state, session["status"]) == ("FAILED", "expired")

    def test_ends_a_payment_whose_page_was_never_opened(self, books, exercise):
        payment = begin(make_draft(exercise), at=read_clock() - timedelta(hours=1))
        self.ask()
        payment.refresh_from_db()
        assert payment.state == "FAILED"
        assert [session["status"] for session in books.sessions.values()] == ["expired"]

    def test_gives_the_moment_of_the_charge(self, books, exercise):
        payment = begin(make_draft(exercise), at=read_clock() - timedelta(hours=1))
        charged_at = int((payment.opened_at + timedelta(minutes=3)).timestamp())
        books.pay(open_page(payment, books), at=charged_at)
        self.ask()
        assert exercise.applications.get().received_at == payment.opened_at

    def test_one_payment_that_stripe_does_not_know_blocks_no_other(self, books, exercise):
        long_ago = read_clock() - timedelta(hours=1)
        unknown, known = (begin(make_draft(exercise, index), at=long_ago) for index in (1, 2))
        unknown.provider_key = "cs_test_of_another_account"
        unknown.save()
        assert self.ask().answered_count == 1
        known.refresh_from_db()
        assert known.state == "FAILED"
        assert ask_about_payment(payment=unknown, asked_at=read_clock()).state == "PENDING"

    def test_a_provider_that_is_away_loses_nothing(self, books, exercise):
        payment = begin(make_draft(exercise))
        books.pay(open_page(payment, books))
        books.is_away = True
        with pytest.raises(PaymentProviderUnreachable):
            self.ask()
        books.is_away = False
        self.ask()
        assert exercise.applications.exists()

    def test_giving_up_what_has_been_paid_gives_the_application(self, books, exercise):
        payment = begin(make_draft(exercise))
        books.pay(open_page(payment, books))
        assert close_payment(payment=payment, asked_at=read_clock()).application


@pytest.mark.django_db(transaction=True)
def test_paying_and_giving_up_at_once_end_in_one_thing(books, exercise):
    for index in range(1, 5):
        payment = begin(make_draft(exercise, index))
        session = open_page(payment, books)

        def pay(session=session):
            with books.lock:
                books.pay(session)

        closed, _ = run_at_once(
            lambda payment=payment: close_payment(payment=payment, asked_at=read_clock()), pay
        )
        is_paid = session["payment_status"] == "paid"
        assert closed.state == ("PAID" if is_paid else "FAILED")
        assert (closed.application_id is not None) == is_paid
