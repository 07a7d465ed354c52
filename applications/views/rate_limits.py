"""Limits to guessing, counted in the cache for each client address or for what is guessed at."""

from ipaddress import ip_address, ip_network

from django.core.cache import cache
from django.http import HttpRequest
from rest_framework.throttling import BaseThrottle

from applications.models.encrypted import hash_for_lookup

SUBSCRIBER_BITS = 64


def is_over_limit(request: HttpRequest, *, action: str, tries: int, window_seconds: int) -> bool:
    """
    Count one more try of this client and tell whether it is one too many.

    The address is kept as a keyed hash, for the length of the window.
    """
    address = hash_for_lookup("client-address", read_client_address(request))
    return _count_try(f"{action}:{address.hex()}", window_seconds) > tries


def is_subject_over_limit(subject: str, *, action: str, tries: int, window_seconds: int) -> bool:
    """
    Count one more try at the same thing, by whomever, and tell whether it is one too many.

    Whoever guesses from many addresses is stopped by this one. What was guessed at need not exist.
    """
    hashed = hash_for_lookup("tried-subject", subject)
    return _count_try(f"{action}:{hashed.hex()}", window_seconds) > tries


def read_client_address(request: HttpRequest) -> str:
    """
    Read the address that limits count, the same as for the API.

    It is that of the connection, or with ``HOS_PROXY_COUNT`` the one that the outermost of so many
    proxies wrote into ``X-Forwarded-For``; whatever a client wrote there itself stands before it.
    """
    return find_subscriber(str(BaseThrottle().get_ident(request)))  # type: ignore[arg-type]


def find_subscriber(address: str) -> str:
    """
    Give what of an address stands for one connection to the internet.

    In IPv6 each household has at least a network of 2**64 addresses, and could guess from another
    one each time.
    """
    try:
        known = ip_address(address)
    except ValueError:
        return address
    if known.version == 4 or known.ipv4_mapped:
        return address
    return str(ip_network((known, SUBSCRIBER_BITS), strict=False))


def _count_try(name: str, window_seconds: int) -> int:
    key = f"tries:{name}"
    cache.add(key, 0, timeout=window_seconds)
    return int(cache.incr(key))
