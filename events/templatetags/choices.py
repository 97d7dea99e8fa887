"""How a form lets readers choose a treaty, a party or an official: from a list, or by name where there are too many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template

from treaties.models import Treaty

if TYPE_CHECKING:
    from django.db.models import QuerySet

register = template.Library()

# A longer list is no help to a reader, and weighs more than the rest of the page.
MOST = 300


@register.inclusion_tag("events/_choice.html")
def choice(
    name: str, label: str, rows: QuerySet[Any] | list[Any], chosen: Any = None, none: str = "", fault: str = ""
) -> dict[str, Any]:
    """Draw the field `name`; `chosen` is a row, `none` the words for no choice, `fault` the field that was wrong."""
    listed = list(rows[: MOST + 1])
    is_long = len(listed) > MOST
    if chosen and not isinstance(chosen, str) and chosen not in listed:
        # What is asked for is kept when the form is sent again.
        listed.insert(0, chosen)
    return {
        "name": name,
        "label": label,
        "none": none,
        "rows": [] if is_long else listed,
        "is_long": is_long,
        "chosen": chosen,
        "written": _written(chosen) if chosen else "",
        "is_wrong": fault == name,
    }


def _written(row: Any) -> str:
    """Return the name by which the row is found again."""
    if isinstance(row, str):
        return row
    return str(row.short_name if isinstance(row, Treaty) else getattr(row, "name", row))
