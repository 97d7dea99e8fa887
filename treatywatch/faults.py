"""What a reader is told when we fail: that it is our fault, that nothing was half-written, and when to come back."""

from __future__ import annotations

import sys
from http import HTTPStatus
from typing import TYPE_CHECKING

from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from psycopg2.errors import QueryCanceled

from events.views.problems import is_for_programs, problem

if TYPE_CHECKING:
    from django.http import HttpRequest

_RETRY_SECONDS = "30"


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 503 while the database does not answer, or thinks for too long, so that programs come back; else 500."""
    fault = sys.exc_info()[1]
    if isinstance(fault, OperationalError) and isinstance(fault.__cause__, QueryCanceled):
        sentence = _("Narrow it down by a filter, or try again in a minute.")
        return _away(request, _("This takes too long to put together"), sentence)
    sentence = _("Nothing you entered was half-written. Please try again in a minute.")
    if isinstance(fault, OperationalError | InterfaceError):
        return _away(request, _("The record cannot be read just now"), sentence)
    return _told(request, _("Something broke on our side"), sentence, HTTPStatus.INTERNAL_SERVER_ERROR)


def _away(request: HttpRequest, title: str, sentence: str) -> HttpResponse:
    answer = _told(request, title, sentence, HTTPStatus.SERVICE_UNAVAILABLE)
    answer["Retry-After"] = _RETRY_SECONDS
    return answer


def _told(request: HttpRequest, title: str, sentence: str, status: HTTPStatus) -> HttpResponse:
    if is_for_programs(request):
        return problem(request, f"{title}. {sentence}", status)
    # Without the request: whatever a page usually shows around its content may be what has failed.
    return HttpResponse(render_to_string("500.html", {"title": title, "sentence": sentence}), status=status)
