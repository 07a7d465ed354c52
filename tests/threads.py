"""Real threads with real database connections, let loose at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connections

PATIENCE_SECONDS = 60


def run_at_once(*calls):
    """
    Make every call in a thread of its own, all starting together; give what each one returned.

    An exception is given like a value, because in a race it is one of the answers.
    """
    start = Barrier(len(calls))

    def make(call):
        try:
            start.wait(PATIENCE_SECONDS)
            return call()
        except Exception as error:  # the test judges it
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(make, calls))


def run_in_background(threads, call):
    """Make a call in a thread of a pool; give its future."""

    def make():
        try:
            return call()
        finally:
            connections.close_all()

    return threads.submit(make)
