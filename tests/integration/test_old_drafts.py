"""What becomes of drafts: their owners are reminded once, and what was typed is deleted in time."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.test import Client

from applications import tasks
from applications.models import (
    Draft,
    Exercise,
    IdempotencyKey,
    Message,
    Officer,
    Payment,
    Reconciliation,
)
from applications.policy.household import FeeMethod
from applications.selectors.clock import read_clock
from applications.services import draft_erasure, reminders
from applications.services.draft_links import send_draft_link
from applications.services.drafts import DraftErased, keep_unfinished_page, save_draft
from applications.services.exercises import close_exercise
from applications.services.payments import open_payment
from applications.services.reconciliation import record_reconciliation
from tests.factories import make_draft, make_exercise, make_officer, make_person, pay_draft
from tests.payments import record, say
from tests.threads import run_at_once

LENGTH = timedelta(days=20, hours=11)
KEPT = timedelta(days=30)


def make_ending(left=timedelta(hours=10), code="TEST2024"):
    """Store an exercise that ends in a while, or with a negative time has ended."""
    return make_exercise(code, opened_ago=LENGTH - left)


def erase(exercise, *, after=KEPT):
    return draft_erasure.erase_old_drafts(erased_at=exercise.closes_at + after, kept=KEPT)


def read_columns():
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM applications_draft")
        return b"".join(
            bytes(value) if isinstance(value, memoryview | bytes) else str(value).encode()
            for row in cursor.fetchall()
            for value in row
        )


@pytest.mark.django_db
class TestErasing:
    def test_deletes_a_draft_with_its_messages_when_its_time_is_over(self):
        exercise = make_exercise()
        draft = make_draft(exercise)
        send_draft_link(
            draft_id=draft.pk, address="a@example.org", language="en", asked_at=read_clock()
        )
        assert erase(exercise, after=KEPT - timedelta(seconds=1)) == 0
        assert Draft.objects.count() == 1
        assert erase(exercise) == 1
        assert not Draft.objects.exists()
        assert not Message.objects.exists()
        assert erase(exercise) == 0

    def test_empties_a_submitted_draft_and_leaves_its_application(self):
        exercise = make_exercise()
        draft = make_draft(exercise)
        application = pay_draft(draft)
        erase(exercise)
        draft.refresh_from_db()
        assert (draft.answers, draft.resume_code, draft.email) == ({}, None, None)
        assert draft.application == application
        assert erase(exercise) == 0
        client = Client()
        session = client.session
        session["draft_id"] = str(draft.pk)
        session.save()
        assert str(application.number) in client.get("/en/apply/receipt/").content.decode()

    def test_empties_a_draft_whose_payment_failed(self):
        exercise = make_exercise()
        draft = make_draft(exercise)
        payment = open_payment(draft_id=draft.pk, method=FeeMethod.CARD, opened_at=read_clock())
        record(say(payment, "FAILED"))
        erase(exercise)
        draft.refresh_from_db()
        assert draft.erased_at is not None
        with pytest.raises(DraftErased):
            save_draft(draft_id=draft.pk, changes={"a": 1}, seen_version=1, saved_at=read_clock())

    def test_waits_while_a_payment_may_still_have_been_in_time(self):
        exercise = make_ending(left=timedelta(seconds=-1))
        draft = make_draft(exercise)
        Payment.objects.create(
            draft=draft,
            method="CARD",
            amount_hkd=250,
            opened_at=exercise.closes_at - timedelta(minutes=1),
        )
        assert erase(exercise) == 0
        Exercise.objects.update(closed_at=read_clock())
        assert erase(exercise) == 1

    def test_waits_until_an_officer_has_dealt_with_money_without_an_application(self):
        exercise = make_exercise()
        draft, now = make_draft(exercise), read_clock()
        payment = Payment.objects.create(
            draft=draft,
            method="CARD",
            amount_hkd=250,
            opened_at=now,
            state=Payment.State.PAID,
            settled_at=now,
        )
        assert erase(exercise) == 0
        assert Draft.objects.get().answers == draft.answers
        record_reconciliation(
            payment_id=payment.pk,
            outcome=Reconciliation.Outcome.REFUNDED,
            reference="BANK-1",
            reason="",
            officer=make_officer("officer-1", Officer.Role.OFFICER),
            recorded_at=now,
        )
        assert erase(exercise) == 1
        assert Draft.objects.get().answers == {}

    def test_empties_a_submitted_draft_a_day_later_and_its_code_still_leads_to_the_receipt(self):
        exercise = make_exercise()
        draft = make_draft(exercise)
        number = pay_draft(draft).number
        submitted_at = Draft.objects.get().updated_at
        empty = draft_erasure.empty_submitted_drafts
        assert empty(submitted_before=submitted_at - timedelta(seconds=1)) == 0
        assert empty(submitted_before=submitted_at) == 1
        assert empty(submitted_before=submitted_at) == 0
        assert Draft.objects.get().answers == {}
        cache.clear()
        answer = Client().post("/en/resume/", {"resume_code": draft.resume_code}, follow=True)
        assert str(number) in answer.content.decode()

    def test_takes_a_chunk_at_a_time_until_nothing_is_left(self, monkeypatch):
        monkeypatch.setattr(draft_erasure, "CHUNK", 2)
        exercise = make_exercise()
        for index in range(3):
            make_draft(exercise, index + 1)
        assert [erase(exercise) for _ in range(3)] == [2, 1, 0]

    def test_by_its_task_takes_old_drafts_answers_of_the_api_and_sessions(self, settings):
        settings.DRAFT_KEPT = timedelta(0)
        make_draft(make_ending(left=timedelta(seconds=-1)))
        kept = make_draft(make_exercise("OPEN2024"))
        now = read_clock()
        for name, age in (("old", 8), ("new", 6)):
            IdempotencyKey.objects.create(
                key_hash=name.encode(),
                request_hash=b"r",
                status=200,
                body_json="{}",
                created_at=now - timedelta(days=age),
            )
        Session.objects.create(session_key="over", expire_date=now - timedelta(days=1))
        assert tasks.erase_old_drafts() == 1
        assert Draft.objects.get() == kept
        assert bytes(IdempotencyKey.objects.get().key_hash) == b"new"
        assert not Session.objects.exists()

    def test_nothing_typed_is_readable_in_the_columns_while_it_is_kept(self):
        draft = make_draft(make_exercise())
        typed = {"address": ["HALF TYPED LANE"]}
        keep_unfinished_page(draft_id=draft.pk, page="contact", typed=typed)
        send_draft_link(
            draft_id=draft.pk, address="a@example.org", language="en", asked_at=read_clock()
        )
        columns = read_columns()
        person = draft.answers["applicant"]
        for text in ("HALF TYPED", "a@example.org", person["surname_en"], person["hkic"]):
            assert text.encode() not in columns


@pytest.mark.django_db(transaction=True)
def test_two_workers_that_erase_at_once_erase_each_draft_once():
    exercise = make_exercise()
    for index in range(4):
        make_draft(exercise, index + 1)
    counts = run_at_once(lambda: erase(exercise), lambda: erase(exercise))
    assert sum(counts) == 4
    assert not Draft.objects.exists()


def leave(draft, **changes):
    """Let a draft have been left alone for some hours."""
    quiet = read_clock() - timedelta(hours=3)
    Draft.objects.filter(pk=draft.pk).update(updated_at=quiet, **changes)
    return draft


@pytest.mark.django_db
class TestReminding:
    def test_writes_once_to_whoever_has_not_paid_in_the_language_of_the_draft(self):
        draft = leave(make_draft(make_ending(), language="zh-hant"))
        assert tasks.remind_unpaid_drafts() == 1
        message = Message.objects.get()
        assert (message.kind, message.language) == ("PAYMENT_REMINDER", "zh-hant")
        assert (message.address, message.draft) == ("household@example.org", draft)
        assert Draft.objects.get().reminded_at is not None
        assert tasks.remind_unpaid_drafts() == 0

    def test_writes_to_the_address_of_the_link_before_that_of_the_form(self):
        leave(make_draft(make_ending()), email="link@example.org")
        tasks.remind_unpaid_drafts()
        assert Message.objects.get().address == "link@example.org"

    @pytest.mark.parametrize(
        ("left", "is_reminded"),
        [
            pytest.param(timedelta(hours=49), False, id="too early"),
            pytest.param(timedelta(hours=47), True, id="in time"),
            pytest.param(timedelta(seconds=-1), False, id="too late"),
        ],
    )
    def test_happens_within_two_days_of_closing(self, left, is_reminded):
        leave(make_draft(make_ending(left)))
        assert tasks.remind_unpaid_drafts() == int(is_reminded)

    def test_leaves_alone_who_has_paid_who_gave_no_address_and_who_is_at_it(self):
        exercise = make_ending()
        pay_draft(leave(make_draft(exercise, 1)))
        contact = {"phone": "20001234", "email": None, "address": "1", "district": "NORTH"}
        leave(make_draft(exercise, 2, contact=contact))
        make_draft(exercise, 3)
        assert tasks.remind_unpaid_drafts() == 0

    def test_does_not_invite_anybody_to_a_second_application(self):
        exercise = make_ending()
        pay_draft(make_draft(exercise, 1))
        leave(make_draft(exercise, 1))
        assert tasks.remind_unpaid_drafts() == 0

    def test_does_not_stop_at_a_closed_exercise_or_after_a_chunk(self, monkeypatch):
        monkeypatch.setattr(reminders, "CHUNK", 1)
        closed = make_ending(left=timedelta(seconds=-1), code="CLOSED2024")
        leave(make_draft(closed, 9))
        close_exercise(exercise=closed, closed_at=read_clock())
        exercise = make_ending()
        for index in range(3):
            leave(make_draft(exercise, index + 1))
        assert tasks.remind_unpaid_drafts() == 3


@pytest.mark.django_db(transaction=True)
def test_two_workers_that_remind_at_once_write_one_message():
    leave(make_draft(make_ending()))
    counts = run_at_once(tasks.remind_unpaid_drafts, tasks.remind_unpaid_drafts)
    assert sum(counts) == 1
    assert Message.objects.count() == 1


@pytest.mark.django_db
class TestSomebodyOnAnotherApplication:
    @pytest.fixture(autouse=True)
    def empty_cache(self):
        cache.clear()

    @pytest.fixture
    def begun(self, client):
        exercise = make_exercise()
        pay_draft(make_draft(exercise, 1))
        client.post("/en/apply/begin/", {"exercise": exercise.code})
        return client

    def type_applicant(self, client, index, year=1990, **changes):
        person = make_person(index)
        version = Draft.objects.get(pk=client.session["draft_id"]).version
        typed = {
            "surname_en": "SYNTHETIC",
            "hkic": person["hkic"],
            "sex": "F",
            "marital_status": "UNMARRIED",
            "birth_date-day": 17,
            "birth_date-month": 5,
            "birth_date-year": year,
            "version": version,
        }
        answer = client.post("/en/apply/applicant/", typed | changes)
        return client.get(answer.url).content.decode()

    def test_is_told_at_once_and_the_page_is_saved(self, begun):
        page = self.type_applicant(begun, 1)
        assert "already on an application in this exercise" in page
        assert "applicant" in Draft.objects.get(pk=begun.session["draft_id"]).answers

    def test_is_not_told_to_somebody_who_knows_the_number_only(self, begun):
        assert "already on an application" not in self.type_applicant(begun, 1, year=1991)

    def test_is_not_told_any_more_after_twenty_people_within_the_hour(self, begun):
        for year in range(1950, 1970):
            self.type_applicant(begun, 2, year=year)
        assert "already on an application" not in self.type_applicant(begun, 1)
        cache.clear()
        assert "already on an application" in self.type_applicant(begun, 1)

    def test_a_missing_spouse_is_told_in_the_task_list(self, begun):
        self.type_applicant(begun, 2, marital_status="MARRIED")
        page = begun.get("/en/apply/").content.decode()
        assert "your husband or wife must be on the form too" in page
