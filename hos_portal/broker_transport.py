"""
Redis and Valkey as a broker that may die and come back while a worker runs.

With kombu 5.7 a worker that acknowledges a message, or gives one back, when the connection it came
over has been dropped meets an ``AttributeError``, which nothing expects, and ends for good. Here it
meets a connection error, which Celery expects: it goes on over the new connection. The message
comes again, and whatever it asks for is owed in the database and done once.
"""

from typing import Any

from kombu.transport import TRANSPORT_ALIASES, redis
from redis.exceptions import ConnectionError as BrokerConnectionError


class Channel(redis.Channel):
    """A channel that knows when its connection is gone."""

    def _connparams(self, asynchronous: bool = False) -> dict[str, Any]:
        if getattr(self.connection, "client", None) is None:
            raise BrokerConnectionError("The connection to the broker is closed.")
        parameters: dict[str, Any] = super()._connparams(asynchronous)  # type: ignore[no-untyped-call]
        return parameters


class Transport(redis.Transport):
    """The transport with that channel."""

    Channel = Channel


def install() -> None:
    """Let addresses that begin with ``redis://`` and ``rediss://`` use this transport."""
    for scheme in ("redis", "rediss"):
        TRANSPORT_ALIASES[scheme] = f"{__name__}:Transport"
