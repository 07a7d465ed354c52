"""What somebody sees who pays: the code, the wait, and no way to change what is being paid for."""

import io
import re
import time
from datetime import timedelta

import pytest
import zxingcpp
from PIL import Image

from applications.models import Payment
from applications.policy.fps_qr import read_fps_payload
from applications.policy.household import FeeMethod
from applications.policy.submission import PAYING_TIME
from applications.selectors.clock import RECEIVED, read_clock
from applications.services.sandbox_payments import take_answer
from applications.views.own_draft import SESSION_KEY
from tests.factories import make_draft, make_exercise
from tests.payments import open_fee, record, say

pytestmark = pytest.mark.django_db

PERIOD = timedelta(days=20, hours=11)  # of WSM 2024, which the tests move


@pytest.fixture
def exercise():
    return make_exercise()


@pytest.fixture
def draft(exercise):
    return make_draft(exercise)


@pytest.fixture
def payer(client, draft):
    own(client, draft)
    return client


def own(client, draft):
    """Make it the draft of this browser."""
    session = client.session
    session[SESSION_KEY] = str(draft.pk)
    session.save()
    return draft


def press(payer, method="CARD", *, language="en"):
    return payer.post(f"/{language}/apply/payment/", {"method": method}).url


def read_drawing(svg):
    """Read a QR code as a camera does, from the squares of the drawing."""
    size = int(re.search(r'width="(\d+)"', svg)[1])
    scale = int(re.search(r"scale\((\d+)\)", svg)[1])
    picture = Image.new("L", (size, size), 255)
    (path,) = re.findall(r'stroke="#000" d="([^"]+)"', svg)
    column, row = 0.0, 0.0
    for kind, numbers in re.findall(r"([Mmh])([-\d. ]+)", path):
        values = [float(number) for number in re.findall(r"-?[\d.]+", numbers)]
        if kind == "M":
            column, row = values
        elif kind == "m":
            column, row = column + values[0], row + values[1]
        else:
            box = [column * scale, (row - 0.5) * scale]
            picture.paste(0, tuple(map(int, [*box, box[0] + values[0] * scale, box[1] + scale])))
            column += values[0]
    return zxingcpp.read_barcode(picture).text


class TestFps:
    def test_shows_a_code_that_a_bank_reads_with_amount_and_reference(self, payer):
        assert press(payer, "FPS") == "/en/apply/payment/fps/"
        page = payer.get("/en/apply/payment/fps/").content.decode()
        payment = Payment.objects.get()
        drawings = re.findall(r"<svg.*?</svg>", page, re.DOTALL)
        (code,) = [drawing for drawing in drawings if 'stroke="#000"' in drawing]
        asked = read_fps_payload(read_drawing(code))
        assert (asked.amount_hkd, asked.bill_number) == (250, payment.bill_number)
        assert asked.payee == "9999999"
        assert "HK$250" in page
        assert " ".join(re.findall(".{4}", payment.bill_number[3:])) in page
        assert "style=" not in page

    def test_gives_the_code_as_a_picture_for_the_same_telephone(self, payer):
        press(payer, "FPS")
        picture = payer.get("/en/apply/payment/fps.png")
        assert picture.headers["Content-Type"] == "image/png"
        text = zxingcpp.read_barcode(Image.open(io.BytesIO(picture.content))).text
        assert read_fps_payload(text).bill_number == Payment.objects.get().bill_number

    def test_pays_to_whom_the_settings_name(self, payer, settings):
        settings.FPS_PAYEE, settings.FPS_PAYEE_NAME = "123456789", "HOUSING AUTHORITY"
        press(payer, "FPS")
        text = zxingcpp.read_barcode(
            Image.open(io.BytesIO(payer.get("/en/apply/payment/fps.png").content))
        ).text
        asked = read_fps_payload(text)
        assert (asked.payee, asked.payee_name) == ("123456789", "HOUSING AUTHORITY")

    def test_the_sandbox_bank_reads_the_code(self, payer):
        press(payer, "FPS")
        bank = payer.get("/en/apply/payment/fps/").context["sandbox_url"]
        page = payer.get(bank).content.decode()
        assert Payment.objects.get().bill_number in page
        back = payer.get(payer.post(bank, {"pay": "1"}).url)
        assert back.url == "/en/apply/receipt/"

    def test_is_nothing_to_see_for_somebody_else(self, payer, client):
        press(payer, "FPS")
        payer.session.flush()
        client.cookies.clear()
        assert client.get("/en/apply/payment/fps.png").status_code == 302
        assert client.get("/en/apply/payment/fps/").status_code == 302

    def test_has_no_code_for_a_card(self, payer):
        press(payer)
        assert payer.get("/en/apply/payment/fps/").url == "/en/apply/payment/waiting/"
        assert payer.get("/en/apply/payment/fps.png").url == "/en/apply/payment/waiting/"


