"""The agenda of clocks, and one clock with every step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef
from django.shortcuts import render
from django.utils.translation import gettext as _

from events.agenda import ABOUT, PARAMETERS, STATES, by_month, chosen, order_of
from events.clock_cards import card
from events.corrections import corrections_on
from events.filters import SEEN_FROM
from events.models import Deadline
from events.paging import page_of
from events.views.asked import asked_of, asked_viewpoint, found
from events.views.faults import says_what_is_wrong
from treaties.models import Party, Provision, Treaty

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@says_what_is_wrong
def deadlines(request: HttpRequest) -> HttpResponse:
    """List the clocks month by month, those that run unless others are asked for."""
    viewpoint, asked = asked_viewpoint(request), asked_of(request, *PARAMETERS, view=SEEN_FROM)
    page = page_of(chosen(asked, viewpoint.day), order_of(asked), request.GET, asked)
    return render(
        request,
        "events/deadlines.html",
        {
            "viewpoint": viewpoint,
            "asked": asked,
            "page": page,
            "months": by_month(one for one in (card(row, viewpoint) for row in page) if one),
            "states": STATES.items(),
            "about": ABOUT.items(),
            "kinds": Provision.Kind.choices,
            "treaties": Treaty.objects.published(),
            "parties": Party.objects.filter(Exists(Deadline.objects.filter(party=OuterRef("pk")))),
        },
    )


@says_what_is_wrong
def deadline(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one clock with every step of its computation."""
    viewpoint = asked_viewpoint(request)
    asked_of(request, view=("as_of", "known"))
    rows = Deadline.objects.with_parts().filter(slug=slug, provision__treaty__publication="published")
    subject = found(rows.first(), _("There is no deadline “%(slug)s” on record.") % {"slug": slug}, viewpoint)
    events = [subject.trigger_id] if subject.trigger_id else []
    return render(
        request,
        "events/deadline.html",
        {
            "deadline": subject,
            "clock": card(subject, viewpoint),
            "viewpoint": viewpoint,
            "corrections": corrections_on(viewpoint, deadlines=[subject.pk], events=events),
        },
    )
