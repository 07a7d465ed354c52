"""
One whole request at a time for the application, however slowly its body comes.

The server hands a request over as soon as it has its headers, and whoever reads the body waits for
the client. Were that the application, as many slow telephones as there are processes would stop the
portal. Here each waits in a thread of its own; a process can have many, for they only wait.

When a request was whole is noted, so that what was sent before closing counts although it waited.
"""

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from io import BytesIO
from threading import Lock
from typing import Any

from applications.selectors.clock import RECEIVED

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]


class WholeRequests:
    """
    Read bodies side by side, and let the application answer one request after another.

    :param longest: bytes of a body; a longer one goes through unread, for the application to refuse
        by its declared length.
    """

    def __init__(self, application: Application, *, longest: int) -> None:
        self._application = application
        self._longest = longest
        self._queue = Queue()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        length = int(environ.get("CONTENT_LENGTH") or 0)
        if 0 < length <= self._longest:
            environ["wsgi.input"] = BytesIO(environ["wsgi.input"].read(length))
        environ[RECEIVED] = time.monotonic()
        with self._queue.turn():
            return self._application(environ, start_response)


class Queue:
    """A queue of threads. The one that came first is next; a plain lock has favourites."""

    def __init__(self) -> None:
        self._guard = Lock()
        self._is_taken = False
        self._waiting: deque[Lock] = deque()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for one's turn, and hand on to the next one afterwards."""
        self._wait()
        try:
            yield
        finally:
            self._hand_on()

    def _wait(self) -> None:
        with self._guard:
            if not self._is_taken:
                self._is_taken = True
                return
            place = Lock()
            place.acquire()
            self._waiting.append(place)
        place.acquire()

    def _hand_on(self) -> None:
        with self._guard:
            self._is_taken = bool(self._waiting)
            if self._waiting:
                self._waiting.popleft().release()
