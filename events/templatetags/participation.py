"""Where the sources of a treaty's, or a party's, acts disagree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString

from events.disagreements import disagreements

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from events.participants import Participant
    from treaties.models import Party, Treaty

register = template.Library()


@register.simple_tag
def links_to_participants(treaty: Treaty, participants: Iterable[Participant], query: str) -> SafeString:
    """Return the names of the parties, each leading to its page under the treaty; `query` goes along."""
    pages = escape(f"{treaty.get_absolute_url()}parties/")
    asked = escape(f"?{query}") if query else ""
    return SafeString(
        ", ".join(f'<a href="{pages}{escape(one.slug)}/{asked}">{escape(one.name)}</a>' for one in participants)
    )


@register.inclusion_tag("events/_disagreements.html")
def sources_disagree(
    day: date, treaty: Treaty | None = None, treaties: list[Treaty] | None = None, party: Party | None = None
) -> dict[str, Any]:
    """Show every day that is given for an act, and who gives it; nothing where all agree."""
    return {
        "disagreements": disagreements(day=day, treaties=[treaty] if treaty else treaties, party=party),
        "treaty": treaty,
        "party": party,
    }
