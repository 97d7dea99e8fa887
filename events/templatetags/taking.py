"""What a reader can take along from a page: its rows for programs, feeds, calendars."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import template
from django.utils.translation import gettext_lazy as _

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
