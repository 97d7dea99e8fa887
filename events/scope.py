"""Which events a page is about: those of a treaty, of a party, or what was said, as far as its day knows them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BigIntegerField, DateField, QuerySet

from events.concerning import gathered, is_named_often
from events.listed import as_listed, listed, read_listed
from events.models import Event
from events.paging import COUNTED, NEWEST_FIRST, SIZE, counted, first_page, is_first_page, page_of
from treaties.compiled import Compiled

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from django.db.models import Field
    from django.http import QueryDict

    from events.filters import TimelineFilters
    from events.listed import Listed
    from events.paging import Page
    from events.querysets import EventQuerySet
    from treaties.models import Party, Treaty

    Question = Callable[..., QuerySet[Any]]

_FIELDS: dict[str, Field[Any, Any]] = {"treaty": BigIntegerField(), "party": BigIntegerField(), "day": DateField()}


@dataclass(frozen=True)
class Scope:
    """Some published events; `put` puts their queryset together from the values."""

    put: Callable[..., EventQuerySet]
    values: dict[str, Any]

    def events(self) -> EventQuerySet:
        """Return the events, to be narrowed further."""
        return self.put(**self.values)

    def ask(self, question: Question, *named: str) -> list[Any]:
        """Return the answer to a question that takes the events and is always the same: it is compiled only once.

        It also takes those of the scope's values that are named.
        """
        return _compiled(self.put, question, tuple(self.values), named)(**self.values)


@cache
def _compiled(
    put: Callable[..., EventQuerySet], question: Question, names: tuple[str, ...], named: tuple[str, ...]
) -> Compiled:
    fields = {name: _FIELDS[name] for name in names}
    return Compiled(lambda **told: question(put(**told), *(told[name] for name in named)), **fields)


def events_of(treaty: Treaty, day: date) -> Scope:
    """Return what can have happened under the treaty by the day."""
    return Scope(_of_treaty, {"treaty": treaty.pk, "day": day})


def events_concerning(party: Party, day: date) -> Scope:
    """Return what the party did or said, or was concerned by, as far as it can have happened by the day."""
    return Scope(_of_party if is_named_often(party) else _of_seldom_named, {"party": party.pk, "day": day})


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
    is_usual = filters.order == "new" and not filters.is_active and is_first_page(query)
    if is_usual:
        count = counted(scope.events()) if count is None else count
        newest = read_listed(scope.ask(_PAGE_OF_MANY if count > COUNTED else _PAGE_OF_FEW, "day"))
        return first_page(newest, order, filters.asked, count=count)
    page = page_of(filters.narrow(scope.events()).for_list(), order, query, filters.asked, count=count)
    return replace(page, rows=listed((one.pk for one in page), by=scope.values["day"]))


def newest_of(scope: Scope, count: int) -> Listed | None:
    """Return the newest event of a scope that has so many."""
    return next(iter(read_listed(scope.ask(_ONE_OF_MANY if count > COUNTED else _ONE_OF_FEW, "day"))), None)


def _newest(number: int, *, is_long: bool) -> Question:
    def ask(events: EventQuerySet, day: Any) -> QuerySet[Any]:
        # Their keys are found first, and as an array: joined to them, the views of the past would be read to their end.
        keys = NEWEST_FIRST.arrange(events, is_long=is_long).values("pk")[:number]
        return as_listed(NEWEST_FIRST.arrange(Event.objects.filter(pk__any=ArraySubquery(keys)), is_long=False), day)

    return ask


_PAGE_OF_MANY, _PAGE_OF_FEW = _newest(SIZE + 1, is_long=True), _newest(SIZE + 1, is_long=False)
_ONE_OF_MANY, _ONE_OF_FEW = _newest(1, is_long=True), _newest(1, is_long=False)


def _of_treaty(treaty: Any, day: Any) -> EventQuerySet:
    return Event.objects.published().filter(treaties=treaty).by(day)


def _of_party(party: Any, day: Any) -> EventQuerySet:
    return Event.objects.published().concerning(party).by(day)


def _of_seldom_named(party: Any, day: Any) -> EventQuerySet:
    return gathered(Event.objects.published(), party).by(day)


def _of_both(treaty: Any, party: Any, day: Any) -> EventQuerySet:
    return Event.objects.published().filter(treaties=treaty).concerning(party).by(day)


def _said(day: Any) -> EventQuerySet:
    return Event.objects.published().filter(statement__isnull=False).by(day)
