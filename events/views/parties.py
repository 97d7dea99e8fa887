"""The list of parties, and the page of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count
from django.shortcuts import render

from events.clock_cards import cards
from events.corrections import corrections_on
from events.filters import read_filters
from events.models import Deadline, Event
from events.overview import facets_of, tally_of, uncounted_facets
from events.paging import COUNTED, is_long, page_of
from events.party_list import BY_NAME, PARAMETERS, parties_listed
from events.scope import events_concerning, page_of_events
from events.standings import participation_address, standings_on
from events.timeline import by_year
from events.views.asked import asked_of, asked_viewpoint, be_canonical, party_on_record
from events.views.faults import says_what_is_wrong
from treaties.models import Party, Treaty

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from events.filters import TimelineFilters
    from events.overview import Facets
    from events.standings import PartyStanding
    from events.viewpoint import Viewpoint

_MOST_CARDS, _MOST_TREATIES = 12, 100
_TOO_MANY = _MOST_TREATIES + 1


@says_what_is_wrong
def party_list(request: HttpRequest) -> HttpResponse:
    """List the parties."""
    asked = asked_of(request, *PARAMETERS, view=("page", "after", "show"))
    page = page_of(parties_listed(asked), BY_NAME, request.GET, asked)
    listed = list(zip(page, _numbers_of_events(page.rows), strict=True))
    context = {"page": page, "parties": listed, "asked": asked, "kinds": Party.Kind.choices}
    return render(request, "events/parties.html", context)


def _numbers_of_events(parties: list[Party]) -> list[int]:
    theirs = Event.objects.filter(actor__in=parties, publication="published").order_by()
    numbers = dict(theirs.values_list("actor").annotate(number=Count("pk")))
    return [numbers.get(one.pk, 0) for one in parties]


@says_what_is_wrong
def party(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a party: where it stands in each treaty, its clocks, its speakers, statements and acts."""
    viewpoint, filters = asked_viewpoint(request), read_filters(request.GET)
    be_canonical(request, filters.asked)
    subject = party_on_record(slug, viewpoint)
    known = events_concerning(subject, viewpoint.day)
    facets = uncounted_facets() if is_long(known.events()) else facets_of(tally_of(known), known, filters)
    page = page_of_events(known, filters, request.GET, count=_count(facets, filters))
    clocks = Deadline.objects.running_on(viewpoint.day).filter(party=subject).with_parts()
    treaties = list(Treaty.objects.published().filter(participations__party=subject).order_by("short_name")[:_TOO_MANY])
    shown = treaties[:_MOST_TREATIES]
    return render(
        request,
        "events/party.html",
        {
            "party": subject,
            "viewpoint": viewpoint,
            "filters": filters,
            "asked": filters.asked,
            "facets": facets,
            "clocks": cards(clocks.order_by("due_earliest", "pk")[:_MOST_CARDS], viewpoint),
            "treaties": shown,
            "standings": _standings(shown, subject, viewpoint),
            "has_more_treaties": len(treaties) > len(shown),
            "officials": subject.officials.in_office_on(viewpoint.day),
            "years": by_year(page, order=filters.order),
            "page": page,
            "corrections": corrections_on(viewpoint, parties=[subject], events=[one.pk for one in page]),
        },
    )


def _count(facets: Facets, filters: TimelineFilters) -> int | None:
    """Return how many events the filters leave, or more than are counted; None where only they could tell."""
    return facets.shown if facets.is_counted or filters.is_active else COUNTED + 1


def _standings(treaties: list[Treaty], subject: Party, viewpoint: Viewpoint) -> list[tuple[Treaty, PartyStanding, str]]:
    found = standings_on(treaties, [subject], viewpoint.day)
    return [
        (one, found[one.pk, subject.pk], participation_address(one, subject))
        for one in treaties
        if (one.pk, subject.pk) in found
    ]
