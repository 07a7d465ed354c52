"""Changing where an applicant is reached: who hears of it, what stays, what nobody is shown."""

import json
import re

import pytest
from django.core.cache import cache
from django.db import DatabaseError, transaction

from applications.models import Application, JournalEntry, Message, Person
from applications.selectors.clock import read_clock
from applications.services.contact_changes import (
    ContactChangedMeanwhile,
    change_contact,
    fingerprint_contact,
)
from applications.services.withdrawals import withdraw_application
from tests.factories import make_exercise, make_member, make_person, store_online, store_paper
from tests.integration.lottery import stages
from tests.threads import run_at_once

NEW = {
    "phone": "91234567",
    "email": "moved@example.net",
    "address": "Flat 9, Other House, 2 Sample Road",
    "district": "NORTH",
    "language": "zh-hant",
}
BIRTH_DATE = {"birth_date-day": "17", "birth_date-month": "5", "birth_date-year": "1990"}


@pytest.fixture(autouse=True)
def empty_cache():
    cache.clear()


def change(application, *, seen=None, **changes):
    return change_contact(
        application_id=application.pk,
        changes=changes,
        seen=fingerprint_contact(reload(application)) if seen is None else seen,
        changed_at=read_clock(),
    )


def reload(application):
    return Application.objects.get(pk=application.pk)


def list_told():
    told = Message.objects.filter(kind=Message.Kind.CONTACT_CHANGED)
    return sorted((message.address, message.language) for message in told)


@pytest.mark.django_db
class TestTheDeed:
    @pytest.mark.parametrize("store", [store_online, store_paper])
    def test_changes_everything_that_may_change(self, store):
        application = store(make_exercise(), 1)
        assert set(change(application, **NEW)) == set(NEW)
        stored = reload(application)
        assert {name: getattr(stored, name) for name in NEW} == NEW

    def test_the_journal_names_what_was_changed_and_no_value(self):
        application = store_online(make_exercise(), 1)
        change(application, phone=NEW["phone"], address=NEW["address"])
        deed = JournalEntry.objects.get(deed="CONTACT_CHANGED")
        assert deed.details == {"fields": ["phone", "address"]}
        assert (deed.subject, deed.actor) == (f"application:{application.pk}", "APPLICANT")
        assert NEW["phone"] not in json.dumps(deed.details)

    @pytest.mark.parametrize(
        ("changes", "told"),
        [
            pytest.param({"phone": "91234567"}, ["household@example.org"], id="another telephone"),
            pytest.param(
                {"email": "moved@example.net"},
                ["household@example.org", "moved@example.net"],
                id="another address: both",
            ),
            pytest.param({"email": None}, ["household@example.org"], id="no address any more"),
        ],
    )
    def test_is_told_to_the_old_and_the_new_address(self, changes, told):
        application = store_online(make_exercise(), 1)
        change(application, **changes)
        assert list_told() == [(address, "en") for address in told]

    def test_the_new_language_and_address_hold_for_every_later_message(self):
        application = store_online(make_exercise(), 1)
        change(application, email="moved@example.net", language="zh-hant")
        withdraw_application(application_id=application.pk, withdrawn_at=read_clock())
        message = Message.objects.get(kind=Message.Kind.WITHDRAWN)
        assert (message.address, message.language) == ("moved@example.net", "zh-hant")

    def test_again_changes_nothing_and_tells_nobody(self):
        application = store_online(make_exercise(), 1)
        seen = fingerprint_contact(application)
        assert change(application, seen=seen, **NEW)
        assert change(application, seen=seen, **NEW) == ()
        assert JournalEntry.objects.filter(deed="CONTACT_CHANGED").count() == 1
        assert len(list_told()) == 2

    def test_made_from_older_details_is_refused(self):
        application = store_online(make_exercise(), 1)
        seen = fingerprint_contact(application)
        change(application, phone="91234567")
        with pytest.raises(ContactChangedMeanwhile):
            change(application, seen=seen, address=NEW["address"])
        assert reload(application).address != NEW["address"]

    def test_what_stands_for_the_details_differs_between_applications_that_share_them(self):
        exercise = make_exercise()
        one, other = store_online(exercise, 1), store_online(exercise, 2)
        assert fingerprint_contact(one) != fingerprint_contact(other)

    def test_is_possible_after_the_draw(self):
        exercise = stages.make_ballot()
        stages.fill(exercise, family=2, one_person=1)
        stages.draw(exercise)
        application = exercise.applications.first()
        assert change(application, phone="91234567") == ("phone",)


@pytest.mark.django_db(transaction=True)
def test_of_two_windows_at_the_same_moment_one_is_told():
    application = store_online(make_exercise(), 1)
    seen = fingerprint_contact(application)
    phones = ["91234567", "92345678", "93456789"]
    answers = run_at_once(
        *[lambda phone=phone: change(application, seen=seen, phone=phone) for phone in phones]
    )
    assert [answer for answer in answers if isinstance(answer, tuple)] == [("phone",)]
    assert sum(isinstance(answer, ContactChangedMeanwhile) for answer in answers) == 2
    assert reload(application).phone == phones[answers.index(("phone",))]


