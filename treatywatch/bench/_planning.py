"""How many rows are planned a second, what the minute's sweep costs, and how much memory many subscribers take."""

from __future__ import annotations

import resource
import time
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection
from django.utils import timezone

from alerts.models import Alert
from alerts.services.outbox import claim
from alerts.services.planning import plan
from treatywatch.chaos.readers import gather, give_notice, invent_treaty

if TYPE_CHECKING:
    from collections.abc import Callable

_FEW = 1000
_SWEEPS = 5
_CLAIMS = 20


def planning(subscribers: int) -> dict[str, float]:
    """Return rows a second, seconds of an idle sweep with few and many subscriptions, and the most memory in MB."""
    settings.ALERTS_SETTLE_SECONDS = 0
    _follow_and_plan("few", _FEW)
    few = _best(lambda: plan(at=timezone.now()))
    rate = _follow_and_plan("many", subscribers)
    claims = _claims_a_second()
    many = _best(lambda: plan(at=timezone.now()))
    return {
        f"planned, {subscribers} subscribers to one deadline, rows a second": round(rate),
        "claimed of them in batches of 500, rows a second": round(claims),
        f"sweep with {_FEW} subscriptions, ms": round(few * 1000, 1),
        f"sweep with {_FEW + subscribers} subscriptions, ms": round(many * 1000, 1),
        "sweep, many to few": round(many / few, 2),
        "most memory of our process, MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "most memory of its database session, shared buffers included, MB": _session_megabytes(),
    }


def _follow_and_plan(name: str, subscribers: int) -> float:
    # So long ago that the sweep finds nothing new in it: a plan of that day, then today's.
    at = timezone.now()
    treaty = invent_treaty(f"plan-{name}")
    gather(treaty, subscribers, at=at)
    _run("VACUUM ANALYZE")
    give_notice(treaty, at=at)
    began = time.perf_counter()
    planned = plan(at=timezone.now())
    rate = planned / (time.perf_counter() - began)
    _run("VACUUM ANALYZE")
    return rate


def _run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def _best(work: Callable[[], object]) -> float:
    seconds = []
    for _ in range(_SWEEPS):
        began = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - began)
    return min(seconds)


def _claims_a_second() -> float:
    began, claimed = time.perf_counter(), 0
    for _ in range(_CLAIMS):
        claimed += len(claim(at=timezone.now() + timedelta(seconds=1), limit=500).alerts)
    seconds = time.perf_counter() - began
    Alert.objects.filter(state=Alert.State.CLAIMED).update(state="pending", claim_token=None, lease_until=None)
    return claimed / seconds


def _session_megabytes() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = cursor.fetchone()[0]
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return 0
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) // 1024