class TestUnderWay:
    @pytest.mark.parametrize("place", ["contact/", "income/", "members/1/", "payment/"])
    def test_the_pages_of_the_form_lead_to_the_payment(self, payer, place):
        press(payer)
        assert payer.get(f"/en/apply/{place}").url == "/en/apply/payment/under-way/"

    def test_saving_in_a_second_window_leads_there_too_and_changes_nothing(self, payer, draft):
        press(payer)
        answer = payer.post("/en/apply/assets/", {"net_assets_hkd": "5", "version": draft.version})
        assert answer.url == "/en/apply/payment/under-way/"
        answer = payer.post("/en/apply/members/1/remove/", {"version": draft.version})
        assert answer.status_code == 302
        draft.refresh_from_db()
        assert draft.answers["net_assets_hkd"] == 100_000

    def test_says_until_when_one_can_pay(self, payer):
        press(payer)
        page = payer.get("/en/apply/payment/under-way/")
        assert page.context["paying_end"] == Payment.objects.get().opened_at + PAYING_TIME

    def test_goes_on_with_the_same_payment(self, payer):
        bank = press(payer)
        assert payer.post("/en/apply/payment/under-way/", {"continue": "1"}).url == bank
        assert Payment.objects.count() == 1

    def test_given_up_leads_to_the_answers_again(self, payer):
        press(payer)
        answer = payer.post("/en/apply/payment/under-way/", {"cancel": "1"}, follow=True)
        assert answer.redirect_chain[-1][0] == "/en/apply/review/"
        assert "nothing was charged" in answer.content.decode()
        assert payer.get("/en/apply/contact/").status_code == 200
        assert Payment.objects.get().state == "FAILED"

    def test_given_up_after_paying_shows_the_receipt(self, payer):
        press(payer)
        take_answer(Payment.objects.get(), kind="PAID", happened_at=read_clock())
        answer = payer.post("/en/apply/payment/under-way/", {"cancel": "1"}, follow=True)
        assert answer.redirect_chain[-1][0] == "/en/apply/receipt/"

    def test_paying_in_another_way_closes_the_first(self, payer):
        press(payer)
        assert press(payer, "FPS") == "/en/apply/payment/fps/"
        assert sorted(Payment.objects.values_list("method", "state")) == [
            ("CARD", "FAILED"),
            ("FPS", "PENDING"),
        ]


class TestAfterClosing:
    def test_who_pressed_in_time_goes_on_and_cannot_lose_it(self, client):
        exercise = make_exercise(opened_ago=PERIOD + timedelta(minutes=5))
        pressed_at = exercise.closes_at - timedelta(minutes=1)
        payment = open_fee(own(client, make_draft(exercise, at=pressed_at)), at=pressed_at)
        assert client.get("/en/apply/contact/").url == "/en/apply/payment/under-way/"
        page = client.post("/en/apply/payment/under-way/", {"cancel": "1"})
        assert "Applications have closed meanwhile" in page.content.decode()
        assert 'name="cancel"' not in page.content.decode()
        kept = client.post("/en/apply/payment/", {"method": "FPS"})
        assert kept.url == "/en/apply/payment/under-way/"
        bank = client.post("/en/apply/payment/under-way/", {"continue": "1"}).url
        assert client.get(client.post(bank, {"pay": "1"}).url).url == "/en/apply/receipt/"
        assert exercise.applications.get().received_at == payment.opened_at

    def press_before_closing(self, client, *, closed_ago, **how):
        exercise = make_exercise(opened_ago=PERIOD + closed_ago)
        pressed_at = exercise.closes_at - timedelta(minutes=1)
        return open_fee(own(client, make_draft(exercise, at=pressed_at)), at=pressed_at, **how)

    @pytest.mark.parametrize("place", ["", "review/", "payment/"])
    def test_nobody_who_pressed_in_time_is_told_that_it_came_to_nothing(self, client, place):
        self.press_before_closing(client, closed_ago=timedelta(minutes=5))
        shown = client.get(f"/en/apply/{place}", follow=True)
        assert shown.redirect_chain[-1][0] == "/en/apply/payment/under-way/"

    def test_who_did_not_press_reads_that_nothing_was_sent(self, client):
        payment = self.press_before_closing(client, closed_ago=timedelta(minutes=5))
        record(say(payment, "FAILED"))
        for place in ("review/", "payment/", "payment/under-way/", "payment/waiting/"):
            shown = client.get(f"/en/apply/{place}", follow=True)
            assert shown.redirect_chain[-1][0] == "/en/apply/"
            assert "this application was not sent" in shown.content.decode()
            assert "Please try again" not in shown.content.decode()

    def test_says_when_the_time_to_pay_is_over(self, client):
        closed_ago = timedelta(minutes=20)
        self.press_before_closing(client, closed_ago=closed_ago, method=FeeMethod.FPS)
        assert client.get("/en/apply/payment/fps/").url == "/en/apply/payment/under-way/"
        page = client.get("/en/apply/payment/under-way/").content.decode()
        assert "You had until" in page
        assert "too late to pay now" in page
        assert 'name="continue"' not in page


