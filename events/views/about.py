"""Pages about the record itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.utils import timezone

from events.coverage import GAPS, PARAMETERS, coverage_rows, total, treaties_asked
from events.models import Deadline, Event
from events.paging import counted, page_of
from events.treaty_list import BY_NAME
from events.views.asked import asked_of
from events.views.faults import says_what_is_wrong
from treaties.models import Source, Treaty

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@says_what_is_wrong
def coverage(request: HttpRequest) -> HttpResponse:
    """Say how complete the record is, treaty by treaty."""
    asked = asked_of(request, *PARAMETERS, view=("page", "after"))
    page = page_of(treaties_asked(asked), BY_NAME, request.GET, asked)
    rows = coverage_rows(page.rows, day=timezone.now().date())
    context = {"asked": asked, "page": page, "rows": rows, "total": total(rows)}
    return render(request, "events/coverage.html", context | {"gaps": GAPS.items()})


@says_what_is_wrong
def method(request: HttpRequest) -> HttpResponse:
    """Say in plain words how dates are counted."""
    asked_of(request)
    return render(request, "events/method.html")


@says_what_is_wrong
def about(request: HttpRequest) -> HttpResponse:
    """Say what TreatyWatch is, what it holds, and what it does not do."""
    asked_of(request)
    numbers = {
        "treaty_count": counted(Treaty.objects.published()),
        "event_count": counted(Event.objects.published()),
        "deadline_count": counted(Deadline.objects.on_record()),
        "source_count": counted(Source.objects.all()),
    }
    return render(request, "events/about.html", numbers)
