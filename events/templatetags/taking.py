"""What a reader can take along from a page: its rows for programs, feeds, calendars, citations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from events.citing.citation import Citation
from events.citing.pages import (
    CITED,
    deadline_title,
    event_title,
    participation_title,
    party_title,
    treaty_title,
)
from events.citing.writers import text
from events.clocks import today_in
from events.embedding import SIZES, Embedded, picture_address
from events.exports.export import public_address
from events.exports.forms import DatesForm, NewsForm, RowsForm
from events.glance import glance_at_deadline, glance_at_event, glance_at_front, glance_at_party, glance_at_treaty

if TYPE_CHECKING:
    from django.http import HttpRequest

    from events.glance import Glance
    from events.viewpoint import Viewpoint

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
    "matrix": RowsForm,
    "treaty": DatesForm,
    "party": DatesForm,
    "statements": NewsForm,
    "deadlines": DatesForm,
    "changes": NewsForm,
}
# Where in a long list the reader is; an export is always whole.
_PLACE = ("page", "after", "show", "rows")


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
def citation_text(context: dict[str, Any]) -> str:
    """Return the citation of the row that the page shows, just as it is seen, as a sentence; "" on other pages."""
    request: HttpRequest | None = context.get("request")
    match = request.resolver_match if request else None
    cited = _cited(context, match.view_name) if match else None
    if request is None or match is None or cited is None:
        return ""
    title, revision = cited
    seen: Viewpoint = context["viewpoint"]
    return text(
        Citation(
            key=match.view_name,
            title=title,
            address=public_address(request.path, request.GET.urlencode()),
            accessed=today_in("UTC", timezone.now()),
            revision=revision,
            as_of=seen.as_of,
            known=seen.known,
        )
    ).strip()


def _cited(context: dict[str, Any], page: str) -> tuple[str, int | None] | None:
    """Return the title under which the page is cited and its revision, from what the page has asked for already."""
    if page == "treaty":
        return treaty_title(context["treaty"]), None
    if page == "party":
        return party_title(context["party"]), None
    if page == "participation":
        return participation_title(context["treaty"], context["party"]), None
    if page == "event":
        event = context["one"].event
        return event_title(event), event.revision
    if page == "deadline":
        deadline = context["deadline"]
        return deadline_title(deadline), deadline.version
    return None


@dataclass(frozen=True)
class Shared:
    """What a shared link shows: its picture, and the picture in words; and how the page is embedded, if it can be."""

    title: str
    address: str
    picture: str
    words: str
    embedded: Embedded | None
    oembed: list[tuple[str, str]]


@register.simple_tag(takes_context=True)
def shared(context: dict[str, Any]) -> Shared | None:
    """Return how the page of this request is shown elsewhere; None on pages without a picture of their own."""
    request: HttpRequest | None = context.get("request")
    match = request.resolver_match if request else None
    glance = _glance(context, match.view_name) if match else None
    if request is None or match is None or glance is None:
        return None
    query = urlencode([(name, request.GET[name]) for name in ("as_of", "known") if request.GET.get(name)])
    page = public_address(glance.path, query)
    size = SIZES.get(match.view_name)
    frame = Embedded(str(context.get("treaty") or context["deadline"]), glance.path, query, *size) if size else None
    return Shared(
        frame.title if frame else glance.name,
        page,
        picture_address(glance.path, query),
        glance.words,
        frame,
        [
            # Whole, as the standard shows it: not every reader of it knows on which page it stands.
            (f"application/{form}+oembed", public_address(reverse("oembed"), urlencode({"url": page, "format": form})))
            for form in ("json", "xml")
            if frame
        ],
    )


def _glance(context: dict[str, Any], page: str) -> Glance | None:
    """Return what the picture of the page shows, from what the page itself has asked the record for."""
    viewpoint, clocks = context.get("viewpoint"), context.get("clocks", [])
    if viewpoint is None:
        return None
    if page == "treaty":
        return glance_at_treaty(context["treaty"], context["status"], clocks, viewpoint)
    if page == "deadline" and context["clock"]:
        return glance_at_deadline(context["clock"], viewpoint)
    if page == "event":
        return glance_at_event(context["one"].event, clocks, viewpoint)
    if page == "party":
        return glance_at_party(context["party"], [one for one in clocks if one.is_running], viewpoint)
    return glance_at_front(context["running"], viewpoint) if page == "front" else None
