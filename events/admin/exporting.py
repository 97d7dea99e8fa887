"""Rows of a list as files: what is selected, or the whole table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.http import HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext as _

from events.bulk.files import FORMATS, FileError, write_csv, write_file
from events.bulk.tables import TABLES, Table

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase


def file_response(table: Table, kind: str, rows: QuerySet[Any]) -> HttpResponseBase:
    """Return rows as a file to save; CSV in bounded memory, however many there are.

    Raises:
        FileError: for an unknown format, or too many rows for one that is made whole.

    """
    cells = table.all_cells(rows)
    answer: HttpResponseBase
    if kind == "csv":
        answer = StreamingHttpResponse(write_csv(table, cells), content_type=FORMATS[kind])
    else:
        answer = HttpResponse(write_file(table, kind, cells), content_type=FORMATS.get(kind, ""))
    answer["Content-Disposition"] = f'attachment; filename="{table.name}.{kind}"'
    return answer


def tables_of(name: str) -> list[Table]:
    """Return the tables of a kind of row: its own, and those of the rows that belong to it."""
    return [table for table in TABLES.values() if table.kind.name == name]


class Exporting(admin.ModelAdmin):
    """Offers the selected rows as a file of each format."""

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Add a format each to what can be done to a selection; whoever sees the rows may have them."""
        actions: dict[str, Any] = super().get_actions(request)
        own = next((table for table in tables_of(str(self.opts.model_name)) if table.child is None), None)
        if own is None or "_popup" in request.GET or not self.has_view_permission(request):
            return actions
        for kind in FORMATS:
            words = _("Export the selected rows as %(format)s") % {"format": kind.upper()}
            actions[f"export_{kind}"] = (_exporter(own, kind), f"export_{kind}", words)
        return actions


def _exporter(table: Table, kind: str) -> Callable[..., HttpResponseBase | None]:
    def export(_admin: Any, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponseBase | None:
        rows = table.rows().filter(pk__in=queryset.order_by().values("pk"))
        try:
            return file_response(table, kind, rows)
        except FileError as error:
            messages.error(request, str(error))
            return None

    return export