@pytest.mark.django_db
class TestTheHousehold:
    @pytest.mark.parametrize(
        "changes",
        [
            {"birth_date": "1991-05-17"},
            {"identity_key": b"0" * 32},
            {"marital_status": "MARRIED"},
            {"relationship": "CHILD"},
            {"position": 7},
            {"last_owned_property_on": "2020-01-01"},
            {"previous_subsidy": True},
        ],
    )
    def test_never_changes_after_payment(self, changes):
        store_online(make_exercise(), 1, members=[make_member(2)])
        people = Person.objects.filter(position=1)
        with pytest.raises(DatabaseError, match="pgtrigger: "), transaction.atomic():
            people.update(**changes)
        with pytest.raises(DatabaseError, match="pgtrigger: "), transaction.atomic():
            people.delete()

    @pytest.mark.parametrize(
        "changes",
        [{"monthly_income_hkd": 1}, {"net_assets_hkd": 1}, {"youth_opted_in": False}],
    )
    def test_nor_does_what_it_declared(self, changes):
        application = store_online(make_exercise(), 1)
        with pytest.raises(DatabaseError, match="pgtrigger: "), transaction.atomic():
            Application.objects.filter(pk=application.pk).update(**changes)


@pytest.mark.django_db
class TestThePage:
    @pytest.fixture
    def application(self):
        return store_online(make_exercise(), 1)

    @pytest.fixture
    def shown(self, client, application):
        """The page as it is first shown."""
        numbers = {"number": application.number, "hkic": make_person(1)["hkic"]}
        pass_ = client.post("/en/status/", numbers).context["pass"]
        return client.post("/en/status/contact/", {"pass": pass_})

    def send(self, client, shown, page="en", **answers):
        kept = {name: shown.context[name] for name in ("pass", "seen")}
        empty = {"phone": "", "email": "", "address": "", "district": "", "language": "en"}
        answers = kept | {"asked": "1"} | empty | BIRTH_DATE | answers
        return client.post(f"/{page}/status/contact/", answers)

    def test_shows_nothing_of_what_is_stored_in_full(self, shown):
        page = shown.content.decode()
        assert "2••• ••34" in page
        assert "h•••@e•••.org" in page
        for stored in ("20001234", "2000 1234", "household@example.org", "Synthetic House"):
            assert stored not in page
        assert re.findall(r'value="([^"]*)" selected', page) == [""]
        assert "1990" not in re.sub(r"For example 17 5 1990", "", page)

    def test_takes_what_was_filled_in_and_leaves_the_rest(self, client, shown, application):
        page = self.send(client, shown, phone="9123 4567").content.decode()
        assert "We have your contact details as you gave them." in page
        stored = reload(application)
        assert stored.phone == "91234567"
        assert stored.email == "household@example.org"
        assert stored.address == application.address

    def test_takes_an_email_address_away_only_when_it_is_said(self, client, shown, application):
        both = self.send(client, shown, remove_email="on", email="moved@example.net")
        assert "not both" in both.content.decode()
        self.send(client, shown, remove_email="on")
        assert reload(application).email is None

    @pytest.mark.parametrize(
        "answers",
        [
            {"birth_date-year": "1991"},
            {"birth_date-day": ""},
            {"phone": "911"},
            {"email": "a@b\r\nBcc: c@example.org"},
            {"address": "=cmd"},
            {"district": "MOON"},
            {"language": "fr"},
        ],
    )
    def test_a_wrong_answer_changes_nothing_and_loses_nothing(
        self, client, shown, application, answers
    ):
        answer = self.send(client, shown, **{"phone": "9123 4567", **answers})
        assert answer.status_code == 200
        assert "govuk-error-summary" in answer.content.decode()
        assert "9123 4567" in answer.content.decode() or "phone" in answers
        assert reload(application).phone == "20001234"
        assert not Message.objects.filter(kind=Message.Kind.CONTACT_CHANGED).exists()

    def test_a_second_window_is_told_and_keeps_what_was_typed(self, client, shown, application):
        self.send(client, shown, phone="9123 4567")
        stale = self.send(client, shown, address="Flat 9", phone="")
        assert stale.status_code == 409
        assert "changed in another window" in stale.content.decode()
        assert "Flat 9" in stale.content.decode()
        assert reload(application).address == application.address
        self.send(client, stale, address="Flat 9")
        stored = reload(application)
        assert (stored.address, stored.phone) == ("Flat 9", "91234567")

    def test_the_other_language_keeps_what_was_typed(self, client, shown, application):
        answer = self.send(client, shown, "zh-hant", phone="9123 4567", switch_language="1")
        assert 'value="9123 4567"' in answer.content.decode()
        assert not answer.context["form"].is_bound
        assert reload(application).phone == "20001234"

    def test_an_application_on_paper_without_an_email_address_gets_one(self, client):
        contact = {"phone": "20001234", "email": None, "address": "Flat 1", "district": "NORTH"}
        application = store_paper(make_exercise(), 1, contact=contact)
        numbers = {"number": application.number, "hkic": make_person(1)["hkic"]}
        pass_ = client.post("/en/status/", numbers).context["pass"]
        shown = client.post("/en/status/contact/", {"pass": pass_})
        assert "remove_email" not in shown.content.decode()
        self.send(client, shown, email="paper@example.org")
        assert reload(application).email == "paper@example.org"
        assert list_told() == [("paper@example.org", "en")]
