"""The list of parties, and the page of one."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from events.clock_cards import cards
from events.filters import read_filters
from events.models import Deadline, Event
from events.timeline import by_year, entry
from events.views.asked import PAGE, asked_viewpoint
from events.views.faults import says_what_is_wrong
from treaties.models import Party


@says_what_is_wrong
def party_list(request: HttpRequest) -> HttpResponse:
    """List the parties."""
    parties = Party.objects.annotate(event_count=Count("acts", distinct=True)).order_by("name")
    return render(request, "events/parties.html", {"parties": parties})


@says_what_is_wrong
def party(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a party: its treaties, clocks, statements and acts."""
    subject = Party.objects.select_related("succeeded_by").filter(slug=slug).first()
    if subject is None:
        raise Http404(_("There is no party “%(name)s” on record.") % {"name": slug})
    viewpoint, filters = asked_viewpoint(request), read_filters(request.GET)
    known = filters.apply(Event.objects.published().concerning(subject).by(viewpoint.day))
    page = Paginator(known.for_timeline(), PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "events/party.html",
        {
            "party": subject,
            "viewpoint": viewpoint,
            "filters": filters,
            "clocks": cards(Deadline.objects.on_record().filter(party=subject).with_parts(), viewpoint),
            "participations": subject.participations.select_related("treaty").prefetch_related("acts"),
            "years": by_year(entry(one) for one in page),
            "page": page,
        },
    )
