"""A file of paper forms is stored whole or not at all, and every fault is named."""

import csv
import io
import json
from datetime import timedelta

import pytest

from applications.models import Application, JournalEntry, OwedWork, Payment, Person
from applications.selectors.clock import read_clock
from applications.services.exercises import close_exercise
from applications.services.import_files import FileFormat
from applications.services.imports import ImportFileTooLarge, import_applications
from applications.services.intake import ExerciseClosed
from tests.factories import (
    make_document,
    make_exercise,
    make_member,
    make_officer,
    screen_everything,
    store_online,
    store_paper,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def exercise():
    return make_exercise("WSM2024T", opened_ago=timedelta(days=2))


def paper(exercise, index=1, **changes):
    return make_document(exercise, index, channel="PAPER", **changes)


def to_json_lines(*documents):
    lines = (json.dumps(document, ensure_ascii=False) for document in documents)
    return "".join(f"{line}\n" for line in lines).encode()


def flatten(value, prefix=""):
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list):
        items = enumerate(value)
    else:
        return {prefix: json.dumps(value) if isinstance(value, bool) else value}
    flat = {}
    for name, part in items:
        flat |= flatten(part, f"{prefix}.{name}" if prefix else str(name))
    return flat


def to_csv(*documents, headers=None):
    rows = [flatten(document) for document in documents]
    headers = headers or list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, headers, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def run_import(exercise, data, file_format=FileFormat.JSON_LINES, **options):
    return import_applications(
        exercise=exercise,
        source=io.BytesIO(data),
        file_format=file_format,
        imported_at=read_clock(),
        **options,
    )


def list_faults(report):
    return [(fault.line, fault.fault.field, fault.fault.code) for fault in report.faults]


def assert_refused(exercise, data, *faults, file_format=FileFormat.JSON_LINES):
    """The file has these faults, and nothing of it is stored."""
    report = run_import(exercise, data, file_format)
    assert list_faults(report) == list(faults)
    assert report.stored_count == 0
    assert not Application.objects.filter(exercise=exercise).exists()
    assert not Person.objects.filter(exercise=exercise).exists()
    exercise.number_counter.refresh_from_db()
    assert exercise.number_counter.last_number == 10_000_000


class TestGoodFiles:
    def test_every_form_is_stored_numbered_and_owed_a_screening(self, exercise):
        documents = [paper(exercise, 1, members=[make_member(9)]), paper(exercise, 2, fee=None)]
        report = run_import(exercise, to_json_lines(*documents), officer=make_officer())

        assert (report.stored_count, report.already_stored_count) == (2, 0)
        assert (report.first_number, report.last_number) == (10_000_001, 10_000_002)
        first, second = exercise.applications.order_by("number")
        assert [person.position for person in first.people.order_by("position")] == [0, 1]
        assert first.people.get(position=1).given_name_en == "Nine"
        assert first.received_at == exercise.opens_at + timedelta(hours=1)
        assert first.recorded_by.reference == "clerk-1"
        assert first.paper_form.form_serial == "TEST-000001"
        assert Payment.objects.get().application == first
        assert OwedWork.objects.filter(done_at=None).count() == 2
        assert screen_everything() == 2
        second.refresh_from_db()
        assert second.reasons == ["FEE_UNPAID"]

    def test_csv_gives_the_same_applications_as_json_lines(self, exercise):
        documents = [
            paper(exercise, 1, members=[make_member(9), make_member(10)]),
            paper(exercise, 2),
        ]
        from_json = run_import(exercise, to_json_lines(*documents))
        from_csv = run_import(exercise, to_csv(*documents), FileFormat.CSV)
        assert from_json.stored_count == 2
        assert (from_csv.stored_count, from_csv.already_stored_count) == (0, 2)

    def test_numbers_go_on_after_those_that_were_issued(self, exercise):
        store_online(exercise, 50)
        report = run_import(exercise, to_json_lines(paper(exercise, 1)))
        assert report.first_number == 10_000_002

    def test_a_byte_order_mark_is_accepted(self, exercise):
        mark = b"\xef\xbb\xbf"
        assert run_import(exercise, mark + to_json_lines(paper(exercise, 1))).stored_count == 1
        report = run_import(exercise, mark + to_csv(paper(exercise, 2)), FileFormat.CSV)
        assert report.stored_count == 1

    def test_blank_lines_are_passed_over(self, exercise):
        data = b"\n" + to_json_lines(paper(exercise, 1)) + b"  \r\n\n"
        assert run_import(exercise, data).stored_count == 1

    def test_a_cell_may_hold_quotes_commas_and_line_ends(self, exercise):
        document = paper(exercise, 1)
        document["contact"] |= {"address": 'Flat 1, "Synthetic" House\n1 Example Street'}
        run_import(exercise, to_csv(document), FileFormat.CSV)
        address = Application.objects.get(exercise=exercise).address
        assert address == 'Flat 1, "Synthetic" House, 1 Example Street'

    def test_a_child_is_as_old_as_on_the_day_the_form_arrived(self, exercise):
        received_on = (exercise.opens_at + timedelta(hours=1)).date()
        eleven_today = received_on.replace(year=received_on.year - 11) + timedelta(days=1)
        child = make_member(9, relationship="CHILD", birth_date=eleven_today)
        del child["hkic"]
        document = paper(exercise, 1, members=[child | {"birth_certificate": "SYN0001"}])
        assert run_import(exercise, to_json_lines(document)).stored_count == 1

    def test_the_journal_says_which_file_and_which_numbers(self, exercise):
        report = run_import(exercise, to_json_lines(paper(exercise, 1)), officer=make_officer())
        entry = JournalEntry.objects.get(deed="APPLICATIONS_IMPORTED")
        assert entry.actor == "clerk-1"
        assert entry.details == {
            "count": 1,
            "first_number": 10_000_001,
            "last_number": 10_000_001,
            "file_sha256": report.file_sha256,
        }

    def test_a_dry_run_stores_nothing(self, exercise):
        report = run_import(exercise, to_json_lines(paper(exercise, 1)), dry_run=True)
        assert (report.new_count, report.stored_count, report.faults) == (1, 0, ())
        assert not Application.objects.exists()


