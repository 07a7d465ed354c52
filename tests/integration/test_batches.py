"""A batch of paper forms is closed with the count that was declared, or with a written reason."""

import uuid

import pytest
from django.db import Error, transaction
from django.urls import reverse
from django.utils.translation import override

from applications.models import Application, Batch, JournalEntry, Officer, PaperForm
from applications.policy.document import parse_document
from applications.policy.hong_kong_time import hong_kong_date
from applications.selectors.batches import PAGE_SIZE, find_open_batches, list_batches
from applications.selectors.clock import read_clock
from applications.services.batches import (
    BatchCodeTaken,
    BatchCountDiffers,
    close_batch,
    register_batch,
)
from applications.services.exercises import close_exercise
from applications.services.intake import BatchClosed, ExerciseClosed
from applications.services.keying import key_paper_form
from tests.factories import make_document, make_exercise, make_officer
from tests.integration.test_staff_pages import key_form, type_form
from tests.threads import run_at_once


@pytest.fixture
def exercise():
    return make_exercise()


@pytest.fixture
def clerk():
    return make_officer()


@pytest.fixture
def officer():
    return make_officer("officer-1", Officer.Role.OFFICER)


def register(exercise, clerk, *, code="LF-01", declared_count=2):
    return register_batch(
        exercise=exercise,
        code=code,
        declared_count=declared_count,
        registered_at=read_clock(),
        officer=clerk,
    )


def key(exercise, clerk, batch, index=1, submission_key=None):
    now = read_clock()
    mapping = make_document(exercise, index, channel="PAPER")
    application, _is_new = key_paper_form(
        exercise=exercise,
        document=parse_document(mapping, today=hong_kong_date(now)),
        submission_key=submission_key or uuid.uuid4(),
        keyed_at=now,
        officer=clerk,
        batch=batch,
    )
    return application


def close(batch, officer, difference=""):
    return close_batch(batch=batch, closed_at=read_clock(), officer=officer, difference=difference)


@pytest.mark.django_db
class TestRegistering:
    def test_is_journalled_with_the_declared_count(self, exercise, clerk):
        batch = register(exercise, clerk)

        deed = JournalEntry.objects.get(deed="BATCH_REGISTERED")
        assert (deed.subject, deed.actor) == (f"batch:{batch.pk}", "clerk-1")
        assert deed.details == {"code": "LF-01", "declared": 2}

    def test_again_gives_the_stored_batch(self, exercise, clerk):
        assert register(exercise, clerk) == register(exercise, clerk)
        assert JournalEntry.objects.filter(deed="BATCH_REGISTERED").count() == 1

    def test_a_code_stands_for_one_count(self, exercise, clerk):
        register(exercise, clerk)
        with pytest.raises(BatchCodeTaken):
            register(exercise, clerk, declared_count=3)

    def test_after_the_closing_deed_is_refused_by_the_service_and_the_database(
        self, exercise, clerk
    ):
        exercise = make_exercise("OVER2024", opened_ago=exercise.closes_at - exercise.opens_at)
        close_exercise(exercise=exercise, closed_at=read_clock())
        with pytest.raises(ExerciseClosed):
            register(exercise, clerk)
        with pytest.raises(Error, match="takes no batch"), transaction.atomic():
            Batch.objects.create(
                exercise=exercise,
                code="LF-02",
                declared_count=1,
                registered_by=clerk,
                registered_at=read_clock(),
            )


