"""How many rows are planned a second, what the minute's sweep costs, and how much memory many subscribers take."""

from __future__ import annotations

import resource
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from datetime import time as clock_time
from functools import partial
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, cast

from django.conf import settings
from django.db import connection
from django.utils import timezone

from alerts.models import Alert, Subscription
from alerts.services.outbox import claim
from alerts.services.planning import plan
from events.models import Deadline
from treatywatch.chaos.readers import gather, give_notice, invent_treaty

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

    from treaties.models import Treaty

_FEW = 1000
_DUE = 100
_ASKED = 20_000
_SWEEPS = 5
_GROUP = 500
# Readers of their own leads are reminded so many days before, and the days after: long before anybody else is.
_OWN_LEAD = 120
_numbers = count()


def planning(subscribers: int) -> dict[str, float]:
    """Return rows a second, seconds of a sweep with few and many subscriptions, and the most memory in MB."""
    settings.ALERTS_SETTLE_SECONDS = 0
    few = _followed("plan-few", _FEW)
    _plan_for(few)
    idle_few, due_few = _sweeps()
    treaty = _fill(lambda: _followed("plan-many", subscribers))
    asked = min(subscribers, _ASKED)
    _run(f"DELETE FROM alerts_askagain WHERE id <= (SELECT MAX(id) FROM alerts_askagain) - {asked}")
    asked_again = _rate(asked, _sweep)
    _run("VACUUM ANALYZE")
    with _session_memory() as memory:
        rate = _plan_for(treaty)
        planned_in = _own_memory()
        claimed, claims = _claim_all()
        claimed_in = _own_memory()
    ceiling = _ceiling()
    _send_all()
    idle_many, due_many = _sweeps()
    turn_few, turn_many = _turns(few, _OWN_LEAD), _turns(treaty, _OWN_LEAD - _SWEEPS)
    return {
        f"planned, {subscribers} subscribers to one deadline, rows a second": round(rate),
        "the same rows by INSERT … SELECT, no index, no constraint, rows a second": round(ceiling),
        "planned, of that ceiling": round(rate / ceiling, 3),
        f"claimed of them in groups of {_GROUP}, rows": claimed,
        "claimed, rows a second": round(claims),
        "asked again after a change of theirs, subscribers a second": round(asked_again),
        f"sweep with {_FEW} subscriptions, nothing due, ms": round(idle_few * 1000, 1),
        f"sweep with {_FEW + subscribers} subscriptions, nothing due, ms": round(idle_many * 1000, 1),
        "sweep with nothing due, many to few": round(idle_many / idle_few, 2),
        f"sweep with {_FEW} subscriptions, {_DUE} mails due, ms": round(due_few * 1000, 1),
        f"sweep with {_FEW + subscribers} subscriptions, {_DUE} mails due, ms": round(due_many * 1000, 1),
        f"sweep with {_DUE} mails due, many to few": round(due_many / due_few, 2),
        f"sweep in which {_DUE} of {_FEW} followers of one clock are due, ms": round(turn_few * 1000, 1),
        f"sweep in which {_DUE} of {subscribers} followers of one clock are due, ms": round(turn_many * 1000, 1),
        f"sweep with {_DUE} followers of one clock due, many to few": round(turn_many / turn_few, 2),
        "most memory of our process until all was planned, MB": planned_in,
        "most memory of our process until all was claimed, MB": claimed_in,
        "most memory of its database session, without shared buffers, MB": max(memory, default=0) // 1024,
    }


def _followed(name: str, subscribers: int) -> Treaty:
    treaty = invent_treaty(name)
    gather(treaty, subscribers, at=timezone.now())
    return treaty


def _fill(make: Callable[[], Treaty]) -> Treaty:
    """Make rows without looking up each reference: they are made of rows that are there."""
    _run("SET session_replication_role = replica")
    made = make()
    _run("SET session_replication_role = origin")
    _run("ANALYZE")
    return made


def _sweep() -> int:
    return plan(at=timezone.now())


def _plan_for(treaty: Treaty) -> float:
    """Start a clock of the treaty, plan it, and return how many rows a second were planned."""
    give_notice(treaty, at=timezone.now())
    began = time.perf_counter()
    planned = _sweep()
    return planned / (time.perf_counter() - began)


def _sweeps() -> tuple[float, float]:
    """Return the seconds of a sweep that finds nothing, and of one that finds a few mails."""
    treaties = [_followed(f"due-{next(_numbers)}", _DUE) for _ in range(_SWEEPS)]
    _sweep()
    _run("VACUUM ANALYZE")
    idle, due = [], []
    for treaty in treaties:
        idle.append(_seconds(_sweep))
        give_notice(treaty, at=timezone.now())
        due.append(_seconds(_sweep))
    return min(idle), min(due)


def _turns(treaty: Treaty, first: int) -> float:
    """Return the seconds of a sweep in which a few of the treaty's followers, and no others, are to be reminded.

    It is `first` days before the due day, and again on each of some days that follow, for others; the least counts.
    """
    wishes = list(
        Subscription.objects.filter(treaty=treaty).order_by("pk").values_list("pk", flat=True)[: _DUE * _SWEEPS]
    )
    due = cast("date", Deadline.objects.get(provision__treaty=treaty).due)
    mornings = []
    for number in range(_SWEEPS):
        lead, theirs = first - number, wishes[number * _DUE : (number + 1) * _DUE]
        Subscription.objects.filter(pk__in=theirs).update(lead_days=[lead])
        mornings.append(datetime.combine(due - timedelta(days=lead), clock_time(settings.ALERTS_MORNING_HOUR), UTC))
    plan(at=mornings[0] - timedelta(hours=1))
    _run("VACUUM ANALYZE")
    return min(_seconds(partial(_plan_few, at)) for at in mornings)


def _plan_few(at: datetime) -> None:
    if (planned := plan(at=at)) != _DUE:
        raise RuntimeError(f"{planned} mails were planned, where {_DUE} are due")


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _rate(rows: int, work: Callable[[], object]) -> float:
    return rows / _seconds(work)


def _run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def _claim_all() -> tuple[int, float]:
    """Claim all that is due, as a worker does that sends it; returns how many rows, and how many a second."""
    began, claimed = time.perf_counter(), 0
    while held := len(claim(at=timezone.now() + timedelta(seconds=1), limit=_GROUP).alerts):
        claimed += held
    return claimed, claimed / (time.perf_counter() - began)


def _own_memory() -> int:
    """Return the most memory that our process ever had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _ceiling() -> float:
    """Return how many rows a second PostgreSQL copies from the outbox into a table that promises nothing."""
    _run("CREATE TABLE bare (LIKE alerts_alert)")
    rate = _rate(Alert.objects.count(), lambda: _run("INSERT INTO bare SELECT * FROM alerts_alert"))
    _run("DROP TABLE bare")
    return rate


def _send_all() -> None:
    """Take all mails that were claimed for sent: a sweep meets what has been told to everybody."""
    values = {"state": Alert.State.SENT, "sent_at": timezone.now(), "claim_token": None, "lease_until": None}
    Alert.objects.filter(state=Alert.State.CLAIMED).update(**values)


@contextmanager
def _session_memory() -> Iterator[list[int]]:
    """Yield a list that fills with the private memory of our database session in kB, read five times a second."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        status = Path(f"/proc/{cursor.fetchone()[0]}/status")
    seen: list[int] = []
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.2) and status.exists():
            line = next(line for line in status.read_text().splitlines() if line.startswith("RssAnon"))
            seen.append(int(line.split()[1]))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield seen
    finally:
        over.set()
        watcher.join()
