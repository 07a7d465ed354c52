"""
Settings for commands that touch no database, no broker and nobody's data: help, types.

``python -m hos_portal.embedded.stand_in PROGRAM …`` runs another program with them.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from hos_portal.embedded.services import NO_BROKER, NO_SHARED_CACHE, environment_defaults

SECRETS = {
    "HOS_SECRET_KEY": "stand-in",
    "HOS_ENCRYPTION_KEYS": "1:" + "A" * 43 + "=",
    "HOS_LOOKUP_KEY": "A" * 43 + "=",
    "HOS_PAYMENT_SECRET": "stand-in",
}
SERVICES = {
    # A port that nobody listens on: a command that reaches for the database all the same fails.
    "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
    "CELERY_BROKER_URL": NO_BROKER,
    "CACHE_URL": NO_SHARED_CACHE,
}


@contextmanager
def stand_in_settings() -> Iterator[None]:
    """Fill the required variables that are unset with values that protect and reach nothing."""
    with environment_defaults(SECRETS | SERVICES):
        yield


if __name__ == "__main__":
    with stand_in_settings():
        os.execvp(sys.argv[1], sys.argv[1:])  # noqa: S606  (the program that the caller names)
