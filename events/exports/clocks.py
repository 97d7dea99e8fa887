"""Which clocks an export tells of: also those taken off the record, so that a calendar drops them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from events.clock_cards import ClockCard, cards
from events.dates import span
from events.models import Deadline

if TYPE_CHECKING:
    from events.filters import TimelineFilters
    from events.querysets import DeadlineQuerySet
    from events.viewpoint import Viewpoint


def public_deadlines() -> DeadlineQuerySet:
    """Return every clock that readers may be told of."""
    return Deadline.objects.filter(provision__treaty__publication="published").with_parts()


def seen(deadlines: DeadlineQuerySet, viewpoint: Viewpoint) -> list[ClockCard]:
    """Return the cards of the clocks at the viewpoint; seen from today, one taken off the record stands as such."""
    gone = Deadline.State.WITHDRAWN
    shown = cards(deadlines.exclude(state=gone), viewpoint)
    if viewpoint.past_day is None:
        shown += [
            ClockCard(one, one.state, one.due, one.due_latest, days=None, day_of=0, length=0)
            for one in deadlines.filter(state=gone)
        ]
    return shown


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
