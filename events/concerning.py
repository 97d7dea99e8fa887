"""Events that concern a party, asked for in the way that answers soonest: few are gathered, of many the list is walked.

A party acts in events, is named in others, and is what statements are aimed at: three tables, each with its index.
Where a party is named seldom, what the three find is put together and the events are fetched by their keys. Of one that
is named in every fifth event that would be a great part of the record; the newest hundred are found sooner by going
through all events in their order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.postgres.expressions import ArraySubquery

from events.models import Event, EventParty, StatementTarget
from events.paging import COUNTED

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from events.querysets import EventQuerySet
    from treaties.models import Party


def is_named_often(party: Party) -> bool:
    """Say whether the party acts and is named more often than is ever counted."""
    first, *others = (rows.values("pk")[: COUNTED + 1] for rows in _named(party))
    return first.union(*others, all=True).count() > COUNTED


def concerned(events: EventQuerySet, party: Party) -> EventQuerySet:
    """Keep what the party did, said, or was concerned by."""
    return events.concerning(party) if is_named_often(party) else gathered(events, party)


def gathered(events: EventQuerySet, party: Any) -> EventQuerySet:
    """Keep what the party did, said, or was concerned by; the keys of all of it are put together first."""
    acts, named, aimed_at = _named(party)
    keys = acts.values("pk").union(named.values("event"), aimed_at.values("statement"))
    # As an array: the database would rather join them to the whole record than look each of them up.
    return events.filter(pk__any=ArraySubquery(keys))


def _named(party: Any) -> tuple[QuerySet[Any], ...]:
    links = (model._default_manager.filter(party=party).order_by() for model in (EventParty, StatementTarget))
    return (Event.objects.filter(actor=party).order_by(), *links)
