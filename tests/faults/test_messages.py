"""E-mails when workers and mail servers die: none is lost, and none is another one."""

import pytest
from celery import Celery
from kombu import Connection

from tests.faults.stack import wait_until
from tests.mail import MailServer

SENT = "SELECT count(*) FROM applications_message WHERE sent_at IS NOT NULL"
LEFT = "SELECT count(*) FROM applications_message WHERE sent_at IS NULL"
SEND = "applications.tasks.send_owed_messages"


@pytest.fixture
def mail_server(stack):
    """A mail server to which the worker of the stack sends."""
    with MailServer() as server:
        stack.environment["HOS_EMAIL_URL"] = f"smtp://127.0.0.1:{server.port}"
        yield server
        if "worker" in stack.processes:
            stack.kill("worker")


def order_sending(stack, times):
    """Ask for sending as several clocks of periodic tasks would."""
    with Connection(stack.environment["CELERY_BROKER_URL"]) as connection:
        for _ in range(times):
            Celery().send_task(SEND, queue="default", connection=connection)


def let_lease_end(stack):
    """Bring forward the moment at which what was taken or put off comes due again."""
    stack.tell("UPDATE applications_message SET due_at = now() WHERE sent_at IS NULL")


def wait_for_sending(stack):
    wait_until(lambda: stack.ask_one(LEFT) == 0, "every message is sent")


def test_a_worker_killed_before_it_marks_a_message_sends_the_same_one_again(
    stack, mail_server, store_forms
):
    store_forms("MARK", 1)
    mail_server.before_answering = lambda: stack.kill("worker")
    stack.start("worker")
    order_sending(stack, 1)
    wait_until(
        lambda: "worker" not in stack.processes, "the worker dies with the answer on its way"
    )
    assert stack.ask_one(SENT) == 0

    mail_server.before_answering = lambda: None
    stack.start("worker")
    let_lease_end(stack)
    order_sending(stack, 1)
    wait_for_sending(stack)
    order_sending(stack, 3)
    first, again = mail_server.mails
    assert first.id == again.id
    assert stack.ask_one(SENT) == 1


def test_a_server_that_was_down_gets_each_once_though_clocks_tick_twice(
    stack, mail_server, store_forms
):
    mail_server.stop()
    store_forms("TWICE", 30)
    stack.start("worker")
    order_sending(stack, 2)
    stack.wait_for_log("worker", "mail_server_away")
    assert stack.ask_one(LEFT) == 30

    mail_server.start()
    let_lease_end(stack)
    order_sending(stack, 8)
    wait_for_sending(stack)
    assert len(mail_server.mails) == len({mail.id for mail in mail_server.mails}) == 30
