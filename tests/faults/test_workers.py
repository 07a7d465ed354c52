"""Workers and brokers that die: what is owed is done again, and once in effect."""

import signal

import pytest

from tests.faults.stack import wait_until

OF_EXERCISE = "exercise_id = (SELECT id FROM applications_exercise WHERE code = %s)"
OWED = "SELECT count(*) FROM applications_owedwork WHERE done_at IS NULL AND attempts = %s"


@pytest.fixture
def workers(stack):
    """A worker and the clock of periodic tasks; whatever a test leaves of them is killed."""
    stack.start("worker")
    stack.start("beat")
    yield
    for name in ("worker", "beat"):
        if name in stack.processes:
            stack.kill(name)


def hold_an_application(stack, code):
    """Lock an application, so that a worker that screens its chunk must wait in the middle."""
    return stack.holding(
        f"SELECT id FROM applications_application WHERE {OF_EXERCISE} ORDER BY id DESC LIMIT 1"
        " FOR UPDATE",
        code,
    )


def let_lease_end(stack):
    """Bring forward the moment at which a dead worker's work comes due again."""
    stack.tell("UPDATE applications_owedwork SET due_at = now() WHERE done_at IS NULL")


def states_and_screenings(stack, code):
    """Give how often each state with each number of screenings occurs."""
    return stack.ask(
        "SELECT state, screenings, count(*) FROM (SELECT a.state, count(s.id) AS screenings"
        " FROM applications_application a LEFT JOIN applications_screening s"
        f" ON s.application_id = a.id WHERE {OF_EXERCISE} GROUP BY a.id) AS each"
        " GROUP BY state, screenings",
        code,
    )


def test_a_chunk_whose_worker_is_killed_is_screened_again_and_once(stack, workers, store_forms):
    stack.kill("beat")
    store_forms("KILLED", 12)
    with hold_an_application(stack, "KILLED"):
        stack.start("beat")
        stack.wait_for_blocked(1, "the worker is in the middle of the chunk")
        stack.kill("worker")
        assert stack.ask_one(OWED, 1) == 12
    wait_until(lambda: stack.count_clients() == 0, "the dead worker's sessions end")
    assert states_and_screenings(stack, "KILLED") == [("RECEIVED", 0, 12)]

    stack.start("worker")
    let_lease_end(stack)
    stack.wait_for_screening()
    assert states_and_screenings(stack, "KILLED") == [("ADMITTED", 1, 12)]


def test_a_worker_that_is_asked_to_stop_finishes_what_it_holds(stack, workers, store_forms):
    stack.kill("beat")
    store_forms("STOPPED", 12)
    worker = stack.processes["worker"]
    with hold_an_application(stack, "STOPPED"):
        stack.start("beat")
        stack.wait_for_blocked(1, "the worker is in the middle of the chunk")
        worker.send_signal(signal.SIGTERM)
        stack.wait_for_log("worker", "Warm shutdown")
        assert worker.poll() is None
    assert worker.wait(30) == 0
    del stack.processes["worker"]
    assert stack.ask_one("SELECT count(*) FROM applications_owedwork WHERE done_at IS NULL") == 0
    assert states_and_screenings(stack, "STOPPED") == [("ADMITTED", 1, 12)]


def test_a_submission_needs_no_broker_and_is_screened_when_it_is_back(
    stack, workers, make_messages
):
    messages = make_messages("NO-BROKER", 4)
    stack.kill_broker()
    stack.start("portal")
    answers = [stack.pay(message) for message in messages]
    assert [status for status, _ in answers] == [200] * 4
    assert states_and_screenings(stack, "NO-BROKER") == [("RECEIVED", 0, 4)]

    stack.broker.start()
    stack.wait_for_screening()
    assert states_and_screenings(stack, "NO-BROKER") == [("ADMITTED", 1, 4)]
    stack.kill("portal")


def test_a_worker_whose_broker_is_killed_ends_its_task_and_goes_on(stack, workers, store_forms):
    stack.kill("beat")
    store_forms("HELD", 3)
    with hold_an_application(stack, "HELD"):
        stack.start("beat")
        stack.wait_for_blocked(1, "the worker is in the middle of the chunk")
        stack.kill_broker()
        stack.wait_for_log("worker", "Connection to broker lost")
    store_forms("MEANWHILE", 3)
    stack.broker.start()
    stack.wait_for_screening()
    assert stack.processes["worker"].poll() is None
    for code in ("HELD", "MEANWHILE"):
        assert states_and_screenings(stack, code) == [("ADMITTED", 1, 3)]
