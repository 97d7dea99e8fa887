"""Pages about the record itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.utils import timezone

from events.coverage import coverage_rows, total
from events.models import Deadline, Event
from events.views.asked import asked_of
from events.views.faults import says_what_is_wrong
from treaties.models import Source, Treaty

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@says_what_is_wrong
def coverage(request: HttpRequest) -> HttpResponse:
    """Say how complete the record is, treaty by treaty."""
    asked_of(request)
    rows = coverage_rows(day=timezone.now().date())
    return render(request, "events/coverage.html", {"rows": rows, "total": total(rows)})


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
        "treaty_count": Treaty.objects.published().count(),
        "event_count": Event.objects.published().count(),
        "deadline_count": Deadline.objects.on_record().count(),
        "source_count": Source.objects.count(),
    }
    return render(request, "events/about.html", numbers)
