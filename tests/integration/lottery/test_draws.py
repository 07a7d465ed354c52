"""One draw, which anybody can recompute from its transcript."""

import zipfile

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError

from applications.selectors.clock import read_clock
from lottery.ballot.errors import BallotRefusal
from lottery.ballot.transcript import DATA_FILE_NAMES, SUMS
from lottery.models import Draw, Place, RankingEntry
from lottery.selectors.results import find_entry, read_result, summarise_draw
from lottery.services.draws import run_draw
from lottery.services.transcripts import open_transcript_zip
from tests.factories import store_online, store_paper
from tests.integration.lottery import stages

pytestmark = pytest.mark.django_db


@pytest.fixture
def exercise():
    exercise = stages.make_ballot(quota=2)
    stages.fill(exercise)
    return exercise


def flip_a_byte(path):
    """Change one byte in the middle of a file."""
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle] = ord("1") if content[middle] != ord("1") else ord("2")
    path.write_bytes(content)


@pytest.mark.parametrize("order", list(stages.ORDERS))
def test_the_verifier_accepts_the_transcript_of_every_order(order, tmp_path):
    exercise = stages.make_ballot(order)
    stages.fill(exercise)
    store_online(exercise, 60)
    store_paper(exercise, 60)
    status, output = stages.verify(stages.export(stages.draw(exercise), tmp_path))
    assert status == 0, output
    assert "FAIL" not in output


@pytest.mark.parametrize("name", [*DATA_FILE_NAMES, SUMS])
def test_the_verifier_refuses_a_transcript_with_one_byte_changed(exercise, name, tmp_path):
    directory = stages.export(stages.draw(exercise), tmp_path)
    assert stages.verify(directory)[0] == 0
    flip_a_byte(directory / name)
    status, output = stages.verify(directory)
    assert status == 1, output
    assert name in output


def test_drawing_again_gives_the_stored_draw(exercise):
    first = stages.draw(exercise)
    again = run_draw(ceremony=first.ceremony, run_at=read_clock())
    assert (again, again.run_at) == (first, first.run_at)
    assert RankingEntry.objects.count() == 10


def test_the_transcript_of_a_draw_is_the_same_bytes_each_time(exercise):
    drawn = stages.draw(exercise)
    with open_transcript_zip(draw=drawn) as one, open_transcript_zip(draw=drawn) as other:
        assert one.read() == other.read()
        names = zipfile.ZipFile(one).namelist()
    assert f"{exercise.code}-1/verify_ballot.py" in names
    assert f"{exercise.code}-1/register.txt" in names


@pytest.mark.parametrize("table", ["lottery_draw", "lottery_rankingentry", "lottery_place"])
@pytest.mark.parametrize(
    "statement", ["DELETE FROM {}", "UPDATE {} SET {} = 77"], ids=["delete", "update"]
)
def test_the_database_refuses_to_change_a_draw_in_sql(exercise, table, statement):
    columns = {"lottery_draw": "place_count", "lottery_rankingentry": "rank"}
    stages.draw(exercise)
    with (
        pytest.raises(DatabaseError, match="Cannot update or delete"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(table, columns.get(table, "sequence")))


def test_the_database_refuses_to_change_a_draw_through_the_models(exercise):
    stages.draw(exercise)
    with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
        RankingEntry.objects.filter(rank=1).update(rank=100)
    with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
        Place.objects.first().delete()
    with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
        Draw.objects.update(place_count=0)


def change_as_owner(table, statement):
    """Change rows as the owner of a table can, who may switch its triggers off."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(statement)
        assert cursor.rowcount
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


@pytest.mark.parametrize(
    ("table", "statement", "file"),
    [
        pytest.param(
            "lottery_rankingentry",
            "UPDATE lottery_rankingentry SET rank = rank + 100 WHERE rank = 1",
            "ranking.txt",
            id="a rank",
        ),
        pytest.param(
            "lottery_place",
            "DELETE FROM lottery_place WHERE sequence = 2 AND step = 'OF'",
            "allocation.txt",
            id="a place taken away",
        ),
        pytest.param(
            "lottery_registerentry",
            "UPDATE lottery_registerentry SET line = replace(line, '|G|', '|Y|')",
            "commitment.txt",
            id="a track",
        ),
    ],
)
def test_the_verifier_finds_what_the_owner_of_the_tables_changed(
    exercise, table, statement, file, tmp_path
):
    drawn = stages.draw(exercise)
    change_as_owner(table, statement)
    status, output = stages.verify(stages.export(drawn, tmp_path))
    assert status == 1, output
    assert any(line.startswith("FAIL") and file in line for line in output.splitlines()), output


def test_a_ceremony_that_the_owner_of_the_tables_changed_is_not_exported(exercise, tmp_path):
    drawn = stages.draw(exercise)
    swapped = "replace(ceremony_text, 'balls=49-86', 'balls=86-49')"
    change_as_owner("lottery_ceremony", f"UPDATE lottery_ceremony SET ceremony_text = {swapped}")
    with pytest.raises(BallotRefusal) as refusal:
        stages.export(Draw.objects.get(pk=drawn.pk), tmp_path)
    assert refusal.value.code == "SEED_MISMATCH"


def test_the_summary_says_how_far_each_quota_reached(exercise):
    summary = summarise_draw(stages.draw(exercise))
    assert summary.ranked == {"F": 6, "P": 4}
    reached = {row.step.name: (row.place_count, row.last.rank) for row in summary.steps}
    assert reached["OF"] == (2, 2)
    assert reached["OP"] == (2, 2)
    assert reached["YF"][0] == 2
    assert sum(count for count, _ in reached.values()) == 8 - (2 - reached["YP"][0])


def test_a_result_says_why_a_number_has_its_rank(exercise):
    drawn = stages.draw(exercise)
    balls = stages.BALLS["balls:100:100"].split("-")
    for entry in drawn.ranking.select_related("entry"):
        result = read_result(drawn, entry.entry)
        assert result.group_digits == f"{entry.entry.number:08d}"[-2:]
        assert balls[entry.group] == result.group_digits
        assert result.ahead_of_group + result.rank_in_group == entry.rank
        assert result.group_size == 1


def test_without_groups_the_tickets_alone_give_the_rank():
    exercise = stages.make_ballot("ticket")
    stages.fill(exercise)
    drawn = stages.draw(exercise)
    result = read_result(drawn, find_entry(drawn.ceremony.publication.register, 10_000_001))
    assert result.group_digits is None
    assert (result.group_size, result.rank_in_group) == (6, result.ranking.rank)
    tickets = list(drawn.ranking.filter(category="F").order_by("rank").values_list("ticket"))
    assert tickets == sorted(tickets)
