"""The application gets one whole request at a time, in the order in which they were whole."""

import time
from io import BytesIO
from threading import Event, Thread

import pytest

from applications.selectors.clock import RECEIVED
from hos_portal.whole_requests import WholeRequests

LONGEST = 10


class SlowBody:
    """A body that comes when its client is allowed to go on."""

    def __init__(self, text):
        self.goes_on = Event()
        self.text = text

    def read(self, length):
        assert self.goes_on.wait(10)
        return self.text[:length]


def answer(environ, start_response):
    return [environ["wsgi.input"].read()]


def send(application, body, length):
    environ = {"CONTENT_LENGTH": str(length), "wsgi.input": body}
    return b"".join(application(environ, None))


def test_a_body_that_comes_slowly_holds_up_nobody():
    application = WholeRequests(answer, longest=LONGEST)
    slow = SlowBody(b"slow")
    answers = []
    client = Thread(target=lambda: answers.append(send(application, slow, 4)))
    client.start()
    assert send(application, BytesIO(b"quick"), 5) == b"quick"
    slow.goes_on.set()
    client.join(10)
    assert answers == [b"slow"]


@pytest.mark.parametrize("length", ["", "0", str(LONGEST + 1)])
def test_a_body_that_is_not_there_or_too_long_is_not_read(length):
    application = WholeRequests(lambda environ, _: [], longest=LONGEST)
    body = BytesIO(b"0123456789A")
    send(application, body, length)
    assert body.tell() == 0


def test_it_is_noted_when_a_request_was_whole_and_not_when_its_turn_came():
    began, noted, answered = Event(), [], []

    def application(environ, start_response):
        noted.append(environ[RECEIVED])
        began.set()
        time.sleep(0.2)
        answered.append(time.monotonic())
        return []

    queued = WholeRequests(application, longest=LONGEST)
    first = Thread(target=lambda: send(queued, BytesIO(b""), 0))
    first.start()
    began.wait(10)
    send(queued, BytesIO(b""), 0)
    first.join(10)
    assert noted[1] < answered[0]


def test_requests_are_answered_one_at_a_time_and_none_is_forgotten():
    running, most = [], []

    def application(environ, start_response):
        running.append(environ)
        most.append(len(running))
        running.pop()
        return [b"answered"]

    whole = WholeRequests(application, longest=LONGEST)
    answers = []
    clients = [Thread(target=lambda: answers.append(send(whole, BytesIO(), ""))) for _ in range(64)]
    for client in clients:
        client.start()
    for client in clients:
        client.join(10)
    assert answers == [b"answered"] * 64
    assert max(most) == 1


def test_the_turn_goes_on_when_the_application_fails():
    def fail(environ, start_response):
        raise LookupError

    application = WholeRequests(fail, longest=LONGEST)
    for _ in range(2):
        with pytest.raises(LookupError):
            send(application, BytesIO(), "")