class TestPressThatWaitedItsTurn:
    """The portal was busy over the closing minute: an exercise that closed four seconds ago."""

    @pytest.fixture
    def late(self, client):
        exercise = make_exercise(opened_ago=PERIOD + timedelta(seconds=4))
        own(client, make_draft(exercise, at=read_clock() - timedelta(minutes=5)))
        return client

    @pytest.mark.parametrize(("waited_seconds", "counts"), [(60, True), (0, False)])
    def test_counts_if_it_had_come_before_closing(self, late, waited_seconds, counts):
        environ = {RECEIVED: time.monotonic() - waited_seconds}
        answer = late.post("/en/apply/payment/", {"method": "CARD"}, **environ)
        assert Payment.objects.exists() is counts
        if counts:
            payment = Payment.objects.get()
            assert payment.opened_at < payment.draft.exercise.closes_at
            record(say(payment, "PAID", at=read_clock()))
            payment.draft.refresh_from_db()
            assert payment.draft.application.received_at == payment.opened_at
        else:
            assert answer.url == "/en/apply/review/"


class TestWaiting:
    ADDRESS = "/en/apply/payment/waiting/"

    def test_without_an_answer_says_so_and_can_be_asked_again(self, payer):
        press(payer)
        back = payer.get("/payments/return/")
        assert back.url == self.ADDRESS
        page = payer.get(self.ADDRESS).content.decode()
        assert "please do not pay again" in page
        assert f'href="{self.ADDRESS}"' in page
        assert payer.get(self.ADDRESS, headers={"hx-request": "true"}).status_code == 204

    def test_leads_to_the_receipt_once_the_provider_knows(self, payer):
        press(payer)
        take_answer(Payment.objects.get(), kind="PAID", happened_at=read_clock())
        assert payer.get(self.ADDRESS).url == "/en/apply/receipt/"

    def test_leads_there_by_itself(self, payer):
        press(payer)
        record(say(Payment.objects.get()))
        answer = payer.get(self.ADDRESS, headers={"hx-request": "true"})
        assert answer.headers["HX-Redirect"] == "/en/apply/receipt/"

    def test_of_a_payment_that_was_closed_leads_back(self, payer):
        press(payer)
        record(say(Payment.objects.get(), "FAILED"))
        answer = payer.get(self.ADDRESS, headers={"hx-request": "true"})
        assert answer.headers["HX-Redirect"] == self.ADDRESS
        assert payer.get(self.ADDRESS).url == "/en/apply/payment/"

    def test_of_money_that_came_too_late_says_what_becomes_of_it(self, payer, exercise, draft):
        payment = open_fee(draft)
        record(say(payment, "FAILED"))
        draft.version += 1
        draft.save()
        Payment.objects.filter(pk=payment.pk).update(state="PAID")
        page = payer.get(self.ADDRESS).content.decode()
        assert "An officer is looking at it" in page
        assert payment.bill_number in page

    def test_keeps_the_language_through_the_provider_and_back(self, payer):
        bank = press(payer, language="zh-hant")
        assert bank.startswith("/zh-hant/")
        returned = payer.post(bank, {"pay": "1"}).url
        payer.cookies["django_language"] = "en"
        assert payer.get(returned, headers={"accept-language": "en"}).url == (
            "/zh-hant/apply/receipt/"
        )

    def test_without_a_draft_leads_to_the_look_up(self, client):
        assert client.get(self.ADDRESS).url == "/en/status/"
        assert client.get("/payments/return/", headers={"accept-language": "en"}).url == (
            "/en/status/"
        )


class TestLastHours:
    def test_say_that_the_press_counts(self, client):
        own(client, make_draft(make_exercise(opened_ago=PERIOD - timedelta(hours=2))))
        page = client.get("/en/apply/payment/").content.decode()
        assert "15 minutes to pay from the moment when you press" in page

    def test_are_not_mentioned_before(self, payer):
        assert "you still have 15 minutes" not in payer.get("/en/apply/payment/").content.decode()


def test_a_closed_sandbox_payment_takes_no_money(payer, exercise):
    bank = press(payer)
    payer.post(bank, {"decline": "1"})
    assert "takes no money any more" in payer.get(bank).content.decode()
    payer.get(payer.post(bank, {"pay": "1"}).url)
    assert not exercise.applications.exists()
