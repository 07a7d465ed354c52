"""Every day's head binds what was received, and nothing can be put in or taken out unseen."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pgtrigger
import pytest
from django.db import transaction

from applications.models import Application
from applications.selectors.clock import read_clock
from applications.services.journal import seal_journal
from lottery.ballot.errors import BallotRefusal
from lottery.ballot.intake_log import check_intake_chain, check_intake_log, parse_intake_log
from lottery.models import IntakeHead, IntakeLeaf
from lottery.selectors.intake_log import write_intake_log
from lottery.selectors.registers import iterate_register_lines
from lottery.services.ballot_checks import find_breaches_of_ballot
from lottery.services.intake_log import take_daily_head, take_intake_head
from lottery.services.transcripts import export_transcript
from lottery.tasks import take_intake_heads
from tests.factories import store_online
from tests.integration.lottery import stages
from tests.threads import PATIENCE_SECONDS, run_in_background

pytestmark = pytest.mark.django_db


@pytest.fixture
def exercise():
    return stages.make_ballot()


def take(exercise, *, days=0):
    return take_daily_head(exercise=exercise, taken_at=read_clock() + timedelta(days=days))


def read_log(exercise):
    return parse_intake_log(write_intake_log(exercise))


class TestDailyHeads:
    def test_bind_what_was_received_so_far(self, exercise):
        stages.fill(exercise, family=2, one_person=1)
        assert take(exercise).size == 3
        store_online(exercise, 50)
        assert take(exercise, days=1).size == 4
        draw, heads = read_log(exercise)
        check_intake_chain(draw, heads)
        assert [head.size for head in heads] == [3, 4]
        assert heads[1].proof

    def test_are_taken_once_a_day(self, exercise):
        stages.fill(exercise, family=1, one_person=0)
        assert take(exercise)
        store_online(exercise, 50)
        assert take(exercise) is None
        assert IntakeHead.objects.count() == 1

    def test_say_so_when_nothing_came(self, exercise):
        stages.fill(exercise, family=1, one_person=0)
        take(exercise)
        assert take(exercise, days=1).size == 1
        check_intake_chain(*read_log(exercise))

    def test_are_signed_with_the_portals_key(self, exercise):
        stages.fill(exercise, family=1, one_person=0)
        head = take(exercise)
        assert head.signature
        assert head.signer_pem.startswith("-----BEGIN PUBLIC KEY-----")

    def test_name_the_journals_last_sealed_entry(self, exercise):
        stages.fill(exercise, family=1, one_person=0)
        seal_journal()
        position, chain = take(exercise).journal.split(":")
        assert int(position) > 0
        assert len(chain) == 64

    def test_are_taken_by_the_task_until_the_register_is_frozen(self, exercise):
        stages.fill(exercise)
        assert take_intake_heads() == 1
        assert take_intake_heads() == 0
        stages.publish(exercise)
        assert take_intake_heads() == 0

    def test_bind_no_draft_and_no_exercise_without_applications(self, exercise):
        assert take_intake_heads() == 0


def test_the_register_holds_what_the_heads_held(exercise):
    stages.fill(exercise)
    take(exercise)
    store_online(exercise, 60)
    publication = stages.publish(exercise)
    draw, heads = read_log(exercise)
    lines = list(iterate_register_lines(publication.register))
    check_intake_log(draw, heads, lines)
    assert [head.size for head in heads] == [10, len(lines)]


def test_a_leaf_that_was_changed_stops_the_next_head(exercise):
    stages.fill(exercise)
    take(exercise)
    with pgtrigger.ignore():
        IntakeLeaf.objects.filter(number=IntakeLeaf.objects.earliest("number").number).update(
            identity_commitment="0" * 64
        )
    with pytest.raises(BallotRefusal) as refusal:
        take(exercise, days=1)
    assert refusal.value.code == "INTAKE_LOG_INCONSISTENT"


def test_the_verifier_finds_a_register_that_differs_from_the_heads(exercise, tmp_path):
    stages.fill(exercise)
    take(exercise)
    drawn = stages.draw(exercise)
    code, printed = stages.verify(stages.export(drawn, tmp_path))
    assert code == 0, printed
    assert "intake-log.txt" in printed
    with pgtrigger.ignore():
        IntakeHead.objects.filter(sequence=1).update(root="0" * 64)
    directory = tmp_path / "tampered"
    export_transcript(draw=drawn, directory=directory)
    code, printed = stages.verify(directory)
    assert code == 1
    assert "FAIL  intake-log.txt line 3" in printed


def test_a_ballot_from_before_there_were_logs_verifies_without_one(exercise, tmp_path):
    stages.fill(exercise)
    drawn = stages.draw(exercise)
    with pgtrigger.ignore():
        IntakeHead.objects.all().delete()
        IntakeLeaf.objects.all().delete()
    directory = stages.export(drawn, tmp_path)
    assert not (directory / "intake-log.txt").exists()
    assert stages.verify(directory)[0] == 0
    assert list(find_breaches_of_ballot(exercise)) == []


@pytest.mark.django_db(transaction=True)
def test_submissions_do_not_wait_for_a_head(exercise):
    stages.fill(exercise, family=2, one_person=2)
    with ThreadPoolExecutor(1) as threads, transaction.atomic():
        head = take_intake_head(exercise=exercise, taken_at=read_clock())
        submission = run_in_background(threads, lambda: store_online(exercise, 70).number)
        number = submission.result(PATIENCE_SECONDS)
    assert head.size == 4
    assert Application.objects.filter(number=number).exists()
    take(exercise, days=1)
    check_intake_chain(*read_log(exercise))
