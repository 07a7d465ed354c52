"""A stored draw is recomputed by others than what made it, and what was changed is named."""

import io
import os
import subprocess
from datetime import timedelta

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.test import Client
from psycopg import sql

from applications.selectors.clock import read_clock
from lottery.models import Draw, DrawCheck
from lottery.services import rechecks
from lottery.services.rechecks import (
    RECHECK_LOCK,
    recheck_draw_in_sql,
    recheck_draw_with_verifier,
    recheck_draws,
)
from tests.factories import store_online, store_paper
from tests.integration.lottery import decisions, stages
from tests.integration.lottery.test_draws import change_as_owner

pytestmark = pytest.mark.django_db


@pytest.fixture
def drawn():
    exercise = stages.make_ballot(quota=2)
    stages.fill(exercise)
    return stages.draw(exercise)


def recheck(draw, service=recheck_draw_in_sql):
    return service(draw=Draw.objects.get(pk=draw.pk), checked_at=read_clock())


def list_failures(check):
    return [line for line in check.output.splitlines() if line.startswith("FAIL")]


@pytest.mark.parametrize("order", list(stages.ORDERS))
@pytest.mark.parametrize("service", [recheck_draw_in_sql, recheck_draw_with_verifier])
def test_a_draw_of_every_order_passes(order, service):
    exercise = stages.make_ballot(order)
    stages.fill(exercise)
    store_online(exercise, 60)
    store_paper(exercise, 60)
    draw = stages.draw(exercise)
    check = recheck(draw, service)
    assert check.passed, check.output
    assert list_failures(check) == []
    assert "commitment.txt" in check.output
    assert draw.ceremony.publication.register.commitment_sha256 in check.output


CHANGES = [
    pytest.param(
        "lottery_rankingentry",
        "UPDATE lottery_rankingentry SET rank = rank + 100 WHERE rank = 1 AND category = 'F'",
        "ranking.txt line 1:",
        id="a rank",
    ),
    pytest.param(
        "lottery_rankingentry",
        "UPDATE lottery_rankingentry SET ticket = translate(ticket, '0123456789abcdef',"
        " '123456789abcdef0') WHERE rank = 2 AND category = 'P'",
        "ranking.txt line 8:",
        id="a ticket",
    ),
    pytest.param(
        "lottery_place",
        "DELETE FROM lottery_place WHERE sequence = 2 AND step = 'OF'",
        "allocation.txt line 2:",
        id="a place taken away",
    ),
    pytest.param(
        "lottery_place",
        "UPDATE lottery_place SET sequence = 3 - sequence + 10 WHERE step = 'OF'",
        "allocation.txt line 1:",
        id="two places swapped",
    ),
    pytest.param(
        "lottery_registerentry",
        "UPDATE lottery_registerentry SET line = replace(line, '|G|', '|Y|')"
        " WHERE number = (SELECT min(number) FROM lottery_registerentry WHERE track = 'G')",
        "register.txt, the columns beside its lines line 1:",
        id="a track in a line",
    ),
    pytest.param(
        "lottery_register",
        "UPDATE lottery_register"
        " SET commitment_text = replace(commitment_text, 'lines=10', 'lines=9')",
        "commitment.txt line 6:",
        id="the commitment",
    ),
]


@pytest.mark.parametrize(("table", "statement", "place"), CHANGES)
def test_sql_and_the_verifier_name_what_the_owner_of_the_tables_changed(
    drawn, table, statement, place
):
    assert recheck(drawn).passed
    change_as_owner(table, statement)
    in_sql = recheck(drawn)
    assert not in_sql.passed
    assert place in list_failures(in_sql)[0], in_sql.output
    by_verifier = recheck(drawn, recheck_draw_with_verifier)
    assert not by_verifier.passed
    assert list_failures(by_verifier)


def test_what_cannot_be_computed_is_a_failed_check(drawn):
    change_as_owner(
        "lottery_registerentry",
        "UPDATE lottery_registerentry SET line = lower(line) WHERE number = 10000002",
    )
    check = recheck(drawn)
    assert not check.passed
    (failure,) = list_failures(check)
    assert failure.startswith("FAIL  register.txt line 2: expected APPNO|STATUS|CATEGORY|TRACK")


