"""Editing parties, officials and sources.

What feeds a clock (treaties, provisions, participations) is edited in events.admin, where saving it recomputes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import Case, Value, When

from treaties.models import Official, Party, Source

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest


class ExactNameFirst(admin.ModelAdmin):
    """A search lists the row of that very name first: whoever types NPT means the NPT."""

    named_by: str

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Order the matches by how well the name fits."""
        rows, may_repeat = super().get_search_results(request, queryset, search_term)
        fit = Case(
            When(**{f"{self.named_by}__iexact": search_term}, then=Value(0)),
            When(**{f"{self.named_by}__istartswith": search_term}, then=Value(1)),
            default=Value(2),
        )
        return (rows.order_by(fit, self.named_by) if search_term else rows), may_repeat


@admin.register(Source)
class SourceAdmin(admin.ModelAdmin):
    """Published texts."""

    list_display = ["title", "publisher", "published_on", "language", "has_address"]
    list_filter = ["publisher", "language"]
    search_fields = ["title", "publisher", "url", "slug"]
    date_hierarchy = "published_on"
    prepopulated_fields = {"slug": ["publisher", "title"]}

    @admin.display(boolean=True, description="address")
    def has_address(self, source: Source) -> bool:
        """Say whether the source can be opened."""
        return bool(source.url)


@admin.register(Party)
class PartyAdmin(ExactNameFirst):
    """States and organisations."""

    named_by = "name"

    list_display = ["name", "kind", "iso_code", "succeeded_by"]
    list_filter = ["kind"]
    list_select_related = ["succeeded_by"]
    search_fields = ["name", "slug", "iso_code", "aliases"]
    autocomplete_fields = ["succeeded_by"]
    prepopulated_fields = {"slug": ["name"]}


@admin.register(Official)
class OfficialAdmin(admin.ModelAdmin):
    """Persons in their offices."""

    list_display = ["name", "office", "party", "held_from", "held_to"]
    list_filter = [("party", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["party"]
    search_fields = ["name", "office", "party__name"]
    autocomplete_fields = ["party", "sources"]
    prepopulated_fields = {"slug": ["name", "office"]}
