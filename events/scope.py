"""Which events a page is about: those of a treaty, of a party, or what was said, as far as its day knows them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BigIntegerField, DateField, QuerySet, TextField

from events.concerning import acting_or_linked, concerning, gathered, way_to
from events.listed import as_listed, listed, read_listed
from events.models import Event
from events.paging import COUNTED, NEWEST_FIRST, SIZE, Walk, counted, is_first_page, page_along, page_of
from treaties.compiled import Compiled

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from django.db.models import Field
    from django.http import QueryDict

    from events.concerning import Way
    from events.filters import TimelineFilters
    from events.listed import Listed
    from events.paging import Page
    from events.querysets import EventQuerySet
    from treaties.models import Party, Treaty

    Question = Callable[..., QuerySet[Any]]

_FIELDS: dict[str, Field[Any, Any]] = {
    "treaty": BigIntegerField(),
    "party": BigIntegerField(),
    "day": DateField(),
    # Of the place in the order from which a page goes on.
    "earliest": DateField(),
    "latest": DateField(),
    "slug": TextField(),
}


@dataclass(frozen=True)
class Scope:
    """Some published events; `put` puts their queryset together from the values.

    So does `gather`, where there is a way to find their keys first. Asked of all of them, that is as quick however many
    of the record's events they are, so that one plan does for every treaty; in their order they are walked by `put`.
    """

    put: Callable[..., EventQuerySet]
    values: dict[str, Any]
    gather: Callable[..., EventQuerySet] | None = None

    def events(self) -> EventQuerySet:
        """Return the events, to be narrowed further."""
        return self.put(**self.values)

    def ask(self, question: Question, *named: str, **more: Any) -> list[Any]:
        """Return the answer to a question that takes the events and is always the same: it is compiled only once.

        It also takes those of the scope's values that are named, and after them the values given with it.
        """
        put, names = self.gather or self.put, tuple(self.values)
        compiled = _compiled(put, question, names, named, tuple(more), plans_vary=self.gather is None)
        return compiled(**self.values, **more)


@cache
def _compiled(
    put: Callable[..., EventQuerySet],
    question: Question,
    names: tuple[str, ...],
    named: tuple[str, ...],
    more: tuple[str, ...],
    *,
    plans_vary: bool,
) -> Compiled:
    def ask(**told: Any) -> QuerySet[Any]:
        return question(put(**{name: told[name] for name in names}), *(told[name] for name in (*named, *more)))

    return Compiled(ask, plans_vary=plans_vary, **{name: _FIELDS[name] for name in (*names, *more)})


def events_of(treaty: Treaty, day: date) -> Scope:
    """Return what can have happened under the treaty by the day."""
    return Scope(_of_treaty, {"treaty": treaty.pk, "day": day}, _gathered_of_treaty)


def events_concerning(party: Party, day: date) -> Scope:
    """Return what the party did or said, or was concerned by, as far as it can have happened by the day."""
    return Scope(_OF_PARTY[way_to(party)], {"party": party.pk, "day": day})


def events_between(treaty: Treaty, party: Party, day: date) -> Scope:
    """Return what concerned the party under the treaty and can have happened by the day."""
    return Scope(_of_both, {"treaty": treaty.pk, "party": party.pk, "day": day})


def said_by(day: date) -> Scope:
    """Return the statements that can have been made by the day."""
    return Scope(_said, {"day": day})


def page_of_events(scope: Scope, filters: TimelineFilters, query: QueryDict, *, count: int | None = None) -> Page:
    """Return the page of listed events that the address asks for; `count` is given where it is known already.

    Raises:
        FilterError: for a page that there is not.

    """
    order = filters.list_order
    if order is NEWEST_FIRST and not filters.is_active and (is_first_page(query) or query.get("after")):
        count = counted(scope.events()) if count is None else count
        return page_along(_Whole(scope, is_long=count > COUNTED), query, filters.asked, count=count)
    page = page_of(filters.narrow(scope.events()).for_list(), order, query, filters.asked, count=count)
    return replace(page, rows=listed((one.pk for one in page), by=scope.values["day"]))


class _Whole(Walk):
    """All events of a scope, the newest first, as they are listed: by questions that are compiled only once."""

    def __init__(self, scope: Scope, *, is_long: bool) -> None:
        super().__init__(scope.events(), NEWEST_FIRST, is_long=is_long)
        self._scope, self._walked = (replace(scope, gather=None), _MANY) if is_long else (scope, _FEW)

    def place(self, named: str) -> dict[str, Any] | None:
        """Return the keys of the event of this slug."""
        return next((dict(zip(self.order.names, row, strict=True)) for row in _PLACE(slug=named)), None)

    def take(self, beyond: dict[str, Any] | None, _start: int, _number: int) -> list[Listed]:
        """Return a page of events, and one more if there is one."""
        if beyond is None:
            return read_listed(self._scope.ask(self._walked.first, "day"))
        return read_listed(self._scope.ask(self._walked.beyond, "day", **beyond))

    def before(self, place: dict[str, Any], _size: int) -> str | None:
        """Return the slug of the event after which the page before the place goes on."""
        return next(iter(self._scope.ask(self._walked.before, **place)), None)


_PLACE = Compiled(lambda slug: Event.objects.filter(slug=slug).values_list(*NEWEST_FIRST.names), slug=TextField())


def newest_of(scope: Scope, count: int) -> Listed | None:
    """Return the newest event of a scope that has so many."""
    return next(iter(read_listed(scope.ask((_MANY if count > COUNTED else _FEW).newest, "day"))), None)


class _Walked:
    """The questions that walk many events along their index, or sort few: always the same, so that each is kept."""

    def __init__(self, *, is_long: bool) -> None:
        self._is_long = is_long

    def newest(self, events: EventQuerySet, day: Any) -> QuerySet[Any]:
        """Ask for the newest."""
        return self._listed(events, day, 1)

    def first(self, events: EventQuerySet, day: Any) -> QuerySet[Any]:
        """Ask for the first page."""
        return self._listed(events, day, SIZE + 1)

    def beyond(self, events: EventQuerySet, day: Any, *place: Any) -> QuerySet[Any]:
        """Ask for the page that begins after a place."""
        return self._listed(events.filter(NEWEST_FIRST.beyond(_keys(place))), day, SIZE + 1)

    def before(self, events: EventQuerySet, *place: Any) -> QuerySet[Any]:
        """Ask after which event the page goes on that ends before a place."""
        back = NEWEST_FIRST.reverse()
        rows = back.arrange(events.filter(back.beyond(_keys(place))), is_long=self._is_long)
        return rows.values_list("slug", flat=True)[SIZE : SIZE + 1]

    def _listed(self, events: EventQuerySet, day: Any, number: int) -> QuerySet[Any]:
        # Their keys are found first, and as an array: joined to them, the views of the past would be read to their end.
        keys = NEWEST_FIRST.arrange(events, is_long=self._is_long).values("pk")[:number]
        return as_listed(NEWEST_FIRST.arrange(Event.objects.filter(pk__any=ArraySubquery(keys)), is_long=False), day)


def _keys(place: tuple[Any, ...]) -> dict[str, Any]:
    return dict(zip(NEWEST_FIRST.names, place, strict=True))


_MANY, _FEW = _Walked(is_long=True), _Walked(is_long=False)


def _of_treaty(treaty: Any, day: Any) -> EventQuerySet:
    return Event.objects.published().filter(treaties=treaty).by(day)


def _gathered_of_treaty(treaty: Any, day: Any) -> EventQuerySet:
    # As an array: joined to few of them, the whole record would be read where that looks cheaper, and planned anew for
    # each treaty that has fewer than most.
    keys = Event.treaties.through._default_manager.filter(treaty=treaty).values("event")
    return Event.objects.published().filter(pk__any=ArraySubquery(keys)).by(day)


def _of_party(way: Way) -> Callable[..., EventQuerySet]:
    return lambda party, day: way(Event.objects.published(), party).by(day)


# One for each way, so that each of their questions is compiled only once.
_OF_PARTY: dict[Way, Callable[..., EventQuerySet]] = {
    way: _of_party(way) for way in (gathered, acting_or_linked, concerning)
}


def _of_both(treaty: Any, party: Any, day: Any) -> EventQuerySet:
    return Event.objects.published().filter(treaties=treaty).concerning(party).by(day)


def _said(day: Any) -> EventQuerySet:
    return Event.objects.published().filter(statement__isnull=False).by(day)
