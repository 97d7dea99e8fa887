"""The front page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render

from events.clock_cards import cards
from events.models import Deadline, Event
from events.timeline import entry
from events.views.asked import asked_viewpoint
from events.views.faults import says_what_is_wrong
from treaties.models import Treaty

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

_MOST_CARDS = 12


@says_what_is_wrong
def front(request: HttpRequest) -> HttpResponse:
    """Show the nearest clocks, the latest statements and entries, and the treaties."""
    viewpoint = asked_viewpoint(request)
    clocks = Deadline.objects.on_record().with_parts()
    running = cards(clocks.running_on(viewpoint.day).order_by("due_earliest", "pk")[:_MOST_CARDS], viewpoint)
    # An obligation that has passed is no news; a treaty left is.
    ended = clocks.filter(act=None, occurrence=None, due_latest__lt=viewpoint.day).order_by("-due_latest", "pk")
    statements = Event.objects.published().filter(statement__isnull=False).for_timeline()[:8]
    changed = Event.objects.published().order_by("-changed_at", "-pk").for_timeline()[:5]
    return render(
        request,
        "events/front.html",
        {
            "running": [one for one in running if one.is_running][:6],
            "past": [one for one in cards(ended[:6], viewpoint) if not one.is_running][:4],
            "statements": [entry(one) for one in statements],
            "changed": [entry(one) for one in changed],
            "treaties": Treaty.objects.published(),
        },
    )
