"""What a reader is told when we fail: that it is our fault, that nothing was half-written, and when to come back."""

from __future__ import annotations

import sys
from http import HTTPStatus
from typing import TYPE_CHECKING

from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from events.views.problems import is_for_programs, problem

if TYPE_CHECKING:
    from django.http import HttpRequest

_RETRY_SECONDS = "30"


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 503 while the database does not answer, so that programs and search engines come back; else 500."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        answer = _told(request, _("The record cannot be read just now"), HTTPStatus.SERVICE_UNAVAILABLE)
        answer["Retry-After"] = _RETRY_SECONDS
        return answer
    return _told(request, _("Something broke on our side"), HTTPStatus.INTERNAL_SERVER_ERROR)


def _told(request: HttpRequest, title: str, status: HTTPStatus) -> HttpResponse:
    sentence = _("Nothing you entered was half-written. Please try again in a minute.")
    if is_for_programs(request):
        return problem(request, f"{title}. {sentence}", status)
    # Without the request: whatever a page usually shows around its content may be what has failed.
    return HttpResponse(render_to_string("500.html", {"title": title, "sentence": sentence}), status=status)
