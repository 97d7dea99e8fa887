"""Editing parties, officials and sources: what readers see of them is shown and recorded like the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin

from events.admin.desk import DeskAdmin
from events.dates import DateError, read_words, span
from treaties.admin import OfficialAdmin, PartyAdmin, SourceAdmin
from treaties.models import Official, Party, Source

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet
    from django.http import HttpRequest

    from treaties.querysets import OfficialQuerySet


@admin.register(Source)
class SourceDesk(DeskAdmin, SourceAdmin):
    """Sources; they feed no clock, and bring files, so that they are saved at once."""

    confirms = False


@admin.register(Party)
class PartyDesk(DeskAdmin, PartyAdmin):
    """Parties."""


@admin.register(Official)
class OfficialDesk(DeskAdmin, OfficialAdmin):
    """Officials; where a date has been typed beside the search, who held office then comes first."""

    def choice_label(self, official: Official) -> str:
        """Return what a search offers: an office is told from another by its dates."""
        return official.with_dates

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Put the offices held on the day that the form has first."""
        rows, may_repeat = super().get_search_results(request, queryset, search_term)
        day = _day(request.GET.get("on", ""))
        return (cast("OfficialQuerySet", rows).in_office_first(day) if day else rows), may_repeat


def _day(text: str) -> date | None:
    """Return the last day of a date as people write it; None while it cannot be read."""
    try:
        return span(read_words(text)[0])[1] if text.strip() else None
    except DateError:
        return None
