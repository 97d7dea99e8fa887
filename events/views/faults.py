"""What cannot be read in an address is answered with a sentence, never ignored."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from django.shortcuts import render

from events.filters import FilterError
from events.viewpoint import ViewpointError

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse


def says_what_is_wrong(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer 400 with the sentence of a filter or day that cannot be read."""

    @functools.wraps(view)
    def guarded(request: HttpRequest, **kwargs: str) -> HttpResponse:
        try:
            return view(request, **kwargs)
        except (FilterError, ViewpointError) as error:
            return render(request, "400.html", {"fault": str(error)}, status=400)

    return guarded
