"""What a page says of a whole timeline, counted by the database: no page loads the events that it does not show."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Case, Count, DateField, F, Q, When
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast, TruncMonth

from events.models import Event, Statement
from events.paging import is_long
from events.strips import COARSE_DAYS, Counts
from events.timeline import GROUP_LABELS, entry, group_of
from treaties.models import Party

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

    from events.filters import TimelineFilters
    from events.querysets import EventQuerySet
    from events.timeline import Entry

_MOST_POSITIONS = 40


@dataclass(frozen=True)
class Survey:
    """A whole timeline, counted: the total, and how many events by kind, by month and by coarse date; who acted.

    Actors are ids of parties, and so are suspenders: those that suspended their obligations.
    """

    total: int
    kinds: Counter[str]
    counts: Counts
    actors: frozenset[int]
    suspenders: frozenset[int]

    @property
    def has_suspensions(self) -> bool:
        """Say whether anybody suspended anything."""
        return Event.Kind.SUSPENSION in self.kinds


def survey_of(events: EventQuerySet) -> Survey:
    """Return the survey of the events; one query, whose rows grow with the months and not with the events."""
    is_coarse = Q(latest__gt=F("earliest") + timedelta(days=COARSE_DAYS))
    first = Case(When(is_coarse, then=F("earliest")), default=Cast(TruncMonth("earliest"), DateField()))
    last = Case(When(is_coarse, then=F("latest")))
    columns = events.order_by().annotate(first=first, last=last).values_list("kind", "actor", "first", "last")
    rows = list(columns.annotate(number=Count("pk")))
    kinds: Counter[str] = Counter()
    months: Counter[date] = Counter()
    coarse: Counter[tuple[date, date]] = Counter()
    for kind, _actor, begin, end, number in rows:
        kinds[kind] += number
        if end is None:
            months[begin] += number
        else:
            coarse[begin, end] += number
    acted = {(kind, actor) for kind, actor, *_ in rows if actor is not None}
    return Survey(
        kinds.total(),
        kinds,
        Counts(months, coarse),
        frozenset(actor for _, actor in acted),
        frozenset(actor for kind, actor in acted if kind == Event.Kind.SUSPENSION),
    )


@dataclass(frozen=True)
class Facets:
    """How many events a choice would leave, by group of kinds and by party; `total` without any filter."""

    total: int
    shown: int
    groups: list[tuple[str, str, int]]
    parties: list[Party]


def facets_of(survey: Survey, events: EventQuerySet, filters: TimelineFilters) -> Facets:
    """Count what each choice would leave, given the other filters; `survey` is that of the events unfiltered."""
    others = filters.without("kind")
    by_group = _by_group(_kinds_of(others.narrow(events)) if others.is_active else survey.kinds)
    chosen = filters.groups or tuple(GROUP_LABELS)
    return Facets(
        total=survey.total,
        shown=sum(by_group.get(group, 0) for group in chosen),
        groups=[(group, str(label), by_group.get(group, 0)) for group, label in GROUP_LABELS.items()],
        parties=list(Party.objects.filter(pk__in=survey.actors).order_by("name")),
    )


def _kinds_of(events: EventQuerySet) -> dict[str, int]:
    return dict(events.order_by().values_list("kind").annotate(number=Count("pk")))


def _by_group(kinds: dict[str, int]) -> dict[str, int]:
    numbers: dict[str, int] = {}
    for kind, number in kinds.items():
        numbers[group_of(kind)] = numbers.get(group_of(kind), 0) + number
    return numbers


# From actor to actor by the index; a list of all actors would go through all events.
_ACTORS = """
WITH RECURSIVE actors(id) AS (
    (SELECT actor_id FROM events_event WHERE publication = 'published' AND actor_id IS NOT NULL
    ORDER BY actor_id LIMIT 1)
    UNION ALL
    SELECT (SELECT e.actor_id FROM events_event e WHERE e.publication = 'published' AND e.actor_id > actors.id
        ORDER BY e.actor_id LIMIT 1)
    FROM actors WHERE actors.id IS NOT NULL
)
SELECT id FROM actors WHERE id IS NOT NULL
"""


def actors() -> QuerySet[Party]:
    """Return the parties that acted or spoke in anything published, by name."""
    return Party.objects.filter(pk__in=RawSQL(_ACTORS, [])).order_by("name")  # noqa: S611 - nothing is put in


def positions_of(events: EventQuerySet) -> list[Entry]:
    """Return the latest statement of each party, newest first: where they stand."""
    said = events.filter(statement__isnull=False, actor__isnull=False)
    latest = said.order_by("actor_id", "-latest", "-pk").distinct("actor_id").values("pk")
    newest = Event.objects.filter(pk__in=latest).order_by("-latest", "-pk")[:_MOST_POSITIONS]
    return [entry(one, answered=False) for one in newest.select_related("actor", "statement")]


def stances_of(statements: EventQuerySet) -> list[tuple[str, str, int | None]]:
    """Return how many of the statements take each stance; None for each of so many that they are not counted out."""
    statements = statements.order_by()
    if is_long(statements):
        return [(stance, str(word), None) for stance, word in Statement.Stance.choices]
    numbers = dict(statements.values_list("statement__stance").annotate(number=Count("pk")))
    return [(stance, str(word), numbers.get(stance, 0)) for stance, word in Statement.Stance.choices]
