"""The agenda of clocks, and one clock with every step."""

from __future__ import annotations

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from events.clock_cards import card, cards
from events.models import Deadline
from events.views.asked import asked_viewpoint, chosen
from events.views.faults import says_what_is_wrong
from treaties.models import Party, Treaty

_PAST_PAGE = 50


@says_what_is_wrong
def deadlines(request: HttpRequest) -> HttpResponse:
    """List the clocks, running ones first, of everything or of one treaty or party."""
    viewpoint = asked_viewpoint(request)
    treaty, party = chosen(request, "treaty", Treaty.objects.published()), chosen(request, "party", Party.objects)
    known = Deadline.objects.on_record().started_by(viewpoint.day).with_parts()
    known = known.of_treaty(treaty) if treaty else known
    known = known.filter(party=party) if party else known
    running = cards(known.running_on(viewpoint.day), viewpoint)
    ended = known.exclude(pk__in=[one.deadline.pk for one in running if one.is_running])
    page = Paginator(ended.order_by("-due_latest", "pk"), _PAST_PAGE).get_page(request.GET.get("page"))
    named = {"treaty": treaty, "party": party}
    return render(
        request,
        "events/deadlines.html",
        {
            "viewpoint": viewpoint,
            "running": sorted((one for one in running if one.is_running), key=lambda one: (one.due, one.deadline.pk)),
            "past": [one for one in (card(deadline, viewpoint) for deadline in page) if one],
            "page": page,
            **named,
            "query": urlencode(
                {name: row.slug for name, row in named.items() if row}
                | ({"as_of": viewpoint.as_of.isoformat()} if viewpoint.as_of else {})
            ),
        },
    )


@says_what_is_wrong
def deadline(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one clock with every step of its computation."""
    subject = Deadline.objects.with_parts().filter(slug=slug, provision__treaty__publication="published").first()
    if subject is None:
        raise Http404(_("There is no deadline “%(name)s” on record.") % {"name": slug})
    viewpoint = asked_viewpoint(request)
    return render(
        request,
        "events/deadline.html",
        {
            "deadline": subject,
            "clock": card(subject, viewpoint),
            "viewpoint": viewpoint,
        },
    )
