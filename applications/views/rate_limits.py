"""A limit to guessing, counted in the cache for each client address."""

from django.core.cache import cache
from django.http import HttpRequest
from rest_framework.throttling import BaseThrottle

from applications.models.encrypted import hash_for_lookup


def is_over_limit(request: HttpRequest, *, action: str, tries: int, window_seconds: int) -> bool:
    """
    Count one more try of this client and tell whether it is one too many.

    The address is kept as a keyed hash, for the length of the window.
    """
    address = hash_for_lookup("client-address", read_client_address(request))
    key = f"tries:{action}:{address.hex()}"
    cache.add(key, 0, timeout=window_seconds)
    return int(cache.incr(key)) > tries


def read_client_address(request: HttpRequest) -> str:
    """
    Read the address that limits count, the same as for the API.

    It is that of the connection, or with ``HOS_PROXY_COUNT`` the one that the outermost of so many
    proxies wrote into ``X-Forwarded-For``; whatever a client wrote there itself stands before it.
    """
    return str(BaseThrottle().get_ident(request))  # type: ignore[arg-type]
