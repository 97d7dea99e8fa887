"""Entering events and statements, each on one screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin
from django.utils import timezone

from events import services
from events.admin.advising import Advising
from events.admin.desk import DeskAdmin
from events.admin.forms import EventForm, StatementForm
from events.dates import wording
from events.models import Event, Statement
from treaties.models import Treaty

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest

_BASICS = ("date", "title", "treaties", "sources", "publication")
_MORE = ("parties", "summary", "place", "until", "date_basis", "verified", "slug", "is_another")


class RecordAdmin(Advising, DeskAdmin):  # type: ignore[misc]  # Django joins the two Media
    """What events and statements have in common: every change goes through a service, in one transaction."""

    list_display = ["title", "when", "kind", "actor", "publication", "verified"]
    list_display_links = ["title"]
    list_filter = ["publication", "kind", ("treaties", admin.RelatedOnlyFieldListFilter), "verified"]
    list_select_related = ["actor"]
    search_fields = ["title", "summary", "slug", "actor__name"]
    autocomplete_fields = ["treaties", "actor", "parties", "sources"]
    date_hierarchy = "earliest"
    save_on_top = True

    @admin.display(description="date", ordering="earliest")
    def when(self, event: Event) -> str:
        """Return the date as precise as its source."""
        return wording(event)

    def save_row(self, obj: Event) -> None:
        """Save the row itself."""
        services.save_event(obj, at=timezone.now())

    def recompute(self, obj: Event, before: set[int]) -> None:
        """Recompute the clocks of its treaties, and of those that it has left."""
        services.after_event_change(obj, at=timezone.now(), before=Treaty.objects.filter(pk__in=before))


@admin.register(Event)
class EventAdmin(RecordAdmin):
    """Acts and other events; statements have their own list."""

    form = EventForm
    fieldsets = [
        (None, {"fields": ("kind", "actor", *_BASICS)}),
        ("More", {"fields": _MORE}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Event]:
        """Keep statements out of the list, but let the search of `responds_to` find them."""
        rows = super().get_queryset(request)
        return rows if request.path.endswith("/autocomplete/") else rows.filter(statement__isnull=True)


@admin.register(Statement)
class StatementAdmin(RecordAdmin):
    """Who said what."""

    form = StatementForm
    list_display = ["title", "when", "stance", "who", "publication", "verified"]
    list_filter = ["publication", "stance", ("treaties", admin.RelatedOnlyFieldListFilter), "verified"]
    list_select_related = ["speaker__party"]
    search_fields = [*RecordAdmin.search_fields, "speaker__name", "body", "quotation"]
    autocomplete_fields = [*RecordAdmin.autocomplete_fields, "speaker", "targets", "responds_to"]
    fieldsets = [
        (None, {"fields": ("speaker", "body", "stance", *_BASICS, "quotation")}),
        ("More", {"fields": ("targets", "responds_to", "obligation", "kind", "actor", *_MORE)}),
    ]

    @admin.display(description="who", ordering="speaker__name")
    def who(self, statement: Statement) -> str:
        """Return the speaker, or the body that spoke."""
        return str(statement.speaker or statement.body)
