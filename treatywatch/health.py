"""Liveness and readiness: may this process be sent requests?"""

from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from redis.exceptions import RedisError

from alerts.services.status import mail_flow, outbox_status


def live(_request: HttpRequest) -> JsonResponse:
    """Answer 200 while the process can answer at all."""
    return JsonResponse({"live": True})


def ready(_request: HttpRequest) -> JsonResponse:
    """Answer 200 when PostgreSQL and Valkey answer, else 503 naming the one that does not.

    What is wrong with the mail is told along and refuses no request: pages are served well while the relay, beat or
    every worker is down, and a balancer that took the web processes away would only add to the trouble.
    """
    faults = [name for name, works in (("database", _database_answers()), ("cache", _cache_answers())) if not works]
    mail = [] if "database" in faults else mail_flow(at=timezone.now()).troubles
    return JsonResponse({"ready": not faults, "faults": faults, "mail": mail}, status=503 if faults else 200)


def alerts(_request: HttpRequest) -> JsonResponse:
    """Answer 200 while mail flows, else 503 with what is wrong."""
    status = outbox_status(at=timezone.now())
    return JsonResponse(status.as_dict(), status=503 if status.flow.troubles else 200)


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
