"""Citations of our pages, for programs that keep references."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.utils import timezone

from events.citing.pages import cite
from events.citing.writers import WRITERS
from events.clocks import today_in
from events.views.asked import asked_viewpoint
from events.views.faults import says_what_is_wrong

if TYPE_CHECKING:
    from django.http import HttpRequest


@says_what_is_wrong
def citation(request: HttpRequest, form: str, page: str) -> HttpResponse:
    """Return the citation of one of our pages, named by its path and the query by which it was seen."""
    write, content_type, ending = WRITERS[form]
    # The language of a page is the beginning of its path.
    language = request.path[: request.path.index("/cite/")]
    cited = cite(
        f"{language}/{page}",
        request.GET.urlencode(),
        accessed=today_in("UTC", timezone.now()),
        viewpoint=asked_viewpoint(request),
    )
    response = HttpResponse(write(cited), content_type=f"{content_type}; charset=utf-8")
    if form != "text":
        response["Content-Disposition"] = f'attachment; filename="{cited.key}.{ending}"'
    return response
