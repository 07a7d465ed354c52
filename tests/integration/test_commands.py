"""Commands do what --help says, print what scripts read, and end errors in one line."""

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from applications.models import Application, Exercise, NumberCounter
from applications.policy.terms import list_exercise_files
from applications.policy.timetable import HONG_KONG
from applications.services.journal import seal_journal
from tests.factories import (
    make_document,
    make_exercise,
    make_officer,
    make_person,
    screen_everything,
    store_online,
    store_paper,
)

PROJECT_DIR = Path(__file__).resolve().parents[2]


def run(capsys, *words, **options):
    """Run a command; give what it printed."""
    call_command(*words, **options)
    return capsys.readouterr().out


@pytest.mark.django_db
class TestLoadExercise:
    def test_every_terms_file_can_be_loaded_twice(self, capsys):
        names = list_exercise_files()
        assert "WSM2024: stored" in run(capsys, "load_exercise", *names)
        assert "WSM2024: already stored" in run(capsys, "load_exercise", *names)
        assert Exercise.objects.count() == len(names)

    def test_other_terms_after_opening_are_refused(self):
        make_exercise("WSM2024")
        with pytest.raises(CommandError, match=r"^TERMS_CHANGED_AFTER_OPENING: The terms"):
            call_command("load_exercise", "wsm_2024")

    def test_a_file_that_is_not_there_is_named(self):
        with pytest.raises(CommandError, match=r"MALFORMED_TERMS: .*wsm_1999"):
            call_command("load_exercise", "wsm_1999")


@pytest.mark.django_db
class TestCounts:
    def test_prints_totals_and_the_cross_table(self, capsys):
        exercise = make_exercise()
        store_online(exercise, 1)
        store_paper(exercise, 2, youth_scheme=False)
        counts = json.loads(run(capsys, "counts", "TEST2024"))
        assert counts["total"] == 2
        assert counts["provisional"] is True
        assert counts["by_channel"] == {"ONLINE": 1, "PAPER": 1}
        assert counts["by_track"] == {"YOUTH": 1, "GENERAL": 1}
        assert counts["by_category"] == {"FAMILY": 0, "ONE_PERSON": 2}
        assert sum(cell["count"] for cell in counts["cross"]) == 2

    def test_counts_as_at_a_moment_in_hong_kong(self, capsys):
        exercise = make_exercise()
        store_paper(exercise, 1)
        before = exercise.opens_at.astimezone(HONG_KONG) + timedelta(minutes=30)
        at = before.replace(tzinfo=None).isoformat()
        counts = json.loads(run(capsys, "counts", "TEST2024", at=at))
        assert counts["total"] == 0
        assert counts["as_at"] == before.isoformat()

    def test_a_moment_to_come_is_answered_as_at_now(self, capsys):
        make_exercise()
        counts = json.loads(run(capsys, "counts", "TEST2024", at="2999-01-01T00:00+08:00"))
        assert counts["as_at"] < "2999"

    @pytest.mark.parametrize("at", ["yesterday", "2025-02-30T12:00", "12:00"])
    def test_what_is_no_moment_is_refused(self, at):
        make_exercise()
        with pytest.raises(CommandError, match=r"^at: INVALID_DATE"):
            call_command("counts", "TEST2024", at=at)

    def test_an_unknown_exercise_names_those_there_are(self):
        make_exercise()
        with pytest.raises(CommandError, match=r"no exercise WSM1999\. Stored: TEST2024"):
            call_command("counts", "WSM1999")


