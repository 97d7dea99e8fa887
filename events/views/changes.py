"""What was corrected or moved, by date, and one change at its lasting address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext as _

from events.change_log import ABOUT, PARAMETERS, major_changes, told
from events.models import Change
from events.paging import Order, page_of
from events.views.asked import asked_of
from events.views.faults import says_what_is_wrong
from treaties.models import Treaty

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

_LATEST_FIRST = Order(("-at", "-pk"))


@says_what_is_wrong
def changes(request: HttpRequest) -> HttpResponse:
    """List the major changes, the latest first."""
    asked = asked_of(request, *PARAMETERS, view=("page", "after"))
    page = page_of(major_changes(asked), _LATEST_FIRST, request.GET, asked)
    context = {"asked": asked, "page": page, "changes": told(page), "about": ABOUT.items()}
    context |= {"kinds": Change.Kind.choices, "treaties": Treaty.objects.published()}
    return render(request, "events/changes.html", context)


@says_what_is_wrong
def change(request: HttpRequest, number: int) -> HttpResponse:
    """Show one major change."""
    asked_of(request)
    found = Change.objects.filter(pk=number, weight=Change.Weight.MAJOR).prefetch_related("treaties").first()
    if found is None:
        raise Http404(_("There is no change %(number)s on record.") % {"number": number})
    return render(request, "events/change.html", {"one": told([found])[0]})
