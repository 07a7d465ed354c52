"""Paying for a finished form: what comes of it, once, however the message comes."""

import json

import pytest
from django.test import Client

from applications.models import Application, Payment
from applications.selectors.clock import read_clock
from applications.services import sandbox_payments
from tests.integration.applicants import CONTACT, fill_everything, pay, save
from tests.payments import record, say

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_cache")]


class TestPaying:
    def test_a_declined_payment_can_be_tried_again(self, begun):
        fill_everything(begun)
        assert pay(begun, button="decline").url == "/en/apply/payment/waiting/"
        again = begun.get("/en/apply/payment/waiting/", follow=True)
        assert again.redirect_chain[-1][0] == "/en/apply/payment/"
        assert "nothing was charged" in again.content.decode()
        assert not Application.objects.exists()
        assert pay(begun, method="FPS").url == "/en/apply/receipt/"

    def test_paying_twice_gives_one_application(self, begun):
        fill_everything(begun)
        bank = begun.post("/en/apply/payment/", {"method": "CARD"}).url
        for _ in range(2):
            begun.get(begun.post(bank, {"pay": "1"}).url)
        assert Application.objects.count() == 1

    def test_a_message_from_the_provider_itself_submits_too(self, begun):
        fill_everything(begun)
        begun.post("/en/apply/payment/", {"method": "CARD"})
        payment = Payment.objects.get()
        body, signature = sandbox_payments.write_message(
            payment, kind="PAID", happened_at=read_clock()
        )
        provider = Client(enforce_csrf_checks=True)
        for _ in range(2):
            answer = provider.post(
                "/payments/callback/",
                body,
                content_type="application/json",
                headers={"x-signature": signature},
            )
            number = Application.objects.get().number
            assert answer.json() == {"state": "PAID", "application_number": number, "code": None}

    @pytest.mark.parametrize("door", ["browser", "provider"])
    def test_a_forged_message_is_refused(self, begun, door):
        fill_everything(begun)
        begun.post("/en/apply/payment/", {"method": "CARD"})
        body, signature = sandbox_payments.write_message(
            Payment.objects.get(), kind="PAID", happened_at=read_clock()
        )
        forged = json.dumps(json.loads(body) | {"amount_hkd": 1})
        if door == "browser":
            answer = begun.get("/payments/return/", {"message": forged, "signature": signature})
        else:
            answer = begun.post(
                "/payments/callback/",
                forged,
                content_type="application/json",
                headers={"x-signature": signature},
            )
        assert answer.status_code == 409
        assert not Application.objects.exists()

    def test_a_fee_that_came_for_other_answers_is_not_asked_again(self, begun):
        fill_everything(begun)
        begun.post("/en/apply/payment/", {"method": "CARD"})
        payment = Payment.objects.get()
        record(say(payment, "FAILED"))
        save(begun, "contact", CONTACT | {"phone": "2999 9999"})
        body, signature = sandbox_payments.write_message(
            payment, kind="PAID", happened_at=read_clock()
        )
        back = begun.get(
            "/payments/return/", {"message": body, "signature": signature}, follow=True
        )
        assert "Please do not pay again" in back.content.decode()
        assert "Please do not pay a second time" in begun.get("/en/apply/review/").content.decode()
        assert begun.get("/en/apply/payment/").url == "/en/apply/review/"

    def test_another_browser_that_comes_back_sees_no_receipt(self, begun):
        fill_everything(begun)
        bank = begun.post("/en/apply/payment/", {"method": "CARD"}).url
        stranger = Client()
        assert stranger.get(stranger.post(bank, {"pay": "1"}).url).url == "/en/status/"
        assert stranger.get("/en/apply/receipt/").url == "/en/status/"
