"""Clocks for other people's pages: small pages that may stand in a frame, and the oEmbed endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from csp.decorators import csp_replace
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_exempt

from events.embedding import EmbedError, embedded, oembed_answer, oembed_xml
from events.exports.export import public_address
from events.glance import deadline_glance, treaty_glance
from events.views.asked import asked_viewpoint
from events.views.faults import says_what_is_wrong

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

    from events.glance import Glance

    View = Callable[..., HttpResponse]

_FORMATS = ("json", "xml")


def _may_be_framed(view: View) -> View:
    return cast("View", csp_replace({"frame-ancestors": ["*"]})(xframe_options_exempt(view)))


@_may_be_framed
@says_what_is_wrong
def treaty(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a treaty's status and its next clock, in a frame."""
    return _frame(request, treaty_glance(slug, asked_viewpoint(request)))


@_may_be_framed
@says_what_is_wrong
def deadline(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one clock, in a frame."""
    return _frame(request, deadline_glance(slug, asked_viewpoint(request)))


def _frame(request: HttpRequest, glance: Glance | None) -> HttpResponse:
    if glance is None:
        raise Http404(_("There is nothing on record at this address."))
    return render(
        request,
        "embed/glance.html",
        {"glance": glance, "page": public_address(glance.path, request.GET.urlencode())},
    )


def oembed(request: HttpRequest) -> HttpResponse:
    """Answer how one of our pages is embedded (oembed.com): 404 for what is not ours, 501 for an unknown format."""
    form = request.GET.get("format", "json")
    if form not in _FORMATS:
        return _refused(_("There is no format “%(format)s”; there is json and xml.") % {"format": form}, 501)
    try:
        answer: dict[str, Any] = oembed_answer(embedded(request.GET.get("url", ""), request.get_host()), request.GET)
    except EmbedError as error:
        return _refused(str(error), error.status)
    if form == "xml":
        return HttpResponse(oembed_xml(answer), content_type="text/xml; charset=utf-8")
    return JsonResponse(answer)


def _refused(sentence: str, status: int) -> HttpResponse:
    return HttpResponse(f"{sentence}\n", status=status, content_type="text/plain; charset=utf-8")
