"""What the address of a page asks for: the day, the treaty, the length of the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from events.filters import FilterError
from events.viewpoint import read_viewpoint
from treaties.models import Treaty

if TYPE_CHECKING:
    from events.viewpoint import Viewpoint

PAGE = 100
_ALL = 1_000_000


def asked_viewpoint(request: HttpRequest) -> Viewpoint:
    """Return the viewpoint of the day that the address asks for.

    Raises:
        ViewpointError: if that is no day, or one to come.

    """
    return read_viewpoint(request.GET.get("as_of", ""), now=timezone.now())


def chosen(request: HttpRequest, name: str, rows: Any) -> Any:
    """Return the row that the parameter `name` of the address names by its slug; None if it is not given.

    Raises:
        FilterError: if there is no such row.

    """
    slug = request.GET.get(name)
    if not slug:
        return None
    found = rows.filter(slug=slug).first()
    if found is None:
        raise FilterError(_("There is no “%(slug)s” on record (%(name)s).") % {"slug": slug, "name": name})
    return found


def published_treaty(slug: str) -> Treaty:
    """Return the published treaty of this slug.

    Raises:
        Http404: if there is none.

    """
    treaty = Treaty.objects.published().filter(slug=slug).first()
    if treaty is None:
        raise Http404(_("There is no treaty “%(name)s” on record.") % {"name": slug})
    return treaty


def page_size(request: HttpRequest) -> int:
    """Return how many events a page shows: the newest hundred, or all of them where the reader asks for it."""
    return _ALL if request.GET.get("show") == "all" else PAGE