@pytest.mark.django_db
class TestKeyingFromABatch:
    def test_counts_towards_it(self, exercise, clerk):
        batch = register(exercise, clerk)
        key(exercise, clerk, batch)
        key(exercise, clerk, None, 2)

        (listed,) = list_batches(exercise, is_open=True).batches
        assert (listed, listed.form_count) == (batch, 1)

    def test_that_is_closed_stores_nothing(self, exercise, clerk):
        batch = register(exercise, clerk, declared_count=1)
        key(exercise, clerk, batch)
        close(batch, clerk)
        with pytest.raises(BatchClosed):
            key(exercise, clerk, batch, 2)
        assert Application.objects.count() == 1

    def test_that_is_of_another_exercise_stores_nothing(self, exercise, clerk):
        batch = register(make_exercise("OTHER2024"), clerk)
        with pytest.raises(BatchClosed):
            key(exercise, clerk, batch)

    def test_again_after_it_was_closed_gives_the_stored_application(self, exercise, clerk):
        batch, submission_key = register(exercise, clerk, declared_count=1), uuid.uuid4()
        application = key(exercise, clerk, batch, submission_key=submission_key)
        close(batch, clerk)
        assert key(exercise, clerk, batch, submission_key=submission_key) == application

    def test_the_database_refuses_a_form_of_a_closed_batch(self, exercise, clerk):
        batch = register(exercise, clerk, declared_count=1)
        key(exercise, clerk, batch)
        close(batch, clerk)
        single = key(exercise, clerk, None, 2)
        form = single.paper_form
        with pytest.raises(Error, match="open batch"), transaction.atomic():
            PaperForm.objects.create(
                application_id=single.pk + 1,
                exercise=exercise,
                batch=batch,
                received_at=form.received_at,
            )

    def test_a_form_never_changes_its_batch(self, exercise, clerk):
        application = key(exercise, clerk, register(exercise, clerk))
        with pytest.raises(Error, match="Cannot"), transaction.atomic():
            PaperForm.objects.filter(application=application).update(batch=None)


@pytest.mark.django_db
class TestClosing:
    def test_with_the_declared_count_is_a_clerk_s_deed(self, exercise, clerk):
        batch = register(exercise, clerk)
        for index in (1, 2):
            key(exercise, clerk, batch, index)
        closed = close(batch, clerk)
        assert (closed.keyed_count, closed.closed_by, closed.difference) == (2, clerk, "")
        assert not find_open_batches(exercise).exists()
        deed = JournalEntry.objects.get(deed="BATCH_CLOSED")
        assert deed.details == {"code": "LF-01", "declared": 2, "keyed": 2}

    def test_with_another_count_needs_a_reason_of_an_officer_s(self, exercise, clerk, officer):
        batch = register(exercise, clerk)
        key(exercise, clerk, batch)
        for who, reason in ((clerk, ""), (clerk, "one was a letter"), (officer, "")):
            with pytest.raises(BatchCountDiffers) as refused:
                close(batch, who, reason)
            assert refused.value.details == {"declared": 2, "keyed": 1}
        closed = close(batch, officer, "one was a letter")
        assert (closed.keyed_count, closed.difference) == (1, "one was a letter")

    def test_again_changes_nothing(self, exercise, clerk):
        batch = register(exercise, clerk, declared_count=1)
        key(exercise, clerk, batch)
        assert close(batch, clerk).closed_at == close(batch, clerk).closed_at
        assert JournalEntry.objects.filter(deed="BATCH_CLOSED").count() == 1

    def test_is_final_for_the_database(self, exercise, clerk):
        batch = register(exercise, clerk, declared_count=1)
        key(exercise, clerk, batch)
        close(batch, clerk)
        with pytest.raises(Error, match="Cannot update"), transaction.atomic():
            Batch.objects.filter(pk=batch.pk).update(closed_at=None)

    def test_without_a_reason_is_refused_by_the_database_too(self, exercise, clerk):
        batch = register(exercise, clerk)
        with pytest.raises(Error, match="a_batch_that_differs_says_why"), transaction.atomic():
            Batch.objects.filter(pk=batch.pk).update(
                closed_at=read_clock(), closed_by=clerk, keyed_count=1
            )

    def test_the_declared_count_cannot_be_made_to_fit(self, exercise, clerk):
        batch = register(exercise, clerk)
        with pytest.raises(Error, match="Cannot update"), transaction.atomic():
            Batch.objects.filter(pk=batch.pk).update(declared_count=1)


@pytest.mark.django_db(transaction=True)
def test_a_form_keyed_while_its_batch_is_closed_is_counted_or_refused(exercise, clerk):
    for round_number in range(8):
        batch = register(exercise, clerk, code=f"R-{round_number}", declared_count=1)
        key(exercise, clerk, batch, 100 + round_number)

        def key_another(batch=batch, index=200 + round_number):
            try:
                return key(exercise, clerk, batch, index)
            except BatchClosed:
                return None

        def close_it(batch=batch):
            try:
                return close(batch, clerk)
            except BatchCountDiffers:
                return None

        keyed, closed = run_at_once(key_another, close_it)
        assert (keyed is None) != (closed is None)
        batch.refresh_from_db()
        if closed:
            assert batch.keyed_count == batch.forms.count() == 1