def test_a_ceremony_with_other_balls_is_found_by_both(drawn):
    swapped = "replace(ceremony_text, 'balls=49-86', 'balls=86-49')"
    change_as_owner("lottery_ceremony", f"UPDATE lottery_ceremony SET ceremony_text = {swapped}")
    assert "ceremony.txt line 10:" in list_failures(recheck(drawn))[0]
    (failure,) = list_failures(recheck(drawn, recheck_draw_with_verifier))
    assert "SEED_MISMATCH" in failure


def test_the_verifier_is_told_the_commitment_that_the_public_was_shown(drawn):
    check = recheck(drawn, recheck_draw_with_verifier)
    assert "C was compared with none" not in check.output
    another = "UPDATE lottery_register SET commitment_sha256 = repeat('0', 64)"
    change_as_owner("lottery_register", another)
    check = recheck(drawn, recheck_draw_with_verifier)
    assert not check.passed
    (failure,) = [line for line in list_failures(check) if "published C" in line]
    assert "0" * 64 in failure


def test_a_comparison_that_does_not_look_finds_nothing(drawn, monkeypatch):
    """The control of the tests above: without its comparison a change passes."""
    change_as_owner("lottery_place", "DELETE FROM lottery_place WHERE sequence = 2")
    kept = [c for c in rechecks.COMPARISONS if c.file != "allocation.txt"]
    monkeypatch.setattr(rechecks, "COMPARISONS", kept)
    assert recheck(drawn).passed


def test_nothing_stays_of_a_recomputation_but_the_check(drawn):
    recheck(drawn)
    again = recheck(drawn)
    assert again.passed
    assert DrawCheck.objects.count() == 2
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('pg_temp.ranking'), to_regclass('ranking')")
        assert cursor.fetchone() == (None, None)


def test_an_output_that_is_too_long_is_cut_to_its_failures(drawn):
    lines = ["ok    " + "x" * 3_000, "FAIL  why", "ok    " + "y" * 3_000]
    check = rechecks._store_check(drawn, DrawCheck.Kind.SQL, lines, read_clock())
    assert (check.output, check.passed) == ("FAIL  why", False)


@pytest.mark.parametrize("statement", ["UPDATE {} SET passed = true", "DELETE FROM {}"])
def test_a_check_stays_as_it_is(drawn, statement):
    recheck(drawn)
    with (
        pytest.raises(DatabaseError, match="Cannot update or delete"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format("lottery_drawcheck"))


READ_TABLES = (
    "lottery_register",
    "lottery_registerentry",
    "lottery_publication",
    "lottery_ceremony",
    "lottery_draw",
    "lottery_rankingentry",
    "lottery_place",
)


@pytest.fixture
def reading_role(drawn):
    """A role that may read what a recheck reads and make temporary tables, and nothing else."""
    name = f"reader_{os.getpid()}"
    role, tables = sql.Identifier(name), map(sql.Identifier, READ_TABLES)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        database = sql.Identifier(connection.settings_dict["NAME"])
        for statement in (
            sql.SQL("CREATE ROLE {}").format(role),
            sql.SQL("REVOKE CREATE ON SCHEMA public FROM PUBLIC"),
            sql.SQL("GRANT TEMPORARY ON DATABASE {} TO {}").format(database, role),
            sql.SQL("GRANT SELECT ON {} TO {}").format(sql.SQL(", ").join(tables), role),
        ):
            cursor.execute(statement)
    return name


def test_a_role_that_may_only_read_can_recompute(drawn, reading_role):
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(reading_role)))
        lines = rechecks._recompute(drawn)
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            cursor.execute("CREATE TABLE public.kept (line text)")
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            cursor.execute("SELECT 1 FROM applications_person")
        cursor.execute("RESET ROLE")
    assert [line for line in lines if line.startswith("FAIL")] == []
    assert "ok    ranking.txt: as stored" in lines


def test_the_public_page_says_that_the_checks_are_the_portals_own_word(drawn):
    words = "they are no more than its own word. Anybody can check the draw with the transcript"
    assert words not in Client().get("/en/verify/BALLOT2024/").content.decode()
    recheck(drawn)
    assert words in Client().get("/en/verify/BALLOT2024/").content.decode()


