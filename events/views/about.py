"""Pages about the record itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render

from events.coverage import coverage_rows
from events.views.asked import asked_viewpoint

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def coverage(request: HttpRequest) -> HttpResponse:
    """Say how complete the record is, treaty by treaty."""
    return render(request, "events/coverage.html", {"rows": coverage_rows(), "viewpoint": asked_viewpoint(request)})


def method(request: HttpRequest) -> HttpResponse:
    """Say in plain words how dates are counted."""
    return render(request, "events/method.html")