class TestTheSameFormsAgain:
    def test_nothing_is_stored_twice(self, exercise):
        data = to_json_lines(paper(exercise, 1), paper(exercise, 2))
        run_import(exercise, data)
        report = run_import(exercise, data)
        assert (report.stored_count, report.already_stored_count) == (0, 2)
        assert exercise.applications.count() == 2

    def test_forms_that_were_added_to_the_file_are_stored(self, exercise):
        run_import(exercise, to_json_lines(paper(exercise, 1)))
        report = run_import(exercise, to_json_lines(paper(exercise, 1), paper(exercise, 2)))
        assert (report.stored_count, report.already_stored_count) == (1, 1)

    def test_a_form_without_serial_is_known_by_its_line_and_content(self, exercise):
        document = paper(exercise, 1)
        document["paper"]["form_serial"] = None
        run_import(exercise, to_json_lines(document))
        assert run_import(exercise, to_json_lines(document)).already_stored_count == 1
        changed = to_json_lines(document | {"net_assets_hkd": 5})
        assert run_import(exercise, changed).stored_count == 1

    def test_another_content_under_a_stored_serial_is_a_fault(self, exercise):
        run_import(exercise, to_json_lines(paper(exercise, 1)))
        report = run_import(exercise, to_json_lines(paper(exercise, 1, net_assets_hkd=5)))
        assert list_faults(report) == [(1, "paper.form_serial", "PAPER_FORM_ALREADY_KEYED")]

    def test_what_a_clerk_has_keyed_is_stored_already(self, exercise):
        store_paper(exercise, 1)
        assert run_import(exercise, to_json_lines(paper(exercise, 1))).already_stored_count == 1


class TestFaultsOfForms:
    def test_one_bad_form_keeps_all_out_and_every_fault_is_named(self, exercise):
        bad = paper(exercise, 2, monthly_income_hkd=-1)
        bad["applicant"] |= {"hkic": "A123456(4)"}
        data = to_json_lines(paper(exercise, 1), bad, paper(exercise, 3, language="fr"))
        assert_refused(
            exercise,
            data,
            (2, "monthly_income_hkd", "INVALID_AMOUNT"),
            (2, "applicant.hkic", "INVALID_HKIC"),
            (3, "language", "INVALID_CHOICE"),
        )

    def test_a_serial_twice_in_the_file(self, exercise):
        data = to_json_lines(paper(exercise, 1), paper(exercise, 1, net_assets_hkd=5))
        assert_refused(exercise, data, (2, "paper.form_serial", "DUPLICATE_SERIAL"))

    def test_a_form_of_another_exercise(self, exercise):
        data = to_json_lines(paper(exercise, 1) | {"exercise": "WSM2018"})
        assert_refused(exercise, data, (1, "exercise", "OTHER_EXERCISE"))

    def test_an_online_application(self, exercise):
        data = to_json_lines(make_document(exercise, 1))
        assert_refused(exercise, data, (1, "channel", "NOT_A_PAPER_FORM"))

    def test_a_form_from_before_the_opening(self, exercise):
        data = to_json_lines(
            paper(exercise, 1, received_at=exercise.opens_at - timedelta(minutes=1))
        )
        assert_refused(exercise, data, (1, "paper.received_at", "EXERCISE_NOT_OPEN_YET"))

    def test_a_form_that_is_still_to_come(self, exercise):
        data = to_json_lines(paper(exercise, 1, received_at=read_clock() + timedelta(days=3)))
        report = run_import(exercise, data)
        assert {code for _, _, code in list_faults(report)} == {"DATE_IN_FUTURE"}

    def test_a_spreadsheet_formula(self, exercise):
        document = paper(exercise, 1)
        document["contact"] |= {"address": "=cmd|' /C calc'!A0"}
        document["applicant"] |= {"surname_en": "=1+1"}
        assert_refused(
            exercise,
            to_csv(document),
            (2, "applicant.surname_en", "INVALID_NAME"),
            (2, "contact.address", "INVALID_ADDRESS"),
            file_format=FileFormat.CSV,
        )


