"""The portal and PostgreSQL die under load: whoever was told a number has an application."""

import json
import signal
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from celery import Celery
from kombu import Connection

from tests.faults.stack import wait_until

EXERCISE = "SELECT id FROM applications_exercise WHERE code = %s"
NUMBERS = f"SELECT number FROM applications_application WHERE exercise_id = ({EXERCISE})"
STORED = f"SELECT count(*) FROM applications_application WHERE exercise_id = ({EXERCISE})"

RECONCILE = "applications.tasks.reconcile_payments"
DRAFTS = "SELECT id, answers_json FROM applications_draft ORDER BY id"


@pytest.fixture
def portal(stack):
    """A portal that answers; whatever a test leaves of it and of a worker is killed."""
    stack.start("portal")
    yield
    for name in ("portal", "worker"):
        if name in stack.processes:
            stack.kill(name)


def order_reconciling(stack, times):
    """Ask for what the clock asks for each minute, as several clocks at once would."""
    with Connection(stack.environment["CELERY_BROKER_URL"]) as connection:
        for _ in range(times):
            Celery().send_task(RECONCILE, queue="default", connection=connection)


def number_in(text):
    return json.loads(text)["application_number"]


def pay_until_answered(stack, message):
    """Retry as a provider does until the portal has answered; give the number."""
    return number_in(
        wait_until(
            lambda: next((text for status, text in [stack.pay(message)] if status == 200), None),
            "the portal answers a retry",
        )
    )


def assert_each_is_there_once(stack, code, acknowledged, numbers):
    """Compare what was told during the fault, what retries were told, and what is stored."""
    assert {position: numbers[position] for position in acknowledged} == acknowledged
    stored = sorted(number for (number,) in stack.ask(NUMBERS, code))
    assert sorted(numbers) == stored
    assert stored == list(range(stored[0], stored[0] + len(numbers)))


class Load:
    """Submissions that go on in the background; ``acknowledged`` holds the numbers told."""

    def __init__(self, stack, messages):
        self.acknowledged = {}
        self._stack = stack
        self._some = Event()
        self._threads = ThreadPoolExecutor(4)
        self._futures = [
            self._threads.submit(self._pay, position, message)
            for position, message in enumerate(messages)
        ]

    def _pay(self, position, message):
        status, text = self._stack.pay(message)
        if status == 200:
            self.acknowledged[position] = number_in(text)
        if len(self.acknowledged) >= 3:
            self._some.set()

    def wait_for_some(self):
        """Wait until some submissions have been acknowledged and others are under way."""
        assert self._some.wait(60)

    def finish(self):
        for future in self._futures:
            future.result(60)
        self._threads.shutdown()


def test_portal_killed_between_commit_and_answer_gives_the_same_number_again(
    stack, portal, make_messages
):
    (message,) = make_messages("COMMIT", 1)
    with ThreadPoolExecutor(1) as threads:
        # A commit checks the foreign keys last, and waits there for the exercise's row.
        with stack.holding(f"{EXERCISE} FOR UPDATE", "COMMIT"):
            answer = threads.submit(stack.pay, message)
            stack.wait_for_blocked(1, "the submission commits")
            stack.kill("portal")
            assert answer.result(60)[0] == 0
        wait_until(lambda: stack.ask_one(STORED, "COMMIT") == 1, "the commit goes through")
    told = stack.ask(NUMBERS, "COMMIT")

    stack.start("portal")
    assert [(number_in(stack.pay(message)[1]),) for _ in range(2)] == told * 2
    assert stack.ask(NUMBERS, "COMMIT") == told


def test_portal_killed_before_commit_has_stored_nothing_and_the_retry_works(
    stack, portal, make_messages
):
    (message,) = make_messages("BEFORE", 1)
    counter = f"SELECT 1 FROM applications_numbercounter WHERE exercise_id = ({EXERCISE})"
    with ThreadPoolExecutor(1) as threads:
        with stack.holding(f"{counter} FOR UPDATE", "BEFORE"):
            answer = threads.submit(stack.pay, message)
            stack.wait_for_blocked(1, "the submission waits for its number")
            stack.kill("portal")
            assert answer.result(60)[0] == 0
        wait_until(lambda: stack.count_clients() == 0, "the dead portal's sessions end")
    assert stack.ask_one(STORED, "BEFORE") == 0

    stack.start("portal")
    status, text = stack.pay(message)
    assert status == 200
    assert stack.ask(NUMBERS, "BEFORE") == [(number_in(text),)]


def test_money_taken_before_the_portal_was_killed_submits_once(stack, portal, make_messages):
    (message,) = make_messages("BANK", 1)
    payment_id = json.loads(message["body"])["payment_id"]
    way_back = stack.press_pay(payment_id)
    stack.kill("portal")
    assert stack.get(way_back)[0] == 0
    assert stack.ask_one(STORED, "BANK") == 0

    stack.tell(
        "UPDATE applications_payment SET opened_at = opened_at - interval '16 minutes'"
        " WHERE id = %s",
        payment_id,
    )
    stack.start("worker")
    order_reconciling(stack, 3)
    wait_until(lambda: stack.ask_one(STORED, "BANK") == 1, "the worker asks the provider")
    told = stack.ask(NUMBERS, "BANK")
    stack.start("portal")
    assert stack.get(way_back)[0] == 200
    assert [(number_in(stack.pay(message)[1]),) for _ in range(2)] == told * 2
    assert stack.ask(NUMBERS, "BANK") == told


def test_portal_killed_under_load_keeps_every_acknowledged_application(
    stack, portal, make_messages
):
    messages = make_messages("PORTAL", 24)
    load = Load(stack, messages)
    load.wait_for_some()
    stack.kill("portal")
    load.finish()
    assert 3 <= len(load.acknowledged) < 24

    stack.start("portal")
    numbers = [pay_until_answered(stack, message) for message in messages]
    assert_each_is_there_once(stack, "PORTAL", load.acknowledged, numbers)


def test_portal_that_is_asked_to_stop_under_load_loses_nothing(stack, portal, make_messages):
    messages = make_messages("ASKED", 24)
    load = Load(stack, messages)
    load.wait_for_some()
    process = stack.processes.pop("portal")
    process.send_signal(signal.SIGTERM)
    process.wait(30)
    load.finish()

    stack.start("portal")
    numbers = [pay_until_answered(stack, message) for message in messages]
    assert_each_is_there_once(stack, "ASKED", load.acknowledged, numbers)


def test_postgresql_killed_under_load_loses_nothing_and_the_portal_recovers_by_itself(
    stack, portal, make_messages
):
    messages = make_messages("POSTGRES", 12)
    drafts = stack.ask(DRAFTS)
    load = Load(stack, messages)
    load.wait_for_some()
    stack.kill_postgres()

    status, headers, page = stack.get("/en/")
    assert status == 503
    assert int(headers["Retry-After"]) > 0
    assert "nothing is lost" in page

    stack.postgres.start()
    load.finish()
    wait_until(stack.is_ready, "the portal finds PostgreSQL again")
    assert stack.processes["portal"].poll() is None
    numbers = [pay_until_answered(stack, message) for message in messages]
    assert_each_is_there_once(stack, "POSTGRES", load.acknowledged, numbers)
    assert stack.ask(DRAFTS) == drafts
