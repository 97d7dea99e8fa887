"""Events that concern a party, asked for in the way that answers soonest: few are gathered, of many the list is walked.

A party acts in events, is named in others, and is what statements are aimed at: three tables, each with its index.
Where a party is named seldom, what the three find is put together and the events are fetched by their keys. Of one that
is named in every fifth event that would be a great part of the record; the newest hundred are found sooner by going
through all events in their order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Q

from events.models import Event, EventParty, StatementTarget
from events.paging import COUNTED, is_long
from treaties.as_known import in_the_present

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet

    from events.querysets import EventQuerySet
    from treaties.models import Party

    Way = Callable[[EventQuerySet, Any], EventQuerySet]


def way_to(party: Party) -> Way:
    """Return what keeps the events that concern the party: the quickest of the ways, by how often it is named.

    All of them keep the same. So it does no harm to ask the present of how often, which counts in indexes alone, also
    where the record of a past day is read.
    """
    with in_the_present():
        acts, *links = _named(party)
        if any(map(is_long, links)):
            return concerning
        first, *others = (rows.values("pk")[: COUNTED + 1] for rows in (acts, *links))
        is_named_often = first.union(*others, all=True).count() > COUNTED
    return acting_or_linked if is_named_often else gathered


def concerned(events: EventQuerySet, party: Party) -> EventQuerySet:
    """Keep what the party did, said, or was concerned by."""
    return way_to(party)(events, party)


def gathered(events: EventQuerySet, party: Any) -> EventQuerySet:
    """Keep what concerns a party that is named seldom: the keys of all of it are put together first."""
    acts, named, aimed_at = _named(party)
    keys = acts.values("pk").union(named.values("event"), aimed_at.values("statement"))
    # As an array: the database would rather join them to the whole record than look each of them up.
    return events.filter(pk__any=ArraySubquery(keys))


def acting_or_linked(events: EventQuerySet, party: Any) -> EventQuerySet:
    """Keep what concerns a party that acts often and is linked to few: those are put into a table of their own.

    In it each event is looked up so cheaply that the database does so before it asks whether an event of the past had
    a later version; asked for by `concerning`, it does that first, of all events of everybody.
    """
    _acts, named, aimed_at = _named(party)
    return events.filter(Q(actor=party) | Q(pk__in=named.values("event")) | Q(pk__in=aimed_at.values("statement")))


def concerning(events: EventQuerySet, party: Any) -> EventQuerySet:
    """Keep what concerns a party that is linked to many events, too many for such a table."""
    return events.concerning(party)


def _named(party: Any) -> tuple[QuerySet[Any], ...]:
    links = (model._default_manager.filter(party=party).order_by() for model in (EventParty, StatementTarget))
    return (Event.objects.filter(actor=party).order_by(), *links)
