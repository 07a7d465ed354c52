"""A limit to guessing, counted in the cache for each client address."""

from django.core.cache import cache
from django.http import HttpRequest

from applications.models.encrypted import hash_for_lookup


def is_over_limit(request: HttpRequest, *, action: str, tries: int, window_seconds: int) -> bool:
    """
    Count one more try of this client and tell whether it is one too many.

    The address is kept as a keyed hash, for the length of the window.
    """
    address = request.META.get("REMOTE_ADDR", "")
    key = f"tries:{action}:{hash_for_lookup('client-address', address).hex()}"
    cache.add(key, 0, timeout=window_seconds)
    return int(cache.incr(key)) > tries
