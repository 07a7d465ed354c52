"""The ballot from the command line, as an operator without the console runs it."""

import io
import subprocess
import sys

import pytest
from django.core.management import CommandError, call_command

from applications.models import Application, Exercise
from applications.selectors.clock import read_clock
from lottery.ballot import ceremony as ceremony_file
from lottery.models import Draw, Register
from tests.factories import screen_everything
from tests.integration.lottery.stages import BALLS, fill, make_ballot, publish

pytestmark = pytest.mark.django_db


def run(*words):
    output = io.StringIO()
    call_command(*map(str, words), stdout=output)
    return output.getvalue()


def verify(directory):
    """Run the verifier that lies in the transcript, as anybody would."""
    program = [sys.executable, str(directory / "verify_ballot.py"), str(directory)]
    return subprocess.run(program, capture_output=True, text=True, check=False)


class TestFreezeRegister:
    def test_prints_the_commitment_and_the_same_one_again(self):
        fill(make_ballot())
        screen_everything()

        first, second = run("freeze_register", "BALLOT2024"), run("freeze_register", "BALLOT2024")

        assert first == second == f"{Register.objects.get().commitment_sha256}\n"

    def test_an_exercise_is_not_closed_when_nothing_can_be_frozen(self):
        make_ballot()

        with pytest.raises(CommandError, match="REGISTER_EMPTY"):
            run("freeze_register", "BALLOT2024")

        assert Exercise.objects.get().closed_at is None

    def test_what_the_scheme_refuses_is_one_line(self):
        make_ballot(demonstration=False)

        with pytest.raises(CommandError, match=r"\AEXERCISE_STILL_OPEN: [^\n]+\Z"):
            run("freeze_register", "BALLOT2024")

    def test_names_an_exercise_that_there_is_not(self):
        with pytest.raises(CommandError, match="There is no exercise NONE"):
            run("freeze_register", "NONE")


class TestRunDraw:
    @pytest.fixture
    def ceremony_path(self, tmp_path):
        exercise = make_ballot()
        fill(exercise)
        publication = publish(exercise)
        record = ceremony_file.Ceremony(
            draw="BALLOT2024",
            attempt=1,
            commitment=publication.register.commitment_sha256,
            balls=BALLS["balls:100:100"],
            drawn_at=read_clock().replace(microsecond=0),
            keyed_by=("officer-1", "officer-2"),
            beacon="none",
            signature="none",
        )
        path = tmp_path / "ceremony.txt"
        path.write_text(ceremony_file.render_ceremony(record), encoding="ascii", newline="\n")
        return path

    def test_draws_once_and_exports_what_the_verifier_accepts(self, ceremony_path, tmp_path):
        first = run("run_draw", "BALLOT2024", "--ceremony", ceremony_path)
        second = run("run_draw", "BALLOT2024", "--ceremony", ceremony_path)
        run("export_transcript", "BALLOT2024", tmp_path / "transcript")

        assert first == second == "10 ranked, 10 places allocated\n"
        assert Draw.objects.count() == 1
        assert verify(tmp_path / "transcript").returncode == 0

    def test_refuses_a_file_whose_seed_does_not_follow(self, ceremony_path):
        text = ceremony_path.read_text()
        ceremony_path.write_text(text.replace("seed=", "seed=0")[:-2] + "\n")

        with pytest.raises(CommandError, match="SEED_MISMATCH"):
            run("run_draw", "BALLOT2024", "--ceremony", ceremony_path)

        assert not Draw.objects.exists()

    def test_asks_for_the_publication_first(self, tmp_path):
        make_ballot()

        with pytest.raises(CommandError, match="No commitment of BALLOT2024 has been published"):
            run("run_draw", "BALLOT2024", "--ceremony", tmp_path / "ceremony.txt")


class TestRehearse:
    """
    WSM 2018 at a hundredth: 26 family applications over 100 numbers, as many places as quota.

    The whole size, where places end inside the ninth and the first number, takes minutes; the
    README says how to run it.
    """

    WORDS = ("--family", 26, "--one-person", 34, "--random-seed", 7)

    def test_goes_all_the_way_to_a_transcript_that_verifies(self, tmp_path):
        report = run("rehearse", "wsm_2018", *self.WORDS, "--out", tmp_path / "first")

        assert verify(tmp_path / "first").returncode == 0
        assert "REHEARSAL-WSM2018-7: 60 households" in report
        assert "60 ranked, 60 places" in report
        assert Application.objects.filter(state="ADMITTED").count() == 60

    def test_takes_the_balls_that_it_is_given(self, tmp_path):
        balls = BALLS["balls:100:100"]

        report = run("rehearse", "wsm_2018", *self.WORDS, "--balls", balls, "--out", tmp_path / "x")

        assert f"balls={balls}\n" in (tmp_path / "x" / "ceremony.txt").read_text()
        assert "family:" in report

    def test_leaves_nothing_that_does_not_hold(self, tmp_path):
        run("rehearse", "wsm_2018", *self.WORDS, "--out", tmp_path / "transcript")

        assert "No breach" in run("check_invariants")

    def test_a_seed_can_be_rehearsed_again_under_another_name(self, tmp_path):
        run("rehearse", "wsm_2018", *self.WORDS, "--out", tmp_path / "first")
        run("rehearse", "wsm_2018", *self.WORDS, "--out", tmp_path / "second")

        codes = Exercise.objects.order_by("id").values_list("code", flat=True)
        assert list(codes) == ["REHEARSAL-WSM2018-7", "REHEARSAL-WSM2018-7-2"]

    def test_does_nothing_when_the_directory_is_not_empty(self, tmp_path):
        (tmp_path / "kept.txt").write_text("kept")

        with pytest.raises(CommandError, match="is not empty; nothing was done"):
            run("rehearse", "wsm_2018", *self.WORDS, "--out", tmp_path)

        assert not Exercise.objects.exists()
