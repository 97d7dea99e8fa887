"""Lists at the desk that stay as quick with a million rows as with a thousand: nothing is counted in full."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.core.paginator import Page, Paginator
from django.db import connection

from treaties.models import Treaty

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import QuerySet
    from django.http import HttpRequest

COUNTED_AT_MOST = 2_000
_PER_PAGE = 50


class LongListPaginator(Paginator):
    """Counts a whole table by the database's own estimate, and a selection no further than `COUNTED_AT_MOST`."""

    @cached_property
    def count(self) -> int:
        """Return how many rows there are, exact for short lists."""
        rows: Any = self.object_list
        if not rows.query.where and (estimate := _estimate(rows.model)) > COUNTED_AT_MOST:
            return estimate
        counted: int = rows.order_by()[: COUNTED_AT_MOST + 1].count()
        return counted

    def page(self, number: int | str) -> Page[Any]:
        """Return a page; the rows before it are passed over by their keys, without what the list shows of them."""
        number = self.validate_number(number)
        rows: Any = self.object_list
        start = (number - 1) * self.per_page
        keys = list(rows.values_list("pk", flat=True)[start : start + self.per_page])
        return Page(rows.filter(pk__in=keys), number, self)


def _estimate(model: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples::bigint FROM pg_class WHERE oid = %s::regclass", [model._meta.db_table])
        return int(cursor.fetchone()[0])


class LongList(admin.ModelAdmin):
    """A list without a full count."""

    paginator = LongListPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = _PER_PAGE
    list_max_show_all = 0


class TypedFilter(admin.SimpleListFilter):
    """A filter whose value is typed: its choices would be too many to list, and to collect."""

    template = "admin/desk/typed_filter.html"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> list[tuple[str, str]]:  # noqa: ARG002
        """Return one choice, so that the filter is shown."""
        return [("", "")]

    def choices(self, changelist: Any) -> Iterator[Any]:
        """Return what else the list is narrowed by, for the form to carry along."""
        others = [(name, value) for name, value in changelist.params.items() if name != self.parameter_name]
        yield {"others": others, "all": changelist.get_query_string(remove=[self.parameter_name])}


class TreatyFilter(TypedFilter):
    """Rows of one treaty, by its short name or slug; `path` leads from a row to it."""

    title = "treaty"
    parameter_name = "treaty"
    path = "treaty"

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:  # noqa: ARG002
        """Keep the rows of the treaty of that very name."""
        typed = (self.value() or "").strip()
        if not typed:
            return queryset
        named = Treaty.objects.filter(short_name__iexact=typed) | Treaty.objects.filter(slug=typed)
        return queryset.filter(**{f"{self.path}__in": list(named.values_list("pk", flat=True)[:1])})


def treaty_filter(path: str) -> type[TreatyFilter]:
    """Return the filter for rows from which `path` leads to the treaty."""
    return type("TreatyFilter", (TreatyFilter,), {"path": path})
