"""What every public page does with its address: what cannot be read is answered in words, and the past from history."""

from __future__ import annotations

import functools
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from django.db import NotSupportedError
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render

from events.exports.sending import BusyError, Leaving
from events.parameters import FilterError
from events.viewpoint import ViewpointError
from events.views.asked import ElsewhereError, asked_viewpoint
from events.views.problems import is_for_programs, problem
from treaties.as_known import as_known
from treaties.limited import limited

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from django.http import HttpRequest, HttpResponse

_RETRY_SECONDS = "60"


def says_what_is_wrong(view: Callable[..., HttpResponse | Leaving]) -> Callable[..., HttpResponse]:
    """Answer 400 with the sentence of what cannot be read, and send on to the canonical address of what can.

    Where the address names a day whose record is to be read (`known`), all that the view asks is answered from history.
    An export leaves after that, and enters the record of that day again by itself.
    """

    @functools.wraps(view)
    def guarded(request: HttpRequest, **kwargs: str) -> HttpResponse:
        try:
            return _answer(view, request, kwargs)
        except ElsewhereError as canonical:
            query = str(canonical)
            return HttpResponseRedirect(f"{request.path}?{query}" if query else request.path)
        except ViewpointError as error:
            return _refused(request, {"fault": str(error)})
        except FilterError as error:
            offers = error.offers(request.GET)
            return _refused(request, {"fault": str(error), "way_back": error.way_back, "offers": offers})
        except BusyError as error:
            busy = problem(request, str(error), 503)
            busy["Retry-After"] = _RETRY_SECONDS
            return busy
        except Http404 as error:
            if is_for_programs(request):
                return problem(request, str(error), 404)
            raise

    return guarded


def _answer(view: Callable[..., HttpResponse | Leaving], request: HttpRequest, named: dict[str, str]) -> HttpResponse:
    try:
        return _answer_once(view, request, named)
    except NotSupportedError:
        # A migration has changed what a prepared question returns; that is forgotten now, and will be prepared anew.
        return _answer_once(view, request, named)


def _answer_once(
    view: Callable[..., HttpResponse | Leaving], request: HttpRequest, named: dict[str, str]
) -> HttpResponse:
    with limited(), _record_of(request):
        answer = view(request, **named)
    return answer.response() if isinstance(answer, Leaving) else answer


def _refused(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    if is_for_programs(request):
        meant = [f"{request.path}?{query}" for _words, query in context.get("offers", ())]
        return problem(request, context["fault"], 400, meant=meant)
    return render(request, "400.html", context, status=400)


def _record_of(request: HttpRequest) -> AbstractContextManager[None]:
    known_at = asked_viewpoint(request).known_at
    return as_known(known_at) if known_at else nullcontext()
