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
    from collections.abc import Callable

    from django.http import HttpRequest

    from events.glance import Glance


def _picture_of(glance_at: Callable[..., Glance | None]) -> Callable[..., HttpResponse]:
    """Return the view that draws the page of one row, named by its slug, or the page that has none."""

    @says_what_is_wrong
    def picture(request: HttpRequest, **slug: str) -> HttpResponse:
        glance = glance_at(**slug, viewpoint=asked_viewpoint(request))
        if glance is None:
            raise Http404(_("There is nothing on record at this address."))
        return HttpResponse(png(glance), content_type="image/png")

    return picture


treaty = _picture_of(treaty_glance)
deadline = _picture_of(deadline_glance)
event = _picture_of(event_glance)
party = _picture_of(party_glance)
front = _picture_of(front_glance)