class TestRecheckDraws:
    def test_gives_each_draw_both_checks_once(self, drawn):
        first = recheck_draws(checked_at=read_clock())
        assert {(check.kind, check.passed) for check in first} == {
            ("SQL", True),
            ("VERIFIER", True),
        }
        assert recheck_draws(checked_at=read_clock()) == []
        assert DrawCheck.objects.count() == 2

    def test_makes_what_is_missing_only(self, drawn):
        recheck(drawn)
        assert [check.kind for check in recheck_draws(checked_at=read_clock())] == ["VERIFIER"]

    def test_does_nothing_while_another_is_at_it(self, drawn):
        with psycopg.connect(get_address()) as other:
            other.execute("SELECT pg_advisory_lock(%s)", [RECHECK_LOCK])
            assert recheck_draws(checked_at=read_clock()) == []
        assert len(recheck_draws(checked_at=read_clock() + timedelta(seconds=1))) == 2

    def test_does_not_repeat_a_failed_check(self, drawn):
        change_as_owner("lottery_place", "DELETE FROM lottery_place WHERE sequence = 2")
        assert [check.passed for check in recheck_draws(checked_at=read_clock())] == [False, False]
        assert recheck_draws(checked_at=read_clock()) == []

    def test_a_verifier_that_was_killed_has_given_no_verdict(self, drawn, monkeypatch, tmp_path):
        suicide = tmp_path / "verify_ballot.py"
        suicide.write_text("import os; os.kill(os.getpid(), 9)")
        monkeypatch.setattr(rechecks.verify_ballot, "__file__", str(suicide))
        with pytest.raises(subprocess.CalledProcessError):
            recheck(drawn, recheck_draw_with_verifier)
        assert not DrawCheck.objects.exists()


def get_address():
    """The address of the tests' own database, for a connection beside Django's."""
    settings = connection.settings_dict
    return psycopg.conninfo.make_conninfo(
        host=settings["HOST"],
        port=settings["PORT"] or None,
        user=settings["USER"],
        password=settings["PASSWORD"] or None,
        dbname=settings["NAME"],
    )


class TestTheCommand:
    def run(self, *words):
        output = io.StringIO()
        call_command("recheck_draw", *words, stdout=output)
        return output.getvalue()

    def test_prints_what_was_compared_and_stores_both(self, drawn):
        output = self.run("BALLOT2024", "--attempt", "1")
        assert "SQL: passed" in output
        assert "VERIFIER: passed" in output
        for file in ("commitment.txt", "ceremony.txt", "ranking.txt", "allocation.txt"):
            assert output.count(file) >= 2
        assert DrawCheck.objects.count() == 2

    def test_fails_when_a_check_does(self, drawn):
        change_as_owner("lottery_place", "DELETE FROM lottery_place WHERE sequence = 2")
        with pytest.raises(CommandError, match="SQL, VERIFIER failed") as failure:
            self.run("BALLOT2024")
        assert failure.value.returncode == 1
        assert DrawCheck.objects.filter(passed=False).count() == 2

    def test_takes_the_newest_draw_unless_an_older_one_is_named(self, drawn):
        register = drawn.ceremony.publication.register
        decisions.give_up(register)
        again = decisions.draw_again(register.exercise)
        self.run("BALLOT2024")
        assert {check.draw for check in DrawCheck.objects.all()} == {again}
        self.run("BALLOT2024", "--attempt", "1")
        assert drawn.checks.count() == 2

    def test_names_a_draw_that_there_is_not(self, drawn):
        with pytest.raises(CommandError, match="BALLOT2024 has not been drawn"):
            self.run("BALLOT2024", "--attempt", "2")


def test_a_draw_is_checked_again_when_somebody_was_reinstated():
    exercise = stages.make_ballot()
    stages.fill(exercise)
    store_paper(exercise, 90, signed_on=None)
    drawn = stages.draw(exercise)
    assert len(rechecks.recheck_draws(checked_at=read_clock())) == 2
    assert rechecks.recheck_draws(checked_at=read_clock()) == []
    register = drawn.ceremony.publication.register
    decisions.reinstate(drawn, register.entries.exclude(status="A").first().number)
    again = rechecks.recheck_draws(checked_at=read_clock())
    assert [check.passed for check in again] == [True, True]
    assert "reinstatements.txt" in again[1].output
    assert rechecks.recheck_draws(checked_at=read_clock()) == []
