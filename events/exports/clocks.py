"""Which clocks an export tells of: also those taken off the record, so that a calendar drops them."""

from __future__ import annotations

from datetime import timedelta
from itertools import count, islice
from typing import TYPE_CHECKING

from django.db.models import Q

from events.card_order import in_order_of_cards
from events.clock_cards import ClockCard, card
from events.dates import span
from events.models import Deadline

if TYPE_CHECKING:
    from collections.abc import Iterator

    from events.filters import TimelineFilters
    from events.querysets import DeadlineQuerySet
    from events.viewpoint import Viewpoint

_GONE = Deadline.State.WITHDRAWN
_FETCHED_AT_ONCE = 500


def public_deadlines() -> DeadlineQuerySet:
    """Return every clock that readers may be told of."""
    return Deadline.objects.filter(provision__treaty__publication="published").with_parts()


def seen(deadlines: DeadlineQuerySet, viewpoint: Viewpoint) -> Iterator[ClockCard]:
    """Yield the cards of the clocks at the viewpoint, in the order of `cards`; what is off the record comes last.

    Only the keys of all are held at once; the clocks themselves are fetched some hundreds at a time.
    """
    keys = iter(in_order_of_cards(deadlines, viewpoint).values_list("pk", flat=True))
    while some := list(islice(keys, _FETCHED_AT_ONCE)):
        rows = deadlines.in_bulk(some)
        shown = (_card(rows[key], viewpoint) for key in some if key in rows)
        yield from (one for one in shown if one)


def latest_changed(deadlines: DeadlineQuerySet, viewpoint: Viewpoint, *, most: int) -> list[ClockCard]:
    """Return the cards of so many clocks whose row changed last, the last first."""
    # In the zone of a clock it may be tomorrow already.
    begun = Q(started_on__lte=viewpoint.day + timedelta(days=1)) | Q(state=_GONE)
    rows = deadlines.filter(begun).order_by("-changed_at", "-slug")
    slices = (rows[start : start + most] for start in count(0, most))
    return list(islice(_cards_of(slices, viewpoint), most))


def _cards_of(slices: Iterator[DeadlineQuerySet], viewpoint: Viewpoint) -> Iterator[ClockCard]:
    for rows in slices:
        if not rows:
            return
        yield from (one for one in (_card(row, viewpoint) for row in rows) if one)


def _card(deadline: Deadline, viewpoint: Viewpoint) -> ClockCard | None:
    """Return the card; seen from today, a clock taken off the record stands as such."""
    if deadline.state != _GONE:
        return card(deadline, viewpoint)
    if viewpoint.past_day is not None:
        return None
    return ClockCard(deadline, deadline.state, deadline.due, deadline.due_latest, days=None, day_of=0, length=0)


def passing(filters: TimelineFilters, deadlines: DeadlineQuerySet) -> DeadlineQuerySet:
    """Return the clocks that pass a timeline's filters; what a clock ends in is a legal act."""
    if filters.groups and "legal" not in filters.groups:
        return deadlines.none()
    if filters.party:
        deadlines = deadlines.filter(party=filters.party)
    if filters.text:
        deadlines = deadlines.filter(title__icontains=filters.text)
    if filters.since:
        deadlines = deadlines.filter(due_latest__gte=span(filters.since)[0])
    if filters.until:
        deadlines = deadlines.filter(due_earliest__lte=span(filters.until)[1])
    return deadlines
