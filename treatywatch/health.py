"""Liveness and readiness: may this process be sent requests?"""

from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from redis.exceptions import RedisError

from alerts.services.status import outbox_status


def live(_request: HttpRequest) -> JsonResponse:
    """Answer 200 while the process can answer at all."""
    return JsonResponse({"live": True})


def ready(_request: HttpRequest) -> JsonResponse:
    """Answer 200 when PostgreSQL and Valkey answer, else 503 naming the one that does not."""
    faults = [name for name, works in (("database", _database_answers()), ("cache", _cache_answers())) if not works]
    return JsonResponse({"ready": not faults, "faults": faults}, status=503 if faults else 200)


def alerts(_request: HttpRequest) -> JsonResponse:
    """Answer 200 while mail flows, else 503 with what is wrong.

    Apart from `ready`, because pages can be served well while the mail relay is down.
    """
    status = outbox_status(at=timezone.now())
    return JsonResponse(status.as_dict(), status=503 if status.troubles else 200)


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _cache_answers() -> bool:
    try:
        cache.get("health")
    except (RedisError, OSError):
        return False
    return True
