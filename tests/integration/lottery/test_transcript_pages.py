"""The published transcript, file by file and as ZIP, kept on disk once it was written."""

import io
import os
import shutil
import zipfile

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from lottery.ballot.transcript import FILE_NAMES
from lottery.services.transcripts import (
    FILES,
    ZIP_NAME,
    compute_transcript_version,
    measure_transcript,
    open_transcript_zip,
)
from tests.integration.lottery import stages
from tests.threads import run_at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def exercise():
    exercise = stages.make_ballot(quota=2)
    stages.fill(exercise)
    return exercise


@pytest.fixture
def drawn(exercise):
    return stages.draw(exercise)


def fetch(name, code="BALLOT2024", **query):
    with override("en"):
        address = reverse("verify:transcript_file", args=[code, name])
    return Client().get(address, query)


def identify(file):
    """Tell one file on disk from another, whatever is in them."""
    return os.fstat(file.fileno()).st_ino


def list_kept(code="BALLOT2024"):
    """List the directories below the place of an exercise's transcripts, this draw's included."""
    place = settings.DATA_DIR / "transcripts" / code / "1"
    return sorted(path.name for path in place.iterdir() if path.is_dir())


class TestShowFile:
    def test_gives_the_bytes_that_are_exported(self, drawn, tmp_path):
        exported = list(stages.export(drawn, tmp_path).iterdir())
        assert {path.name for path in exported}.issuperset(FILE_NAMES)
        for path in exported:
            response = fetch(path.name)
            assert response.getvalue() == path.read_bytes()
            assert response["Content-Type"] == "text/plain; charset=us-ascii"
            assert "attachment" not in response.get("Content-Disposition", "")

    def test_never_changes_at_an_address_with_its_version(self, drawn):
        version = compute_transcript_version(draw=drawn)
        assert "immutable" in fetch("ranking.txt", v=version)["Cache-Control"]
        assert fetch("ranking.txt", v=f"{version}0").status_code == 404

    def test_is_asked_for_again_at_an_address_without(self, drawn):
        response = fetch("ranking.txt")
        assert "no-cache" in response["Cache-Control"]
        with override("en"):
            address = reverse("verify:transcript_file", args=["BALLOT2024", "ranking.txt"])
        again = Client().get(address, headers={"If-None-Match": response["ETag"]})
        assert (again.status_code, again.content) == (304, b"")

    @pytest.mark.parametrize(
        "name",
        [
            "nothing.txt",
            "..",
            ".",
            "transcript.zip",
            "lock",
            "%2e%2e%2flock",
            "register.txt\n",
            "é",
        ],
    )
    def test_knows_no_other_name(self, drawn, name):
        assert fetch(name).status_code == 404

    @pytest.mark.parametrize(("attempt", "status"), [("1", 200), ("2", 404), ("x", 404), ("", 200)])
    def test_is_of_the_attempt_that_is_asked_for(self, drawn, attempt, status):
        assert fetch("params.txt", attempt=attempt).status_code == status

    def test_is_not_there_before_the_draw(self, exercise):
        stages.settle(stages.publish(exercise))
        assert fetch("params.txt").status_code == 404
        assert fetch("params.txt", code="NOTHING").status_code == 404


class TestKeptTranscript:
    def test_is_written_once(self, drawn):
        with open_transcript_zip(draw=drawn) as one, open_transcript_zip(draw=drawn) as other:
            assert identify(one) == identify(other)

    def test_is_the_same_bytes_when_it_was_deleted_and_written_again(self, drawn):
        with open_transcript_zip(draw=drawn) as before:
            shutil.rmtree(settings.DATA_DIR / "transcripts")
            with open_transcript_zip(draw=drawn) as after:
                assert identify(before) != identify(after)
                assert before.read() == after.read()

    def test_holds_in_its_zip_the_files_that_are_shown_one_by_one(self, drawn, tmp_path):
        exported = {
            path.name: path.read_bytes() for path in stages.export(drawn, tmp_path).iterdir()
        }
        with open_transcript_zip(draw=drawn) as file:
            archive = zipfile.ZipFile(io.BytesIO(file.read()))
        packed = {
            name.removeprefix("BALLOT2024-1/"): archive.read(name) for name in archive.namelist()
        }
        assert packed == exported

    def test_says_how_much_there_is_to_fetch(self, drawn, tmp_path):
        sizes = [path.stat().st_size for path in stages.export(drawn, tmp_path).iterdir()]
        assert measure_transcript(draw=drawn) == (len(sizes), sum(sizes))

    def test_replaces_what_was_kept_before_and_what_was_left_unfinished(self, drawn):
        version = compute_transcript_version(draw=drawn)
        place = settings.DATA_DIR / "transcripts" / "BALLOT2024" / "1"
        shutil.rmtree(place, ignore_errors=True)
        for name in ("unfinished-abc", "older"):
            (place / name / FILES).mkdir(parents=True)
            (place / name / FILES / "register.txt").write_text("of a process that was killed")
        open_transcript_zip(draw=drawn).close()
        assert list_kept() == [version]
        assert (place / version / ZIP_NAME).exists()


@pytest.mark.django_db(transaction=True)
def test_readers_who_come_at_once_wait_for_the_one_that_writes(drawn):
    shutil.rmtree(settings.DATA_DIR / "transcripts", ignore_errors=True)

    def read():
        with open_transcript_zip(draw=drawn) as file:
            return identify(file), file.read()

    answers = run_at_once(*[read] * 4)
    assert len(set(answers)) == 1
    assert list_kept() == [compute_transcript_version(draw=drawn)]
