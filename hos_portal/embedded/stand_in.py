"""Settings for commands that touch no database, no broker and nobody's data: help, translations."""

from collections.abc import Iterator
from contextlib import contextmanager

from hos_portal.embedded.services import NO_BROKER, NO_SHARED_CACHE, environment_defaults

STAND_INS = {
    # A port that nobody listens on: a command that reaches for the database all the same fails.
    "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
    "CELERY_BROKER_URL": NO_BROKER,
    "CACHE_URL": NO_SHARED_CACHE,
    "HOS_SECRET_KEY": "stand-in",
    "HOS_ENCRYPTION_KEYS": "1:" + "A" * 43 + "=",
    "HOS_LOOKUP_KEY": "A" * 43 + "=",
    "HOS_PAYMENT_SECRET": "stand-in",
}


@contextmanager
def stand_in_settings() -> Iterator[None]:
    """Fill the required variables that are unset with values that protect and reach nothing."""
    with environment_defaults(STAND_INS):
        yield
