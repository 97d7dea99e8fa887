"""Entering events and statements, each on one screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.utils import timezone

from events import services
from events.admin.advising import Advising
from events.admin.forms import EventForm, StatementForm
from events.admin.guarded import GuardedAdmin
from events.dates import wording
from events.models import Event, Statement

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.forms import ModelForm
    from django.http import HttpRequest

_BASICS = ("date", "title", "treaties", "sources", "publication")
_MORE = ("parties", "summary", "place", "until", "date_basis", "verified", "slug", "opened_revision", "is_another")


class RecordAdmin(Advising, GuardedAdmin):
    """What events and statements have in common: every change goes through a service, in one transaction."""

    list_display = ["title", "when", "kind", "actor", "publication", "verified"]
    list_display_links = ["title"]
    list_filter = ["publication", "kind", ("treaties", admin.RelatedOnlyFieldListFilter), "verified"]
    list_select_related = ["actor"]
    search_fields = ["title", "summary", "slug", "actor__name"]
    autocomplete_fields = ["treaties", "actor", "parties", "sources"]
    date_hierarchy = "earliest"
    save_on_top = True

    class Media:
        css = {"all": ["desk.css"]}

    @admin.display(description="date", ordering="earliest")
    def when(self, event: Event) -> str:
        """Return the date as precise as its source."""
        return wording(event)

    def save_model(self, request: HttpRequest, obj: Event, form: ModelForm[Any], change: bool) -> None:  # noqa: ARG002
        """Save the row itself."""
        services.save_event(obj, at=timezone.now())

    def save_related(self, request: HttpRequest, form: ModelForm[Any], formsets: Any, change: bool) -> None:
        """Save what it names, then recompute the clocks, and tell the editor what that did."""
        before = list(form.instance.treaties.all())
        super().save_related(request, form, formsets, change)
        for deadline in services.after_event_change(form.instance, at=timezone.now(), before=before):
            messages.info(request, f"Clock: {deadline.title}, {deadline.due or 'no date'}: {deadline.state_label}.")

    def delete_model(self, request: HttpRequest, obj: Event) -> None:  # noqa: ARG002
        """Take one entry off the record."""
        services.delete_events([obj], at=timezone.now())

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Event]) -> None:  # noqa: ARG002
        """Take several entries off the record."""
        services.delete_events(list(queryset), at=timezone.now())


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
