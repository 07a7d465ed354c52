"""What is kept of a draw is written beforehand; who comes while it is written need not wait."""

import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from django.conf import settings
from django.test import Client

from applications.selectors.clock import read_clock
from lottery.fairness.report import compile_report
from lottery.models import DrawCheck
from lottery.selectors import fairness
from lottery.services import (
    documents,
    draw_certificates,
    fairness_reports,
    kept_files,
    ranking_lists,
    transcripts,
    writing_locks,
)
from lottery.services.documents import open_kept_document
from lottery.services.kept_files import write_kept_files
from lottery.services.transcripts import open_transcript_zip
from lottery.services.writing_locks import StillBeingWritten, hold_lock
from lottery.tasks import recheck_draws
from tests.integration.lottery import stages
from tests.integration.lottery.test_draws import change_as_owner

pytestmark = pytest.mark.django_db

DOCUMENTS = ("ranking.pdf", "certificate.pdf", "fairness.pdf")
OF_THE_TRANSCRIPT = ("transcript/", "transcript/ranking.txt", "recompute/")


@pytest.fixture
def drawn(settings, tmp_path, monkeypatch):
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(fairness, "compile_report", partial(compile_report, shuffle_count=3))
    exercise = stages.make_ballot(quota=2)
    stages.fill(exercise)
    return stages.draw(exercise)


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(writing_locks, "PATIENCE_SECONDS", 0.0)


def fetch(path, language="en"):
    return Client().get(f"/{language}/verify/BALLOT2024/{path}")


def forbid_writing(monkeypatch):
    def refuse(*words, **facts):
        pytest.fail("a reader had to wait for it")

    monkeypatch.setattr(documents, "_keep", refuse)
    monkeypatch.setattr(transcripts, "_keep", refuse)
    monkeypatch.setattr(ranking_lists, "render_ranking_list", refuse)
    monkeypatch.setattr(draw_certificates, "render_certificate", refuse)
    monkeypatch.setattr(fairness_reports, "render_fairness_report", refuse)


class TestBeforehand:
    def test_once_a_draw_was_checked_no_reader_has_to_wait(self, drawn, monkeypatch):
        assert recheck_draws() == 2
        forbid_writing(monkeypatch)
        for path in (*DOCUMENTS, *OF_THE_TRANSCRIPT, "fairness/"):
            for language in ("en", "zh-hant"):
                assert fetch(path, language).status_code == 200, path

    def test_a_long_ranking_list_is_written_in_all_its_parts(self, drawn, monkeypatch):
        monkeypatch.setattr(ranking_lists, "LINES_OF_A_PART", 4)
        recheck_draws()
        forbid_writing(monkeypatch)
        for part in (1, 2, 3):
            assert fetch(f"ranking.pdf?part={part}").status_code == 200

    def test_a_draw_that_is_no_transcript_stops_neither_the_task_nor_its_checks(self, drawn):
        swapped = "replace(ceremony_text, 'balls=49-86', 'balls=86-49')"
        change_as_owner(
            "lottery_ceremony", f"UPDATE lottery_ceremony SET ceremony_text = {swapped}"
        )
        assert recheck_draws() == 2
        assert set(DrawCheck.objects.values_list("passed", flat=True)) == {False}


@pytest.mark.usefixtures("impatient")
class TestMeanwhile:
    def find_lock(self, draw, name):
        """Find the lock under which an address is written; make its directory."""
        attempt = f"{draw.ceremony.publication.register.exercise.code}/1"
        folder = {
            "ranking.pdf": f"documents/{attempt}/ranking-en-1",
            "certificate.pdf": f"documents/{attempt}/certificate-en",
            "fairness.pdf": f"documents/{attempt}/fairness-en",
        }.get(name, f"transcripts/{attempt}")
        (settings.DATA_DIR / folder).mkdir(parents=True)
        return settings.DATA_DIR / folder / "lock"

    @pytest.mark.parametrize("path", [*DOCUMENTS, *OF_THE_TRANSCRIPT])
    def test_a_reader_is_asked_to_come_back(self, drawn, path):
        with hold_lock(self.find_lock(drawn, path)):
            answer = fetch(path)
        assert answer.status_code == 503
        assert int(answer["Retry-After"]) > 0
        page = answer.content.decode()
        assert "please come back shortly" in page
        assert "請稍後再試" in page
        assert fetch(path).status_code == 200

    def test_a_program_is_told_so_in_json(self, drawn):
        with hold_lock(self.find_lock(drawn, "transcript/")):
            answer = Client().get("/api/v1/exercises/BALLOT2024/transcript/")
        assert (answer.status_code, answer.json()["code"]) == (503, "TRY_AGAIN")
        assert int(answer["Retry-After"]) > 0

    def test_a_document_that_is_there_is_given_all_the_same(self, drawn):
        lock = self.find_lock(drawn, "ranking.pdf")
        assert fetch("ranking.pdf").status_code == 200
        with hold_lock(lock):
            assert fetch("ranking.pdf").status_code == 200

    def test_the_task_waits_for_whoever_is_writing(self, drawn, monkeypatch):
        refused = []

        def open_zip(*, draw):
            try:
                return open_transcript_zip(draw=draw)
            except StillBeingWritten:
                refused.append(draw)
                if len(refused) == 3:
                    held.__exit__(None, None, None)
                raise

        monkeypatch.setattr(kept_files, "open_transcript_zip", open_zip)
        held = hold_lock(self.find_lock(drawn, "transcript/"))
        held.__enter__()
        write_kept_files(draw=drawn, read_clock=read_clock)
        assert len(refused) == 3
        assert fetch("transcript/").status_code == 200


def test_a_reader_waits_for_a_short_one(drawn):
    """Half a second of writing is nothing to send a reader away for."""
    with ThreadPoolExecutor(1) as threads:
        started, finish = threading.Event(), threading.Event()

        def make():
            started.set()
            finish.wait(60)
            return b"first"

        open_it = partial(open_kept_document, draw=drawn, name="test", version="one")
        writer = threads.submit(open_it, make=make)
        started.wait(60)
        threading.Timer(0.3, finish.set).start()
        with open_it(make=lambda: pytest.fail("made twice")) as file:
            assert file.read() == b"first"
        writer.result().close()
