"""Claims and counter-claims."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef
from django.shortcuts import render

from events.claims import ANSWERS, PARAMETERS, claims, laid_out, order_of
from events.models import Claim
from events.paging import page_of
from events.views.asked import asked_of, asked_viewpoint
from events.views.faults import says_what_is_wrong
from treaties.models import Party, Treaty

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@says_what_is_wrong
def claim_list(request: HttpRequest) -> HttpResponse:
    """Lay out who accused whom of what, what was answered, and who had the last word."""
    viewpoint = asked_viewpoint(request)
    asked = asked_of(request, *PARAMETERS, view=("page", "after", "as_of"))
    page = page_of(claims(asked, viewpoint.day), order_of(asked), request.GET, asked)
    context = {
        "viewpoint": viewpoint,
        "asked": asked,
        "page": page,
        "claims": laid_out(page, viewpoint.day),
        "answers": ANSWERS.items(),
        "treaties": Treaty.objects.published().filter(Exists(Claim.objects.filter(treaty=OuterRef("pk")))),
        "parties": Party.objects.order_by("name"),
    }
    return render(request, "events/claims.html", context)
