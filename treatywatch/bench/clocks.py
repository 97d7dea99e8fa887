"""`./tw bench clocks`: computations a second against bare relativedelta additions, and recomputing stored deadlines.

The database work happens in a transaction that is rolled back.
"""

from __future__ import annotations

import argparse
import resource
import time
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import django
from dateutil.relativedelta import relativedelta

from events.clocks import DateSpan, Facts, Rule, compute, compute_date
from treatywatch.bench._telling import tell

if TYPE_CHECKING:
    from collections.abc import Callable

_ROUNDS = 7
_RULE = Rule(kind="offset", amount=6, unit="months", citation="INF Treaty, Article XV(2)", zone="America/New_York")
_AT = datetime(2026, 11, 24, 12, tzinfo=UTC)
_EVENTS_OF_A_TREATY = 1000


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="tw bench clocks", description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--dates", type=int, default=20_000, help="dates in each round (default: %(default)s)")
    parser.add_argument("--rows", type=int, default=250_000, help="stored deadlines (default: %(default)s)")
    options = parser.parse_args()
    figures = _computations(options.dates) | (_recomputing(options.rows) if options.rows else {})
    tell(figures, as_json=options.json)


def _computations(count: int) -> dict[str, float]:
    days = [date(1990, 1, 1) + timedelta(days=number % 20_000) for number in range(count)]
    spans = [DateSpan.day(day) for day in days]
    six_months = relativedelta(months=6)
    runs: dict[str, Callable[[], object]] = {
        "relativedelta": lambda: [day + six_months for day in days],
        "date only": lambda: [compute_date(_RULE, day) for day in days],
        "with steps": lambda: [compute(_RULE, Facts(trigger=span)) for span in spans],
    }
    # Interleaved, the best of several rounds: a noisy machine slows every contestant alike.
    best = dict.fromkeys(runs, float("inf"))
    for _ in range(_ROUNDS):
        for name, run in runs.items():
            began = time.perf_counter()
            run()
            best[name] = min(best[name], time.perf_counter() - began)
    ceiling = best["relativedelta"]
    return {f"{name}, a second": round(count / seconds) for name, seconds in best.items()} | {
        "ratio, date only": round(ceiling / best["date only"], 2),
        "ratio, with steps": round(ceiling / best["with steps"], 2),
    }


def _recomputing(rows: int) -> dict[str, float]:
    django.setup()
    from django.db import transaction

    from events.models import Deadline
    from events.services import recompute_treaty
    from treaties.models import Treaty

    with transaction.atomic():
        treaties = _fill(rows)
        for key in treaties:
            recompute_treaty(Treaty.objects.get(pk=key), at=_AT)
        stored = Deadline.objects.filter(provision__treaty__in=treaties).count()
        before, began = _megabytes(), time.perf_counter()
        for key in treaties:
            recompute_treaty(Treaty.objects.get(pk=key), at=_AT + timedelta(hours=1))
        seconds = time.perf_counter() - began
        transaction.set_rollback(True)
    return {
        "stored deadlines": stored,
        "recomputed rows a second": round(stored / seconds),
        "most memory, MB": _megabytes(),
        "grown while recomputing, MB": _megabytes() - before,
    }


def _fill(rows: int) -> list[int]:
    from django.db import connection

    with connection.cursor() as cursor:
        # Kept history of invented rows would only be rolled back again.
        cursor.execute("SET LOCAL session_replication_role = replica")
        keys = [_treaty(number) for number in range(-(-rows // _EVENTS_OF_A_TREATY))]
        cursor.execute("ANALYZE")
    return keys


def _treaty(number: int) -> int:
    from events.models import Event
    from treaties.models import Party, Provision, Source, Treaty

    source, _ = Source.objects.get_or_create(slug="bench", publisher="Bench", title="Bench")
    party, _ = Party.objects.get_or_create(slug="bench", name="Bench")
    treaty = Treaty.objects.create(
        slug=f"bench-{number}", short_name=f"Bench {number}", laterality="bilateral", publication="published"
    )
    Provision.objects.create(
        treaty=treaty,
        article="I",
        kind="withdrawal",
        effect_title="{party} withdrawal takes effect",
        trigger_kind="notice_of_withdrawal",
        rule={"schema": 1, "kind": "offset", "amount": 6, "unit": "months", "citation": "Bench, Article I"},
    )
    days = [date(2000, 1, 1) + timedelta(days=one) for one in range(_EVENTS_OF_A_TREATY)]
    events = Event.objects.bulk_create(
        Event(
            slug=f"bench-{number}-{day}",
            kind="notice_of_withdrawal",
            date=day.isoformat(),
            earliest=day,
            latest=day,
            title=f"Notice of {day}",
            actor=party,
            publication="published",
            published_at=datetime.now(UTC),
        )
        for day in days
    )
    Event.treaties.through.objects.bulk_create(Event.treaties.through(event=one, treaty=treaty) for one in events)
    Event.sources.through.objects.bulk_create(Event.sources.through(event=one, source=source) for one in events)
    return treaty.pk


def _megabytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    main()
