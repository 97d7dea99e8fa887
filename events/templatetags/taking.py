"""What a reader can take along from a page: its rows for programs, feeds, calendars, citations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django import template
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from events.citing.pages import CITED
from events.embedding import SIZES, Embedded
from events.exports.export import public_address
from events.exports.forms import DatesForm, NewsForm, RowsForm

if TYPE_CHECKING:
    from django.http import HttpRequest

register = template.Library()

_LABELS = {
    "csv": (_("Table (CSV)"), "text/csv"),
    "json": (_("Data (JSON)"), "application/json"),
    "atom": (_("Feed (Atom)"), "application/atom+xml"),
    "ics": (_("Calendar (iCalendar)"), "text/calendar"),
}
_FORMS = {
    "treaties": RowsForm,
    "parties": RowsForm,
    "treaty": DatesForm,
    "party": DatesForm,
    "statements": NewsForm,
    "deadlines": DatesForm,
    "changes": NewsForm,
}
# Where in a long list the reader is; an export is always whole.
_PLACE = ("page", "after", "show")


@dataclass(frozen=True)
class Form:
    """Another form of the page."""

    address: str
    label: str
    content_type: str


@register.simple_tag(takes_context=True)
def other_forms(context: dict[str, Any]) -> list[Form]:
    """Return the forms in which the page of this request can also be had, under the same filters."""
    request: HttpRequest | None = context.get("request")
    match = request.resolver_match if request else None
    if request is None or match is None or match.view_name not in _FORMS:
        return []
    query = request.GET.copy()
    for name in _PLACE:
        query.pop(name, None)
    suffix = f"?{query.urlencode()}" if query else ""
    return [
        Form(f"{request.path.rstrip('/')}.{form}{suffix}", str(_LABELS[form][0]), _LABELS[form][1])
        for form in _FORMS[match.view_name].regex.split("|")
    ]


_CITATIONS = {"text": _("Text"), "bibtex": "BibTeX", "ris": "RIS", "csl": "CSL-JSON"}


@register.simple_tag(takes_context=True)
def citations(context: dict[str, Any]) -> list[tuple[str, str]]:
    """Return where the page of this request is cited in which form: addresses and labels."""
    request: HttpRequest | None = context.get("request")
    match = request.resolver_match if request else None
    if request is None or match is None or match.view_name not in CITED:
        return []
    # The language stays the beginning of the path.
    language = match.route.split("/")[0] if match.route.startswith(f"{get_language()}/") else ""
    prefix = f"/{language}" if language else ""
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    page = request.path[len(prefix) :]
    return [(f"{prefix}/cite/{form}{page}{query}", str(label)) for form, label in _CITATIONS.items()]


@register.simple_tag(takes_context=True)
def cited_address(context: dict[str, Any]) -> str:
    """Return the address under which the page of this request is cited: just as it is seen."""
    request: HttpRequest = context["request"]
    return public_address(request.path, request.GET.urlencode())


@dataclass(frozen=True)
class Shared:
    """What a shared link shows, and how the page is embedded."""

    embedded: Embedded
    address: str
    oembed: list[tuple[str, str]]


@register.simple_tag(takes_context=True)
def shared(context: dict[str, Any]) -> Shared | None:
    """Return how the treaty or clock of this page is shown elsewhere; None on other pages."""
    request: HttpRequest | None = context.get("request")
    row = context.get("treaty") or context.get("deadline")
    match = request.resolver_match if request else None
    if request is None or match is None or match.view_name not in SIZES or row is None:
        return None
    query = urlencode([(name, request.GET[name]) for name in ("as_of", "known") if request.GET.get(name)])
    path = row.get_absolute_url()
    page = public_address(path, query)
    return Shared(
        Embedded(str(row), path, query, *SIZES[match.view_name]),
        page,
        [
            (f"application/{form}+oembed", f"{reverse('oembed')}?{urlencode({'url': page, 'format': form})}")
            for form in ("json", "xml")
        ],
    )
