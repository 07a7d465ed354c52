"""Two things at the same moment, on two connections, with real threads."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections, transaction

from applications.models import Application
from applications.selectors.clock import read_clock
from applications.services.intake import ExerciseClosed
from lottery.models import Ceremony, Draw, RankingEntry, Register, RegisterEntry
from lottery.selectors.registers import iterate_register_lines
from lottery.services.ceremonies import settle_ceremony
from lottery.services.draws import run_draw
from tests.factories import make_draft, pay_draft, screen_everything, store_online
from tests.integration.lottery import stages

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE_SECONDS = 30


def in_thread(work):
    """Wrap work for a thread: its connection goes back to the pool afterwards."""

    def run():
        try:
            return work()
        finally:
            connections.close_all()

    return run


def run_together(*works):
    """Run works at the same moment, each in a thread of its own; give their results."""
    barrier = threading.Barrier(len(works))

    def start(work):
        barrier.wait(PATIENCE_SECONDS)
        return in_thread(work)()

    with ThreadPoolExecutor(len(works)) as pool:
        futures = [pool.submit(start, work) for work in works]
        return [future.result(PATIENCE_SECONDS) for future in futures]


def wait_for_somebody_to_wait():
    """Return once another connection of this database waits for a lock."""
    for _ in range(PATIENCE_SECONDS * 50):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone()[0]:
                return
        time.sleep(0.02)
    raise AssertionError("nobody waits for a lock")


def test_closing_waits_for_a_submission_under_way_and_nothing_comes_after_freezing():
    exercise = stages.make_ballot()
    stages.fill(exercise, family=2, one_person=2)
    drafts = [make_draft(exercise, 70), make_draft(exercise, 71)]
    numbered, may_commit = threading.Event(), threading.Event()

    def submit():
        with transaction.atomic():
            application = pay_draft(drafts[0])
            numbered.set()
            assert may_commit.wait(PATIENCE_SECONDS)
        return application.number

    with ThreadPoolExecutor(2) as pool:
        submission = pool.submit(in_thread(submit))
        assert numbered.wait(PATIENCE_SECONDS)
        closing = pool.submit(in_thread(lambda: stages.close(exercise)))
        wait_for_somebody_to_wait()
        assert not closing.done()
        may_commit.set()
        number = submission.result(PATIENCE_SECONDS)
        closed = closing.result(PATIENCE_SECONDS)
    with pytest.raises(ExerciseClosed):
        store_online(exercise, 72)
    screen_everything()
    register = stages.freeze(closed)
    numbers = [int(line[:8]) for line in iterate_register_lines(register)]
    assert numbers == list(range(10_000_001, 10_000_006))
    assert numbers[-1] == number
    assert Application.objects.count() == RegisterEntry.objects.count()


def test_two_freezes_at_once_give_one_register():
    exercise = stages.make_ballot()
    stages.fill(exercise)
    screen_everything()
    exercise = stages.close(exercise)
    one, other = run_together(*[lambda: stages.freeze(exercise)] * 2)
    assert one == other
    assert one.commitment_sha256 == other.commitment_sha256
    assert (Register.objects.count(), RegisterEntry.objects.count()) == (1, 10)


def test_two_settlements_at_once_give_one_ceremony():
    exercise = stages.make_ballot()
    stages.fill(exercise)
    publication = stages.publish(exercise)
    for officer in stages.make_officers():
        stages.key(publication, officer)

    def settle():
        return settle_ceremony(publication=publication, settled_at=read_clock()).ceremony_text

    one, other = run_together(settle, settle)
    assert one == other
    assert Ceremony.objects.count() == 1


def test_two_draws_at_once_give_one_draw():
    exercise = stages.make_ballot()
    stages.fill(exercise)
    ceremony = stages.settle(stages.publish(exercise))

    def run():
        return run_draw(ceremony=ceremony, run_at=read_clock()).run_at

    one, other = run_together(run, run)
    assert one == other
    assert (Draw.objects.count(), RankingEntry.objects.count()) == (1, 10)
