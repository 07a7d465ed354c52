"""The journal is a chain: whatever is done to it behind the portal's back is found, and where."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from applications.models import JournalEntry, JournalSeal
from applications.selectors.clock import read_clock
from applications.services.journal import chain_hash, record_deed, seal_journal
from tests.factories import make_exercise, store_paper
from tests.threads import run_at_once


def write_deeds(count):
    return [
        record_deed(deed="TESTED", subject=f"test:{n}", recorded_at=read_clock())
        for n in range(1, count + 1)
    ]


def check_invariants():
    """Give the lines that the command prints before it fails; none when it does not."""
    output = StringIO()
    try:
        call_command("check_invariants", stdout=output)
    except CommandError:
        return [line for line in output.getvalue().splitlines() if line.startswith("journal_")]
    return []


def tamper(*statements):
    """Change what the triggers protect, as whoever owns the tables can."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in (JournalEntry._meta.db_table, JournalSeal._meta.db_table):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for statement in statements:
            cursor.execute(statement)


@pytest.mark.django_db
class TestSealing:
    def test_joins_every_entry_once(self):
        write_deeds(5)
        assert (seal_journal(), seal_journal()) == (5, 0)
        write_deeds(1)
        assert seal_journal() == 1
        positions = JournalSeal.objects.order_by("position").values_list("position", flat=True)
        assert list(positions) == [1, 2, 3, 4, 5, 6]
        assert check_invariants() == []

    def test_goes_on_where_a_round_ended(self):
        write_deeds(5)
        assert [seal_journal(limit=2) for _ in range(4)] == [2, 2, 1, 0]
        assert check_invariants() == []

    def test_covers_what_applications_leave_behind(self):
        store_paper(make_exercise(), 1)
        assert seal_journal() == JournalEntry.objects.count()
        assert check_invariants() == []


@pytest.mark.django_db(transaction=True)
def test_sealers_at_the_same_moment_make_one_chain():
    write_deeds(200)
    sealed = run_at_once(*[lambda: seal_journal(limit=60) for _ in range(4)])
    while seal_journal():
        pass
    assert all(isinstance(count, int) for count in sealed)
    assert JournalSeal.objects.count() == 200
    assert check_invariants() == []


@pytest.mark.django_db
class TestTampering:
    @pytest.fixture
    def entries(self):
        deeds = write_deeds(6)
        seal_journal()
        return deeds

    @pytest.mark.parametrize(
        "change",
        [
            "actor = 'officer-9'",
            "details = '{\"count\": 1}'",
            "recorded_at = recorded_at + interval '1 microsecond'",
            "subject = 'test:9'",
        ],
    )
    def test_an_altered_entry_is_found(self, entries, change):
        tamper(f"UPDATE applications_journalentry SET {change} WHERE id = {entries[2].pk}")
        (found,) = check_invariants()
        assert "journal position 3" in found
        assert str(entries[2].pk) in found

    def test_a_removed_entry_is_found(self, entries):
        tamper(
            f"DELETE FROM applications_journalseal WHERE entry_id = {entries[3].pk}",
            f"DELETE FROM applications_journalentry WHERE id = {entries[3].pk}",
        )
        found = check_invariants()
        assert "journal position 4" in found[0]

    def test_two_swapped_entries_are_found(self, entries):
        one, other = entries[1].pk, entries[4].pk
        tamper(
            f"UPDATE applications_journalentry SET subject = 'test:5' WHERE id = {one}",
            f"UPDATE applications_journalentry SET subject = 'test:2' WHERE id = {other}",
        )
        found = "\n".join(check_invariants())
        assert "journal position 2" in found
        assert "journal position 5" in found

    def test_an_altered_hash_is_found(self, entries):
        tamper(
            "UPDATE applications_journalseal SET chain_sha256 = repeat('0', 64) WHERE position = 2"
        )
        assert any("journal position 2" in line for line in check_invariants())

    def test_an_altered_entry_with_a_hash_to_match_breaks_the_next_one(self, entries):
        tamper(f"UPDATE applications_journalentry SET actor = 'x' WHERE id = {entries[2].pk}")
        before = JournalSeal.objects.get(position=2).chain_sha256
        forged = chain_hash(before, JournalEntry.objects.get(pk=entries[2].pk))
        tamper(f"UPDATE applications_journalseal SET chain_sha256 = '{forged}' WHERE position = 3")
        (found,) = check_invariants()
        assert "journal position 4" in found