class TestFaultsOfJsonFiles:
    @pytest.mark.parametrize(
        ("line", "code"),
        [
            (b'{"exercise": "A", "exercise": "B"}', "DUPLICATE_KEY"),
            (b"[" * 10_000 + b"]" * 10_000, "TOO_DEEP"),
            (b'{"monthly_income_hkd": NaN}', "INVALID_JSON"),
            (b'{"exercise"', "INVALID_JSON"),
            (b"[1]", "WRONG_TYPE"),
            (b'{"a": "\x00"}', "NUL_BYTE"),
            ('{"a": "é"}'.encode("latin-1"), "NOT_UTF8"),
            ('{"a": "陳大文"}'.encode("big5"), "NOT_UTF8"),
            (b'{"a": "' + b"x" * 100_000 + b'"}', "TOO_LARGE"),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    def test_a_line_that_is_no_document(self, exercise, line, code):
        data = to_json_lines(paper(exercise, 1)) + line + b"\n" + to_json_lines({"a": 1})
        report = run_import(exercise, data)
        assert list_faults(report)[0] == (2, "", code)
        assert {line for line, _, _ in list_faults(report)[1:]} == {3}
        assert not Application.objects.exists()

    @pytest.mark.parametrize("data", [b"", b"\n\n", b"\xef\xbb\xbf"])
    def test_a_file_without_a_form(self, exercise, data):
        assert_refused(exercise, data, (1, "", "EMPTY_DOCUMENT"))


class TestFaultsOfCsvFiles:
    def test_a_wrong_header(self, exercise):
        document = paper(exercise, 1)
        headers = [*flatten(document), "applicant.nickname", "=cmd|' /C calc'!A0"]
        headers.remove("signed_on")
        row = flatten(document)
        del row["signed_on"]
        data = to_csv(row, headers=headers)
        assert_refused(
            exercise,
            data,
            (1, "applicant.nickname", "UNKNOWN_FIELD"),
            (1, "=cmd|' /C calc'!A0", "UNKNOWN_FIELD"),
            (1, "signed_on", "MISSING_FIELD"),
            file_format=FileFormat.CSV,
        )

    def test_a_column_twice(self, exercise):
        first, rest = to_csv(paper(exercise, 1)).split(b"\r\n", 1)
        data = first + b",language\r\n" + rest
        assert_refused(exercise, data, (1, "language", "DUPLICATE_KEY"), file_format=FileFormat.CSV)

    def test_ragged_rows(self, exercise):
        data = to_csv(paper(exercise, 1), paper(exercise, 2)) + b"WSM2024T,PAPER\r\n"
        assert_refused(exercise, data, (4, "", "RAGGED_ROW"), file_format=FileFormat.CSV)

    def test_the_line_is_that_where_the_row_begins(self, exercise):
        document = paper(exercise, 1)
        document["contact"] |= {"address": "1\n2\n3"}
        bad = paper(exercise, 2, youth_scheme="maybe")
        data = to_csv(document, bad)
        assert_refused(
            exercise, data, (5, "youth_scheme", "WRONG_TYPE"), file_format=FileFormat.CSV
        )

    @pytest.mark.parametrize(
        ("row", "code"),
        [
            (b'"unclosed,PAPER\r\n', "INVALID_CSV"),
            (b'"a"b,PAPER\r\n', "INVALID_CSV"),
            (b"a\x00,PAPER\r\n", "NUL_BYTE"),
            ("é".encode("latin-1") + b",PAPER\r\n", "NOT_UTF8"),
            ("陳大文".encode("big5") + b",PAPER\r\n", "NOT_UTF8"),
            (b"x" * 70_000 + b"\r\n", "TOO_LARGE"),
        ],
        ids=["quote", "text after quote", "nul", "latin-1", "big5", "long line"],
    )
    def test_a_row_that_cannot_be_read(self, exercise, row, code):
        data = to_csv(paper(exercise, 1)) + row
        assert_refused(exercise, data, (3, "", code), file_format=FileFormat.CSV)

    def test_a_header_alone(self, exercise):
        header = to_csv(paper(exercise, 1)).split(b"\r\n", 1)[0]
        assert_refused(exercise, header, (1, "", "EMPTY_DOCUMENT"), file_format=FileFormat.CSV)


class TestRefusals:
    def test_a_file_over_the_limit_is_not_read(self, exercise):
        with pytest.raises(ImportFileTooLarge):
            run_import(exercise, b"x" * 1001, maximum_bytes=1000)

    def test_a_closed_exercise_takes_nothing(self):
        exercise = make_exercise(opened_ago=timedelta(days=22))
        data = to_json_lines(paper(exercise, 1))
        closed = close_exercise(exercise=exercise, closed_at=read_clock())
        with pytest.raises(ExerciseClosed):
            run_import(closed, data)

    def test_only_so_many_faults_are_listed(self, exercise):
        report = run_import(exercise, b"{}\n" * 500)
        assert len(report.faults) == 1000
