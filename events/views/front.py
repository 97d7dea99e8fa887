"""The front page."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.shortcuts import render

from events.agenda import by_month
from events.change_log import told
from events.clock_cards import cards
from events.listed import listed
from events.models import Change, Deadline, Event
from events.scope import said_by
from events.views.asked import asked_of, asked_viewpoint
from events.views.faults import says_what_is_wrong

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

    from events.agenda import Month
    from events.listed import Listed
    from events.querysets import EventQuerySet
    from events.viewpoint import Viewpoint

_MOST_CARDS, _MOST_OF_A_YEAR, _MOST_STATEMENTS = 12, 60, 8


@says_what_is_wrong
def front(request: HttpRequest) -> HttpResponse:
    """Show the nearest clocks, the next twelve months, the latest statements and corrections."""
    asked_of(request)
    viewpoint = asked_viewpoint(request)
    clocks = Deadline.objects.on_record().with_parts()
    nearest = Deadline.objects.running_on(viewpoint.day).with_parts().order_by("due_earliest", "pk")
    # An obligation that has passed is no news; a treaty left is.
    ended = clocks.filter(act=None, occurrence=None, due_latest__lt=viewpoint.day).order_by("-due_latest", "pk")
    statements = said_by(viewpoint.day).ask(_latest_said)
    changed = Change.objects.filter(weight=Change.Weight.MAJOR).prefetch_related("treaties")[:5]
    running = cards(nearest[:_MOST_CARDS], viewpoint)
    return render(
        request,
        "events/front.html",
        {
            "viewpoint": viewpoint,
            "running": [one for one in running if one.is_running][:6],
            "past": [one for one in cards(ended[:6], viewpoint) if not one.is_running][:4],
            "months": _coming_year(viewpoint, viewpoint.day + timedelta(days=365)),
            "statements": listed((one.pk for one in statements), by=viewpoint.day),
            "changes": told(changed),
            "entered": [] if changed else _latest_entries(),
        },
    )


def _coming_year(viewpoint: Viewpoint, until: date) -> list[Month]:
    due = Deadline.objects.running_on(viewpoint.day).filter(due_earliest__lte=until).with_parts()
    soonest = due.order_by("due_latest", "pk")[:_MOST_OF_A_YEAR]
    return by_month(sorted(cards(soonest, viewpoint), key=lambda one: (one.deadline.due_latest, one.deadline.pk)))


def _latest_said(statements: EventQuerySet) -> QuerySet:
    return statements.for_list()[:_MOST_STATEMENTS]


def _latest_entries() -> list[Listed]:
    newest = Event.objects.published().order_by("-changed_at", "pk")[:5]
    return listed(newest.values_list("pk", flat=True))