@pytest.mark.django_db
class TestPages:
    def address(self, name, *args):
        with override("en"):
            return reverse(f"staff:{name}", args=args)

    @pytest.fixture
    def staff(self, client, clerk):
        client.force_login(clerk)
        return client

    def test_a_clerk_registers_keys_and_closes_a_batch(self, staff, exercise):
        listed = self.address("batches", exercise.code)
        registered = staff.post(listed, {"code": " lf-０1 ", "declared_count": "1"})
        batch = Batch.objects.get()
        assert registered.url == self.address("batch", exercise.code, "LF-01")

        keying = staff.get(self.address("key_paper", exercise.code) + "?batch=LF-01")
        assert f'<option value="{batch.pk}" selected>' in keying.content.decode()
        stored = key_form(staff, exercise, type_form(batch=batch.pk))
        assert "?batch=LF-01" in staff.get(stored.url).content.decode()
        assert Application.objects.get().paper_form.batch == batch

        assert staff.post(registered.url).url == listed
        batch.refresh_from_db()
        assert batch.closed_at

    def test_keying_asks_for_no_batch_where_none_is_open(self, staff, exercise):
        keying = staff.get(self.address("key_paper", exercise.code))
        assert 'name="batch"' not in keying.content.decode()
        assert key_form(staff, exercise, type_form()).status_code == 302
        assert Application.objects.get().paper_form.batch is None

    def test_a_batch_closed_while_a_form_is_typed_is_told_beside_its_field(
        self, staff, exercise, clerk
    ):
        batch = register(exercise, clerk, declared_count=1)
        key(exercise, clerk, batch)
        close(batch, clerk)
        response = key_form(staff, exercise, type_form(7, batch=batch.pk))
        assert response.context["page"].arrival.errors["batch"].as_data()[0].code == "BATCH_CLOSED"
        assert Application.objects.count() == 1

    def test_a_clerk_sees_the_difference_and_no_way_past_it(self, staff, exercise, clerk):
        register(exercise, clerk)
        address = self.address("batch", exercise.code, "LF-01")
        shown = staff.get(address).content.decode()
        assert "2 forms are still to be keyed." in shown
        assert "<textarea" not in shown
        assert staff.post(address, {"difference": "because"}).status_code == 409
        assert Batch.objects.get().closed_at is None

    def test_an_officer_closes_with_a_written_difference_only(
        self, client, exercise, clerk, officer
    ):
        register(exercise, clerk)
        client.force_login(officer)
        address = self.address("batch", exercise.code, "LF-01")
        assert client.post(address, {"difference": " "}).status_code == 422
        assert client.post(address, {"difference": "Lost in the post room"}).status_code == 302
        batch = Batch.objects.get()
        assert (batch.keyed_count, batch.difference) == (0, "Lost in the post room")

    @pytest.mark.parametrize(
        "typed",
        [
            {"code": "", "declared_count": "1"},
            {"code": "LF 01", "declared_count": "1"},
            {"code": "批次", "declared_count": "1"},
            {"code": "LF-01", "declared_count": "0"},
            {"code": "LF-01", "declared_count": "-1"},
            {"code": "LF-01", "declared_count": "1.5"},
            {"code": "LF-01", "declared_count": "100000"},
            {"code": "LF-01" * 9, "declared_count": "1"},
        ],
    )
    def test_what_makes_no_batch_is_told_and_stored_nowhere(self, staff, exercise, typed):
        assert staff.post(self.address("batches", exercise.code), typed).status_code == 422
        assert not Batch.objects.exists()

    def test_a_code_that_is_taken_is_told_beside_its_field(self, staff, exercise, clerk):
        register(exercise, clerk)
        typed = {"code": "LF-01", "declared_count": "9"}
        response = staff.post(self.address("batches", exercise.code), typed)
        assert response.context["form"].errors["code"]

    def test_the_list_goes_on_page_by_page(self, staff, exercise, clerk):
        for number in range(PAGE_SIZE + 1):
            register(exercise, clerk, code=f"B-{number:03d}")
        address = self.address("batches", exercise.code)
        first = staff.get(address).context["open"]
        assert len(first.batches) == PAGE_SIZE
        last = staff.get(f"{address}?open_from={first.older_than}").context["open"]
        assert [batch.code for batch in last.batches] == ["B-000"]
        assert staff.get(f"{address}?open_from=nonsense").status_code == 200
