"""Clients that send slowly, or nothing at all, or do not read: nobody else waits for them."""

import socket
from contextlib import ExitStack

import pytest

from hos_portal.embedded.ports import LOOPBACK
from tests.faults.test_portal import NUMBERS, number_in

CLIENTS_OF_A_KIND = 100
HEADERS = (
    b"POST /payments/sandbox/callback/ HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    b"Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n"
)
BEGINNINGS = {
    "silent": b"",
    "stop in their headers": HEADERS[:-20],
    "stop in their body": HEADERS + b"{",
    "do not read": b"GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
}


@pytest.fixture
def slow_clients(stack):
    """Connections that have sent so much and then pause."""
    stack.start("portal")
    with ExitStack() as connections:
        for beginning in BEGINNINGS.values():
            for _ in range(CLIENTS_OF_A_KIND):
                place = (LOOPBACK, stack.port)
                connection = connections.enter_context(socket.create_connection(place, 30))
                connection.sendall(beginning)
        yield
    stack.kill("portal")


def test_hundreds_of_slow_clients_hold_up_nobody(stack, make_messages, slow_clients):
    (message,) = make_messages("SLOW", 1)
    status, text = stack.pay(message)
    assert status == 200
    assert stack.ask(NUMBERS, "SLOW") == [(number_in(text),)]
