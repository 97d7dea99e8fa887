"""What a page says of a whole timeline, counted by the database: no page loads the events that it does not show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, F

from events.models import Event, Statement
from events.strips import COARSE_DAYS, Counts
from events.timeline import GROUP_LABELS, entry, group_of
from treaties.models import Party

if TYPE_CHECKING:
    from events.filters import TimelineFilters
    from events.querysets import EventQuerySet
    from events.timeline import Entry

_MOST_POSITIONS = 40


def counts_of(events: EventQuerySet) -> Counts:
    """Return how many events there are by month, and by coarse date; two queries."""
    events = events.order_by()
    exact = events.filter(latest__lte=F("earliest") + timedelta(days=COARSE_DAYS))
    coarse = events.filter(latest__gt=F("earliest") + timedelta(days=COARSE_DAYS))
    months = exact.values_list("earliest__year", "earliest__month").annotate(number=Count("pk"))
    spans = coarse.values_list("earliest", "latest").annotate(number=Count("pk"))
    return Counts(
        {date(year, month, 1): number for year, month, number in months},
        {(first, last): number for first, last, number in spans},
    )


@dataclass(frozen=True)
class Facets:
    """How many events a choice would leave, by group of kinds and by party; `total` without any filter."""

    total: int
    shown: int
    groups: list[tuple[str, str, int]]
    parties: list[Party]


def facets_of(events: EventQuerySet, filters: TimelineFilters) -> Facets:
    """Count what each choice would leave, given the other filters; three queries."""
    by_group = _by_group(filters.without("kind").narrow(events))
    chosen = filters.groups or tuple(GROUP_LABELS)
    return Facets(
        total=events.order_by().count(),
        shown=sum(by_group.get(group, 0) for group in chosen),
        groups=[(group, str(label), by_group.get(group, 0)) for group, label in GROUP_LABELS.items()],
        parties=actors_of(events),
    )


def _by_group(events: EventQuerySet) -> dict[str, int]:
    numbers: dict[str, int] = {}
    for kind, number in events.order_by().values_list("kind").annotate(number=Count("pk")):
        numbers[group_of(kind)] = numbers.get(group_of(kind), 0) + number
    return numbers


def actors_of(events: EventQuerySet) -> list[Party]:
    """Return the parties that acted or spoke in the events, by name; one query."""
    actors = events.order_by().filter(actor__isnull=False).values("actor").distinct()
    return list(Party.objects.filter(pk__in=actors).order_by("name"))


def positions_of(events: EventQuerySet) -> list[Entry]:
    """Return the latest statement of each party, newest first: where they stand."""
    said = events.filter(statement__isnull=False, actor__isnull=False)
    latest = said.order_by("actor_id", "-latest", "-pk").distinct("actor_id").values("pk")
    newest = Event.objects.filter(pk__in=latest).order_by("-latest", "-pk")[:_MOST_POSITIONS]
    return [entry(one, answered=False) for one in newest.select_related("actor", "statement")]


def suspenders_of(events: EventQuerySet) -> list[Party]:
    """Return the parties that suspended their obligations in the events, by name."""
    return actors_of(events.filter(kind=Event.Kind.SUSPENSION))


def stances_of(statements: EventQuerySet) -> list[tuple[str, str, int]]:
    """Return how many of the statements take each stance; one query."""
    rows = statements.order_by().values_list("statement__stance").annotate(number=Count("pk"))
    numbers = dict(rows)
    return [(stance, str(word), numbers.get(stance, 0)) for stance, word in Statement.Stance.choices]
