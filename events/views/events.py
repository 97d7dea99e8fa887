"""One event at its lasting address, and the list of statements."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from events.clock_cards import cards
from events.filters import read_filters
from events.models import Deadline, Event
from events.timeline import by_year, entry
from events.viewpoint import Viewpoint
from events.views.asked import PAGE
from events.views.faults import says_what_is_wrong


@says_what_is_wrong
def event(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one event at its lasting address."""
    subject = Event.objects.published().for_timeline().filter(slug=slug).first()
    if subject is None:
        raise Http404(_("There is no event “%(name)s” on record.") % {"name": slug})
    viewpoint = Viewpoint(timezone.now())
    answers = Event.objects.published().filter(statement__responds_to=subject).for_timeline()
    return render(
        request,
        "events/event.html",
        {
            "one": entry(subject),
            "answers": [entry(one) for one in answers],
            "clocks": cards(Deadline.objects.on_record().filter(trigger=subject).with_parts(), viewpoint),
        },
    )


@says_what_is_wrong
def statements(request: HttpRequest) -> HttpResponse:
    """List all statements, newest first."""
    filters = read_filters(request.GET)
    known = filters.apply(Event.objects.published().filter(statement__isnull=False))
    page = Paginator(known.for_timeline(), PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "events/statements.html",
        {
            "years": by_year(entry(one) for one in page),
            "page": page,
            "filters": filters,
            "viewpoint": Viewpoint(timezone.now()),
        },
    )
