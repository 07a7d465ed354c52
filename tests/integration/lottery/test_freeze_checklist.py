"""Nothing is frozen while a matter is open, and each leads to the page where it is settled."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.translation import override

from applications.models import Reconciliation
from applications.selectors.clock import read_clock
from applications.services.batches import close_batch, register_batch
from applications.services.exercises import close_exercise
from applications.services.intake import ExerciseClosed
from applications.services.reconciliation import record_reconciliation, settle_pending_payments
from lottery.models import Register
from lottery.selectors.freeze_checklist import (
    FreezeChecklistOpen,
    FreezeMatter,
    get_freeze_checklist,
)
from tests.factories import make_draft, make_member, screen_everything, store_online, store_paper
from tests.integration.lottery import stages
from tests.payments import leave_unanswered, open_fee, record, say

pytestmark = pytest.mark.django_db

QUARTER = timedelta(minutes=15)


@pytest.fixture
def officer():
    return stages.make_officers()[0]


@pytest.fixture
def exercise():
    """An exercise with a screened household in it; nothing is open."""
    exercise = stages.make_ballot()
    store_online(exercise, 1)
    screen_everything()
    return exercise


@pytest.fixture
def other():
    return stages.make_ballot(code="OTHER2024")


def close(exercise):
    return close_exercise(exercise=exercise, closed_at=read_clock())


def list_open(exercise):
    return get_freeze_checklist(exercise).open_items


def freezes(exercise):
    """Freeze, or give what the refusal names."""
    try:
        stages.freeze(exercise)
    except FreezeChecklistOpen as refusal:
        assert not Register.objects.exists()
        return refusal.details["items"]
    return Register.objects.get() is not None


class TestEachMatter:
    def test_a_list_without_open_matters_is_clear(self, exercise):
        checklist = get_freeze_checklist(close(exercise))
        assert checklist.is_clear
        assert [item.matter for item in checklist.items] == list(FreezeMatter)
        assert freezes(exercise) is True

    def test_an_application_that_waits_for_screening(self, exercise):
        store_online(exercise, 2)
        close(exercise)
        assert freezes(exercise) == list_open(exercise) == {"UNSCREENED": 1}
        screen_everything()
        assert freezes(exercise) is True

    def test_a_screening_that_is_owed_again(self, exercise):
        application = exercise.applications.get()
        now = read_clock()
        application.owed_work.create(kind="SCREENING", owed_at=now, due_at=now)
        close(exercise)
        assert freezes(exercise) == {"SCREENING_OWED": 1}
        screen_everything()
        assert freezes(exercise) is True

    def test_a_batch_that_is_open(self, exercise, officer):
        batch = register_batch(
            exercise=exercise,
            code="LF-01",
            declared_count=1,
            registered_at=read_clock(),
            officer=officer,
        )
        close(exercise)
        assert freezes(exercise) == {"OPEN_BATCHES": 1}
        close_batch(
            batch=batch, closed_at=read_clock(), officer=officer, difference="The bundle was empty."
        )
        assert freezes(exercise) is True

    def test_duplicates_that_nobody_has_settled(self, exercise):
        store_paper(exercise, 2, members=[make_member(1)])
        screen_everything()
        close(exercise)
        assert freezes(exercise) == {"UNSETTLED_DUPLICATES": 2}
        stages.settle_duplicates(exercise)
        assert freezes(exercise) is True

    def test_a_payment_without_an_answer(self, exercise, other):
        close(exercise)
        leave_unanswered(make_draft(other, 2), in_exercise=exercise)
        assert freezes(exercise) == {"PENDING_PAYMENTS": 1}
        later = read_clock() + QUARTER
        settle_pending_payments(opened_before=later, asked_at=later, exercise=exercise)
        assert freezes(exercise) is True

    def test_money_without_an_application(self, exercise, officer):
        payment = open_fee(make_draft(exercise, 2))
        record(say(payment, "FAILED"))
        close(exercise)
        with pytest.raises(ExerciseClosed):
            record(say(payment))
        assert freezes(exercise) == {"UNMATCHED_PAYMENTS": 1}
        record_reconciliation(
            payment_id=payment.pk,
            outcome=Reconciliation.Outcome.REFUNDED,
            reference="R-1",
            reason="",
            officer=officer,
            recorded_at=read_clock(),
        )
        assert freezes(exercise) is True

    def test_of_another_exercise_is_no_matter(self, exercise, other):
        store_paper(other, 1)
        store_paper(other, 2, members=[make_member(1)])
        open_fee(make_draft(other, 7))
        close(exercise)
        assert freezes(exercise) is True

    def test_all_that_is_open_is_named_at_once(self, exercise, other):
        store_paper(exercise, 2, members=[make_member(1)])
        screen_everything()
        store_online(exercise, 3)
        close(exercise)
        leave_unanswered(make_draft(other, 4), in_exercise=exercise)
        assert freezes(exercise) == {
            "UNSCREENED": 1,
            "UNSETTLED_DUPLICATES": 2,
            "PENDING_PAYMENTS": 1,
        }


class TestConsole:
    @pytest.fixture
    def staff(self, client, officer):
        client.force_login(officer)
        return client

    def address(self, name, exercise):
        with override("en"):
            return reverse(name, args=[exercise.code])

    def test_each_open_matter_has_a_link_to_a_page_that_opens(self, staff, exercise, other):
        store_paper(exercise, 2, members=[make_member(1)])
        close(exercise)
        leave_unanswered(make_draft(other, 4), in_exercise=exercise)
        shown = staff.get(self.address("ballot:console", exercise)).content.decode()
        for item in get_freeze_checklist(exercise).items:
            url = self.address(item.page, exercise) + item.part
            assert staff.get(url).status_code == 200
            assert (f'href="{url}"' in shown) is not item.is_done
        assert self.address("ballot:freeze", exercise) not in shown

    def test_closing_says_how_many_still_pay_and_waits_for_them(self, staff, exercise):
        payment = open_fee(make_draft(exercise, 4))
        closing = self.address("ballot:close", exercise)
        shown = staff.get(closing).content.decode()
        assert "1 payment has no answer yet" in shown
        assert self.address("staff:payments", exercise) in shown
        refused = staff.post(closing, {"confirmed": "on"})
        assert refused.status_code == 409
        assert "PAYMENTS_UNDER_WAY" in refused.content.decode()
        record(say(payment))
        assert staff.post(closing, {"confirmed": "on"}).status_code == 302

    def test_what_is_done_is_ticked_and_the_deed_is_offered(self, staff, exercise):
        close(exercise)
        shown = staff.get(self.address("ballot:console", exercise)).content.decode()
        assert shown.count("✓") == len(FreezeMatter)
        assert self.address("ballot:freeze", exercise) in shown

    def test_confirming_all_the_same_is_refused_with_its_code(self, staff, exercise, other):
        close(exercise)
        leave_unanswered(make_draft(other, 4), in_exercise=exercise)
        freeze = self.address("ballot:freeze", exercise)
        assert "confirmed" not in staff.get(freeze).content.decode()
        response = staff.post(freeze, {"confirmed": "on"})
        assert response.status_code == 409
        assert "FREEZE_CHECKLIST_OPEN" in response.content.decode()
        assert not Register.objects.exists()
