"""Whatever is wrong with the stored data is found, and where."""

import pgtrigger
import pytest
from django.db import connection

from applications.models import (
    Application,
    JournalEntry,
    JournalSeal,
    NumberCounter,
    OwedWork,
    Payment,
    Person,
)
from applications.selectors.invariants import count_unmatched_payments, find_breaches_of_exercise
from applications.services.journal import chain_hash, record_deed, seal_journal
from applications.services.journal_checks import find_breaches_of_journal
from tests.factories import (
    make_exercise,
    make_member,
    screen_everything,
    store_online,
    store_paper,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def exercise():
    """An exercise with a family online and one person on paper, screened; nothing is wrong."""
    exercise = make_exercise()
    store_online(exercise, 1, members=[make_member(2)])
    store_paper(exercise, 3)
    screen_everything()
    return exercise


@pytest.fixture
def journal(exercise):
    """A sealed journal of some entries, oldest first."""
    seal_journal()
    return list(JournalSeal.objects.select_related("entry").order_by("position"))


def tamper(statement, *parameters):
    """Change rows as somebody who owns the tables can: triggers and checks stand aside."""
    with pgtrigger.ignore(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def find(exercise):
    exercise.refresh_from_db()
    return [(breach.rule, breach.subject) for breach in find_breaches_of_exercise(exercise)]


class TestExercise:
    def test_nothing_is_found_where_nothing_is_wrong(self, exercise):
        assert find(exercise) == []
        assert count_unmatched_payments() == 0

    def test_nothing_is_found_before_screening(self, exercise):
        store_online(exercise, 4)
        assert find(exercise) == []

    def test_an_exercise_without_applications_is_in_order(self):
        assert find(make_exercise("EMPTY")) == []

    def test_a_number_that_is_missing(self, exercise):
        tamper("UPDATE applications_application SET number = number + 1 WHERE number = 10000002")
        assert find(exercise) == [("numbers_have_no_gaps", "exercise TEST2024")] * 2

    def test_a_counter_that_has_run_ahead(self, exercise):
        NumberCounter.objects.update(last_number=10_000_005)
        assert find(exercise) == [("numbers_have_no_gaps", "exercise TEST2024")]

    def test_a_person_who_is_gone(self, exercise):
        with pgtrigger.ignore():
            Person.objects.filter(position=1).delete()
        assert find(exercise) == [("household_is_whole", "application 10000001 of TEST2024")]

    def test_a_screening_that_nobody_owes(self, exercise):
        application = store_online(exercise, 4)
        OwedWork.objects.filter(application=application).delete()
        found = ("every_application_is_screened", "application 10000003 of TEST2024")
        assert find(exercise) == [found]

    def test_reasons_that_are_not_those_of_the_last_screening(self, exercise):
        tamper(
            "UPDATE applications_application SET state = 'EXCLUDED', reasons = '{NOT_SIGNED}'"
            " WHERE number = 10000002"
        )
        found = ("state_is_that_of_the_last_screening", "application 10000002 of TEST2024")
        assert find(exercise) == [found]

    def test_a_track_that_the_rule_does_not_give(self, exercise):
        tamper("UPDATE applications_application SET track = 'GENERAL' WHERE number = 10000001")
        assert find(exercise) == [
            ("state_is_that_of_the_last_screening", "application 10000001 of TEST2024"),
            ("track_is_what_the_rule_gives", "application 10000001 of TEST2024"),
        ]

    def test_an_online_application_without_its_payment(self, exercise):
        payment = Payment.objects.get(draft__isnull=False)
        tamper("UPDATE applications_payment SET application_id = NULL WHERE id = %s", payment.pk)
        assert find(exercise) == [
            ("online_applications_are_paid", "application 10000001 of TEST2024")
        ]

    def test_a_payment_that_names_another_application(self, exercise):
        other = Application.objects.get(number=10_000_002)
        payment = Payment.objects.get(draft__isnull=False)
        own = "UPDATE applications_payment SET state = 'DISHONOURED' WHERE application_id = %s"
        tamper(own, other.pk)
        tamper(
            "UPDATE applications_payment SET application_id = %s WHERE id = %s",
            other.pk,
            payment.pk,
        )
        assert ("a_paid_draft_is_an_application", f"payment {payment.pk}") in find(exercise)

    def test_a_paid_fee_that_could_not_be_submitted_is_counted_and_no_breach(self, exercise):
        tamper("UPDATE applications_payment SET application_id = NULL WHERE draft_id IS NOT NULL")
        tamper("UPDATE applications_draft SET application_id = NULL")
        assert count_unmatched_payments() == 1
        rules = [rule for rule, _ in find(exercise)]
        assert rules == ["online_applications_are_paid"]


class TestJournal:
    def test_an_untouched_chain_is_whole(self, journal):
        assert len(journal) == 4
        assert list(find_breaches_of_journal()) == []

    def test_entries_that_wait_for_their_seal_are_no_breach(self, journal):
        entry = journal[0].entry
        record_deed(deed="TESTED", subject="exercise:TEST2024", recorded_at=entry.recorded_at)
        assert list(find_breaches_of_journal()) == []

    def test_an_altered_entry_is_found_where_it_stands(self, journal):
        tamper(
            "UPDATE applications_journalentry SET actor = 'officer-9' WHERE id = %s",
            journal[1].entry_id,
        )
        assert self.list_positions() == [2]

    def test_a_removed_entry_is_found_where_it_stood(self, journal):
        with pgtrigger.ignore():
            journal[1].delete()
            JournalEntry.objects.filter(pk=journal[1].entry_id).delete()
        assert self.list_positions() == [2]

    def test_swapped_entries_are_found_both(self, journal):
        second, third = journal[1], journal[2]
        tamper(
            "UPDATE applications_journalseal SET entry_id = -entry_id WHERE position IN (2, 3);"
            "SET CONSTRAINTS ALL DEFERRED"
        )
        for position, entry_id in ((2, third.entry_id), (3, second.entry_id)):
            tamper(
                "UPDATE applications_journalseal SET entry_id = %s WHERE position = %s",
                entry_id,
                position,
            )
        assert self.list_positions() == [2, 3]

    def test_an_entry_that_was_altered_and_sealed_again_breaks_the_chain_after_it(self, journal):
        entry = journal[1].entry
        entry.actor = "officer-9"
        with pgtrigger.ignore():
            entry.save()
            JournalSeal.objects.filter(position=2).update(
                chain_sha256=chain_hash(journal[0].chain_sha256, entry)
            )
        assert self.list_positions() == [3]

    @staticmethod
    def list_positions():
        """The positions at which the chain breaks, as far as subjects tell."""
        breaches = list(find_breaches_of_journal())
        assert {breach.rule for breach in breaches} <= {"journal_chain_is_whole"}
        return [int(breach.subject.removeprefix("journal position ")) for breach in breaches]