class TestScreenHousehold:
    DOCUMENT = {
        "exercise": "WSM2024",
        "channel": "PAPER",
        "language": "zh-hant",
        "youth_scheme": True,
        "applicant": make_person(1, marital_status="MARRIED"),
        "members": [],
        "monthly_income_hkd": 42_000,
        "net_assets_hkd": 310_000,
        "contact": {
            "phone": "20001234",
            "email": None,
            "address": "Flat 1, Synthetic House",
            "district": "KWUN_TONG",
        },
        "declarations": {"accurate": True, "privacy": True},
        "signed_on": "2025-03-10",
        "paper": {
            "received_at": "2025-03-12T10:20:00+08:00",
            "postmark_date": "2025-03-10",
            "form_serial": "TEST-1",
        },
        "fee": {"method": "CHEQUE", "reference": "004-123456"},
    }

    def write(self, tmp_path, **changes):
        path = tmp_path / "household.json"
        path.write_text(json.dumps(self.DOCUMENT | changes, ensure_ascii=False), encoding="utf-8")
        return path

    def test_works_where_there_is_no_database_and_no_setting(self, tmp_path):
        unset = ("DATABASE_URL", "DJANGO_SETTINGS_MODULE")
        environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("HOS_", "CELERY_", "CACHE_")) and name not in unset
        }
        result = subprocess.run(
            [
                sys.executable,
                PROJECT_DIR / "manage.py",
                "screen_household",
                self.write(tmp_path),
            ],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        assert json.loads(result.stdout) == {
            "eligible": False,
            "category": "ONE_PERSON",
            "track": "YOUTH",
            "reasons": ["INCOME_OVER_LIMIT", "SPOUSE_NOT_ON_FORM"],
        }

    def test_a_paper_form_without_fee_is_unpaid(self, tmp_path, capsys):
        changes = {"applicant": make_person(1), "monthly_income_hkd": 1, "fee": None}
        result = json.loads(run(capsys, "screen_household", self.write(tmp_path, **changes)))
        assert result["reasons"] == ["FEE_UNPAID"]

    def test_faults_are_named_one_on_each_line(self, tmp_path):
        bad = make_person(1) | {"hkic": "A123456(4)"}
        path = self.write(tmp_path, applicant=bad, monthly_income_hkd=-1)
        with pytest.raises(CommandError) as error:
            call_command("screen_household", path)
        lines = str(error.value).splitlines()
        assert [line.split(" — ")[0] for line in lines] == [
            "monthly_income_hkd: INVALID_AMOUNT",
            "applicant.hkic: INVALID_HKIC",
        ]

    def test_an_exercise_without_terms_file_is_a_fault(self, tmp_path):
        with pytest.raises(CommandError, match=r"^exercise: INVALID_EXERCISE"):
            call_command("screen_household", self.write(tmp_path, exercise="WSM1999"))

    def test_a_file_that_is_not_there(self, tmp_path):
        with pytest.raises(CommandError, match="No such file"):
            call_command("screen_household", tmp_path / "none.json")


@pytest.mark.django_db
class TestImportApplications:
    @pytest.fixture
    def path(self, tmp_path):
        exercise = make_exercise()
        documents = [make_document(exercise, index, channel="PAPER") for index in (1, 2)]
        path = tmp_path / "forms.jsonl"
        path.write_text("\n".join(json.dumps(document) for document in documents))
        return path

    def test_says_how_many_and_which_numbers(self, path, capsys):
        make_officer()
        options = {"exercise": "TEST2024", "officer": "clerk-1"}
        printed = run(capsys, "import_applications", path, **options)
        assert printed.splitlines() == ["Stored: 2", "Numbers: 10000001 to 10000002"]
        printed = run(capsys, "import_applications", path, **options)
        assert printed.splitlines() == ["Already stored: 2", "Stored: 0"]

    def test_a_dry_run_says_what_it_would_store(self, path, capsys):
        printed = run(capsys, "import_applications", path, exercise="TEST2024", dry_run=True)
        assert printed == "No fault; 2 would be stored.\n"
        assert not Application.objects.exists()

    def test_prints_each_fault_with_line_field_and_code(self, path, capsys):
        path.write_text(path.read_text().replace("20000", "-5"))
        with pytest.raises(CommandError, match=r"^Nothing was stored: 2 faults\.$"):
            call_command("import_applications", path, exercise="TEST2024")
        sentence = "INVALID_AMOUNT — An amount cannot be less than 0."
        assert capsys.readouterr().out.splitlines() == [
            f"line {line}: monthly_income_hkd: {sentence}" for line in (1, 2)
        ]

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            ({"channel": "ONLINE"}, "^NOT_A_PAPER_FORM"),
            ({"exercise": "WSM1999"}, "no exercise WSM1999"),
            ({"officer": "clerk-9"}, "no officer clerk-9"),
            ({"maximum_megabytes": 0}, "^IMPORT_FILE_TOO_LARGE"),
        ],
    )
    def test_what_is_refused_is_one_line(self, path, options, message):
        with pytest.raises(CommandError, match=message) as error:
            call_command("import_applications", path, **{"exercise": "TEST2024"} | options)
        assert "\n" not in str(error.value)


@pytest.mark.django_db(transaction=True)
class TestCheckInvariants:
    def test_says_what_it_looked_at(self, capsys):
        store_online(make_exercise(), 1)
        screen_everything()
        seal_journal()
        printed = run(capsys, "check_invariants")
        assert printed == "No breach. Applications: 1; sealed journal entries: 3\n"

    def test_prints_a_line_for_each_breach_and_fails(self, capsys):
        make_exercise()
        NumberCounter.objects.update(last_number=10_000_007)
        with pytest.raises(CommandError, match=r"^1 breaches\.$"):
            call_command("check_invariants")
        assert capsys.readouterr().out == (
            "numbers_have_no_gaps: exercise TEST2024: the counter says 10000007, "
            "the last is 10000000\n"
        )
