"""Claims and counter-claims."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render

from events.claims import ANSWERS, MOST, PARAMETERS, claims
from events.views.asked import asked_of, asked_viewpoint
from events.views.faults import says_what_is_wrong
from treaties.models import Party, Treaty

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@says_what_is_wrong
def claim_list(request: HttpRequest) -> HttpResponse:
    """Lay out who accused whom of what, what was answered, and who had the last word."""
    viewpoint, asked = asked_viewpoint(request), asked_of(request, *PARAMETERS, view=("as_of",))
    accused = Party.objects.filter(statements_about__stance="accuses") | Party.objects.filter(
        acts__statement__stance="accuses"
    )
    context = {
        "viewpoint": viewpoint,
        "asked": asked,
        "claims": claims(asked, viewpoint.day),
        "most": MOST,
        "answers": ANSWERS.items(),
        "treaties": Treaty.objects.published().filter(events__statement__stance="accuses").distinct(),
        "parties": accused.distinct().order_by("name"),
    }
    return render(request, "events/claims.html", context)
