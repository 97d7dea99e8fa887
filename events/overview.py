"""What a page says of a whole timeline, counted by the database: no page loads the events that it does not show."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    BigIntegerField,
    Case,
    Count,
    DateField,
    F,
    Func,
    OuterRef,
    Q,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast, TruncMonth

from events.dates import wording
from events.models import Event, Statement, StatementTarget
from events.paging import COUNTED, counted
from events.strips import COARSE_DAYS, Counts
from events.timeline import GROUP_LABELS, group_of, tone_of
from treaties.addresses import in_readers_language
from treaties.compiled import Compiled
from treaties.models import Official, Party
from treaties.models.labels import label_of

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from events.filters import TimelineFilters
    from events.querysets import EventQuerySet
    from events.scope import Scope

_MOST_POSITIONS = 40


@dataclass(frozen=True)
class Tally:
    """A whole list, counted: how many events by kind, and who acted (ids of parties)."""

    kinds: Counter[str]
    actors: frozenset[int]

    @property
    def total(self) -> int:
        """Return how many events there are."""
        return self.kinds.total()


def _tallied(events: EventQuerySet) -> QuerySet:
    return events.order_by().values_list("kind", "actor").annotate(number=Count("pk"))


def tally_of(scope: Scope) -> Tally:
    """Return the tally of the events; one query, which sorts out no dates."""
    rows = scope.ask(_tallied)
    kinds: Counter[str] = Counter()
    for kind, _actor, number in rows:
        kinds[kind] += number
    return Tally(kinds, frozenset(actor for _, actor, _ in rows if actor is not None))


@dataclass(frozen=True)
class Survey(Tally):
    """A whole timeline, counted also by month and by coarse date.

    Suspenders are ids of the parties that suspended their obligations.
    """

    counts: Counts
    suspenders: frozenset[int]

    @property
    def has_suspensions(self) -> bool:
        """Say whether anybody suspended anything."""
        return Event.Kind.SUSPENSION in self.kinds


class _EachOf(Func):
    """A row for each of several texts; NULL for those that are not there."""

    function, template, set_returning = "unnest", "%(function)s(ARRAY[%(expressions)s])", True
    output_field = TextField()


def _marked(mark: str, *values: Any) -> Func:
    """Return a text that says what the value is of, such as "kind talks"; NULL where the value is."""
    told = [Cast(one, TextField()) for one in values]
    parts = [Value(f"{mark} "), *told[:1], *(part for one in told[1:] for part in (Value("/"), one))]
    return Func(*parts, template="(%(expressions)s)", arg_joiner=" || ", output_field=TextField())


def _surveyed(events: EventQuerySet) -> QuerySet:
    # Each thing told of an event is counted by itself: their combinations would be nearly as many as the events.
    is_coarse = Q(latest__gt=F("earliest") + timedelta(days=COARSE_DAYS))
    month = Case(When(~is_coarse, then=Cast(TruncMonth("earliest"), DateField())))
    told = _EachOf(
        _marked("kind", "kind"),
        _marked("actor", "actor_id"),
        _marked("suspender", Case(When(kind=Event.Kind.SUSPENSION, then=F("actor_id")))),
        _marked("month", month),
        _marked("coarse", Case(When(is_coarse, then=F("earliest"))), "latest"),
    )
    return events.order_by().annotate(told=told).values_list("told").annotate(number=Count("pk"))


def survey_of(scope: Scope) -> Survey:
    """Return the survey of the events; one query, whose rows grow with the months and not with the events."""
    counted: dict[str, Counter[str]] = {mark: Counter() for mark in ("kind", "actor", "suspender", "month", "coarse")}
    for told, number in scope.ask(_surveyed):
        if told is not None:
            mark, _, value = told.partition(" ")
            counted[mark][value] = number
    return Survey(
        counted["kind"],
        frozenset(map(int, counted["actor"])),
        Counts(
            Counter({date.fromisoformat(day): number for day, number in counted["month"].items()}),
            Counter({_span(days): number for days, number in counted["coarse"].items()}),
        ),
        frozenset(map(int, counted["suspender"])),
    )


def _span(days: str) -> tuple[date, date]:
    first, last = map(date.fromisoformat, days.split("/"))
    return first, last


_PARTIES = Compiled(
    lambda keys: Party.objects.filter(pk__any=keys).order_by("name"), keys=ArrayField(BigIntegerField())
)


@dataclass(frozen=True)
class Facets:
    """How many events a choice would leave, by group of kinds and by party; `total` without any filter.

    All are None for so many events that they are not counted out, and all but `total` where a text was looked for in a
    part of them only.
    """

    total: int | None
    shown: int | None
    groups: list[tuple[str, str, int | None]]
    parties: list[Party]

    @property
    def is_counted(self) -> bool:
        """Say whether they were counted out."""
        return self.total is not None


def facets_of(tally: Tally, scope: Scope, filters: TimelineFilters) -> Facets:
    """Count what each choice would leave, given the other filters; `tally` is that of the scope unfiltered."""
    others = filters.without("kind")
    by_group = _by_group(_kinds_of(others.narrow(scope.events())) if others.is_active else tally.kinds)
    parties = _PARTIES(keys=list(tally.actors))
    if others.is_read_in_part:
        return Facets(total=tally.total, shown=None, groups=_uncounted_groups(), parties=parties)
    chosen = filters.groups or tuple(GROUP_LABELS)
    return Facets(
        total=tally.total,
        shown=sum(by_group.get(group, 0) for group in chosen),
        groups=[(group, str(label), by_group.get(group, 0)) for group, label in GROUP_LABELS.items()],
        parties=parties,
    )


def uncounted_facets() -> Facets:
    """Return the choices among so many events that they are not counted out."""
    return Facets(total=None, shown=None, groups=_uncounted_groups(), parties=list(actors()))


def _uncounted_groups() -> list[tuple[str, str, int | None]]:
    return [(group, str(label), None) for group, label in GROUP_LABELS.items()]


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


def speakers() -> QuerySet[Official]:
    """Return the officials who said anything on record."""
    return _of_whom_there_is(Official.objects.all(), Statement.objects.filter(speaker=OuterRef("pk")))


def targets() -> QuerySet[Party]:
    """Return the parties at which any statement on record is aimed."""
    return _of_whom_there_is(Party.objects.all(), StatementTarget.objects.filter(party=OuterRef("pk")))


def _of_whom_there_is(rows: Any, statements: QuerySet[Any]) -> Any:
    # One is looked for of each row. As `Exists` it would be joined, and all statements gone through.
    one = Subquery(statements.order_by().values("pk")[:1])
    return rows.alias(statement_of_it=one).filter(statement_of_it__isnull=False)


class Position(NamedTuple):
    """Where a party stands: its latest statement."""

    latest: date
    pk: int
    party: str
    stance: str
    slug: str
    title: str
    date: str
    date_wording: str

    @property
    def tone(self) -> str:
        """Return the class by which the stance is drawn."""
        return tone_of(self.stance)

    @property
    def word(self) -> str:
        """Return the stance in words."""
        return label_of(Statement.Stance, self.stance)

    @property
    def address(self) -> str:
        """Return the permanent address of the statement."""
        return in_readers_language(f"/events/{self.slug}/")

    @property
    def when(self) -> str:
        """Return its date in words."""
        return wording(self)


def _latest_of_each(events: EventQuerySet) -> QuerySet:
    said = events.filter(statement__isnull=False, actor__isnull=False)
    latest = said.order_by("actor_id", "-latest", "-pk").distinct("actor_id")
    # What is told of each is fetched only for those few, by their keys as one array, as `scope` does.
    return Event.objects.filter(pk__any=ArraySubquery(latest.values("pk"))).values_list(
        "latest", "pk", "actor__name", "statement__stance", "slug", "title", "date", "date_wording"
    )


def positions_of(scope: Scope) -> list[Position]:
    """Return the latest statement of each party, newest first: where they stand."""
    return [Position._make(row) for row in sorted(scope.ask(_latest_of_each), reverse=True)[:_MOST_POSITIONS]]


def stances_of(statements: EventQuerySet, *, count: int | None = None) -> list[tuple[str, str, int | None]]:
    """Return how many of the statements take each stance; None for each of so many that they are not counted out.

    `count` is how many there are in all, where that is known already.
    """
    statements = statements.order_by()
    count = counted(statements) if count is None else count
    if count > COUNTED:
        return [(stance, str(word), None) for stance, word in Statement.Stance.choices]
    numbers = dict(statements.values_list("statement__stance").annotate(number=Count("pk"))) if count else {}
    return [(stance, str(word), numbers.get(stance, 0)) for stance, word in Statement.Stance.choices]
