"""Two windows or devices with one draft: neither overwrites the other, and both are shown."""

import re

import pytest
from django.core.cache import cache
from django.test import Client

from applications.models import Draft
from applications.policy.household import FeeMethod
from applications.selectors.clock import read_clock
from applications.services.payments import open_payment
from tests.factories import make_draft, make_exercise, make_member, make_person
from tests.threads import run_at_once

CONTACT = {"phone": "2000 1234", "email": "", "address": "1 Example Street", "district": "NORTH"}


@pytest.fixture(autouse=True)
def empty_cache():
    cache.clear()


@pytest.fixture
def draft():
    return make_draft(make_exercise(), members=[make_member(2), make_member(3)])


def open_window(draft):
    """A device of its own that goes on with the draft."""
    client = Client()
    client.post("/en/resume/", {"resume_code": draft.resume_code})
    return client


def stored(draft):
    return Draft.objects.get(pk=draft.pk).answers


def type_member(index):
    person = make_person(index)
    return {
        "relationship": "SIBLING",
        "surname_en": person["surname_en"],
        "given_name_en": person["given_name_en"] or "",
        "name_zh": person["name_zh"] or "",
        "hkic": person["hkic"],
        "sex": person["sex"],
        "marital_status": "UNMARRIED",
        "birth_date-day": 17,
        "birth_date-month": 5,
        "birth_date-year": 1990,
    }


@pytest.mark.django_db
class TestBothAreShown:
    def test_question_by_question_where_they_differ(self, draft):
        one, other = open_window(draft), open_window(draft)
        typed = CONTACT | {"version": draft.version}
        one.post("/en/apply/contact/", typed | {"district": "SHA_TIN"})
        answer = other.post("/en/apply/contact/", typed | {"phone": "2999 9999"})
        assert answer.status_code == 409
        differences = [tuple(map(str, row)) for row in answer.context["differences"]]
        assert differences == [
            ("Telephone number", "20001234", "29999999"),
            ("District", "Sha Tin", "North"),
        ]
        assert stored(draft)["contact"]["district"] == "SHA_TIN"
        assert 'value="2999 9999"' in answer.content.decode()

    def test_and_what_was_typed_is_kept_when_its_reader_says_so(self, draft):
        one, other = open_window(draft), open_window(draft)
        one.post("/en/apply/youth/", {"youth_scheme": "no", "version": draft.version})
        typed = CONTACT | {"version": draft.version}
        shown = other.post("/en/apply/contact/", typed)
        other.post("/en/apply/contact/", CONTACT | {"version": shown.context["version"]})
        assert stored(draft)["contact"]["phone"] == "20001234"
        assert stored(draft)["youth_scheme"] is False

    def test_and_somebody_added_in_both_windows_can_be_one_more(self, draft):
        one, other = open_window(draft), open_window(draft)
        version = {"version": draft.version}
        one.post("/en/apply/members/3/", type_member(4) | version)
        shown = other.post("/en/apply/members/3/", type_member(5) | version)
        assert shown.status_code == 409
        assert shown.context["add_instead_url"] == "/en/apply/members/4/"
        again = type_member(5) | {"version": shown.context["version"]}
        other.post(shown.context["add_instead_url"], again)
        hkics = [member["hkic"] for member in stored(draft)["members"]]
        assert len(set(hkics)) == 4

    def test_in_the_calculator_too(self, draft):
        one, other = open_window(draft), open_window(draft)
        version = {"version": draft.version}
        one.post("/en/apply/income/calculator/", {"work-0": "10,000"} | version)
        shown = other.post("/en/apply/income/calculator/", {"work-0": "12,000"} | version)
        assert shown.status_code == 409
        assert [(row.stored, row.typed) for row in shown.context["differences"]] == [
            ("HK$10,000", "HK$12,000")
        ]

    def test_before_anybody_pays_for_answers_that_he_has_not_seen(self, draft):
        one, other = open_window(draft), open_window(draft)
        page = other.get("/en/apply/review/").content.decode()
        (payment_url,) = re.findall(r'href="(/en/apply/payment/[^"]*)"', page)
        assert other.get(payment_url).status_code == 200
        one.post("/en/apply/contact/", CONTACT | {"version": draft.version})
        answer = other.post(payment_url, {"method": "CARD"}, follow=True)
        assert answer.redirect_chain[-1][0] == "/en/apply/review/"
        assert "changed in another window" in answer.content.decode()
        assert not draft.payments.exists()

    def test_not_while_the_fee_is_being_paid_and_what_was_typed_stays(self, draft):
        client = open_window(draft)
        open_payment(draft_id=draft.pk, method=FeeMethod.CARD, opened_at=read_clock())
        typed = CONTACT | {"address": "TYPED STREET", "version": draft.version}
        answer = client.post("/en/apply/contact/", typed, follow=True)
        assert answer.redirect_chain[-1][0] == "/en/apply/payment/under-way/"
        assert "is kept" in answer.content.decode()
        client.post("/en/apply/members/1/remove/", {"version": draft.version})
        assert stored(draft) == draft.answers
        client.post("/en/apply/payment/under-way/", {"cancel": "1"})
        assert "TYPED STREET" in client.get("/en/apply/contact/").content.decode()


@pytest.mark.django_db
class TestTheListOfPeople:
    def test_is_not_shortened_twice_by_two_windows(self, draft):
        one, other = open_window(draft), open_window(draft)
        for client in (one, other):
            client.post("/en/apply/members/1/remove/", {"version": draft.version})
        left = [member["hkic"] for member in stored(draft)["members"]]
        assert left == [make_person(3)["hkic"]]

    def test_that_became_shorter_loses_nothing_of_what_is_typed_about_the_last(self, draft):
        one, other = open_window(draft), open_window(draft)
        for _ in range(2):
            version = Draft.objects.get(pk=draft.pk).version
            one.post("/en/apply/members/1/remove/", {"version": version})
        typed = type_member(5) | {"version": draft.version}
        shown = other.post("/en/apply/members/3/", typed)
        assert shown.status_code == 409
        assert typed["surname_en"] in shown.content.decode()

    def test_takes_half_typed_pages_with_it(self, draft):
        client = open_window(draft)
        half = {"surname_en": "HALF", "version": draft.version, "later": "1"}
        client.post("/en/apply/members/2/", half)
        client.post("/en/apply/members/1/remove/", {"version": draft.version})
        assert "HALF" not in client.get("/en/apply/members/2/").content.decode()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("place", "typed"),
    [
        pytest.param("contact", [CONTACT, CONTACT | {"phone": "2999 9999"}], id="two answers"),
        pytest.param("members/3", [type_member(4), type_member(5)], id="two new people"),
        pytest.param("members/1/remove", [{}, {}], id="two removals"),
        pytest.param(
            "income/calculator", [{"work-0": "1", "use": "1"}, {"work-0": "2"}], id="two sums"
        ),
    ],
)
def test_of_two_devices_at_the_same_moment_one_is_told(draft, place, typed):
    devices = [open_window(draft), open_window(draft)]
    calls = [
        lambda device=device, boxes=boxes: device.post(
            f"/en/apply/{place}/", boxes | {"version": draft.version}
        )
        for device, boxes in zip(devices, typed, strict=True)
    ]
    answers = run_at_once(*calls)
    now = Draft.objects.get(pk=draft.pk)
    saves = now.version - draft.version
    assert saves in (1, 2) if place == "income/calculator" else saves == 1
    if place == "members/1/remove":
        assert len(now.answers["members"]) == 1
    else:
        assert sorted(answer.status_code for answer in answers)[-1] == 409
