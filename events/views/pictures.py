"""Pictures of our pages, for links that are shared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _

from events.glance import deadline_glance, event_glance, front_glance, party_glance, treaty_glance
from events.pictures import png
from events.views.asked import asked_viewpoint
from events.views.faults import says_what_is_wrong

if TYPE_CHECKING:
    from django.http import HttpRequest

    from events.glance import Glance


@says_what_is_wrong
def treaty(request: HttpRequest, slug: str) -> HttpResponse:
    """Return the picture of a treaty's page."""
    return _picture(treaty_glance(slug, asked_viewpoint(request)))


@says_what_is_wrong
def deadline(request: HttpRequest, slug: str) -> HttpResponse:
    """Return the picture of a clock's page."""
    return _picture(deadline_glance(slug, asked_viewpoint(request)))


@says_what_is_wrong
def event(request: HttpRequest, slug: str) -> HttpResponse:
    """Return the picture of an event's page."""
    return _picture(event_glance(slug, asked_viewpoint(request)))


@says_what_is_wrong
def party(request: HttpRequest, slug: str) -> HttpResponse:
    """Return the picture of a party's page."""
    return _picture(party_glance(slug, asked_viewpoint(request)))


@says_what_is_wrong
def front(request: HttpRequest) -> HttpResponse:
    """Return the picture of the front page."""
    return _picture(front_glance(asked_viewpoint(request)))


def _picture(glance: Glance | None) -> HttpResponse:
    if glance is None:
        raise Http404(_("There is nothing on record at this address."))
    return HttpResponse(png(glance), content_type="image/png")
