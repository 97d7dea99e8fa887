"""Where the sources of a treaty's, or a party's, acts disagree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template

from events.disagreements import disagreements

if TYPE_CHECKING:
    from datetime import date

    from treaties.models import Party, Treaty

register = template.Library()


@register.inclusion_tag("events/_disagreements.html")
def sources_disagree(day: date, treaty: Treaty | None = None, party: Party | None = None) -> dict[str, Any]:
    """Show every day that is given for an act, with who gives it; nothing where all agree."""
    return {
        "disagreements": disagreements(day=day, treaties=[treaty] if treaty else None, party=party),
        "treaty": treaty,
        "party": party,
    }
