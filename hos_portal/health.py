"""Health for load balancers: ``/livez`` says the process answers, ``/readyz`` that it can work."""

from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse


def show_liveness(request: HttpRequest) -> JsonResponse:
    """Answer without touching any other service."""
    return JsonResponse({"status": "alive"})


def show_readiness(request: HttpRequest) -> JsonResponse:
    """
    Answer 200 when the database answers, 503 otherwise.

    A cache or broker that is down does not make the portal unready: it takes applications
    without either, and says so here.
    """
    parts = {"database": _database_answers(), "cache": _cache_answers()}
    return JsonResponse(
        {"status": "ready" if parts["database"] else "unavailable", **parts},
        status=200 if parts["database"] else 503,
    )


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _cache_answers() -> bool:
    try:
        cache.get("readyz")
    except Exception:  # any client's error means the same here: the cache does not answer
        return False
    return True
